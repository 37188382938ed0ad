"""The demo's moments, for whatever moment it is started at; nothing here runs a server."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_rules.regulation import LimitName, order_238
from calendar_rules.work_calendar import WorkCalendar
from embedded.demo.data import complaints
from embedded.demo.dates import Planned, plan
from service.runs import rules

MOSCOW = ZoneInfo("Europe/Moscow")
LATE = {"open_routing_late", "open_preparation_late"}

MOMENTS = {
    "working time": "2026-11-25 14:00",
    "lunch": "2026-11-25 13:20",
    "opening": "2026-11-23 09:00",
    "the first minute of a week": "2026-11-23 09:01",
    "closing": "2026-11-24 18:00",
    "night": "2026-11-25 03:00",
    "Sunday": "2026-11-22 15:00",
    "1 January": "2027-01-01 00:10",
    "the first working day of a year": "2027-01-11 09:10",
    "a short day": "2026-11-03 16:30",
    "after a short day": "2026-05-08 15:50",
    "May": "2026-05-12 10:00",
    "a working Saturday": "2024-12-28 12:00",
    "the end of the loaded years": "2027-12-31 23:59",
    "past the loaded years": "2028-02-01 12:00",
}


@cache
def calendar() -> WorkCalendar:
    return rules.load(None, None).department


def planned(now: datetime) -> list[Planned]:
    return plan(complaints(), calendar(), now)


def moments(item: Planned) -> list[datetime]:
    return [item.detected_at, item.registered_at, *item.at]


def assert_sound(found: list[Planned], now: datetime) -> None:
    assert len(found) == len(complaints())
    for item in found:
        steps = moments(item)
        assert all(earlier <= later for earlier, later in pairwise(steps)), item.road.complaint.slug
        assert steps[-1] <= now, item.road.complaint.slug
        assert all(calendar().is_open(at) for at in steps), item.road.complaint.slug
    assert [item.registered_at for item in found] == sorted(item.registered_at for item in found)


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2019, 3, 1), datetime(2028, 6, 1)))
def test_whenever_the_demo_is_started(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    found = planned(now)
    assert_sound(found, now)
    assert_open(found, now)


def due(name: LimitName, start: datetime) -> datetime:
    regulation = order_238()
    return regulation.limits[name].term.due(calendar(), start, regulation.readings.counting)


def draft_due(item: Planned) -> datetime:
    return calendar().subtract(due(LimitName.ANSWER, item.detected_at), timedelta(hours=4))


STEP = {
    "open_routing": LimitName.ROUTING,
    "open_routing_late": LimitName.ROUTING,
    "open_returned": LimitName.ROUTING,
    "open_approval": LimitName.APPROVAL,
    "open_rework": LimitName.REWORK,
    "open_publication": LimitName.PUBLICATION,
    "interim_awaiting_final": LimitName.FINAL_DRAFT,
}


def open_until(item: Planned) -> datetime:
    """When the step that the message waits for is due."""
    last = item.at[-1] if item.at else item.detected_at
    counting, road = order_238().readings.counting, item.road.complaint.road
    if road.startswith("open_preparation"):
        return draft_due(item)
    if road == "open_joint":
        return min(draft_due(item), due(LimitName.CONTRIBUTION, last))
    if road == "clarification_awaiting_author":
        return order_238().readings.clarification.no_reply.due(calendar(), last, counting)
    return due(STEP[road], last)


def assert_open(found: list[Planned], now: datetime) -> None:
    for item in found:
        if item.road.waits is not None:
            late = item.road.complaint.road in LATE
            assert (open_until(item) < now) == late, (item.road.complaint.slug, open_until(item))


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_moments_are_past_in_order_and_in_working_time_and_what_is_open_has_time_left(moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=MOSCOW)
    found = planned(now)
    assert_sound(found, now)
    assert_open(found, now)
    # Those that ended were detected over six weeks.
    ended = sorted(item.detected_at for item in found if item.road.waits is None)
    assert timedelta(hours=200) < calendar().between(ended[0], now) < timedelta(hours=400)
    assert max(calendar().between(*pair) for pair in pairwise(ended)) < timedelta(hours=25)
    place = {item.road.complaint.slug: number for number, item in enumerate(found)}
    for complaint in complaints():
        repeats = complaint.route.repeats
        assert repeats is None or place[repeats] < place[complaint.slug]


def test_steps_take_different_times() -> None:
    found = planned(datetime(2026, 11, 25, 14, tzinfo=MOSCOW))
    waited = [
        calendar().between(item.detected_at, item.at[0])
        for item in found
        if item.road.complaint.road == "answered"
    ]
    assert len(set(waited)) == len(waited)
