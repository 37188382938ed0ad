"""Faults in logs as Python itself writes them: in colours, with the code around each line, one takes a second."""

import structlog


def use() -> None:
    """From here on this process writes them so, unless it sets up logs as the program does."""
    *before, _ = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, renderer])
