"""Promises found in sentences that the rules have not seen, beside what dateparser makes of the same ones.

Shares of a hundred: promises among what is found, found among promises, and found with the very day. dateparser finds
days and no promises: each day of the future that it finds is taken for one. It is no dependency; where it is installed
it is the reference. `python -m bench promised_days`
"""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any

from bench.measurement import Goal, Line
from service.promises.promised_days import promised_days
from tests.service.promises.sentences import AT, CALENDAR, closing, figures, set_aside, written_after


def _by_rules(text: str) -> Iterable[datetime]:
    return [closing(one.until.date()) for one in promised_days(text, AT, CALENDAR)]


def _of_future(days: Iterable[date]) -> list[datetime]:
    return [closing(day) for day in days if day >= AT.date()]


def _dateparser() -> Callable[[str], Iterable[datetime]]:
    search_dates: Any = __import__("dateparser.search", fromlist=["search_dates"]).search_dates
    how = {
        "RELATIVE_BASE": AT.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "last",
        "DATE_ORDER": "DMY",
    }
    return lambda text: _of_future(
        found.date() for _, found in search_dates(text, languages=["ru"], settings=how) or ()
    )


async def measure() -> AsyncIterator[Line]:
    """Three lines for each set; the day counts, not its hour."""
    by_dateparser = _dateparser() if find_spec("dateparser") is not None else None
    for title, sentences in (("set aside", set_aside()), ("written after", written_after())):
        by_day = [
            replace(one, until=tuple(closing(until.date()) for until in one.until)) for one in sentences
        ]
        found = figures(_by_rules, by_day)
        reference = figures(by_dateparser, by_day) if by_dateparser is not None else None
        for share in ("precision", "recall", "exact"):
            of_library = 100 * getattr(reference, share) if reference is not None else None
            yield Line(
                f"{title}: {share}", "%", 100 * getattr(found, share), of_library, Goal("work", "≥", 95)
            )
