"""Surges of generated years: false alarms, and how soon what was planted is found, by the act's rule and by others.

Three regions, from 3,000 to 80,000 messages a year, on sixty topics of very different rates. Messages come by day and
less at the weekend, some topics have a season, days differ by chance, and one thing brings several messages: a year
without a single surge still has its heaps. Then rises of 5 to 40 messages in twelve hours are planted. A false alarm is
one that no planted rise explains; what people are told counts once where topic and settlement begin within a day.

Printed also: how long one look at a hundred thousand messages takes.
"""

import asyncio
import math
import random
import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

import sqlalchemy as sa

from calendar_rules.regulation import Surge, order_238
from calendar_rules.surges import Reading, holds, read
from service.oversight.watch import Surges, Watching
from service.suggestions.guess import Guess
from settings import Settings
from store.database.engines import Database
from store.messages import texts
from store.messages.tables import MessageRow, MessageTextRow
from store.migrations.setup import prepare

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2025, 1, 1, tzinfo=UTC)
WARM_UP, DAYS = 30, 365
"""Days: the first are not judged, there is nothing to compare them with."""
TOPICS, SETTLEMENTS = 60, 27
SIZES = (5, 10, 20, 40)
EACH = 25
"""Planted rises of each size a year."""
LASTS = timedelta(hours=12)
REGIONS = (("small", 3_000, 3), ("middle", 20_000, 2), ("large", 80_000, 2))
"""Name, messages a year, and years."""

MESSAGES, LOOKS = 100_000, 7
_AT_ONCE = 1_000

_OF_THE_DAY = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 12, 12, 12, 12, 12, 13, 14, 14, 13, 10, 6, 3)
_OF_THE_WEEK = (1.15, 1.1, 1.05, 1.05, 1.0, 0.8, 0.7)
_SEASONS = 0.25  # of the topics
_MORE_OF_ONE_THING = 0.22
"""How likely a message is followed by one more about the same thing."""

Place = tuple[int, int | None]
Judge = Callable[[Sequence[datetime], datetime], bool]


@dataclass(frozen=True, slots=True)
class Planted:
    """A rise of so many messages on a topic, in one settlement or in all."""

    topic: int
    settlement: int | None
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Year:
    """Moments by topic, and by topic with settlement; what was planted."""

    moments: dict[Place, list[datetime]]
    planted: list[Planted]


def year(messages: int, seed: int) -> Year:
    """A generated year."""
    chance = random.Random(seed)
    found: dict[Place, list[datetime]] = defaultdict(list)

    def add(topic: int, settlement: int, at: datetime) -> None:
        found[topic, None].append(at)
        found[topic, settlement].append(at)

    shares = [1 / (rank + 2) for rank in range(TOPICS)]
    towns = [1 / (rank + 1) for rank in range(SETTLEMENTS)]
    things = messages / DAYS * (1 - _MORE_OF_ONE_THING)
    for topic, share in enumerate(shares):
        has_season, peak = chance.random() < _SEASONS, chance.random() * DAYS
        for day in range(WARM_UP + DAYS):
            rate = things * share / sum(shares) * _OF_THE_WEEK[(START + day * DAY).weekday()]
            rate *= chance.gammavariate(8, 1 / 8)
            if has_season:
                rate *= 0.25 + 1.5 * (0.5 + 0.5 * math.cos(2 * math.pi * (day - peak) / DAYS))
            for _ in range(_poisson(chance, rate)):
                hour = chance.choices(range(24), _OF_THE_DAY)[0]
                at = START + day * DAY + timedelta(hours=hour + chance.random())
                town = chance.choices(range(SETTLEMENTS), towns)[0]
                add(topic, town, at)
                while chance.random() < _MORE_OF_ONE_THING:
                    at += timedelta(hours=chance.expovariate(1 / 3))
                    add(topic, town, at)
    planted = list(_planted(chance))
    for rise in planted:
        for number in range(rise.size):
            settlement = rise.settlement
            if settlement is None:
                settlement = chance.choices(range(SETTLEMENTS), towns)[0]
            add(rise.topic, settlement, rise.at + (chance.random() * LASTS if number else timedelta(0)))
    for moments in found.values():
        moments.sort()
    return Year(found, planted)


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1)
    return count


