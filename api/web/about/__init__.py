"""What runs here, and where to look."""
