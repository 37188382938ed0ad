"""Trends: messages by topic, settlement, street and network beside earlier periods, by day and hour."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.messages import localities
from service.messages.localities import Place
from service.reports.weekly.summary import Dimension, Hour, Street, Trend
from store.reports.period import Detected, Where

PERIODS_OF_MEAN = 4
NO_SETTLEMENT = "населённый пункт не указан"
Wheres = Mapping[int, Where]
"""Where messages are about, by number."""
Periods = Sequence[Sequence[Detected]]
"""The messages of a period, of the one before, and so on back."""


def settlements(wheres: Wheres) -> dict[int, Place]:
    """The place of each message whose settlement is named, one in all its spellings."""
    known = {number: where.settlement for number, where in wheres.items() if where.settlement is not None}
    of_it = localities.places(known.values())
    return {number: of_it[settlement] for number, settlement in known.items()}


def of_periods(periods: Periods, wheres: Wheres, titles: Mapping[str, str]) -> tuple[Trend, ...]:
    """By each dimension, the most first; a place is told by its settlement, never by a street."""
    towns = settlements(wheres)
    named: Mapping[Dimension, tuple[Mapping[str, str], list[Counter[str]]]] = {
        Dimension.TOPIC: (titles, [Counter(it.topic for it in period if it.topic) for period in periods]),
        Dimension.LOCATION: (
            {place.key: place.title for place in towns.values()},
            [Counter(towns[it.number].key for it in period if it.number in towns) for period in periods],
        ),
        Dimension.NETWORK: (
            {network: NETWORKS[network] for network in Network},
            [Counter(it.network for it in period) for period in periods],
        ),
    }
    return tuple(
        trend for dimension, (names, counts) in named.items() for trend in _trends(dimension, names, counts)
    )


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


def streets(periods: Periods, wheres: Wheres) -> tuple[Street, ...]:
    """By street of each settlement, the most first; those of the period before that have none now are left out."""
    towns = settlements(wheres)
    counts = [
        Counter(
            (towns.get(it.number), street)
            for it in period
            if it.number in wheres and (street := wheres[it.number].street) is not None
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


def hours(messages: Iterable[Detected], zone: tzinfo) -> tuple[Hour, ...]:
    """Those in which messages were detected."""
    counts = Counter(
        (at.isoweekday(), at.hour) for at in (it.detected_at.astimezone(zone) for it in messages)
    )
    return tuple(
        Hour(weekday=weekday, hour=hour, count=count) for (weekday, hour), count in sorted(counts.items())
    )
