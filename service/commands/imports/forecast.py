"""Forecast for the limits of messages that are registered now and were detected before."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from service.runs.rules import Rules

_MINUTE = timedelta(minutes=1)
_REACHES_BACK = timedelta(days=60)
"""Longer than any term of `routing` or `answer` with the holidays in it."""


class Forecast:
    """Which limits begin past their due moment, for messages registered at `now`."""

    def __init__(self, rules: Rules, now: datetime) -> None:
        """Raises CalendarRangeError where limits of now fall outside the loaded years."""
        self.now = now.astimezone(rules.zone)
        self.routing_due = rules.routing_due(now)
        self._routing_from = _first_in_time(rules.routing_due, now)
        self.answer_due: datetime | None = None
        self._answer_from: datetime | None = None
        if rules.regulation.limits.answer.starts == ("detection",):
            self.answer_due = rules.answer_due(now)
            self._answer_from = _first_in_time(rules.answer_due, now)

    def routing_is_past(self, detected_at: datetime) -> bool:
        return detected_at < self._routing_from

    def answer_is_past(self, detected_at: datetime) -> bool:
        return self._answer_from is not None and detected_at < self._answer_from


def _first_in_time(due: Callable[[datetime], datetime], now: datetime) -> datetime:
    """The first detection, to the minute, whose term is not over at `now`: a later one is never due earlier."""
    start = (now - _REACHES_BACK).astimezone(UTC).replace(second=0, microsecond=0)
    minutes = range((now - start) // _MINUTE)
    first = bisect_left(minutes, True, key=lambda minute: due(start + minute * _MINUTE) > now)
    return start + first * _MINUTE
