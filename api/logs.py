"""What the process writes of its work: lines for a person at a terminal, JSON for whatever collects logs."""

import sys

import structlog


def configure() -> None:
    """Set logging up, unless whoever runs the process has done so.

    Tracebacks carry no values of variables: those may be personal data.
    """
    if structlog.is_configured():
        return
    at_terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=not at_terminal),
            *(
                [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
                if at_terminal
                else [
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ]
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
