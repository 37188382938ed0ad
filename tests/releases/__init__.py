"""Releases: what each leaves in its data directory, and the proof that the code of now goes on from it."""
