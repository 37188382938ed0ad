"""Outcomes of commands by the journals of their messages, with how each message stands after it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands import corrections, outbox
from store.commands.tables import CommandRow
from store.database.packed import PackedText, in_hex, unpack
from store.messages.tables import JournalRow, LimitRunRow, MessageRow

_LAST_ROWS = 50
"""How far behind the end of a journal the row of a command is looked for that was sent a moment ago."""
_COMMA = ","
_RUNS = (
    sa.select(sa.func.aggregate_strings(in_hex(col(LimitRunRow.run)), _COMMA))
    .where(col(LimitRunRow.message) == col(MessageRow.number))
    .scalar_subquery()
)
_OF_COMMAND = col(JournalRow.data)["id"].as_string() == col(CommandRow.id)
_OF_REGISTRATION = sa.and_(col(CommandRow.name) == outbox.REGISTER, col(JournalRow.number) == 1)
# The record of a step settles its commands, but for those that change the words by which a message is found. The others
# are most of those that are asked for: of them no journal is read.
_MAY_BE_RECORDED = sa.or_(
    col(CommandRow.status).not_in(outbox.WAITING),
    col(CommandRow.name).in_((corrections.ROUTE, corrections.CORRECT)),
)
_RECORDED = (
    sa.select(
        col(CommandRow.id),
        col(CommandRow.status),
        col(JournalRow.kind),
        col(JournalRow.data)["reason"].as_string(),
        col(MessageRow.restarts),
        col(MessageRow.run_id),
        sa.type_coerce(col(MessageRow.snapshot), PackedText),
        _RUNS,
    )
    .join(MessageRow, col(MessageRow.number) == col(CommandRow.message))
    .join(
        JournalRow,
        sa.and_(
            col(JournalRow.message) == col(MessageRow.number),
            col(JournalRow.number) > col(MessageRow.recorded) - _LAST_ROWS,
            sa.or_(_OF_COMMAND, _OF_REGISTRATION),
        ),
    )
    .where(
        col(CommandRow.id).in_(sa.bindparam("commands", expanding=True)),
        _MAY_BE_RECORDED,
        # Else the row is ahead of the limits: it was brought up by whoever had told of a later step.
        col(MessageRow.rows) == col(MessageRow.recorded),
        col(MessageRow.snapshot).is_not(None),
    )
    # A command is told of by the first row that names it.
    .order_by(col(JournalRow.number).desc())
)


class Recorded(NamedTuple):
    """A command whose journal row is written; `snapshot` and each of `runs`, in no order, are JSON."""

    command: str
    status: str
    kind: str
    reason: str | None
    restarts: int
    run_id: str | None
    snapshot: str
    runs: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether the outbox has the outcome too."""
        return self.status not in outbox.WAITING


async def of(session: AsyncSession, commands: Collection[str]) -> Sequence[Recorded]:
    """Those of some commands, sent a moment ago, whose journal rows are written."""
    found = await (await session.connection()).execute(_RECORDED, {"commands": list(commands)})
    by_command = {row[0]: row for row in found}
    return [Recorded(*row)._replace(runs=_unpacked(row[-1])) for row in by_command.values()]


def may_still_come(connection: sa.Connection, before: datetime) -> bool:
    """Whether a journal may yet get a row that is dated before the moment.

    So it is while a step is not on record, a registration or a command of by then is with nobody who has settled it, or
    a limit that was due by then has left nothing.
    """
    message = sa.or_(
        col(MessageRow.rows) != col(MessageRow.recorded),
        sa.and_(col(MessageRow.recorded) == 0, col(MessageRow.registered_at) < before),
        sa.and_(col(MessageRow.stage) != "closed", col(MessageRow.next_due) < before),
    )
    command = sa.and_(col(CommandRow.status).in_(outbox.WAITING), col(CommandRow.taken_at) < before)
    awaited = sa.or_(
        sa.select(col(MessageRow.number)).where(message).exists(),
        sa.select(col(CommandRow.sequence)).where(command).exists(),
    )
    return bool(connection.execute(sa.select(awaited)).scalar())


def _unpacked(runs: str | None) -> tuple[str, ...]:
    return tuple(unpack(bytes.fromhex(run)) for run in runs.split(_COMMA)) if runs else ()
