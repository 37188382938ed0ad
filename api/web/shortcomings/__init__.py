"""The page of shortcomings."""
