"""Figures of the messages that were detected in a period: in all, by body and by topic."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from calendar_rules.vocabulary import Outcome, Verdict
from service.reports.weekly.summary import BodyFigures, Compared, Figures, TopicFigures
from store.database.session import Connection
from store.reports import counts
from store.reports import limits as weekly_limits
from store.reports.period import Span, Topic
from workflows.vocabulary import Command

NOT_ROUTED = "Ещё не направлены"
ENDED = "Завершены без направления"
_ENDS: Mapping[str | None, str] = {
    Outcome.ANSWERED: "answered",
    Outcome.DECLINED: "declined",
    Outcome.UNANSWERED: "unanswered",
    None: "open",
}
_OF_ANSWERS = frozenset(("answered", "none", *Verdict))
"""Figures of answers, and of what their authors say of them."""
EACH = {
    Command.RETURN: "returns",
    Command.SEND_FOR_REWORK: "rework_rounds",
}
"""Rows that count each, by the name of their figure."""


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """The figures of one period.

    `received`: how many messages it has. `curators`: the limits that are theirs; `nobodys`: how many breaches of
    `totals` are nobody's.
    """

    received: int
    totals: Figures
    bodies: Mapping[str, Figures]
    topics: Mapping[Topic, Figures]
    curators: Figures
    nobodys: int


def of_period(connection: Connection, span: Span, body: str | None = None) -> OfPeriod:
    """The figures of the period of this span; those of one body, with topics by what counts at it.

    At a body the answer counts where it drafted the text that was published last.
    """
    totals: Counter[str] = Counter()
    bodies: dict[str | None, Counter[str]] = defaultdict(Counter)
    topics: dict[Topic, Counter[str]] = defaultdict(Counter)
    for topic, outcome, verdict, many in counts.messages(connection, span, body):
        of_them = Counter({"received": many, _ENDS[outcome]: many})
        if outcome == Outcome.ANSWERED:
            of_them[verdict or "none"] = many
        totals += of_them
        topics[topic] += of_them if body is None else _without_answers(of_them)
    for holder, outcome, many in counts.at_bodies(connection, span, body):
        bodies[holder] += _without_answers(Counter({"received": many, _ENDS[outcome]: many}))
    for topic, holder, verdict, many in counts.answers(connection, span, body):
        answered = Counter({"answered": many, verdict or "none": many})
        bodies[holder] += answered
        if holder == body:
            topics[topic] += answered
    for kind, topic, many in counts.steps(connection, span, EACH, body):
        totals[EACH[Command(kind)]] += many
        topics[topic][EACH[Command(kind)]] += many
    for kind, holder, many in counts.steps_at_bodies(connection, span, EACH, body):
        bodies[holder][EACH[Command(kind)]] += many
    received, nobodys = totals["received"], 0
    for topic, who, many in weekly_limits.kept(connection, span, body):
        for count in (totals, topics[topic], bodies[who]):
            count["in_time"] += many
    for topic, is_charged, many in weekly_limits.broken_by_topic(connection, span, body):
        totals["breached"] += many
        topics[topic]["breached"] += many
        nobodys += 0 if is_charged else many
    for who, many in weekly_limits.broken_at_holders(connection, span, body):
        bodies[who]["breached"] += many
    curators = bodies.pop(None, Counter())
    of_bodies = {key: Figures(**count) for key, count in bodies.items() if key is not None}
    return OfPeriod(
        received=received,
        totals=Figures(**totals) if body is None else of_bodies.get(body, Figures()),
        bodies=of_bodies,
        topics={topic: Figures(**count) for topic, count in topics.items()},
        curators=Figures(**curators),
        nobodys=nobodys,
    )


def _without_answers(count: Counter[str]) -> Counter[str]:
    return Counter({name: many for name, many in count.items() if name not in _OF_ANSWERS})


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
