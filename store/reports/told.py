"""Escalations of breaches (cl. 20), and surges, that people were told of in a period.

What is counted, and where a `body` is named, is as in `store.reports.period`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import NoticeKind
from store.journal.tables import ChargeRow
from store.messages.tables import JournalRow, LimitRunRow
from store.notices.tables import NoticeRow
from store.oversight.tables import SurgeRow
from store.reports.period import Span, within


@dataclass(frozen=True, slots=True)
class Escalated:
    """One escalation, and whether somebody whom it was escalated to acknowledged it."""

    message: int
    at: datetime
    acknowledged: bool

    @property
    def unacknowledged(self) -> bool:
        """Whether nobody acknowledged it."""
        return not self.acknowledged


def escalated(
    connection: sa.Connection, span: Span, kinds: Iterable[str], body: str | None = None
) -> list[Escalated]:
    """Escalations of the span, one for each journal row of these kinds that was escalated to somebody.

    Of a body those are meant whose breach is charged to it.
    """
    notice = NoticeRow
    acknowledged = sa.case((col(notice.acknowledged_at).is_not(None), 1), else_=0)
    statement = (
        sa.select(col(notice.message), col(JournalRow.at), sa.func.max(acknowledged))
        .join(
            JournalRow,
            sa.and_(
                col(JournalRow.message) == col(notice.message), col(JournalRow.number) == col(notice.row)
            ),
        )
        .where(
            col(JournalRow.kind).in_(tuple(kinds)),
            within(col(JournalRow.at), span),
            col(notice.kind) == NoticeKind.ESCALATION,
            *_charged_to(body, col(notice.message), col(notice.row)),
        )
        .group_by(col(notice.message), col(notice.row), col(JournalRow.at))
    )
    return [Escalated(message or 0, at, bool(one)) for message, at, one in connection.execute(statement)]


def _charged_to(
    body: str | None, message: sa.SQLColumnExpression[Any], row: sa.SQLColumnExpression[Any]
) -> list[sa.ColumnElement[bool]]:
    if body is None:
        return []
    run, charge = LimitRunRow, ChargeRow
    charged = (
        sa.select(sa.literal(1))
        .select_from(run)
        .join(charge, sa.and_(col(charge.message) == col(run.message), col(charge.run) == col(run.number)))
        .where(col(run.message) == message, col(run.told) == row, col(charge.body) == body)
    )
    return [charged.exists()]


def surges(connection: sa.Connection, span: Span) -> list[SurgeRow]:
    """Surges that somebody was told of and that began or went on in the span, the first to begin first.

    One that nobody was told of repeats those of its localities; a pause after which it was found to be over is no
    going on.
    """
    table: sa.Table = SurgeRow.__table__  # type: ignore[attr-defined]
    since, until = span
    rows = connection.execute(
        sa.select(table)
        .where(table.c.told_at.is_not(None), table.c.began_at < until, table.c.last_seen_at >= since)
        .order_by(table.c.began_at, table.c.id)
    ).mappings()
    return [SurgeRow(**row) for row in rows]
