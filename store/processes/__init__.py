"""Processes of an installation, by what they tell of themselves."""
