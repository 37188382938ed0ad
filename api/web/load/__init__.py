"""The page of how many people the work takes."""
