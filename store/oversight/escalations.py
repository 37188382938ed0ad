"""Escalations that nobody acknowledged (cl. 20): which wait to be judged, and what is known of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import NoticeKind, Outcome
from store.messages.tables import MessageRow
from store.notices import inbox as notices
from store.notices.inbox import Breach
from store.notices.tables import NoticeRow
from store.oversight import shortcomings
from store.oversight.shortcomings import Shortcoming


@dataclass(frozen=True, slots=True)
class Escalated:
    """A breach that was escalated: who was told of it, the first told first, and the breach as it stands.

    `breach` is None where it was withdrawn, or was nobody's fault. `is_void`: the message was registered by mistake.
    """

    key: Breach
    told: Sequence[NoticeRow]
    breach: Shortcoming | None
    is_void: bool

    @property
    def acknowledged_at(self) -> datetime | None:
        """When the first of those it was escalated to acknowledged it: that is enough.

        One step further, the head's acknowledgement says only that the head knows.
        """
        own = (it.acknowledged_at for it in self.told if it.kind == NoticeKind.ESCALATION)
        return min((at for at in own if at), default=None)


_TOLD = 20
"""Notices of one step further that are looked through for each breach: more persons than are told of one."""
_WAITS: tuple[sa.ColumnElement[bool], ...] = (
    # Written out, so that SQLite sees that the index of just these serves.
    col(NoticeRow.kind) == sa.literal_column(f"'{NoticeKind.ESCALATION}'", sa.String),
    col(NoticeRow.acknowledged_at).is_(None),
    col(NoticeRow.judged_at).is_(None),
)


async def waiting(session: AsyncSession, until: datetime, at_most: int) -> list[tuple[Breach, datetime]]:
    """Up to `at_most` escalations nobody has judged, deliverable by `until`: each breach, and since when; in order."""
    statement = (
        sa.select(col(NoticeRow.message), col(NoticeRow.row), col(NoticeRow.deliver_from))
        .where(*_WAITS, col(NoticeRow.deliver_from) <= until)
        .order_by(col(NoticeRow.deliver_from), col(NoticeRow.id))
        .limit(at_most)
    )
    rows = await (await session.connection()).execute(statement)
    return [((message, row), since) for message, row, since in rows if message is not None]


def of(connection: sa.Connection, breaches: Collection[Breach]) -> list[Escalated]:
    """What is known of these breaches, in their order."""
    told = notices.escalated(connection, breaches)
    messages = {message for message, _ in breaches}
    known = {(item.message, item.row): item for item in shortcomings.of_messages(connection, messages)}
    void: set[int] = {
        number
        for number in connection.scalars(
            sa.select(col(MessageRow.number)).where(
                col(MessageRow.number).in_(sorted(messages)), col(MessageRow.outcome) == Outcome.VOID
            )
        )
        if number is not None
    }
    return [Escalated(key, told[key], known.get(key), key[0] in void) for key in dict.fromkeys(breaches)]


def went_further(connection: sa.Connection, at_most: int) -> list[Breach]:
    """Up to `at_most` breaches that went one step further, since nobody acknowledged them in time; the last first."""
    told = (
        sa.select(col(NoticeRow.message), col(NoticeRow.row), col(NoticeRow.id))
        # Written out, so that SQLite sees that the index of just these serves.
        .where(col(NoticeRow.kind) == sa.literal_column(f"'{NoticeKind.UNACKNOWLEDGED}'", sa.String))
        .order_by(col(NoticeRow.id).desc())
        .limit(at_most * _TOLD)
        .subquery()
    )
    last = sa.func.max(told.c.id)
    statement = (
        sa.select(told.c.message, told.c.row, last)
        .group_by(told.c.message, told.c.row)
        .order_by(last.desc())
        .limit(at_most)
    )
    return [(message, row) for message, row, _ in connection.execute(statement) if message is not None]


async def judge(session: AsyncSession, breaches: Collection[Breach], at: datetime) -> None:
    """Note that it was decided of these whether they go one step further."""
    if not breaches:
        return
    statement: Any = (
        sa.update(NoticeRow)
        .where(
            sa.tuple_(col(NoticeRow.message), col(NoticeRow.row)).in_(sorted(breaches)),
            col(NoticeRow.kind) == NoticeKind.ESCALATION,
            col(NoticeRow.judged_at).is_(None),
        )
        .values(judged_at=at)
    )
    await (await session.connection()).execute(statement)
