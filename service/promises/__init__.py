"""Promises of published texts: when something falls due, what is done then, and who is told."""
