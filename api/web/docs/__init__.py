"""The description of the API, for those who write programs."""
