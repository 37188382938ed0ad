"""The catalogue of topics, entry by entry, for the administrator."""
