"""Every text that a person reads, as one list: `python -m tests.texts FILE` writes it, to be read whole."""
