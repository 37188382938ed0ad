"""Replay beside what was: within what is claimed of one month, or off by so much."""

from datetime import date, datetime, timedelta

import pytest

from calendar_rules.regulation import LimitName
from service.load import replay
from service.load.figures import Figures, Share
from service.load.replay import Beside, Figure
from service.load.results import Crowd, Interval, InTime, Queue, Simulated
from service.runs.rules import load

RULES = load(None, None)
NONE = Interval(mean=0, low=0, high=0)
RUNS = 24
"""The interval of one run is five times that of their mean."""


def at(clock: str, day: int = 9) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02d}T{clock}").replace(tzinfo=RULES.zone)


def figures(**kept: tuple[int, int]) -> Figures:
    nothing = Share(0, 0)
    return Figures(
        span=(at("00:00"), at("00:00", 10)),
        roads=(),
        took=(),
        ended_at_once=nothing,
        joint=nothing,
        interim=nothing,
        clarification=nothing,
        rework={},
        returns={},
        hands={},
        on_days_off={},
        kept={LimitName(name): Share(*counts) for name, counts in kept.items()},
        # Three wait from opening on: one is taken up after an hour, the others after two.
        waited=[(at("08:30"), at("10:00")), (at("09:00"), at("11:00")), (at("09:00"), at("11:00"))],
    )


def outcome(longest: Interval, **shares: Interval) -> Simulated:
    queue = Queue(median=NONE, p95=NONE, longest=longest, by_hour=(), worst=(0, 9))
    crowd = Crowd(
        body=None,
        title="Кураторы",
        people=2,
        load=NONE,
        busy=NONE,
        waits=NONE,
        handles=NONE,
        of_lateness=NONE,
        grows=NONE,
        overloaded=False,
        queue=queue,
    )
    return Simulated(
        messages=100,
        in_time=tuple(
            InTime(limit=LimitName(name), share=share, counted=100) for name, share in shares.items()
        ),
        answer_median=NONE,
        answer_p95=NONE,
        late_waited=NONE,
        unanswered=0,
        crowds=(crowd,),
    )


def compared(found: Figures, said: Simulated) -> dict[Figure, Beside]:
    return {one.figure: one for one in replay.beside(found, said, RUNS, RULES.department)}


def test_what_is_claimed_of_one_month_is_wider_than_the_interval_of_the_mean() -> None:
    said = Interval(mean=0.9, low=0.89, high=0.91)
    within = compared(figures(routing=(86, 100)), outcome(NONE, routing=said))[Figure.ROUTING]
    assert [within.low, within.high, within.off] == pytest.approx([0.85, 0.95, 0])
    outside = compared(figures(routing=(80, 100)), outcome(NONE, routing=said))[Figure.ROUTING]
    assert outside.off == pytest.approx(0.05)


def test_one_message_makes_nobody_wrong() -> None:
    always = Interval(mean=1, low=1, high=1)
    found = compared(figures(answer=(49, 50)), outcome(NONE, answer=always))[Figure.ANSWER]
    assert [found.low, found.high, found.off] == pytest.approx([0.98, 1, 0])


def test_the_queue_is_looked_at_each_ten_minutes_of_working_time() -> None:
    found = figures()
    moments = replay.looks(found.span, RULES.department)
    # From 9:00 to 13:00 and from 13:45 to 18:00: the last quarter of an hour has two looks.
    assert len(moments) == 24 + 26
    assert {one.date() for one in moments} == {date(2026, 11, 9)}
    waiting = replay.in_queue(found.waited, moments)
    assert waiting[:13] == [3] * 6 + [2] * 6 + [0]
    queue = compared(found, outcome(Interval(mean=8, low=7.8, high=8.2)))
    assert queue[Figure.QUEUE_MEDIAN].was == 0
    # Of 50 looks the 48th in their order is one of those with three.
    assert queue[Figure.QUEUE_P95].was == 3
    longest = queue[Figure.QUEUE_LONGEST]
    assert [longest.was, longest.off] == pytest.approx([3, 4])


def test_a_share_of_nothing_is_not_compared() -> None:
    assert Figure.ROUTING not in compared(figures(), outcome(NONE, routing=NONE))


def test_looks_leave_out_days_off() -> None:
    span = at("00:00", 14), at("00:00", 14) + timedelta(days=2)
    assert not replay.looks(span, RULES.department)
