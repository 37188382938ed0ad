"""The outbox of commands: written before they are signalled, kept with their outcomes (docs/change/decisions.md, 2).

It is long because every statement about its table stands here, each built once.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    func,
    insert,
    or_,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands.tables import CommandRow
from store.database.columns import UtcMoment
from store.database.session import Connection
from store.messages.tables import JournalRow, MessageRow, UnsentTextRow

TAKEN = "taken"
"""In the outbox, perhaps not yet signalled."""
SENT = "sent"
"""Signalled; the outcome is not known yet."""
ACCEPTED = "accepted"
REFUSED = "refused"
WAITING = (TAKEN, SENT)
HELD = "held"
"""Taken, and not to be signalled yet: a confirmation whose link the network is still to give."""

REGISTER = "register"
"""The command that starts a message; it is not a signal."""

MACHINE = "otklik"
"""Stands for a person in the outbox where the program itself gave the command; the journal names nobody."""


# Statements that every command needs are built once: building one costs more than executing it.
_OLDER = aliased(CommandRow)
_OLDER_TAKEN = (
    select(_OLDER.sequence)
    .where(
        _OLDER.message == bindparam("of_message"),
        _OLDER.status == TAKEN,
        _OLDER.id != bindparam("own"),
        col(_OLDER.id).not_in(bindparam("delivered", expanding=True)),
    )
    .limit(1)
    .scalar_subquery()
)
_ADD = insert(CommandRow).returning(col(CommandRow.sequence), _OLDER_TAKEN)
_COLUMNS = [name for name in CommandRow.model_fields if name != "sequence"]
_HAS_UNSENT = (
    select(UnsentTextRow.command)
    .where(
        UnsentTextRow.person == CommandRow.person,
        UnsentTextRow.message == CommandRow.message,
        UnsentTextRow.command == CommandRow.name,
    )
    .exists()
)
_SETTLE = (
    update(CommandRow)
    .where(
        col(CommandRow.id) == bindparam("command"),
        or_(*(col(CommandRow.status) == waiting for waiting in WAITING)),
    )
    .values(
        status=bindparam("outcome"),
        detail=bindparam("reason"),
        settled_at=bindparam("at", type_=UtcMoment),
        lease_until=None,
    )
    .returning(_HAS_UNSENT)
)


async def add(session: AsyncSession, row: CommandRow, delivered: Sequence[str] = ()) -> bool:
    """Write a command, and learn its place in the order of all.

    Returns whether it may be signalled now: no earlier one of its message waits for that, leaving out those known as
    delivered.
    """
    values = {name: getattr(row, name) for name in _COLUMNS}
    values |= {"of_message": row.message, "own": row.id, "delivered": list(delivered)}
    row.sequence, older = (await (await session.connection()).execute(_ADD, values)).one()
    return older is None


async def by_key(session: AsyncSession, person: str, keys: Collection[str]) -> CommandRow | None:
    """The command a person gave under an Idempotency-Key, which may be kept as any of these."""
    found = await session.exec(
        select(CommandRow).where(CommandRow.person == person, col(CommandRow.key).in_(keys))
    )
    return found.first()


async def by_id(session: AsyncSession, command: str) -> CommandRow | None:
    """A command by its id, read again from the database."""
    found = await session.exec(
        select(CommandRow).where(CommandRow.id == command).execution_options(populate_existing=True)
    )
    return found.first()


_OLDER_WAITING = (
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


async def first_of(session: AsyncSession, message: int, name: str) -> CommandRow | None:
    """The first command of this name that a message was given."""
    found = await session.exec(
        select(CommandRow)
        .where(CommandRow.message == message, CommandRow.name == name)
        .order_by(col(CommandRow.sequence))
        .limit(1)
    )
    return found.first()


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


_TOLD_LATER = (
    select(CommandRow)
    .where(
        CommandRow.message == bindparam("message"),
        CommandRow.person == bindparam("person"),
        or_(
            col(CommandRow.status).in_(WAITING),
            and_(
                col(CommandRow.status) == REFUSED,
                col(CommandRow.settled_at) > bindparam("refused_after", type_=UtcMoment),
            ),
        ),
    )
    .order_by(col(CommandRow.sequence))
)


async def told_later(
    session: AsyncSession, message: int, person: str, refused_after: datetime
) -> Sequence[CommandRow]:
    """Commands that a person gave about a message: those without an outcome, and those refused after a moment."""
    asked = {"message": message, "person": person, "refused_after": refused_after}
    return (await session.exec(_TOLD_LATER, params=asked)).all()


def under_way(message: Any, name: str) -> ColumnElement[bool]:
    """Whether the outcome of a command of this name is still to be written, as a condition on a message's number."""
    return (
        select(CommandRow.sequence)
        .where(CommandRow.message == message, CommandRow.name == name, col(CommandRow.status).in_(WAITING))
        .exists()
    )


