"""Journals: written, read, anchored, verified."""
