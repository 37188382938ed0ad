"""Pages of the administrator: what is missing, who saw what, what was destroyed, and what time is counted by."""
