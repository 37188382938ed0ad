"""Data of this installation that a simulation is given: arrivals, times and people of a period of its record."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Importance
from calendar_rules.working_hours import WEEKDAYS
from service.load import figures
from service.load.figures import Figures, Holder, Recorded, Road, Share, Took
from service.load.given import (
    Absence,
    Arrived,
    Body,
    Crew,
    Given,
    Kind,
    Spent,
    TimesOfBodies,
    TimesOfCurators,
)
from service.runs.rules import Rules
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.people.titles import short_titles_on
from store.reports.period import Span

WEEKS: Final = 4
WARM_UP: Final = timedelta(days=7)
"""Before the period: its messages fill the queues, and are counted nowhere."""
FEWEST: Final = 10
"""Of a body with fewer steps, drafts or turns those of all bodies count."""
_MOST_SAMPLES: Final = 500
_USUAL_ON_SATURDAYS: Final = 0.5
_SATURDAY: Final = 5

ASSUMED_CURATORS: Final = TimesOfCurators(routing=Spent(median=8, p90=20), approval=Spent(median=6, p90=20))
ASSUMED_BODIES: Final = TimesOfBodies(drafting=Spent(median=45, p90=150), publication=Spent(median=8, p90=20))
"""Of steps that the record does not have yet."""
ALL_BODIES: Final = "bodies"
ASSUMED_CURATORS_AT_WORK: Final = 2
ASSUMED_EXECUTORS: Final = 20
ASSUMED_PER_DAY: Final = 40.0
"""Of an installation that has no record yet: `ALL_BODIES` stands for all of its bodies together."""


def last_weeks(today: date, weeks: int = WEEKS) -> tuple[date, date]:
    """The first day of the whole weeks that ended last, and the first day after them: Mondays."""
    until = today - timedelta(days=today.weekday())
    return until - timedelta(weeks=weeks), until


async def observed(database: Database, rules: Rules, since: datetime, until: datetime) -> Given | None:
    """What is given of a period, with messages drawn by the hour of the week; None where none was routed in it."""
    found = await asyncio.to_thread(_read, database.url, rules, (since, until))
    return given(found[0], found[1])


def _read(url: str, rules: Rules, span: Span) -> tuple[Figures, Mapping[str, str]]:
    database = BlockingDatabase(url, 1)
    try:
        with database.read() as connection:
            titles = short_titles_on(connection, span[1].astimezone(rules.zone).date())
            return figures.of(Recorded.read(connection, span, WARM_UP), rules.calendar_of, rules.zone), titles
    finally:
        database.dispose()


def given(found: Figures, titles: Mapping[str, str]) -> Given | None:
    """What the figures say, messages drawn by the hour of the week, topic and bodies of the period."""
    since = found.span[0]
    routed = [road for road in found.roads if road.bodies and road.at >= since]
    came = [road for road in found.roads if road.at >= since]
    if not routed or not found.hands.get(None):
        return None
    return _given(
        found,
        titles,
        kinds=tuple(
            Kind(share=many, topic=topic, bodies=bodies, importance=importance)
            for (topic, bodies, importance), many in _kinds(routed).items()
        ),
        by_hour=_by_hour(came, found.span),
    )


def replayed(found: Figures, titles: Mapping[str, str]) -> Given | None:
    """The same with the very messages of the period and of the days before it.

    What was never routed is given the bodies of the message routed before it: who would have had it is not known.
    """
    routed = [road for road in found.roads if road.bodies]
    if not routed or not found.hands.get(None):
        return None
    bodies, arrived = routed[0].bodies, list[Arrived]()
    for road in found.roads:
        bodies = road.bodies or bodies
        arrived.append(Arrived(at=road.at, bodies=bodies, topic=road.topic, importance=_importance(road)))
    return _given(found, titles, arrived=tuple(arrived))


def _given(found: Figures, titles: Mapping[str, str], **arrivals: object) -> Given:
    of_all = _times_of_bodies(found.took, ASSUMED_BODIES)
    took = defaultdict[Holder, list[Took]](list)
    for one in found.took:
        took[one.holder].append(one)
    known = {body for road in found.roads for body in road.bodies}
    rework, returns = _of_all(found.rework.values()), _of_all(found.returns.values())
    return Given.model_validate(
        {
            "curators": (*(_crews(found.hands[None]) or (Crew(people=1),)), *_on_saturdays(found)),
            "times": TimesOfCurators(
                routing=_spent(took[None], LimitName.ROUTING, ASSUMED_CURATORS.routing),
                approval=_spent(took[None], LimitName.APPROVAL, ASSUMED_CURATORS.approval),
            ),
            "declined": found.ended_at_once.value or 0,
            "times_of_bodies": of_all,
            "bodies": {
                body: Body(
                    title=titles.get(body, body),
                    crews=_crews(found.hands.get(body, {})) or (Crew(people=1),),
                    times=_times_of_bodies(took[body], of_all) if len(took[body]) >= FEWEST else None,
                    returned=_known(found.returns.get(body), returns),
                    reworked=_known(found.rework.get(body), rework),
                    interim=found.interim.value or 0,
                )
                for body in sorted(known)
            },
            **arrivals,
        }
    )


def _kinds(roads: Iterable[Road]) -> Counter[tuple[str | None, tuple[str, ...], Importance | None]]:
    return Counter((road.topic, road.bodies, _importance(road)) for road in roads)


def _importance(road: Road) -> Importance | None:
    return Importance(road.importance) if road.importance else None


def _by_hour(roads: Iterable[Road], span: Span) -> tuple[tuple[float, ...], ...]:
    """Messages of an hour of the week, on average over the weeks of the period."""
    weeks = (span[1] - span[0]) / timedelta(weeks=1)
    came = Counter((road.at.weekday(), road.at.hour) for road in roads)
    return tuple(tuple(came[day, hour] / weeks for hour in range(24)) for day in range(7))


def _crews(hands: Mapping[date, int]) -> tuple[Crew, ...]:
    """All who were there, and the days on which fewer were."""
    most = max(hands.values(), default=0)
    if not most:
        return ()
    absences = []
    days = sorted(hands)
    # Days off in between change nothing.
    for fewer, same in groupby(days, key=lambda day: most - hands[day]):
        if fewer:
            away = list(same)
            absences.append(Absence(first=away[0], last=away[-1], people=fewer))
    return (Crew(people=most, absences=tuple(absences)),)


def _on_saturdays(found: Figures) -> tuple[Crew, ...]:
    """Duty on Saturdays, where curators act on half of them or more: so many, from the first act to the last."""
    saturdays = [acts for day, acts in found.on_days_off.items() if day.weekday() == _SATURDAY]
    weeks = (found.span[1] - found.span[0]) / timedelta(weeks=1)
    if len(saturdays) < weeks * _USUAL_ON_SATURDAYS:
        return ()
    begins = min(first.hour for first, _, _ in saturdays)
    ends = max(last.hour for _, last, _ in saturdays) + 1
    people = round(sum(many for _, _, many in saturdays) / len(saturdays))
    hours = ((f"{begins:02d}:00", f"{ends:02d}:00"),)
    return (Crew(people=people, week={WEEKDAYS[_SATURDAY]: hours}),)


def _times_of_bodies(took: Sequence[Took], otherwise: TimesOfBodies) -> TimesOfBodies:
    return otherwise.model_copy(
        update={
            "drafting": _spent(took, LimitName.DRAFT, otherwise.drafting),
            "publication": _spent(took, LimitName.PUBLICATION, otherwise.publication),
            "rework": _spent(took, LimitName.REWORK, otherwise.rework),
            "returning": _spent(took, LimitName.RETURN, otherwise.returning),
            "contribution": _spent(took, LimitName.CONTRIBUTION, otherwise.contribution),
        }
    )


def _spent(took: Iterable[Took], limit: LimitName, otherwise: Spent) -> Spent:
    """By the steps of this kind; of many, as many as are enough to draw from, evenly by their length."""
    minutes = sorted(
        round(one.handling.total_seconds() / 60, 2)
        for one in took
        if one.limit is limit and one.handling is not None
    )
    if not minutes:
        return otherwise
    if len(minutes) > _MOST_SAMPLES:
        minutes = [minutes[len(minutes) * place // _MOST_SAMPLES] for place in range(_MOST_SAMPLES)]
    return Spent(samples=tuple(minutes))


def _of_all(shares: Iterable[Share]) -> float:
    every = list(shares)
    return Share(sum(one.part for one in every), sum(one.whole for one in every)).value or 0


def _known(share: Share | None, otherwise: float) -> float:
    return share.value or 0 if share is not None and share.whole >= FEWEST else otherwise


def assumed(rules: Rules) -> Given:
    """What is given where there is no record yet: messages in the Department's hours, and times that are usual."""
    hours = rules.schedules.of(None).week
    by_hour = tuple(
        tuple(float(any(_opens(one, hour) for one in hours.get(day, ()))) for hour in range(24))
        for day in WEEKDAYS
    )
    everybody = Body(title="Органы", crews=(Crew(people=ASSUMED_EXECUTORS),), returned=0.1, reworked=0.15)
    return Given(
        curators=(Crew(people=ASSUMED_CURATORS_AT_WORK),),
        times=ASSUMED_CURATORS,
        times_of_bodies=ASSUMED_BODIES,
        bodies={ALL_BODIES: everybody},
        kinds=(Kind(share=1, bodies=(ALL_BODIES,)),),
        by_hour=by_hour,
    ).with_per_day(ASSUMED_PER_DAY)


def _opens(interval: tuple[str, str], hour: int) -> bool:
    """Whether the interval covers a part of the hour."""
    return interval[0] < f"{hour + 1:02d}:00" and f"{hour:02d}:00" < interval[1]
