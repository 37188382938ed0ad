"""The demo and training: a directory, messages on their roads, an invented network with its townsmen, lessons.

The program below knows none of it: `additions` hands it what an installation with `--demo` or `--training` has besides.
"""
