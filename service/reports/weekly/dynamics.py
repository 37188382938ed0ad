"""Messages of a period beside others: the line of periods, topics, places and networks."""

from collections.abc import Iterable, Sequence
from itertools import dropwhile
from typing import Final

from calendar_rules.vocabulary import Network
from service.reports.weekly import period as periods
from service.reports.weekly import phrases
from service.reports.weekly.layout import Column, Kind, Picture, Row, Section, Sheet, Table, Value
from service.reports.weekly.summary import Compared, Dimension, Point, Trend, WeeklySummary
from service.reports.weekly.words import WORDS

LONGEST_LIST = 15
"""Places and networks are told up to so many, the most frequent first; topics and bodies all."""


NOT_ROUTED, ENDED = "not-routed", "ended"
"""In place of the topic that messages do not have."""
REST = "rest"
"""The key of the row in which there is what has no row of its own."""
INSTAGRAM: Final = (
    "* Принадлежит компании Meta Platforms Inc., признанной экстремистской организацией; её деятельность запрещена на "
    "территории Российской Федерации."
)


def weeks(summary: WeeklySummary) -> Section:
    words = WORDS[summary.unit]
    return Section(
        "weeks",
        _capital(words.each),
        Sheet.WEEKS,
        pictures=(Picture.WEEKS,),
        tables=(
            Table(
                "weeks",
                f"Доля соблюдённых сроков {words.each}",
                (
                    Column("week", _capital(words.one), Kind.TEXT, 2.2),
                    Column("received", "Поступило"),
                    Column("in_time", "В срок"),
                    Column("breached", "Нарушено"),
                    Column("share", "Доля в срок", Kind.SHARE),
                ),
                tuple(
                    Row(
                        (
                            phrases.days(periods.named(summary.unit, point.period)),
                            point.received,
                            point.in_time,
                            point.breached,
                            phrases.share_of(point.in_time, point.breached),
                        ),
                        point.period,
                    )
                    for point in _shown_points(summary)
                ),
                note=phrases.NO_SHARE,
            ),
        ),
    )


def _shown_points(summary: WeeklySummary) -> Sequence[Point]:
    """Of a report without those before anything was: it may stand beside years."""
    if not summary.is_report:
        return summary.weeks
    return list(dropwhile(lambda it: not (it.received or it.in_time or it.breached), summary.weeks))


def topics(summary: WeeklySummary) -> Section:
    words = WORDS[summary.unit]
    columns = (
        Column("title", "Тема", Kind.TEXT, 4),
        Column("received", "Посту\u00adпило", width=1.15),
        Column("previous", _capital(words.before), width=1.15),
        Column("mean_of_four", _capital(words.mean), Kind.MEAN, 1.7),
        Column("answered", "Ответов"),
        Column("open", "В работе"),
        Column("in_time", "В срок"),
        Column("breached", "Нару\u00adшено"),
        Column("share", "Доля в срок", Kind.SHARE),
    )
    means = {it.key: it.mean_of_four for it in summary.trends if it.dimension is Dimension.TOPIC}
    total = summary.totals
    return Section(
        "topics",
        "По темам",
        Sheet.TOPICS,
        pictures=(Picture.TOPICS,),
        tables=(
            Table(
                "topics",
                "Сообщения по темам",
                columns,
                tuple(
                    Row(
                        _of_topic(it.title, it, means.get(it.topic or "")),
                        it.topic or (ENDED if it.ended else NOT_ROUTED),
                    )
                    for it in sorted(summary.topics, key=lambda it: (-it.received, it.title))
                ),
                Row(_of_topic("Всего", total, None)),
                empty="Сообщений не было.",
                note=phrases.counted_anew(summary, short=True),
            ),
        ),
    )


def places(summary: WeeklySummary) -> Section:
    return Section(
        "places",
        "По местам и сетям",
        Sheet.PLACES,
        tables=(
            _trend(
                summary,
                Dimension.LOCATION,
                "locations",
                "Сообщения по населённым пунктам",
                "Место",
                "Всего, где место названо",
            ),
            _trend(summary, Dimension.NETWORK, "networks", "Сообщения по сетям", "Сеть"),
        ),
    )


def _of_topic(title: str, it: Compared, mean: float | None) -> tuple[Value, ...]:
    share = phrases.share_of(it.in_time, it.breached)
    counts = (it.answered, it.open, it.in_time, it.breached)
    return (title, it.received, it.previous.received, mean, *counts, share)


def _trend(
    summary: WeeklySummary, dimension: Dimension, key: str, title: str, what: str, together: str = "Всего"
) -> Table:
    words = WORDS[summary.unit]
    found = _of(dimension, summary.trends)
    shown, rest = _shown(found)
    notes = []
    if rest:
        notes.append(
            f"Показаны {LONGEST_LIST} мест с наибольшим числом сообщений; остальные — одной строкой."
        )
    if dimension is Dimension.NETWORK and any(it.key == Network.INSTAGRAM for it in shown):
        notes.append(INSTAGRAM)
    return Table(
        key,
        title,
        (
            Column("title", what, Kind.TEXT, 4),
            Column("count", "Поступило"),
            Column("previous", _capital(words.before)),
            Column("mean_of_four", _capital(words.mean), Kind.MEAN, 1.4),
        ),
        (
            *(Row((_named(it), it.count, it.previous, it.mean_of_four), it.key) for it in shown),
            *((_row_of_rest(rest),) if rest else ()),
        ),
        _row_of_all(found, together) if found else None,
        empty="Сообщений не было.",
        note=" ".join(notes) or None,
    )


def _of(dimension: Dimension, trends: Iterable[Trend]) -> Sequence[Trend]:
    return sorted(
        (it for it in trends if it.dimension is dimension),
        key=lambda it: (-it.count, -it.previous, it.title),
    )


def shown_places(trends: Iterable[Trend]) -> set[str]:
    """Keys of the settlements that have a row of their own."""
    return {it.key for it in _shown(_of(Dimension.LOCATION, trends))[0]}


def _named(it: Trend) -> str:
    """A place keeps its spelling: «с. Решма Кинешемского района»."""
    if it.dimension is Dimension.LOCATION:
        return it.title
    return f"{_capital(it.title)}{'*' if it.key == Network.INSTAGRAM else ''}"


def _shown(found: Sequence[Trend]) -> tuple[Sequence[Trend], Sequence[Trend]]:
    return (found, ()) if len(found) <= LONGEST_LIST + 1 else (found[:LONGEST_LIST], found[LONGEST_LIST:])


def _row_of_rest(rest: Sequence[Trend]) -> Row:
    return _row_of_all(rest, f"Прочие ({len(rest)})", REST)


def _row_of_all(rest: Sequence[Trend], title: str, key: str | None = None) -> Row:
    return Row(
        (
            title,
            sum(it.count for it in rest),
            sum(it.previous for it in rest),
            sum(it.mean_of_four for it in rest),
        ),
        key,
    )


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
