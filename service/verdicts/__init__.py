"""Verdicts of authors on answers: suggested by words, decided by a person."""
