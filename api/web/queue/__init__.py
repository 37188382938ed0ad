"""The page of a person's queue."""
