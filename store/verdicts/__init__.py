"""Verdicts of authors on answers, as persons have decided."""