async def was_given(session: AsyncSession, message: int, name: str, field: str, value: str) -> bool:
    """Whether the message got a command of this name with this value in a field, which was not refused so far."""
    found = await session.exec(
        select(CommandRow.payload).where(
            CommandRow.message == message, CommandRow.name == name, CommandRow.status != REFUSED
        )
    )
    return any(payload.get(field) == value for payload in found)


async def is_leased(session: AsyncSession, row: CommandRow, until: datetime) -> bool:
    """Whether the command still waits to be signalled, and is left to whoever has read this row until then."""
    if row.lease_until is None or row.lease_until < until:
        return False
    found = await session.exec(
        select(CommandRow.sequence).where(
            CommandRow.id == row.id, CommandRow.status == TAKEN, CommandRow.lease_until == row.lease_until
        )
    )
    return found.first() is not None


_LAST_GIVEN = 2000
_LAST = select(CommandRow).order_by(col(CommandRow.sequence).desc()).limit(_LAST_GIVEN).subquery()
_OF_LAST = aliased(CommandRow, _LAST)
_UNRECORDED = (
    select(col(MessageRow.number))
    .join(_OF_LAST, col(_OF_LAST.message) == col(MessageRow.number))
    .where(
        or_(
            and_(col(_OF_LAST.status) == SENT, col(_OF_LAST.taken_at) <= bindparam("until", type_=UtcMoment)),
            and_(
                col(_OF_LAST.status) == ACCEPTED,
                col(_OF_LAST.settled_at).between(
                    bindparam("since", type_=UtcMoment), bindparam("until", type_=UtcMoment)
                ),
                or_(
                    and_(col(_OF_LAST.name) == REGISTER, col(MessageRow.recorded) == 0),
                    and_(
                        col(_OF_LAST.name).in_(bindparam("names", expanding=True)),
                        ~select(JournalRow.number)
                        .where(
                            JournalRow.message == _OF_LAST.message,
                            col(JournalRow.data)["id"].as_string() == _OF_LAST.id,
                        )
                        .exists(),
                    ),
                ),
            ),
        )
    )
    .distinct()
    .limit(bindparam("at_most"))
)


async def unrecorded(
    session: AsyncSession, since: datetime, until: datetime, names: Sequence[str], at_most: int
) -> list[int]:
    """Messages that left a command without an outcome, or accepted one that is not on record.

    Without an outcome is one that Temporal was sent and that was taken until `until`. Of those accepted between `since`
    and `until`, a registration or a command of these `names` counts. Only of the commands that were given last.
    """
    given = {"since": since, "until": until, "names": list(names), "at_most": at_most}
    found = await (await session.connection()).execute(_UNRECORDED, given)
    return [number for number in found.scalars() if number is not None]


async def let_go(session: AsyncSession, command: str, payload: dict[str, Any], taken_at: datetime) -> bool:
    """Let a held command go its way, with what it has waited for; whether it was held until now."""
    done = await session.exec(
        update(CommandRow)
        .where(col(CommandRow.id) == command, col(CommandRow.status) == HELD)
        .values(payload=payload, taken_at=taken_at, status=TAKEN, lease_until=None)
    )
    return bool(done.rowcount)


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
) -> bool:
    """Write the outcome; the first one stays. Returns whether the text of its form is still kept as unsent."""
    values = _settlement(command, accepted=accepted, detail=detail, at=at)
    return bool((await (await session.connection()).execute(_SETTLE, values)).scalar())


