"""Worth and cost of counting messages in surges before they are routed, in the years of `bench.surges`.

A message waits for the curator: about an hour of a working day, else until the next one opens. What is suggested of it
while it waits is right, wrong or not sure as often as `bench.suggestions` measured with 1,600 routings. The act's rule
is judged at each moment at which a message is found or routed, with messages that are routed alone, and with all.
"""

import random
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median

from bench.surges import (
    DAY,
    EACH,
    HOUR,
    LASTS,
    REGIONS,
    SIZES,
    START,
    TOPICS,
    WARM_UP,
    Place,
    Planted,
    Year,
    year,
)
from calendar_rules.regulation import order_238
from calendar_rules.surges import look_back, spell

SURE, SURE_WRONG, LIKELY, LIKELY_WRONG = 0.25, 0.044, 0.116, 0.072
"""Of all messages; of the others nothing is suggested that counts."""
NAMES_A_SETTLEMENT = 0.6
"""Of texts; the settlement is known of every message that is routed."""
OPENS, CLOSES = 9, 18
WORKING_DAYS = range(5)
RULE = order_238().readings.surge


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it counts somewhere: found `at`, known `since` and `until`."""

    at: datetime
    since: datetime
    until: datetime


def routed_at(found: datetime, chance: random.Random) -> datetime:
    """When a curator routes what was found at a moment."""
    if found.weekday() in WORKING_DAYS and OPENS <= found.hour < CLOSES - 1:
        return found + min(chance.expovariate(1) * HOUR, 8 * HOUR)
    day = found.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    while day <= found or day.weekday() not in WORKING_DAYS:
        day += DAY
    return day + 2 * chance.random() * HOUR


def sightings(of: Year, seed: int, *, suggested: bool) -> dict[Place, list[Seen]]:
    """Where each message counts, and from when to when, in the order of their finding."""
    chance = random.Random(seed)
    found: dict[Place, list[Seen]] = defaultdict(list)
    shares = list(accumulate(1 / (rank + 2) for rank in range(TOPICS)))
    for (topic, town), moments in of.moments.items():
        if town is None:
            continue
        for at in moments:
            routed = routed_at(at, chance)
            for place in (None, town):
                found[topic, place].append(Seen(at, routed, datetime.max.replace(tzinfo=at.tzinfo)))
            told, names, other = chance.random(), chance.random() < NAMES_A_SETTLEMENT, chance.random()
            if not suggested or told >= SURE + SURE_WRONG + LIKELY + LIKELY_WRONG:
                continue
            is_sure = told < SURE + SURE_WRONG
            is_right = told < SURE or SURE + SURE_WRONG <= told < SURE + SURE_WRONG + LIKELY
            guessed = topic if is_right else bisect_left(shares, other * shares[-1])
            seen = Seen(at, at, routed)
            if is_sure:
                found[guessed, None].append(seen)
            if names:
                found[guessed, town].append(seen)
    for some in found.values():
        some.sort(key=lambda one: one.at)
    return found


def told(some: list[Seen]) -> list[tuple[datetime, datetime]]:
    """When the rule held, looked at whenever a message becomes known; over once it has not for a day."""
    moments = [one.at for one in some]
    routed = [one.at for one in some if one.until > one.at + 100 * DAY]
    found: list[tuple[datetime, datetime]] = []
    for now in sorted({one.since for one in some if one.since >= START + WARM_UP * DAY}):
        lately = some[bisect_right(moments, now - 2 * RULE.within) : bisect_right(moments, now)]
        known = [one.at for one in lately if one.since <= now < one.until]
        if len(known) < RULE.at_least:
            continue
        # Of what is older it makes no difference when it was routed.
        since, until = now - look_back(RULE), now - 2 * RULE.within
        older = routed[bisect_right(routed, since) : bisect_right(routed, until)]
        held = spell([*older, *known], now, RULE)
        if held is None:
            continue
        if found and held.began_at - found[-1][1] < DAY:
            found[-1] = found[-1][0], max(held.last_at, found[-1][1])
        else:
            found.append((now, held.last_at))
    return found


def judged(of: Year, seed: int, *, suggested: bool) -> tuple[int, dict[int, list[timedelta]]]:
    """False alarms as they are told, and how late the planted rises were found, by size."""
    rises: dict[int, list[Planted]] = defaultdict(list)
    for rise in of.planted:
        rises[rise.topic].append(rise)
    rung = {place: told(some) for place, some in sightings(of, seed, suggested=suggested).items()}
    false: dict[int, list[datetime]] = defaultdict(list)
    for (topic, _), spells in rung.items():
        for began, ended in spells:
            # Routed after a weekend, a planted rise is still explained by itself.
            if not any(began <= rise.at + LASTS + 4 * DAY and rise.at <= ended for rise in rises[topic]):
                false[topic].append(began)
    count = 0
    for moments in false.values():
        last = None
        for began in sorted(moments):
            count += last is None or began - last > DAY
            last = began
    delays: dict[int, list[timedelta]] = defaultdict(list)
    for rise in of.planted:
        places = {(rise.topic, None), (rise.topic, rise.settlement)}
        seen = [
            max(began, rise.at)
            for place in places
            for began, ended in rung.get(place, ())
            if began <= rise.at + LASTS + 4 * DAY and ended >= rise.at
        ]
        if seen:
            delays[rise.size].append(min(seen) - rise.at)
    return count, delays


async def report() -> None:
    """Print a line for each region and way."""
    for name, messages, years in REGIONS[:2]:
        print(f"surges before messages are routed, {name} region, {messages} messages a year")
        for label, suggested in (("routed messages alone", False), ("with suggestions", True)):
            outcomes = [judged(year(messages, seed), seed, suggested=suggested) for seed in range(years)]
            false = sum(count for count, _ in outcomes) / years
            delays = {size: [one for _, of_it in outcomes for one in of_it[size]] for size in SIZES}
            found = " ".join(f"{100 * len(delays[size]) / (EACH * years):.0f}%" for size in SIZES)
            late = " ".join(
                f"{median(one / HOUR for one in delays[size]):.1f}" if delays[size] else "-" for size in SIZES
            )
            print(f"  {label:<24} false alarms a year {false:7.1f}   found {found}   median delay, h {late}")


if __name__ == "__main__":
    import asyncio

    asyncio.run(report())
