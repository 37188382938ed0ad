"""The page of weekly summaries."""
