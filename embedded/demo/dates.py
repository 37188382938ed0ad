"""Dates of the demo: its roads laid on the calendar, so that they end in the past or stand open now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from calendar_rules.work_calendar import WorkCalendar
from embedded.demo.data import Complaint
from embedded.demo.roads import Road, chance, road

_REACHES_BACK: Final = timedelta(hours=240)
"""Working time over which those that have ended were detected: six weeks."""
_ENDED_BEFORE: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Planned:
    """A road with its moments; `at[i]` is that of its step `i`."""

    road: Road
    detected_at: datetime
    registered_at: datetime
    at: tuple[datetime, ...]


def plan(complaints: Sequence[Complaint], calendar: WorkCalendar, now: datetime) -> list[Planned]:
    """Every complaint with its moments, none later than `now`, in order of registration."""
    now, variants = now.replace(microsecond=0), Counter[str]()
    planned = []
    by_slug = {complaint.slug: complaint for complaint in complaints}
    for complaint in complaints:
        gone = road(complaint, variants[complaint.road])
        variants[complaint.road] += 1
        earliest = gone.lasts + (gone.waits or _ENDED_BEFORE)
        detected = calendar.subtract(
            now, earliest if gone.waits else max(earliest, _REACHES_BACK * _place(complaint, by_slug))
        )
        at = tuple(calendar.add(detected, step.after) for step in gone.steps)
        planned.append(Planned(gone, detected, calendar.add(detected, gone.registered), at))
    return sorted(planned, key=lambda item: item.registered_at)


def _place(complaint: Complaint, by_slug: dict[str, Complaint]) -> float:
    """How far back in the six weeks a complaint lies; a repeated one after the one that it repeats."""
    place, repeats = 0.05 + 0.95 * chance(complaint.slug, "detected"), complaint.route.repeats
    return place if repeats is None else place * _place(by_slug[repeats], by_slug)
