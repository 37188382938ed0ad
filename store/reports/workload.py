"""Workload: open messages by curator and executor, and what each has done in a period."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from store.messages.listing import OPEN_STAGES
from store.messages.tables import JournalRow, LimitRunRow, MessageRow
from store.people.tables import PersonRoleRow, PersonRow
from store.reports.facts import Facts, facts
from store.reports.limits import MetBy
from store.reports.period import NOT_VOID, Span, within

PARTING: Final = ","
"""Between names of limits."""


def done(span: Span, met_by: MetBy, *, of_bodies: bool, body: str | None = None) -> Facts:
    """Steps of these kinds in the span by the `person`, at bodies or as curators; of a body, those taken for it."""
    row = JournalRow
    whose = col(row.data)["body"].as_string() if of_bodies else sa.null()
    found = (
        facts(row.message, row.at, whose, person=row.person)
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(
            *(col(row.kind).in_(tuple(met_by)), within(col(row.at), span)),
            *(col(row.person).is_not(None), NOT_VOID),
        )
    )
    return found if body is None else found.where(whose == body)


def with_met(span: Span, met_by: MetBy, *, of_bodies: bool, body: str | None = None) -> Facts:
    """What `done` has, with the `names` of the limits that each step met, parted by `PARTING`; None where none."""
    names = sa.func.aggregate_strings(col(LimitRunRow.name), PARTING)
    met = sa.select(names).where(*_met_by(met_by)).scalar_subquery()
    return done(span, met_by, of_bodies=of_bodies, body=body).add_columns(met.label("names"))


def met(span: Span, met_by: MetBy, name: str, *, of_bodies: bool, body: str | None = None) -> Facts:
    """What `done` has of steps that met a limit of this name."""
    run = sa.select(sa.literal(1)).where(*_met_by(met_by), col(LimitRunRow.name) == name)
    return done(span, met_by, of_bodies=of_bodies, body=body).where(run.exists())


def _met_by(met_by: MetBy) -> tuple[sa.ColumnElement[bool], ...]:
    """That a run of a limit was met by a row of the journal."""
    row, run = JournalRow, LimitRunRow
    of_step = (sa.and_(col(row.kind) == kind, col(run.name).in_(limits)) for kind, limits in met_by.items())
    is_met = col(run.message) == col(row.message), col(run.met_at) == col(row.at)
    return *is_met, sa.or_(*of_step), col(run.inherited).is_(sa.false())


def open_now(*, of_bodies: bool, body: str | None = None) -> Facts:
    """Open messages by the `person` who has each: curators, or executors of the bodies they are with."""
    row = MessageRow
    person, whose = (row.assignee, row.current_body) if of_bodies else (row.curator, sa.null())
    found = facts(row.number, sa.null(), whose, person=person).where(col(row.stage).in_(OPEN_STAGES))
    found = found.where(col(row.current_body if of_bodies else row.curator).is_not(None))
    return found if body is None else found.where(col(row.current_body) == body)


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
