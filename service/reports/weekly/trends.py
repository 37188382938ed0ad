"""Trends: messages by topic, settlement and network beside earlier periods."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.messages import localities
from service.reports.weekly.summary import Dimension, Trend
from store.database.session import Connection
from store.messages.places import Settlement
from store.reports import counts
from store.reports.period import Span

PERIODS_OF_MEAN = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """How many messages a period has of each topic, network and settlement."""

    topics: Counter[str]
    networks: Counter[str]
    settlements: Counter[Settlement]

    @classmethod
    def read(cls, connection: Connection, span: Span, body: str | None = None) -> "Seen":
        """Of the messages detected in the span."""
        found = cls(Counter(), Counter(), Counter())
        for topic, network, many in counts.topics_and_networks(connection, span, body):
            found.networks[network] += many
            if topic is not None:
                found.topics[topic] += many
        found.settlements.update(dict(counts.settlements(connection, span, body)))
        return found


Periods = Sequence[Seen]
"""What is seen of a period, of the one before, and so on back."""


def of_periods(periods: Periods, titles: Mapping[str, str]) -> tuple[Trend, ...]:
    """By each dimension, the most first; a settlement is one in all its spellings."""
    towns = localities.places({one for period in periods for one in period.settlements})
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


def _by(counted: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
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
