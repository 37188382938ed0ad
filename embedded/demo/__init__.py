"""The demo: a directory, messages with their past, and an invented network.

Nothing outside of `embedded` and the command line imports from here.
"""
