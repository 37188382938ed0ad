"""The record of a period, as far as a simulation of it needs it: messages, acts of people, runs of limits, staff.

All functions run on a caller's connection; none of them reads a text or a name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Role
from store.messages.tables import JournalRow, LimitRunRow, MessageRow
from store.people.tables import AbsenceRow, PersonRoleRow
from store.reports.period import NOT_VOID, Span, within

AT_WORK: Final = (Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE)
"""Roles in which the steps of a message are taken."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was not registered by mistake; `registered_at` as the server's clock had it."""

    number: int
    detected_at: datetime
    topic: str | None
    importance: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did: `body` for which it was done, None of a curator's; `bodies`: how many a route named."""

    message: int
    at: datetime
    kind: str
    person: str
    body: str | None
    draft_kind: str | None
    bodies: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a limit that is nobody's inheritance; `body` is its holder, None the curators."""

    message: int
    name: LimitName
    body: str | None
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A role of a person, with the body, from `since` on and before `until`; None: from ever, or no end is known."""

    person: str
    role: Role
    body: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Absent:
    """A person is away from `starts_at` on, and before `ends_at`; None: nobody has ended it."""

    person: str
    starts_at: datetime
    ends_at: datetime | None


def messages(connection: sa.Connection, span: Span) -> list[Message]:
    """Those detected in the span, in order."""
    row = MessageRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            *(col(row.number), col(row.detected_at), col(row.topic), col(row.importance), col(row.outcome))
        )
        .where(within(col(row.detected_at), span), NOT_VOID)
        .order_by(col(row.detected_at), col(row.number))
    )
    return [Message(*found) for found in connection.execute(statement)]


def acts(connection: sa.Connection, span: Span, kinds: Iterable[str]) -> list[Act]:
    """Acts of these kinds in the span, of whatever messages, in the order of their moments."""
    row, data = JournalRow, col(JournalRow.data)
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            *(col(row.message), col(row.at), col(row.kind), col(row.person)),
            data["body"].as_string(),
            data["draft_kind"].as_string(),
            sa.case((col(row.kind) == "route", sa.func.json_array_length(data["bodies"])), else_=0),
        )
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(
            *(col(row.kind).in_(tuple(kinds)), within(col(row.at), span)),
            *(col(row.person).is_not(None), NOT_VOID),
        )
        .order_by(col(row.at), col(row.message), col(row.number))
    )
    return [Act(*found) for found in connection.execute(statement)]


def runs(connection: sa.Connection, span: Span, names: Iterable[LimitName]) -> list[Run]:
    """Runs of these limits, of messages detected in the span, in the order of their starts."""
    row = LimitRunRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            *(col(row.message), col(row.name), col(row.holder_role), col(row.holder_body)),
            *(col(row.started_at), col(row.due_at), col(row.met_at)),
            *(col(row.breached_at), col(row.cancelled_at)),
        )
        .select_from(MessageRow)
        .join(row, col(MessageRow.number) == col(row.message))
        .where(
            *(within(col(MessageRow.detected_at), span), NOT_VOID),
            *(col(row.name).in_(tuple(names)), col(row.inherited).is_(sa.false())),
        )
        .order_by(col(row.started_at), col(row.message), col(row.number))
    )
    return [
        Run(message, LimitName(name), body if role == HolderRole.EXECUTOR else None, *moments)
        for message, name, role, body, *moments in connection.execute(statement)
    ]


def staff(connection: sa.Connection, span: Span) -> list[Held]:
    """Roles in which steps are taken, as far as they were held in the span."""
    row, (since, until) = PersonRoleRow, span
    statement: sa.Select[*tuple[Any, ...]] = sa.select(
        *(col(row.person), col(row.role), col(row.body), col(row.since), col(row.until))
    ).where(
        col(row.role).in_(AT_WORK),
        sa.or_(col(row.since).is_(None), col(row.since) < until),
        sa.or_(col(row.until).is_(None), col(row.until) > since),
    )
    return [
        Held(person, Role(role), body, begins, ends)
        for person, role, body, begins, ends in connection.execute(statement)
    ]


def absences(connection: sa.Connection, span: Span) -> list[Absent]:
    """Absences that reach into the span."""
    row, (since, until) = AbsenceRow, span
    statement: sa.Select[*tuple[Any, ...]] = sa.select(
        col(row.person), col(row.starts_at), col(row.ends_at)
    ).where(col(row.starts_at) < until, sa.or_(col(row.ends_at).is_(None), col(row.ends_at) > since))
    return [Absent(*found) for found in connection.execute(statement)]
