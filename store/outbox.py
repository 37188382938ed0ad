"""The outbox of commands: written before they are signalled, and kept with what became of them (DESIGN, 2)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import CommandRow, JournalRow

TAKEN = "taken"
"""In the outbox, perhaps not yet signalled."""
SENT = "sent"
"""Signalled; the outcome is not known yet."""
ACCEPTED = "accepted"
REFUSED = "refused"
WAITING = (TAKEN, SENT)


async def by_key(session: AsyncSession, person: str, key: str) -> CommandRow | None:
    """The command a person gave under an Idempotency-Key."""
    found = await session.exec(select(CommandRow).where(CommandRow.person == person, CommandRow.key == key))
    return found.first()


async def by_id(session: AsyncSession, command: str) -> CommandRow | None:
    """A command by its id, read anew."""
    found = await session.exec(
        select(CommandRow).where(CommandRow.id == command).execution_options(populate_existing=True)
    )
    return found.first()


_OLDER_WAITING = (
    # Built once: building it costs more than executing it.
    select(CommandRow.sequence)
    .where(
        CommandRow.message == bindparam("of_message"),
        CommandRow.status == TAKEN,
        col(CommandRow.sequence) < bindparam("before"),
        col(CommandRow.id).not_in(bindparam("delivered", expanding=True)),
    )
    .limit(1)
)


async def older_waits(session: AsyncSession, row: CommandRow, delivered: Sequence[str] = ()) -> bool:
    """Whether an earlier command of the message has not been signalled yet, leaving out those known as delivered."""
    found = await session.exec(
        _OLDER_WAITING,
        params={"of_message": row.message, "before": row.sequence, "delivered": list(delivered)},
    )
    return found.first() is not None


async def waits(session: AsyncSession, message: int, names: Collection[str]) -> bool:
    """Whether the outcome of a command of the message, of one of these names, is still to be written."""
    found = await session.exec(
        select(CommandRow.sequence)
        .where(
            CommandRow.message == message,
            col(CommandRow.status).in_(WAITING),
            col(CommandRow.name).in_(names),
        )
        .limit(1)
    )
    return found.first() is not None


async def mark_sent(session: AsyncSession, command: str) -> None:
    """The signal is with Temporal, durable; nobody needs to send it again."""
    await session.exec(
        update(CommandRow)
        .where(col(CommandRow.id) == command, col(CommandRow.status) == TAKEN)
        .values(status=SENT, lease_until=None)
    )


async def release(session: AsyncSession, commands: Iterable[str]) -> None:
    """Leave commands to the dispatcher at once."""
    await session.exec(
        update(CommandRow).where(col(CommandRow.id).in_(list(commands))).values(lease_until=None)
    )


async def settle(
    session: AsyncSession, command: str, *, accepted: bool, detail: str | None, at: datetime
) -> None:
    """Write the outcome; the first one stays."""
    await session.exec(
        update(CommandRow)
        .where(col(CommandRow.id) == command, col(CommandRow.status).in_(WAITING))
        .values(status=ACCEPTED if accepted else REFUSED, detail=detail, settled_at=at, lease_until=None)
    )


async def accept(session: AsyncSession, commands: Iterable[str], at: datetime) -> None:
    """Settle many commands as done."""
    await session.exec(
        update(CommandRow)
        .where(col(CommandRow.id).in_(list(commands)), col(CommandRow.status).in_(WAITING))
        .values(status=ACCEPTED, settled_at=at, lease_until=None)
    )


LEASE = timedelta(seconds=10)
"""How long whoever took a command is left to deliver it before another does."""


async def lease_waiting(session: AsyncSession, now: datetime, limit: int) -> Sequence[CommandRow]:
    """Take over commands nobody is delivering: of each message only those that no unsent older one is before."""
    older = aliased(CommandRow)
    unsent_before = (
        select(older.sequence)
        .where(
            older.message == CommandRow.message,
            older.status == TAKEN,
            col(older.sequence) < col(CommandRow.sequence),
        )
        .exists()
    )
    found = await session.exec(
        select(CommandRow)
        .where(
            col(CommandRow.status).in_(WAITING),
            or_(col(CommandRow.lease_until).is_(None), col(CommandRow.lease_until) < now),
            ~unsent_before,
        )
        .order_by(col(CommandRow.sequence))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = found.all()
    for row in rows:
        row.lease_until = now + LEASE
    return rows


async def journals(session: AsyncSession, messages: Iterable[int]) -> Sequence[JournalRow]:
    """The journals of some messages, each in order."""
    rows = await session.exec(
        select(JournalRow)
        .where(col(JournalRow.message).in_(list(messages)))
        .order_by(col(JournalRow.message), col(JournalRow.number))
    )
    return rows.all()


async def journalled(session: AsyncSession, message: int, command: str) -> JournalRow | None:
    """The journal row a command left: how its outcome is known when its workflow is gone."""
    rows = await journals(session, [message])
    return next((row for row in rows if row.data.get("id") == command), None)
