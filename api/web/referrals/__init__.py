"""The page of those who oversee."""
