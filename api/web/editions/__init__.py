"""The page that compares editions of acts."""
