"""Oversight: shortcomings, escalations, rises of activity, the Governor."""
