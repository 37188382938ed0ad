"""The installation's keys and certificates."""
