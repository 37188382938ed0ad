"""Outages of the database as two lines of a process: that it is away, and that it is there again.

Meanwhile everything that needs it fails, again and again, and each says so with a traceback: what went before and what
comes after cannot be found among that. Those lines are counted and left out; the rest, and each request's own, stays.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextvars import Context

import structlog

from store.database import presence

log = structlog.get_logger(__name__)

_STRAGGLERS = 10.0
"""Seconds for which connections that the outage has cut are still found cut."""
_KINDS = ("OperationalError", "ConnectionError")
"""How the errors begin of those who say only that they go on trying."""


class Outages(logging.Filter):
    """For the handler of a process."""

    def __init__(self, reason: Callable[[BaseException], str]) -> None:
        """`reason`: what may be logged of an error."""
        super().__init__()
        self._reason = reason
        self._since: float | None = None
        self._over_at = -_STRAGGLERS
        self._left_out = 0

    def lost(self, error: BaseException, is_new: bool) -> None:
        """`is_new`: whether it was a new connection that failed."""
        straggles = not is_new and time.monotonic() - self._over_at < _STRAGGLERS
        if self._since is None and not straggles:
            self._since, self._left_out = time.monotonic(), 0
            _say("the database is away", why=self._reason(error))

    def found(self) -> None:
        if self._since is None:
            return
        seconds, self._since, self._over_at = time.monotonic() - self._since, None, time.monotonic()
        _say("the database is there again", seconds=round(seconds, 1), lines_left_out=self._left_out)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line says more than that the database is away."""
        for error in _errors(record):
            if presence.is_away(error):
                self.lost(error, is_new=False)
                self._left_out += 1
                return False
        event = record.msg
        if (
            not isinstance(event, dict)
            or "advice" in event
            or not str(event.get("error", "")).startswith(_KINDS)
        ):
            return True
        is_on = self._since is not None or time.monotonic() - self._over_at < _STRAGGLERS
        self._left_out += is_on
        return not is_on


def _say(event: str, **about: object) -> None:
    """Not of the request or step that happened to notice."""
    Context().run(log.warning, event, **about)


def _errors(record: logging.LogRecord) -> Iterator[BaseException]:
    """The exceptions of a line, ours or another's, with what each comes from."""
    event = record.msg
    given = event.get("exc_info") if isinstance(event, dict) else None
    given = sys.exc_info() if given is True else given or record.exc_info
    error = given[1] if isinstance(given, tuple) else given
    told: set[int] = set()
    while isinstance(error, BaseException) and id(error) not in told:
        told.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
