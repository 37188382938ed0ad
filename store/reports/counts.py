"""Figures of the messages that were detected in a period, counted by the database (cl. 21).

What is counted, and where a `body` is named, is as in `store.reports.period`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import Outcome, Verdict
from store.messages.places import Settlement
from store.messages.tables import JournalRow, MessageBodyRow, MessagePlaceRow, MessageRow
from store.reports.facts import Facts, facts
from store.reports.period import BEHIND, ENDED, PUBLICATION, Span, Topic, detected_in, kind_by_message

_COUNT: Final = sa.func.count()


def messages(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Topic, str | None, str | None, int]]:
    """How many there are of each topic, outcome, and verdict of their authors."""
    keys = col(MessageRow.topic), col(MessageRow.outcome), col(MessageRow.verdict)
    statement = sa.select(*keys, _COUNT).where(*detected_in(span, body)).group_by(*keys)
    return [
        ((topic, topic is None and outcome is not None), outcome, verdict, many)
        for topic, outcome, verdict, many in connection.execute(statement)
    ]


def at_bodies(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[str, str | None, int]]:
    """How many messages of each outcome each body has or had its turn in."""
    keys = col(MessageBodyRow.body), col(MessageRow.outcome)
    statement = (
        sa.select(*keys, _COUNT)
        .select_from(MessageRow)
        .join(MessageBodyRow, col(MessageBodyRow.message) == col(MessageRow.number))
        .where(*detected_in(span, body))
        .group_by(*keys)
    )
    return [(holder, outcome, many) for holder, outcome, many in connection.execute(statement)]


def answers(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Topic, str, str | None, int]]:
    """How many answered messages of each topic and verdict have their last published text from each body."""
    drafted = _drafted(connection)
    keys = col(MessageRow.topic), col(MessageBodyRow.body), col(MessageRow.verdict)
    statement = (
        sa.select(*keys, _COUNT)
        .select_from(MessageRow)
        .join(
            MessageBodyRow,
            sa.and_(
                col(MessageBodyRow.message) == col(MessageRow.number), col(MessageBodyRow.body) == drafted
            ),
        )
        .where(*detected_in(span, body), col(MessageRow.outcome) == Outcome.ANSWERED)
        .group_by(*keys)
    )
    return [
        ((topic, topic is None), holder, verdict, many)
        for topic, holder, verdict, many in connection.execute(statement)
    ]


def _drafted(connection: sa.Connection) -> sa.ScalarSelect[Any]:
    """The body whose text was published last."""
    return (
        sa.select(col(JournalRow.data)["body"].as_string())
        .where(
            col(JournalRow.message) == col(MessageRow.number), kind_by_message(connection).in_((PUBLICATION,))
        )
        .order_by(col(JournalRow.number).desc())
        .limit(1)
        .scalar_subquery()
    )


_OUTCOMES: Final = {
    "declined": Outcome.DECLINED,
    "unanswered": Outcome.UNANSWERED,
    **dict.fromkeys(("answered", "none", *Verdict), Outcome.ANSWERED),
}


def detected(connection: sa.Connection, span: Span, figure: str, body: str | None = None) -> Facts | None:
    """The messages that a figure counts, at a body where one is named; None for a figure of something else."""
    row = MessageRow
    found = facts(row.number, row.detected_at, row.routed_to).where(*detected_in(span, body))
    if figure == "received":
        return found
    if figure == "open":
        return found.where(col(row.outcome).is_(None))
    if figure not in _OUTCOMES:
        return None
    found = found.where(col(row.outcome) == _OUTCOMES[figure])
    if figure != "answered" and _OUTCOMES[figure] is Outcome.ANSWERED:
        found = found.where(sa.func.coalesce(col(row.verdict), "none") == figure)
    is_of_drafter = body is not None and _OUTCOMES[figure] is Outcome.ANSWERED
    return found.where(_drafted(connection) == body) if is_of_drafter else found


def steps_of(connection: sa.Connection, span: Span, kind: str, body: str | None = None) -> Facts:
    """Rows of a kind, whenever, in the journals of messages detected in the span."""
    row = JournalRow
    return (
        facts(row.message, row.at, col(row.data)["body"].as_string())
        .select_from(MessageRow)
        .join(row, col(row.message) == col(MessageRow.number))
        .where(*detected_in(span, body), kind_by_message(connection) == kind)
    )


def of_topic(topic: str | None, *, ended: bool = False) -> sa.ColumnElement[bool]:
    """That a message has a topic; None: it has none, and is closed or not."""
    if topic is not None:
        return col(MessageRow.topic) == topic
    is_closed = col(MessageRow.outcome).is_not(None) if ended else col(MessageRow.outcome).is_(None)
    return sa.and_(col(MessageRow.topic).is_(None), is_closed)


def of_network(network: str) -> sa.ColumnElement[bool]:
    """That a message is in a network."""
    return col(MessageRow.network) == network


def about(settlements: Collection[Settlement]) -> sa.ColumnElement[bool]:
    """That a message is about one of these settlements."""
    row = MessagePlaceRow
    key = col(row.settlement) + "\n" + sa.func.coalesce(col(row.district), "")
    named = {f"{it.name}\n{it.district or ''}" for it in settlements}
    of_it = sa.select(sa.literal(1)).where(col(row.message) == col(MessageRow.number))
    return of_it.where(key.in_(named)).exists()


def steps(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[tuple[str, Topic, int]]:
    """How many rows of these kinds, whenever, the journals have by topic."""
    keys = col(JournalRow.kind), col(MessageRow.topic), ENDED
    statement = _steps(connection, span, tuple(kinds), body, *keys)
    return [(kind, (topic, bool(ended)), many) for kind, topic, ended, many in connection.execute(statement)]


def steps_at_bodies(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[tuple[str, str, int]]:
    """The same by each body that has or had its turn in the message."""
    statement = _steps(
        connection, span, tuple(kinds), body, col(JournalRow.kind), col(MessageBodyRow.body)
    ).join(MessageBodyRow, col(MessageBodyRow.message) == col(MessageRow.number))
    return [(kind, holder, many) for kind, holder, many in connection.execute(statement)]


def _steps(
    connection: sa.Connection, span: Span, kinds: tuple[str, ...], body: str | None, *keys: Any
) -> sa.Select[Any]:
    return (
        sa.select(*keys, _COUNT)
        .select_from(MessageRow)
        .join(JournalRow, col(JournalRow.message) == col(MessageRow.number))
        .where(*detected_in(span, body), kind_by_message(connection).in_(kinds))
        .group_by(*keys)
    )


# ---- what they are about, and when


def topics_and_networks(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[str | None, str, int]]:
    """How many there are of each topic and network."""
    keys = col(MessageRow.topic), col(MessageRow.network)
    statement = sa.select(*keys, _COUNT).where(*detected_in(span, body)).group_by(*keys)
    return [(topic, network, many) for topic, network, many in connection.execute(statement)]


def settlements(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Settlement, int]]:
    """How many there are about each settlement."""
    row = MessagePlaceRow
    keys = col(row.settlement), col(row.spelled), col(row.district)
    statement = (
        sa.select(*keys, _COUNT)
        .select_from(MessageRow)
        .join(row, col(row.message) == col(MessageRow.number))
        .where(*detected_in(span, body), col(row.settlement).is_not(None))
        .group_by(*keys)
    )
    return [
        (Settlement(name or "", spelled or name or "", district), many)
        for name, spelled, district, many in connection.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Of how many messages something is not known: see `service.reports.weekly.definitions.gaps`."""

    not_recorded: int = 0
    not_routed: int = 0
    erased: int = 0
    nameless: int = 0


def lacking(connection: sa.Connection, span: Span, body: str | None = None) -> Lacking:
    """What is not known of them."""
    row, place = MessageRow, MessagePlaceRow
    is_routed, is_erased = col(row.topic).is_not(None), col(row.erased_at).is_not(None)

    def many(*where: sa.ColumnElement[bool]) -> Any:
        return sa.func.count(sa.case((sa.and_(*where), 1)))

    statement = (
        sa.select(
            many(sa.or_(col(row.recorded) <= 0, BEHIND)),
            many(col(row.topic).is_(None), col(row.outcome).is_(None)),
            many(is_routed, is_erased),
            many(is_routed, sa.not_(is_erased), col(place.settlement).is_(None)),
        )
        .select_from(row)
        .join(place, col(place.message) == col(row.number), isouter=True)
        .where(*detected_in(span, body))
    )
    return Lacking(*connection.execute(statement).one())