def _planted(chance: random.Random) -> Iterator[Planted]:
    """No two on a topic within five days."""
    taken: dict[int, list[float]] = defaultdict(list)
    for size in SIZES * EACH:
        while True:
            topic, day = chance.randrange(TOPICS), WARM_UP + 1 + chance.random() * (DAYS - 3)
            if all(abs(day - other) > 5 for other in taken[topic]):
                break
        taken[topic].append(day)
        settlement = chance.randrange(SETTLEMENTS) if chance.random() < 0.5 else None
        yield Planted(topic, settlement, START + day * DAY, size)


# ---- rules


def of_the_act(**changed: object) -> tuple[Judge, Surge]:
    rule = order_238().readings.surge.model_copy(update=changed)
    return lambda moments, at: holds(read(moments, at, rule), rule), rule


def by_weekday() -> tuple[Judge, Surge]:
    """The act's numbers, with the mean of the same hours of the four weeks before for what is usual."""
    rule = order_238().readings.surge

    def judge(moments: Sequence[datetime], at: datetime) -> bool:
        now = bisect_right(moments, at) - bisect_right(moments, at - DAY)
        if now < rule.at_least:
            return False
        weeks = (at - number * timedelta(weeks=1) for number in range(1, 5))
        usual = sum(bisect_right(moments, week) - bisect_right(moments, week - DAY) for week in weeks) / 4
        return holds(Reading(at - DAY, at, now, usual), rule)

    return judge, rule


RULES: tuple[tuple[str, tuple[Judge, Surge]], ...] = (
    ("the act: 5 and 3 x mean of 14 days", of_the_act()),
    ("at least 8", of_the_act(at_least=8)),
    ("at least 10", of_the_act(at_least=10)),
    ("5 times the mean", of_the_act(times_daily_mean=5.0)),
    ("mean of 28 days", of_the_act(mean_over_days=28)),
    ("usual by weekday", by_weekday()),
    ("chance 1e-4", of_the_act(chance_at_most=1e-4)),
    ("chance 1e-5", of_the_act(chance_at_most=1e-5)),
    ("chance 1e-5, 28 days", of_the_act(chance_at_most=1e-5, mean_over_days=28)),
    ("chance 1e-6", of_the_act(chance_at_most=1e-6)),
    ("at least 8, chance 1e-4", of_the_act(at_least=8, chance_at_most=1e-4)),
    ("at least 8, chance 1e-5", of_the_act(at_least=8, chance_at_most=1e-5)),
    ("at least 8, chance 1e-6", of_the_act(at_least=8, chance_at_most=1e-6)),
    ("at least 8, chance 1e-7", of_the_act(at_least=8, chance_at_most=1e-7)),
    ("at least 10, chance 1e-6", of_the_act(at_least=10, chance_at_most=1e-6)),
)


