"""Refusals of `otklik serve` to start or to go on. The texts are Russian and say what to do."""


class StartRefusedError(Exception):
    """Nothing was started, because something outside must change first. Exit code 2."""


class GaveUpError(Exception):
    """A part of the program does not work, and everything is stopped. Exit code 1."""
