"""Figures of the messages that were detected in a period: in all, by body and by topic."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from calendar_rules.vocabulary import Outcome
from service.reports.weekly.summary import BodyFigures, Compared, Figures, TopicFigures
from store.database.session import Connection
from store.reports import limits as weekly_limits
from store.reports import period as weekly
from store.reports.period import Detected, Row, Span
from workflows.vocabulary import Command

NOT_ROUTED = "Ещё не направлены"
ENDED = "Завершены без направления"
_COUNTED = (Command.RETURN, Command.SEND_FOR_REWORK, Command.CONFIRM_PUBLICATION)
_ENDS: Mapping[str | None, str] = {
    Outcome.ANSWERED: "answered",
    Outcome.DECLINED: "declined",
    Outcome.UNANSWERED: "unanswered",
    None: "open",
}
EACH = {
    Command.RETURN: "returns",
    Command.SEND_FOR_REWORK: "rework_rounds",
}
"""Rows that count each, by the name of their figure."""
Topic = tuple[str | None, bool]
"""A topic; without one, whether its messages are closed and never were routed."""


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """The figures of one period, and the messages that they count.

    `curators`: the limits that are theirs; `nobodys`: how many breaches of `totals` are nobody's.
    """

    totals: Figures
    bodies: Mapping[str, Figures]
    topics: Mapping[Topic, Figures]
    curators: Figures
    nobodys: int
    messages: tuple[Detected, ...]
    turns: Mapping[int, list[str]]


def of_period(connection: Connection, span: Span, body: str | None = None) -> OfPeriod:
    """The figures of the period of this span; those of one body, with topics by what counts at it."""
    messages = tuple(weekly.detected(connection, span, body))
    turns = weekly.turns(connection, span, body)
    rows = weekly.rows_of(connection, span, _COUNTED, body)
    totals: Counter[str] = Counter()
    bodies: dict[str, Counter[str]] = {}
    topics: dict[Topic, Counter[str]] = {}
    for message, count, drafted in _of_messages(messages, rows):
        totals += count
        for holder in turns.get(message.number, ()):
            bodies.setdefault(holder, Counter()).update(_at(holder, count, drafted))
        topics.setdefault(_topic(message), Counter()).update(_at(body, count, drafted) if body else count)
    curators: Counter[str] = Counter()
    nobodys = 0
    for tally in weekly_limits.tallies(connection, span, body):
        limits = Counter({"in_time": tally.in_time, "breached": tally.breached})
        totals += limits
        nobodys += tally.breached if not tally.holders else 0
        topics.setdefault((tally.topic, tally.ended), Counter()).update(limits)
        for who in tally.holders if body is None else (body,):
            (curators if who is None else bodies.setdefault(who, Counter())).update(limits)
    of_bodies = {key: Figures(**count) for key, count in bodies.items()}
    return OfPeriod(
        totals=Figures(**totals) if body is None else of_bodies.get(body, Figures()),
        bodies=of_bodies,
        topics={topic: Figures(**count) for topic, count in topics.items()},
        curators=Figures(**curators),
        nobodys=nobodys,
        messages=messages,
        turns=turns,
    )


def _of_messages(
    messages: Iterable[Detected], rows: Iterable[Row]
) -> Iterator[tuple[Detected, Counter[str], str | None]]:
    """Each message with what it counts, and the body whose text was published last."""
    counts = {message.number: Counter({"received": 1, _ENDS[message.outcome]: 1}) for message in messages}
    drafted: dict[int, str] = {}
    for row in rows:
        if row.kind in EACH:
            counts[row.message][EACH[Command(row.kind)]] += 1
        else:
            drafted[row.message] = row.data["body"]
    return ((message, counts[message.number], drafted.get(message.number)) for message in messages)


def _at(body: str, count: Counter[str], drafted: str | None) -> Counter[str]:
    """What counts at a body: the answer at the one that drafted it."""
    return Counter({name: value for name, value in count.items() if name != "answered" or drafted == body})


def _topic(message: Detected) -> Topic:
    return message.topic, message.topic is None and message.outcome is not None


# ---- beside the period before


def compared(now: Figures, before: Figures) -> Compared:
    """Figures beside those of the period before."""
    return Compared(**now.model_dump(), previous=before)


def bodies(now: OfPeriod, before: OfPeriod, titles: Mapping[str, str]) -> tuple[BodyFigures, ...]:
    """By body, those with nothing in either period left out, in the order of their titles."""
    found = [
        BodyFigures(
            body=body,
            title=titles.get(body, body),
            **now.bodies.get(body, Figures()).model_dump(),
            previous=before.bodies.get(body, Figures()),
        )
        for body in now.bodies.keys() | before.bodies.keys()
    ]
    return tuple(sorted(found, key=lambda it: (it.title, it.body)))


def topics(now: OfPeriod, before: OfPeriod, titles: Mapping[str, str]) -> tuple[TopicFigures, ...]:
    """By topic, as `bodies`; those that were not routed at the end."""
    found = [
        TopicFigures(
            topic=topic,
            title=titles.get(topic, topic) if topic is not None else ENDED if ended else NOT_ROUTED,
            ended=ended,
            **now.topics.get((topic, ended), Figures()).model_dump(),
            previous=before.topics.get((topic, ended), Figures()),
        )
        for topic, ended in now.topics.keys() | before.topics.keys()
    ]
    return tuple(sorted(found, key=lambda it: (it.topic is None, it.ended, it.title, it.topic or "")))
