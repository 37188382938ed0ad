"""The page on which a curator registers a message (cl. 7)."""
