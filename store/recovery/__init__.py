"""Rows by which a restored database is put right."""
