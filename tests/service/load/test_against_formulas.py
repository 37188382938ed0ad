"""The simulation says what closed formulas say, where there are some: queues M/M/c, in working time."""

from math import exp, factorial

import pytest

from calendar_rules.regulation import LimitName
from service.load.calculation import calculate
from service.load.given import Crew, Spent, TimesOfCurators
from service.load.results import Crowd, Interval, Simulated
from tests.service.load.situation import always, given, in_hours, plan, rules

HANDLING = 20.0
"""Minutes of a step, on average."""
ALL_DAY = ([["00:00", "24:00"]], range(24))
WITH_NIGHTS_AND_LUNCH = ([["09:00", "13:00"], ["14:00", "18:00"]], (*range(9, 13), *range(14, 18)))


def waits_at_all(curators: int, busy: float) -> float:
    """Erlang C: the share of those who wait, of `curators` so busy."""
    offered = curators * busy
    last = offered**curators / factorial(curators) / (1 - busy)
    return last / (sum(offered**some / factorial(some) for some in range(curators)) + last)


def over(minutes: float, curators: int, busy: float) -> float:
    """The share of those who are there for longer, waiting and being handled."""
    rate, waits = 1 / HANDLING, waits_at_all(curators, busy)
    left = rate * curators * (1 - busy)
    if curators == 1:
        return exp(-left * minutes)
    return exp(-rate * minutes) * (1 + waits * (1 - exp(-minutes * (left - rate))) / ((left - rate) / rate))


def curators_alone(
    curators: int, busy: float, hours: tuple[list[list[str]], range | tuple[int, ...]]
) -> Simulated:
    """Curators who route and decline, and do nothing else, by hours in which alone messages come."""
    opened, coming = hours
    office = given(
        curators=(Crew(people=curators),),
        times=TimesOfCurators(routing=Spent(mean=HANDLING), approval=Spent(minutes=0)),
        declined=1,
        by_hour=in_hours(curators * busy * 60 / HANDLING, *coming),
    )
    days = 35 if len(coming) < 24 else 14
    result = calculate(office, rules(always(opened)), plan(days=days, warm_up=7, runs=10), search=False)
    return result.outcome


def covers(found: Interval, formula: float) -> bool:
    return found.low <= formula <= found.high


@pytest.mark.parametrize(
    ("curators", "busy", "hours"),
    [(1, 0.8, ALL_DAY), (1, 0.8, WITH_NIGHTS_AND_LUNCH), (3, 0.85, WITH_NIGHTS_AND_LUNCH)],
    ids=["one, all day", "one, with nights and lunch", "three, with nights and lunch"],
)
def test_curators_wait_as_queues_do(
    curators: int, busy: float, hours: tuple[list[list[str]], range | tuple[int, ...]]
) -> None:
    outcome = curators_alone(curators, busy, hours)
    crowd = outcome.curators
    waits = waits_at_all(curators, busy) * HANDLING / (curators * (1 - busy))
    assert covers(crowd.waits, waits)
    assert covers(crowd.handles, HANDLING)
    assert covers(crowd.load, busy)
    routing = outcome.share(LimitName.ROUTING)
    assert routing is not None
    assert covers(routing.share, 1 - over(90, curators, busy))
    assert not crowd.overloaded
    assert_little(crowd, curators * busy / HANDLING)


def assert_little(crowd: Crowd, per_minute: float) -> None:
    """Little's law: as many wait as come in the time that one waits."""
    waiting = sum(hour.mean for hour in crowd.queue.by_hour) / len(crowd.queue.by_hour)
    assert waiting == pytest.approx(per_minute * crowd.waits.mean, rel=0.06)
