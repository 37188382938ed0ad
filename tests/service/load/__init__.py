"""Load: how many people the act takes."""
