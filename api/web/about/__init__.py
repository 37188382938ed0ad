"""Page about the installation: what runs here, and where to look."""
