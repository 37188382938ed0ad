"""Stored histories of every kind of road, and the proof that running messages survive a change of the code."""
