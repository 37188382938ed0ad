"""Logs of a process: JSON for whatever collects logs, lines for a person at a terminal.

Ours, the Temporal SDK's and the web server's go through one pipe to standard error, bound to what they are about:
`message`, `workflow_id`, `activity`, `request`. No line holds personal data (152-FZ): texts are never logged, and
of an exception only what cannot carry a value.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

from settings import Settings
from store.database import presence
from store.database.session import DataError, DBAPIError
from telemetry import log_files
from telemetry.outages import Outages

_CARRIES_VALUES = (ValueError, LookupError, AssertionError)
"""Exceptions whose text may repeat what a person wrote: `invalid literal for int(): 'Петров'`."""

OURS = "otklik"
"""Under this name stand all loggers of this program."""

_WORKFLOW_PREFIX = "message-"
_OF_THE_SDK = ("temporal_workflow", "temporal_activity")

Event = MutableMapping[str, Any]
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(settings: Settings) -> None:
    """Set logging up as the settings say, unless whoever runs the process has done so."""
    if structlog.is_configured():
        return
    json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    handler = log_files.own_output() or logging.StreamHandler(sys.stderr)
    handler.setFormatter(line_format(json=json))
    outages = Outages(reason)
    handler.addFilter(outages)
    presence.listen(outages.lost, outages.found)
    root = logging.getLogger()
    root.handlers = [handler]
    # Of others only what went wrong: drivers tell the values of every statement where they are let.
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger(OURS).setLevel(level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_to_all(utc=json), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *names: logging.getLogger(".".join((OURS, *names))),
    )
    for what in settings.unprotected():
        structlog.get_logger(__name__).warning(
            "connected without TLS by a setting: whoever is in between reads and changes everything", to=what
        )


def line_format(*, json: bool) -> logging.Formatter:
    """How a line is written, ours and everyone's."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            *_to_all(utc=json),
            structlog.stdlib.ExtraAdder(_OF_THE_SDK),
            _subject_of_the_sdk,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _on_one_line,
            structlog.processors.ExceptionRenderer(_without_values),
            renderer,
        ],
    )


def _to_all(*, utc: bool) -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=utc),
    ]


def _on_one_line(_logger: object, _name: str, event: Event) -> Event:
    """Line ends and what moves a terminal's cursor as codes: what somebody wrote begins no line of its own."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[name] = "".join(
                sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in value
            )
    return event


def reason(error: BaseException) -> str:
    """What may be logged of an exception: its kind, and its text where that repeats no value."""
    kind = type(error).__name__
    if isinstance(error, DataError):
        return f"{kind} {getattr(error.orig, 'sqlstate', '')}".rstrip()
    # What pydantic and FastAPI refuse, they repeat.
    if isinstance(error, _CARRIES_VALUES) or hasattr(error, "errors"):
        return kind
    if isinstance(error, DBAPIError):
        # What follows the first line repeats the row (DETAIL), and the statement.
        return f"{kind}: {str(error.orig).partition(chr(10))[0]}"
    return f"{kind}: {error}" if str(error) else kind


def subject_of(workflow_id: str) -> dict[str, str | int]:
    """What a line about a workflow is bound to: its id, and the number of its message."""
    number = workflow_id.removeprefix(_WORKFLOW_PREFIX)
    subject: dict[str, str | int] = {"workflow_id": workflow_id}
    if number != workflow_id and number.isdecimal():
        subject["message"] = int(number)
    return subject


def _subject_of_the_sdk(_logger: object, _name: str, event: Event) -> Event:
    for source in _OF_THE_SDK:
        details: Mapping[str, Any] = event.pop(source, None) or {}
        if workflow_id := details.get("workflow_id"):
            event.update(subject_of(workflow_id))
        if activity := details.get("activity_type"):
            event.update(activity=activity, attempt=details.get("attempt"))
    return event


def _without_values(exc_info: _ExcInfo) -> str:
    """The traceback as Python prints it, each exception by its `reason`."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    told: set[int] = set()
    while error is not None and id(error) not in told:
        told.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{reason(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich comes from:\n\n".join(parts)
