"""Oversight: shortcomings, escalations, rises of activity, work under way."""
