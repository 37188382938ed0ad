"""Condition of an installation: what works where, what it lacks, and what to do about it."""
