"""Workload: open messages by curator and executor, and what each has done in a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from store.messages.listing import OPEN_STAGES
from store.messages.tables import JournalRow, MessageRow
from store.people.tables import PersonRoleRow, PersonRow
from store.reports.period import NOT_VOID, Span, within


@dataclass(frozen=True, slots=True)
class Done:
    """A step that a person took: the row of the journal, and the body it was taken for; None: a curator's."""

    message: int
    at: datetime
    kind: str
    person: str
    body: str | None


def done_in(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[Done]:
    """Steps of these kinds in the span, in the order of their moments; of a body, those taken for it."""
    row = JournalRow
    of_body = col(row.data)["body"].as_string()
    statement = (
        sa.select(col(row.message), col(row.at), col(row.kind), col(row.person), of_body)
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(
            col(row.kind).in_(tuple(kinds)), within(col(row.at), span), col(row.person).is_not(None), NOT_VOID
        )
        .order_by(col(row.at), col(row.message), col(row.number))
    )
    if body is not None:
        statement = statement.where(of_body == body)
    return [
        Done(message, at, kind, person or "", whose)
        for message, at, kind, person, whose in connection.execute(statement)
    ]


def open_of_curators(connection: sa.Connection) -> dict[str, int]:
    """How many open messages each curator has."""
    statement = (
        sa.select(col(MessageRow.curator), sa.func.count())
        .where(col(MessageRow.stage).in_(OPEN_STAGES), col(MessageRow.curator).is_not(None))
        .group_by(col(MessageRow.curator))
    )
    return {person or "": count for person, count in connection.execute(statement)}


def open_of_executors(
    connection: sa.Connection, body: str | None = None
) -> dict[tuple[str, str | None], int]:
    """How many open messages are with each body, by whom the work is assigned to; None: to nobody."""
    statement = (
        sa.select(col(MessageRow.current_body), col(MessageRow.assignee), sa.func.count())
        .where(col(MessageRow.stage).in_(OPEN_STAGES), col(MessageRow.current_body).is_not(None))
        .group_by(col(MessageRow.current_body), col(MessageRow.assignee))
    )
    if body is not None:
        statement = statement.where(col(MessageRow.current_body) == body)
    return {(holder or "", person): count for holder, person, count in connection.execute(statement)}


def open_messages(connection: sa.Connection, person: str | None, body: str | None) -> list[int]:
    """The open messages of a curator, or those with a body that are assigned to a person; None: to nobody."""
    row = MessageRow
    theirs = (
        [col(row.curator) == person]
        if body is None
        else [col(row.current_body) == body, col(row.assignee).is_not_distinct_from(person)]
    )
    return [
        number or 0
        for number in connection.scalars(
            sa.select(col(row.number))
            .where(col(row.stage).in_(OPEN_STAGES), *theirs)
            .order_by(col(row.number))
        )
    ]


def names(connection: sa.Connection) -> dict[str, str]:
    """Names of all persons."""
    return dict(connection.execute(sa.select(col(PersonRow.key), col(PersonRow.name))).all())


def holders(connection: sa.Connection, role: str) -> list[tuple[str, str | None]]:
    """Who holds a role and may sign in, each with the body."""
    statement = (
        sa.select(col(PersonRoleRow.person), col(PersonRoleRow.body))
        .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
        .where(col(PersonRoleRow.role) == role, col(PersonRow.active).is_(True))
        .order_by(col(PersonRoleRow.person))
    )
    return [(person, body) for person, body in connection.execute(statement)]
