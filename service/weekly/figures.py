"""What became of the messages that were detected in a week: in all, by body and by topic."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calendar_rules.vocabulary import Outcome
from service.weekly.summary import BodyFigures, Compared, Figures, TopicFigures
from store import weekly, weekly_limits
from store.session import Connection
from store.weekly import Detected, Row, Span
from workflows.vocabulary import Command

NOT_ROUTED = "Ещё не направлены"
_COUNTED = (Command.RETURN, Command.SEND_FOR_REWORK, Command.CONFIRM_PUBLICATION)
_ENDS: Mapping[str | None, str] = {
    Outcome.ANSWERED: "answered",
    Outcome.DECLINED: "declined",
    Outcome.UNANSWERED: "unanswered",
    None: "open",
}
_EACH = {
    Command.RETURN: "returns",
    Command.SEND_FOR_REWORK: "rework_rounds",
}


@dataclass(frozen=True, slots=True)
class OfWeek:
    """The figures of one week, and the messages that they count."""

    totals: Figures
    bodies: Mapping[str, Figures]
    topics: Mapping[str | None, Figures]
    messages: tuple[Detected, ...]
    turns: Mapping[int, list[str]]


def of_week(connection: Connection, span: Span) -> OfWeek:
    """The figures of the week of this span."""
    messages = tuple(weekly.detected(connection, span))
    turns = weekly.turns(connection, span)
    rows = weekly.rows_of(connection, span, _COUNTED)
    drafted = _who_drafted(rows)
    counts = {message.number: _counts(message) for message in messages}
    for row in rows:
        if row.kind in _EACH:
            counts[row.message][_EACH[Command(row.kind)]] += 1
    totals: Counter[str] = Counter()
    bodies: dict[str, Counter[str]] = {}
    topics: dict[str | None, Counter[str]] = {}
    for message in messages:
        count = counts[message.number]
        totals += count
        topics.setdefault(message.topic, Counter()).update(count)
        for body in turns.get(message.number, ()):
            answers = message.outcome == Outcome.ANSWERED and drafted.get(message.number) != body
            of_it = Counter(
                {name: value for name, value in count.items() if name != "answered" or not answers}
            )
            bodies.setdefault(body, Counter()).update(of_it)
    for tally in weekly_limits.tallies(connection, span):
        limits = Counter({"in_time": tally.in_time, "breached": tally.breached})
        totals += limits
        topics.setdefault(tally.topic, Counter()).update(limits)
        if tally.body is not None:
            bodies.setdefault(tally.body, Counter()).update(limits)
    return OfWeek(
        totals=Figures(**totals),
        bodies={body: Figures(**count) for body, count in bodies.items()},
        topics={topic: Figures(**count) for topic, count in topics.items()},
        messages=messages,
        turns=turns,
    )


def _counts(message: Detected) -> Counter[str]:
    return Counter({"received": 1, _ENDS[message.outcome]: 1})


def _who_drafted(rows: Iterable[Row]) -> dict[int, str]:
    """The body whose text was published last."""
    return {row.message: row.data["body"] for row in rows if row.kind == Command.CONFIRM_PUBLICATION}


# ---- beside the week before


def totals(now: OfWeek, before: OfWeek) -> Compared:
    """In all."""
    return Compared(**now.totals.model_dump(), previous=before.totals)


def bodies(now: OfWeek, before: OfWeek, titles: Mapping[str, str]) -> tuple[BodyFigures, ...]:
    """By body, those with nothing in either week left out, in the order of their titles."""
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


def topics(now: OfWeek, before: OfWeek, titles: Mapping[str, str]) -> tuple[TopicFigures, ...]:
    """By topic, as `bodies`; those that were not routed yet at the end."""
    found = [
        TopicFigures(
            topic=topic,
            title=NOT_ROUTED if topic is None else titles.get(topic, topic),
            **now.topics.get(topic, Figures()).model_dump(),
            previous=before.topics.get(topic, Figures()),
        )
        for topic in now.topics.keys() | before.topics.keys()
    ]
    return tuple(sorted(found, key=lambda it: (it.topic is None, it.title, it.topic or "")))
