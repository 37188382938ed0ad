"""Dates of the demo: its roads laid on the calendar, so that they end in the past or stand open now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from calendar_rules.regulation import Regulation
from calendar_rules.terms import Unit, zone_of
from calendar_rules.work_calendar import WorkCalendar
from embedded.demo.data import DemoComplaint
from embedded.demo.messages.roads import Script, script
from embedded.demo.messages.steps import chance
from workflows.vocabulary import Command

_REACHES_BACK = timedelta(hours=240)
"""Working time: six weeks, less where there are so few messages that weeks would be nearly empty."""
_APART = timedelta(hours=2.5)

_OF_THE_DAY = 0.1
_ENDED_BEFORE = timedelta(minutes=20)
_DUE_WITHIN = timedelta(hours=95)
"""Working time within which everything that is open becomes due: ten working days and the rest of one."""


@dataclass(frozen=True, slots=True)
class DatedStep:
    """One command, at its moment; the rest as of `Act`."""

    at: datetime
    command: Command
    body: str | None
    fields: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Planned:
    """A complaint with the moments of its road."""

    complaint: DemoComplaint
    detected_at: datetime
    registered_at: datetime
    steps: tuple[DatedStep, ...]


def plan(
    complaints: Sequence[DemoComplaint], regulation: Regulation, calendar: WorkCalendar, now: datetime
) -> list[Planned]:
    """Every complaint with its moments, none later than `now`, in order of registration.

    Those that have ended were detected in the order given, over six working weeks at most. Raises CalendarRangeError
    where these lie before the loaded years; near their end the demo stands so far back that its limits lie within.
    """
    variants: Counter[str] = Counter()
    scripts = []
    for complaint in complaints:
        scripts.append(script(complaint, variants[complaint.road], regulation))
        variants[complaint.road] += 1
    ended = [item for item in scripts if item.since is None]
    back = dict(zip((item.complaint.slug for item in ended), _spread(ended), strict=True))
    anchor = _anchor(calendar, now)
    in_the_morning = regulation.limits.answer.unit is Unit.CLOCK_HOURS
    planned = [
        _dated(
            item,
            calendar,
            anchor,
            back[item.complaint.slug] if item.since is None else item.lasts + item.since,
            in_the_morning=in_the_morning and item.since is None,
        )
        for item in scripts
    ]
    return sorted(planned, key=lambda item: item.registered_at)


def _anchor(calendar: WorkCalendar, now: datetime) -> datetime:
    """The moment that counts as now, to the second."""
    now = now.replace(microsecond=0)
    if calendar.years is None:
        return now
    end = datetime(calendar.years[1], 12, 31, 23, 59, tzinfo=zone_of(calendar))
    return min(now, calendar.subtract(end, _DUE_WITHIN))


def _dated(
    script: Script, calendar: WorkCalendar, anchor: datetime, back: timedelta, *, in_the_morning: bool
) -> Planned:
    detected = calendar.subtract(anchor, back)
    if in_the_morning:
        # A term that runs through the night is kept by who begins early and is done on the same day.
        day = detected.astimezone(zone_of(calendar)).replace(hour=0, minute=0, second=0)
        detected = calendar.add(day, calendar.between(day, detected) * _OF_THE_DAY)
    return Planned(
        complaint=script.complaint,
        detected_at=detected,
        registered_at=calendar.add(detected, script.registered),
        steps=tuple(
            DatedStep(calendar.add(detected, act.after), act.command, act.body, act.fields, act.texts)
            for act in script.acts
        ),
    )


def _spread(scripts: Sequence[Script]) -> list[timedelta]:
    """How long before now each was detected, in working time: less and less, and long enough to have ended.

    As evenly as the long roads allow: along the lowest line that bends one way only and lies above each of them.
    """
    least = [item.lasts + _ENDED_BEFORE for item in scripts]
    least[0] = max(least[0], min(_REACHES_BACK, _APART * len(scripts)))
    line = _line_above([amount.total_seconds() for amount in least])
    spread = []
    for index, item in enumerate(scripts):
        gap = line[index - 1] - line[index] if index else 0.0
        earlier = gap * 0.8 * chance(item.complaint.slug, "detected")
        spread.append(timedelta(seconds=round(line[index] + earlier)))
    return spread


def _line_above(heights: Sequence[float]) -> list[float]:
    """At each place, the height of the upper convex hull of all of them."""
    corners: list[int] = []
    for place, height in enumerate(heights):
        while len(corners) > 1:
            first, last = corners[-2], corners[-1]
            across = (heights[last] - heights[first]) * (place - first)
            if across > (height - heights[first]) * (last - first):
                break
            corners.pop()
        corners.append(place)
    line: list[float] = []
    for start, end in pairwise(corners):
        slope = (heights[end] - heights[start]) / (end - start)
        line += [heights[start] + slope * step for step in range(end - start)]
    return [*line, heights[corners[-1]]]