def settle_recorded(
    connection: Connection, command: str, *, accepted: bool, detail: str | None, at: datetime
) -> bool:
    """The same with the record of the command."""
    values = _settlement(command, accepted=accepted, detail=detail, at=at)
    return bool(connection.execute(_SETTLE, values).scalar())


def _settlement(command: str, *, accepted: bool, detail: str | None, at: datetime) -> dict[str, Any]:
    return {
        "command": command,
        "outcome": ACCEPTED if accepted else REFUSED,
        "reason": detail,
        "at": at,
    }


_SETTLE_REGISTRATION = (
    update(CommandRow)
    .where(
        col(CommandRow.message) == bindparam("of_message"),
        col(CommandRow.name) == REGISTER,
        or_(*(col(CommandRow.status) == waiting for waiting in WAITING)),
    )
    .values(status=ACCEPTED, settled_at=bindparam("at", type_=UtcMoment), lease_until=None)
)


def settle_registration(connection: Connection, message: int, at: datetime) -> None:
    """Settle the command that a message was registered by, which its workflow does not know: it has begun."""
    connection.execute(_SETTLE_REGISTRATION, {"of_message": message, "at": at})


LEASE = timedelta(seconds=10)
"""How long whoever took a command is left to deliver it before another does."""


_TO_DELIVER = (
    select(CommandRow)
    .where(
        col(CommandRow.status).in_(WAITING),
        or_(
            col(CommandRow.lease_until).is_(None),
            col(CommandRow.lease_until) < bindparam("now", type_=UtcMoment),
        ),
        ~select(_OLDER.sequence)
        .where(
            _OLDER.message == CommandRow.message,
            _OLDER.status == TAKEN,
            col(_OLDER.sequence) < col(CommandRow.sequence),
        )
        .exists(),
    )
    .order_by(col(CommandRow.sequence))
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)


_ANY_WAITING = select(CommandRow.sequence).where(col(CommandRow.status).in_(WAITING)).limit(1)


async def are_any_waiting(session: AsyncSession) -> bool:
    """Whether any command waits, whoever delivers it."""
    return (await session.exec(_ANY_WAITING)).first() is not None


async def lease_waiting(session: AsyncSession, now: datetime, limit: int) -> Sequence[CommandRow]:
    """Take over commands nobody is delivering: of each message only those that no unsent older one is before."""
    rows = (await session.exec(_TO_DELIVER, params={"now": now, "at_most": limit})).all()
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


async def messages_of_keys(session: AsyncSession, person: str, keys: Iterable[str]) -> dict[str, int]:
    """The messages of the commands that a person gave under some keys, by key."""
    rows = await session.exec(
        select(CommandRow.key, CommandRow.message).where(
            CommandRow.person == person, col(CommandRow.key).in_(list(keys))
        )
    )
    return dict(rows.all())


async def statuses(session: AsyncSession, prefix: str) -> dict[str, str]:
    """Statuses of the commands whose keys begin so, by key."""
    rows = await session.exec(
        select(CommandRow.key, CommandRow.status).where(col(CommandRow.key).startswith(prefix))
    )
    return dict(rows.all())


async def waiting_under(session: AsyncSession, prefix: str) -> Sequence[CommandRow]:
    """Commands whose keys begin so and whose outcome is not written, by message, each in order."""
    rows = await session.exec(
        select(CommandRow)
        .where(col(CommandRow.key).startswith(prefix), col(CommandRow.status).in_(WAITING))
        .order_by(col(CommandRow.message), col(CommandRow.sequence))
    )
    return rows.all()


async def count_given(session: AsyncSession, message: int, name: str) -> int:
    """How many commands of this name were given about a message, whatever became of them."""
    counted = await session.exec(
        select(func.count())
        .select_from(CommandRow)
        .where(CommandRow.message == message, CommandRow.name == name)
    )
    return counted.one()
