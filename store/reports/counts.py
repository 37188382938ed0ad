"""Figures of the messages that were detected in a period, counted by the database (cl. 21).

What is counted, and where a `body` is named, is as in `store.reports.period`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import Outcome
from store.messages.tables import JournalRow, MessageBodyRow, MessagePlaceRow, MessageRow
from store.reports.period import BEHIND, NOT_VOID, PUBLICATION, Span, Where, had_by, kind_by_message, within

_COUNT: Final = sa.func.count()
_ENDED: Final = sa.and_(col(MessageRow.topic).is_(None), col(MessageRow.outcome).is_not(None))
_QUARTER: Final = 900
"""Seconds: of all zones the hours begin with one of these."""
_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)

Topic = tuple[str | None, bool]
"""A topic; without one, whether its messages are closed and never were routed."""


def _of(span: Span, body: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return within(col(MessageRow.detected_at), span), NOT_VOID, *had_by(body)


def messages(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Topic, str | None, str | None, int]]:
    """How many there are of each topic, outcome, and verdict of their authors."""
    keys = col(MessageRow.topic), col(MessageRow.outcome), col(MessageRow.verdict)
    statement = sa.select(*keys, _COUNT).where(*_of(span, body)).group_by(*keys)
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
        .where(*_of(span, body))
        .group_by(*keys)
    )
    return [(holder, outcome, many) for holder, outcome, many in connection.execute(statement)]


def answers(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[Topic, str, str | None, int]]:
    """How many answered messages of each topic and verdict have their last published text from each body."""
    drafted = (
        sa.select(col(JournalRow.data)["body"].as_string())
        .where(
            col(JournalRow.message) == col(MessageRow.number), kind_by_message(connection).in_((PUBLICATION,))
        )
        .order_by(col(JournalRow.number).desc())
        .limit(1)
        .scalar_subquery()
    )
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
        .where(*_of(span, body), col(MessageRow.outcome) == Outcome.ANSWERED)
        .group_by(*keys)
    )
    return [
        ((topic, topic is None), holder, verdict, many)
        for topic, holder, verdict, many in connection.execute(statement)
    ]


def steps(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[tuple[str, Topic, int]]:
    """How many rows of these kinds, whenever, the journals have by topic."""
    keys = col(JournalRow.kind), col(MessageRow.topic), _ENDED
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
        .where(*_of(span, body), kind_by_message(connection).in_(kinds))
        .group_by(*keys)
    )


# ---- what they are about, and when


def topics_and_networks(
    connection: sa.Connection, span: Span, body: str | None = None
) -> list[tuple[str | None, str, int]]:
    """How many there are of each topic and network."""
    keys = col(MessageRow.topic), col(MessageRow.network)
    statement = sa.select(*keys, _COUNT).where(*_of(span, body)).group_by(*keys)
    return [(topic, network, many) for topic, network, many in connection.execute(statement)]


def places(connection: sa.Connection, span: Span, body: str | None = None) -> list[tuple[Where, int]]:
    """How many there are of each place that has been read."""
    row = MessagePlaceRow
    keys = col(row.settlement), col(row.spelled), col(row.district), col(row.street)
    statement = (
        sa.select(*keys, _COUNT)
        .select_from(MessageRow)
        .join(row, col(row.message) == col(MessageRow.number))
        .where(*_of(span, body))
        .group_by(*keys)
    )
    return [
        (Where.of(name, spelled, district, street), many)
        for name, spelled, district, street, many in connection.execute(statement)
    ]


def quarters(connection: sa.Connection, span: Span, body: str | None = None) -> list[tuple[datetime, int]]:
    """How many were detected in each quarter of an hour, by its first moment."""
    at: sa.SQLColumnExpression[Any] = col(MessageRow.detected_at)
    if connection.dialect.name == "sqlite":
        quarter: sa.SQLColumnExpression[Any] = sa.type_coerce(at, sa.BigInteger).op("/")(_QUARTER * 1_000_000)
    else:
        quarter = sa.cast(sa.func.floor(sa.extract("epoch", at) / _QUARTER), sa.BigInteger)
    named = sa.type_coerce(quarter, sa.BigInteger).label("quarter")
    statement = sa.select(named, _COUNT).where(*_of(span, body)).group_by(named)
    return [
        (_BEGAN + timedelta(seconds=number * _QUARTER), many)
        for number, many in connection.execute(statement)
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
        .where(*_of(span, body))
    )
    return Lacking(*connection.execute(statement).one())
