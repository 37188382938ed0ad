"""The page of one message: its whole story, and a form for each command that the person may give now."""
