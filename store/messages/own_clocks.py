"""Clocks of messages as a condition of SQL; outside training every clock is the wall's."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import col

from store.messages.tables import MessageRow

_MICROSECOND = timedelta(microseconds=1)

Value = TypeVar("Value")


def by_own_clock(
    judge: Callable[[datetime], Value], edges: Iterable[datetime], now: datetime
) -> list[tuple[Value, sa.ColumnElement[bool]]]:
    """What `judge` says at the moments of messages' clocks, each answer with which messages it is for.

    Answers change at `edges` only, and no message's clock is behind `now`, the wall's.
    """
    spans: list[tuple[datetime | None, Value]] = [(None, judge(now))]
    for edge in sorted({edge for edge in edges if edge > now}):
        if (value := judge(edge)) != spans[-1][1]:
            spans.append((edge, value))
    ahead = col(MessageRow.clock_ahead)
    found = []
    for (start, value), (end, _) in pairwise([*spans, (None, spans[-1][1])]):
        within = [
            *([ahead >= (start - now) // _MICROSECOND] if start else []),
            *([ahead < (end - now) // _MICROSECOND] if end else []),
        ]
        found.append((value, sa.and_(sa.true(), *within)))
    return found
