"""The directory: bodies, topics, offices, and who changed what of it."""