def alarms(moments: Sequence[datetime], judge: Judge, at_least: int) -> list[tuple[datetime, datetime]]:
    """From when to when there was a surge: it is over once the rule has not held for a day."""
    if len(moments) < at_least:
        return []
    found: list[tuple[datetime, datetime]] = []
    edges = sorted({*moments, *(moment + DAY for moment in moments)})
    for edge, following in pairwise(edges):
        if edge < START + WARM_UP * DAY or not judge(moments, edge):
            continue
        if found and edge - found[-1][1] < DAY:
            found[-1] = found[-1][0], following
        else:
            found.append((edge, following))
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one year: false alarms by topic, by settlement and as told; delays of what was found, by size."""

    topics: int
    settlements: int
    told: int
    delays: dict[int, list[timedelta]]


def judged(of: Year, judge: Judge, at_least: int) -> Outcome:
    rung = {place: alarms(moments, judge, at_least) for place, moments in of.moments.items()}
    rises: dict[int, list[Planted]] = defaultdict(list)
    for rise in of.planted:
        rises[rise.topic].append(rise)

    def is_false(topic: int, began: datetime, ended: datetime) -> bool:
        return not any(began <= rise.at + LASTS + DAY and rise.at <= ended for rise in rises[topic])

    false = [
        (topic, settlement, began)
        for (topic, settlement), spells in rung.items()
        for began, ended in spells
        if is_false(topic, began, ended)
    ]
    delays: dict[int, list[timedelta]] = defaultdict(list)
    for rise in of.planted:
        places = {(rise.topic, None), (rise.topic, rise.settlement)}
        seen = [
            max(began, rise.at)
            for place in places
            for began, ended in rung.get(place, ())
            if began <= rise.at + LASTS + DAY and ended > rise.at
        ]
        if seen:
            delays[rise.size].append(min(seen) - rise.at)
    return Outcome(
        topics=sum(settlement is None for _, settlement, _ in false),
        settlements=sum(settlement is not None for _, settlement, _ in false),
        told=_told((topic, began) for topic, _, began in false),
        delays=delays,
    )


def _told(false: Iterable[tuple[int, datetime]]) -> int:
    last: dict[int, datetime] = {}
    count = 0
    for topic, began in sorted(false, key=lambda item: item[1]):
        if topic not in last or began - last[topic] > DAY:
            count += 1
            last[topic] = began
    return count


def compare() -> None:
    """Print a table for each region."""
    for name, messages, years in REGIONS:
        generated = [year(messages, seed) for seed in range(years)]
        print(f"surges, {name} region, {messages} messages a year, {TOPICS} topics ({years} years generated)")
        print(
            f"  {'rule':<34}{'false alarms a year':^34}{'found of ' + ', '.join(map(str, SIZES)):>22}"
            f"{'median delay, h':>24}"
        )
        print(f"  {'':<34}{'topics':>10}{'settlements':>13}{'told':>9}")
        for label, (judge, rule) in RULES:
            outcomes = [judged(one, judge, rule.at_least) for one in generated]
            delays = {size: [delay for one in outcomes for delay in one.delays[size]] for size in SIZES}
            found = " ".join(f"{100 * len(delays[size]) / (EACH * years):.0f}%" for size in SIZES)
            late = " ".join(
                f"{median(delay / HOUR for delay in delays[size]):.1f}" if delays[size] else "-"
                for size in SIZES
            )
            amounts = (
                sum(one.topics for one in outcomes) / years,
                sum(one.settlements for one in outcomes) / years,
                sum(one.told for one in outcomes) / years,
            )
            print(
                f"  {label:<34}{amounts[0]:>10.1f}{amounts[1]:>13.1f}{amounts[2]:>9.1f}{found:>24}{late:>24}"
            )


async def one_look() -> None:
    """Print how long a look takes with a hundred thousand messages of a year, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(
            data=Path(folder), demo=True, training=True, demo_password="Bench-password-1"
        )
        await prepare(settings)
        database = Database(settings.database_url)
        try:
            await _fill(database)
            look = Surges(database, settings, _watching, _nothing)
            at, took = START + DAYS * DAY, []
            for _ in range(LOOKS):
                begun = perf_counter()
                await look.portion(at)
                took.append(perf_counter() - begun)
                at += timedelta(minutes=2)
        finally:
            await database.dispose()
    first, then = 1000 * took[0], 1000 * median(took)
    print(f"  one look at {MESSAGES} messages of a year: the first {first:.0f} ms, then {then:.0f} ms")


async def _nothing(texts: Sequence[str]) -> Sequence[Guess]:
    return [Guess(None, is_sure=False, place=None) for _ in texts]


def _watching() -> Watching:
    return Watching(order_238().readings.surge, UTC, lambda at: at)


async def _fill(database: Database) -> None:
    chance = random.Random(238)
    for first in range(1, MESSAGES + 1, _AT_ONCE):
        rows, places = [], []
        for number in range(first, first + _AT_ONCE):
            at = START + chance.random() * DAYS * DAY
            town = min(SETTLEMENTS - 1, int(chance.expovariate(0.3)))
            place = texts.new(number, "location", f"г. Город{chr(1072 + town)}, ул. Советская", at)
            places.append(place.model_dump())
            rows.append(
                {
                    "number": number,
                    "network": "vkontakte",
                    "url": f"https://example.org/{number}",
                    "author": "Житель",
                    "text": "Яма." * 50,
                    "search_text": "",
                    "lemmas": "",
                    "detected_at": at,
                    "registered_at": at,
                    "registered_by": "curator",
                    "topic": f"topic-{min(TOPICS - 1, int(chance.expovariate(0.08)))}",
                    "snapshot": {"location": place.id, "filled": ["x" * 60] * 40},
                }
            )
        async with database.write() as session:
            connection = await session.connection()
            await connection.execute(sa.insert(MessageRow), rows)
            await connection.execute(sa.insert(MessageTextRow), places)


async def report() -> None:
    """Print both."""
    compare()
    await one_look()


if __name__ == "__main__":
    asyncio.run(report())
