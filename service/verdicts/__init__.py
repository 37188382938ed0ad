"""Verdicts of authors on answers: put by a person, with their history."""
