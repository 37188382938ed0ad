"""The page of the board: open messages by stage and body."""
