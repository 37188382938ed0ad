"""Weekly summaries as they were made (cl. 21): each version stays, whatever becomes of what it counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import Outcome
from store.database.columns import UtcMoment
from store.messages.tables import MessageRow
from store.reports.tables import WeeklySummaryRow

_MICROSECOND = timedelta(microseconds=1)
_ROW = WeeklySummaryRow
_NOT_VOID = sa.or_(col(MessageRow.outcome).is_(None), col(MessageRow.outcome) != Outcome.VOID)


@dataclass(frozen=True, slots=True)
class Made:
    """One version: of which week, by whom and when; `made_by` None: by the schedule."""

    week: str
    version: int
    made_at: datetime
    made_by: str | None


_MADE = (col(_ROW.week), col(_ROW.version), col(_ROW.made_at), col(_ROW.made_by))


def last_of_each(
    connection: sa.Connection, *, before: str | None = None, size: int | None = None
) -> list[Made]:
    """The last version of each week, the last week first; only of weeks before one, where it is given."""
    newest = (
        sa.select(col(_ROW.week).label("week"), sa.func.max(col(_ROW.version)).label("version"))
        .group_by(col(_ROW.week))
        .subquery()
    )
    statement = (
        sa.select(*_MADE)
        .join(newest, sa.and_(newest.c.week == col(_ROW.week), newest.c.version == col(_ROW.version)))
        .order_by(col(_ROW.week).desc())
    )
    if before is not None:
        statement = statement.where(col(_ROW.week) < before)
    if size is not None:
        statement = statement.limit(size)
    return [Made(*row) for row in connection.execute(statement)]


def versions(connection: sa.Connection, week: str) -> list[Made]:
    """Every version of a week, the first one first."""
    statement = sa.select(*_MADE).where(col(_ROW.week) == week).order_by(col(_ROW.version))
    return [Made(*row) for row in connection.execute(statement)]


def content(connection: sa.Connection, week: str) -> dict[str, Any] | None:
    """The last version of a week; None where none was made."""
    found: dict[str, Any] | None = connection.scalar(
        sa.select(col(_ROW.summary)).where(col(_ROW.week) == week).order_by(col(_ROW.version).desc()).limit(1)
    )
    return found


def last_scheduled(connection: sa.Connection, until: str) -> str | None:
    """The last week up to this one, itself included, of which the schedule has made a summary."""
    return connection.scalar(
        sa.select(sa.func.max(col(_ROW.week))).where(col(_ROW.made_by).is_(None), col(_ROW.week) <= until)
    )


def keep(connection: sa.Connection, made: Made, summary: dict[str, Any]) -> None:
    """Keep a version; raises IntegrityError where somebody was quicker to make one of that number."""
    connection.execute(
        sa.insert(_ROW).values(
            week=made.week,
            version=made.version,
            made_at=made.made_at,
            made_by=made.made_by,
            summary=summary,
        )
    )


def first_detection(connection: sa.Connection) -> datetime | None:
    """When the first message was detected; None while there is none."""
    return connection.scalar(
        sa.select(sa.type_coerce(sa.func.min(col(MessageRow.detected_at)), UtcMoment)).where(_NOT_VOID)
    )


def furthest_clock(connection: sa.Connection) -> timedelta:
    """How far the clock of a message is ahead of the wall's at most: nothing outside training."""
    ahead = connection.scalar(sa.select(sa.func.max(col(MessageRow.clock_ahead))))
    return (ahead or 0) * _MICROSECOND
