"""Promises of published texts: what a body said it would do by a day, and what came of it."""
