"""The simulation against queues counted by hand, on the working time and the due moments of order 238."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from calendar_rules.regulation import LimitName
from service.load.figures import WEEKS, Arrival, Figures, Step
from service.load.simulation import Office
from service.runs.rules import load

RULES = load(None, None)
MONDAY = datetime(2026, 3, 16, tzinfo=RULES.zone)
"""Before six weeks without a day off but the weekends. Working time is 9:00–13:00 and 13:45–18:00, on Friday 16:45."""
ALL_TEN: Mapping[LimitName, int] = dict.fromkeys(LimitName, 10)


def arrived(*clock: str, bodies: Sequence[str] = ("roads",)) -> list[Arrival]:
    return [
        Arrival(datetime.fromisoformat(f"2026-03-16T{at}").replace(tzinfo=RULES.zone), tuple(bodies))
        for at in clock
    ]


def figures(
    arrivals: Sequence[Arrival], minutes: Mapping[LimitName, int] = ALL_TEN, **fields: Any
) -> Figures:
    steps = [Step(limit, None, timedelta(0), timedelta(minutes=many)) for limit, many in minutes.items()]
    known = {"staff": {}, "kept": {}, "returned": 0, "reworked": 0, **fields}
    return Figures(span=(MONDAY, MONDAY + timedelta(weeks=WEEKS)), arrivals=arrivals, steps=steps, **known)


def shares(
    found: Figures, people: Mapping[str | None, int], per_day: float | None = None
) -> Mapping[LimitName, float]:
    return Office(found, RULES, people, seed=1).run(per_day)


def test_one_curator_takes_one_message_after_the_other() -> None:
    # Declined, 50 minutes each: done at 9:50, 10:40, 11:30, all due at 10:30; the fourth, of 18:00, on Tuesday at 9:50.
    found = figures(arrived("07:00", "08:00", "08:59", "18:00", bodies=()), {LimitName.ROUTING: 50})
    assert shares(found, {None: 1}) == {LimitName.ROUTING: 2 / 4}
    assert shares(found, {None: 2}) == {LimitName.ROUTING: 3 / 4}
    assert shares(found, {None: 3}) == {LimitName.ROUTING: 1}


def test_a_day_is_as_counted_by_hand() -> None:
    """Two curators need 10 minutes a step; the one executor drafts for 60 and publishes in 5."""
    found = figures(
        arrived("08:00", "08:30", "09:05", "12:50", "17:50"),
        {**ALL_TEN, LimitName.DRAFT: 60, LimitName.PUBLICATION: 5},
    )
    # routing      A, B 9:00–9:10; C, who came at 9:05, 9:10–9:20; D 12:50–13:00; E 17:50–18:00.
    # drafting     A 9:10–10:10; B, due before C, 10:10–11:10; then A, approved 10:10–10:20 and to be published until
    #              10:50, is published 11:10–11:15, late. C 11:15–12:15.
    # approval     B 11:10–11:20, to be published until 11:50: 12:15–12:20, late. C 12:15–12:25, published 12:25–12:30.
    # after lunch  D is drafted 13:45–14:45, approved until 14:55, published at 15:00.
    # on Tuesday   E is drafted 9:00–10:00, approved until 10:10, published at 10:15.
    in_time = dict.fromkeys((LimitName.ROUTING, LimitName.ANSWER, LimitName.DRAFT, LimitName.APPROVAL), 1)
    assert shares(found, {None: 2, "roads": 1}) == {**in_time, LimitName.PUBLICATION: 3 / 5}
    assert shares(found, {None: 2, "roads": 3}) == {**in_time, LimitName.PUBLICATION: 1}


def test_the_road_has_its_turns() -> None:
    found = figures(
        arrived("09:00", bodies=("housing", "roads")),
        {**ALL_TEN, LimitName.CONTRIBUTION: 500},
        returned=1,
        reworked=1,
    )
    late = {limit for limit, share in shares(found, {}).items() if not share}
    ran = set(shares(found, {}))
    assert ran == set(LimitName) - {LimitName.FINAL_DRAFT}
    assert late == {LimitName.CONTRIBUTION, LimitName.ANSWER}


def test_what_came_before_the_period_fills_queues_and_is_not_counted() -> None:
    before = Arrival(MONDAY - timedelta(hours=10), ())
    found = figures([before, *arrived("09:00", bodies=())], {LimitName.ROUTING: 80})
    assert shares(found, {None: 1}) == {LimitName.ROUTING: 0}
    assert shares(figures([before], {LimitName.ROUTING: 80}), {}) == {}


def test_messages_are_drawn_as_often_as_asked_in_the_hours_of_the_record() -> None:
    found = figures(arrived("10:00", "11:30"))
    drawn = list(Office(found, RULES, {}, seed=1)._drawn(20.0))
    assert {(one.at.weekday(), one.at.hour) for one in drawn} == {(0, 10), (0, 11)}
    assert 5 * 7 * 20 * 0.9 < len(drawn) < 5 * 7 * 20 * 1.1


def test_the_same_seed_has_the_same_result_and_more_people_do_better() -> None:
    found = figures(arrived("10:00", "11:30"), reworked=0.5)
    assert shares(found, {None: 1}, 5.0) == shares(found, {None: 1}, 5.0)
    one, three = (shares(found, {None: many, "roads": 9}, 5.0)[LimitName.ROUTING] for many in (1, 3))
    assert one < three
