"""Where and when messages come: by topic, settlement and network beside the weeks before, and by day and hour."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.weekly.summary import Dimension, Hour, Trend
from store.localities import locality
from store.weekly import Detected

WEEKS_OF_MEAN = 4
Places = Mapping[int, str | None]
"""What was typed as the place, by number of the message."""


def settlements(places: Places) -> dict[int, str]:
    """The settlement of each message whose place names one: never a street, which may be somebody's own."""
    known = {place: locality(place) for place in set(places.values()) if place is not None}
    found = {number: known[place] for number, place in places.items() if place is not None}
    return {number: name for number, name in found.items() if name is not None}


def of_weeks(
    weeks: Sequence[Sequence[Detected]], places: Places, titles: Mapping[str, str]
) -> tuple[Trend, ...]:
    """By each dimension, the most first; `weeks` are this one, the one before, and so on back."""
    towns = settlements(places)
    named: Mapping[Dimension, tuple[Mapping[str, str], list[Counter[str]]]] = {
        Dimension.TOPIC: (titles, [Counter(it.topic for it in week if it.topic) for week in weeks]),
        Dimension.LOCATION: (
            {},
            [Counter(towns[it.number] for it in week if it.number in towns) for week in weeks],
        ),
        Dimension.NETWORK: (
            {network: NETWORKS[network] for network in Network},
            [Counter(it.network for it in week) for week in weeks],
        ),
    }
    return tuple(
        trend for dimension, (names, counts) in named.items() for trend in _trends(dimension, names, counts)
    )


def _trends(
    dimension: Dimension, titles: Mapping[str, str], weeks: Sequence[Counter[str]]
) -> Iterable[Trend]:
    now, *before = weeks
    found = [
        Trend(
            dimension=dimension,
            key=key,
            title=titles.get(key, key),
            count=now[key],
            previous=before[0][key],
            mean_of_four=sum(week[key] for week in before[:WEEKS_OF_MEAN]) / WEEKS_OF_MEAN,
        )
        for key in set().union(*weeks)
    ]
    return sorted(found, key=lambda it: (-it.count, -it.mean_of_four, it.title))


def hours(messages: Iterable[Detected], zone: tzinfo) -> tuple[Hour, ...]:
    """Those in which messages were detected."""
    counts = Counter(
        (at.isoweekday(), at.hour) for at in (it.detected_at.astimezone(zone) for it in messages)
    )
    return tuple(
        Hour(weekday=weekday, hour=hour, count=count) for (weekday, hour), count in sorted(counts.items())
    )
