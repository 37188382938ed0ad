"""Models that suggestions are made by."""
