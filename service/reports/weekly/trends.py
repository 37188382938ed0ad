"""Trends: messages by topic, settlement, street and network beside earlier periods, by day and hour."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeVar

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.messages import localities
from service.messages.localities import Place
from service.reports.weekly.summary import Dimension, Hour, Street, Trend
from store.database.session import Connection
from store.messages.places import Settlement
from store.reports import counts
from store.reports.period import Span, Where

Key = TypeVar("Key")

PERIODS_OF_MEAN = 4
NO_SETTLEMENT = "населённый пункт не указан"
Wheres = Mapping[int, Where]
"""Where messages are about, by number."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How many messages a period has of each topic, network, settlement, and street of a settlement."""

    topics: Counter[str]
    networks: Counter[str]
    settlements: Counter[Settlement]
    streets: Counter[tuple[Settlement | None, str]]

    @classmethod
    def read(cls, connection: Connection, span: Span, body: str | None = None) -> "Seen":
        """Of the messages detected in the span."""
        found = cls(Counter(), Counter(), Counter(), Counter())
        for topic, network, many in counts.topics_and_networks(connection, span, body):
            found.networks[network] += many
            if topic is not None:
                found.topics[topic] += many
        for where, many in counts.places(connection, span, body):
            if where.settlement is not None:
                found.settlements[where.settlement] += many
            if where.street is not None:
                found.streets[where.settlement, where.street] += many
        return found


Periods = Sequence[Seen]
"""What is seen of a period, of the one before, and so on back."""


def settlements(wheres: Wheres) -> dict[int, Place]:
    """The place of each message whose settlement is named, one in all its spellings."""
    known = {number: where.settlement for number, where in wheres.items() if where.settlement is not None}
    of_it = localities.places(known.values())
    return {number: of_it[settlement] for number, settlement in known.items()}


def of_periods(periods: Periods, titles: Mapping[str, str]) -> tuple[Trend, ...]:
    """By each dimension, the most first; a place is told by its settlement, never by a street."""
    towns = _towns(periods)
    named: Mapping[Dimension, tuple[Mapping[str, str], list[Counter[str]]]] = {
        Dimension.TOPIC: (titles, [period.topics for period in periods]),
        Dimension.LOCATION: (
            {place.key: place.title for place in towns.values()},
            [_by((towns[it].key, many) for it, many in period.settlements.items()) for period in periods],
        ),
        Dimension.NETWORK: (
            {network: NETWORKS[network] for network in Network},
            [period.networks for period in periods],
        ),
    }
    return tuple(
        trend for dimension, (names, seen) in named.items() for trend in _trends(dimension, names, seen)
    )


def _towns(periods: Periods) -> dict[Settlement, Place]:
    """The place of each settlement, one in all its spellings."""
    return localities.places({one for period in periods for one in period.settlements})


def _by(counted: Iterable[tuple[Key, int]]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for key, many in counted:
        found[key] += many
    return found


def _trends(
    dimension: Dimension, titles: Mapping[str, str], periods: Sequence[Counter[str]]
) -> Iterable[Trend]:
    now, *before = periods
    found = [
        Trend(
            dimension=dimension,
            key=key,
            title=titles.get(key, key),
            count=now[key],
            previous=before[0][key],
            mean_of_four=sum(period[key] for period in before[:PERIODS_OF_MEAN]) / PERIODS_OF_MEAN,
        )
        for key in set().union(*periods)
    ]
    return sorted(found, key=lambda it: (-it.count, -it.mean_of_four, it.title))


def streets(periods: Periods) -> tuple[Street, ...]:
    """By street of each settlement, the most first; those of the period before that have none now are left out."""
    towns = _towns(periods)
    counts = [
        _by(
            ((towns[of_it] if of_it else None, street), many)
            for (of_it, street), many in period.streets.items()
        )
        for period in periods[:2]
    ]
    found = [
        Street(
            settlement=place.key if place else None,
            place=place.title if place else NO_SETTLEMENT,
            street=street,
            count=count,
            previous=counts[1][place, street],
        )
        for (place, street), count in counts[0].items()
    ]
    return tuple(sorted(found, key=lambda it: (-it.count, it.settlement is None, it.place, it.street)))


def hours(quarters: Iterable[tuple[datetime, int]], zone: tzinfo) -> tuple[Hour, ...]:
    """Those in which messages were detected."""
    counts = _by(
        ((at.isoweekday(), at.hour), many)
        for at, many in ((began.astimezone(zone), many) for began, many in quarters)
    )
    return tuple(
        Hour(weekday=weekday, hour=hour, count=count) for (weekday, hour), count in sorted(counts.items())
    )
