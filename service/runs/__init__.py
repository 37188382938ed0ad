"""Temporal as the program reaches it: connection, schedules, starts and queries."""
