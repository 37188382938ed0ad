"""Rows put in the place of those that a restored database lacks, and how far that got."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands import outbox
from store.commands.tables import CommandRow
from store.messages.tables import JournalRow, MessageRow, MessageTextRow
from store.personal_data import erasure

_REFUSED = "refused"
"""The kind of the journal row of a refused command."""

_LEFT_OUT = 1000
_LATELY = timedelta(days=30)
_NUMBERS_OF_SQLITE = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))

LOST = "[утрачено]"
"""Stands for a text that the restored database does not have."""


async def known_messages(session: AsyncSession) -> dict[int, MessageRow]:
    """Every message by its number."""
    return {row.number: row for row in await session.exec(select(MessageRow)) if row.number is not None}


def message_without_texts(
    number: int, network: str, detected_at: datetime, registered_at: datetime, registered_by: str
) -> MessageRow:
    """The row of a message of which only its workflow is left; its link may be registered again."""
    return MessageRow(
        number=number,
        network=network,
        url=LOST,
        url_key=None,
        author=LOST,
        text=LOST,
        search_text="",
        lemmas="",
        detected_at=detected_at,
        registered_at=registered_at,
        registered_by=registered_by,
    )


async def keep_numbers_apart(session: AsyncSession, known: int = 0) -> int | None:
    """New messages get numbers after all that may have been given, also since a copy was made and known to nobody.

    A thousand numbers are left out, or as many as the messages of the last thirty days if those were more; on from the
    next full thousand. `known`: the largest number that others than the database know of. Returns the first number of
    those to come, None where they were moved before.
    """
    newest = select(sa.func.max(col(MessageRow.registered_at))).scalar_subquery()
    largest = (await session.exec(select(sa.func.max(col(MessageRow.number))))).one() or 0
    last_one = (await session.exec(select(newest))).one()
    if not (known or last_one):
        return None
    lately = sa.select(sa.func.count()).select_from(MessageRow)
    if last_one is not None:
        lately = lately.where(col(MessageRow.registered_at) > last_one - _LATELY)
    connection = await session.connection()
    left_out = max(_LEFT_OUT, (await connection.execute(lately)).scalar_one())
    last = -(-(max(largest, known) + left_out) // _LEFT_OUT) * _LEFT_OUT
    if connection.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence("message", "number")
        as_it_is = sa.select(sa.func.pg_sequence_last_value(sa.cast(sequence, REGCLASS)))
        move: sa.Executable = sa.select(sa.func.setval(sequence, last))
    else:
        of_messages = _NUMBERS_OF_SQLITE.c.name == "message"
        as_it_is = sa.select(_NUMBERS_OF_SQLITE.c.seq).where(of_messages)
        if (await connection.execute(as_it_is)).first() is None:
            await connection.execute(_NUMBERS_OF_SQLITE.insert().values(name="message", seq=0))
        move = _NUMBERS_OF_SQLITE.update().where(of_messages).values(seq=last)
    if ((await connection.execute(as_it_is)).scalar() or 0) >= last:
        return None
    await connection.execute(move)
    return last + 1


async def erase_again(session: AsyncSession, kind: str) -> list[int]:
    """Erase (152-FZ) what the copy still has of messages that a journal row of this kind calls erased; gives which."""
    named = select(JournalRow.message).where(JournalRow.kind == kind)
    rows = await session.exec(
        select(MessageRow).where(col(MessageRow.number).in_(named), col(MessageRow.erased_at).is_(None))
    )
    found = rows.all()
    for row in found:
        await erasure.erase(session, row)
    return sorted(row.number for row in found if row.number is not None)


async def mark_lost_texts(session: AsyncSession, message: int, named: Iterable[str]) -> bool:
    """Put `LOST` in the place of texts that nobody has; returns whether there are such.

    Those the journal of the message names, and those of `named`, whose rows are lost as well.
    """
    rows = await session.exec(select(JournalRow).where(JournalRow.message == message))
    fields = dict.fromkeys(named, "text") | {
        text: field
        for row in rows
        for named_in in ("texts", "texts_before")
        for field, text in row.data.get(named_in, {}).items()
    }
    there = set(await session.exec(select(MessageTextRow.id).where(MessageTextRow.message == message)))
    lost = fields.keys() - there
    now = datetime.now(UTC)
    for text in lost:
        session.add(
            MessageTextRow(
                id=text,
                message=message,
                field=fields[text],
                content=LOST,
                written_at=now,
                lasting=True,  # there is nothing in it to erase
            )
        )
    return bool(lost)


_ON_RECORD = (
    select(JournalRow.number)
    .where(JournalRow.message == CommandRow.message, col(JournalRow.data)["id"].as_string() == CommandRow.id)
    .exists()
)
_OFF_RECORD = sa.and_(
    col(CommandRow.status) == outbox.ACCEPTED, col(CommandRow.name) != "register", ~_ON_RECORD
)
"""It was accepted and left no row in the journal."""
_DESTROYS = sa.and_(
    col(CommandRow.status).in_(outbox.WAITING), col(CommandRow.name).in_(("record_erasure", "redact"))
)
"""What it says is done already, and only waits for its row in the journal."""
_TO_BE_SENT = sa.update(CommandRow).values(status=outbox.TAKEN, settled_at=None, lease_until=None)


class KnownOutcome(NamedTuple):
    """What became of a command; `detail` says why it was refused."""

    accepted: bool
    detail: str | None


async def outcomes(session: AsyncSession, message: int, *, with_unrecorded: bool) -> dict[str, KnownOutcome]:
    """What became of a message's commands, by their ids: of those in its journal, whatever the outbox knows of them.

    With `with_unrecorded` also of those that have left no row there yet.
    """
    known = {
        row.data["id"]: KnownOutcome(row.kind != _REFUSED, row.data.get("reason"))
        for row in await outbox.journals(session, [message])
        if "id" in row.data
    }
    if with_unrecorded:
        settled = await session.exec(
            select(CommandRow).where(
                CommandRow.message == message,
                col(CommandRow.status).in_((outbox.ACCEPTED, outbox.REFUSED)),
            )
        )
        known |= {
            row.id: KnownOutcome(row.status == outbox.ACCEPTED, row.detail)
            for row in settled
            if row.id not in known
        }
    return known


def with_commands_off_record(connection: sa.Connection, messages: Collection[int]) -> set[int]:
    """Those of some messages that a command has changed whose row is not in their journal."""
    rows = connection.execute(
        sa.select(col(CommandRow.message))
        .where(col(CommandRow.message).in_(messages), sa.or_(_OFF_RECORD, _DESTROYS))
        .distinct()
    )
    return set(rows.scalars())


async def send_again(session: AsyncSession, running: Collection[int]) -> None:
    """Commands that may be with no workflow are signalled again: a workflow applies each once.

    Those whose outcome is not known, whoever was delivering them when the copy was made. And, to the messages that are
    `running`, those that were accepted and left no row in the journal: the copy was made in between.
    """
    await session.exec(_TO_BE_SENT.where(col(CommandRow.status).in_(outbox.WAITING)))
    accepted = await session.exec(select(CommandRow.id, CommandRow.message).where(_OFF_RECORD))
    lost = [command for command, message in accepted if message in running]
    await session.exec(_TO_BE_SENT.where(col(CommandRow.id).in_(lost)))


async def send_again_to(session: AsyncSession, message: int) -> None:
    """Of one message: its commands that may be lost with its run are signalled again, as `send_again` does of all.

    What nobody has signalled yet stays with whoever is about to.
    """
    unknown = sa.or_(col(CommandRow.status) == outbox.SENT, _OFF_RECORD)
    await session.exec(_TO_BE_SENT.where(col(CommandRow.message) == message, unknown))


async def begin_again(session: AsyncSession, message: int) -> None:
    """Nothing of the message is on record: it is registered again by the outbox, and gets all its commands."""
    await session.exec(_TO_BE_SENT.where(col(CommandRow.message) == message))
    await go_on_after(session, message, 0)


async def go_on_after(session: AsyncSession, message: int, row: int) -> None:
    """The next row of the message's journal is the one after `row`."""
    await session.exec(
        sa.update(MessageRow).where(col(MessageRow.number) == message).values(recorded=row, rows=row)
    )
