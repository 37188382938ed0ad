"""The record of access (152-FZ)."""
