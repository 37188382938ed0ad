"""Corrections in the place of what was registered (cl. 7): what they say, and the post that a message stands for.

A correction is a command in the outbox. The message's key is that of the link a correction under way has reserved.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Outcome
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.columns import ERASED
from store.messages import finding
from store.messages.tables import MessageRow, MessageTextRow

REGISTERED = "registered-"
"""How the ids of texts begin that messages were registered with."""
_REOPEN = "reopen"
"""The command that opens a closed message again."""
CORRECT = "correct"
"""The command that corrects a message."""
ROUTE = "route"
"""The command that says where the matter is."""

_TEXTS = ("url", "author", "text")
_KEY = "url_key"
_LOCATION = "location"

_PLACES = (
    sa.select(col(CommandRow.payload), col(MessageTextRow.id), col(MessageTextRow.content))
    .join(MessageTextRow, col(MessageTextRow.message) == col(CommandRow.message))
    .where(
        col(MessageTextRow.field) == _LOCATION,
        col(CommandRow.message) == sa.bindparam("of_message"),
        col(CommandRow.name).in_((ROUTE, CORRECT)),
        col(CommandRow.status) == outbox.ACCEPTED,
    )
    .order_by(col(CommandRow.sequence).desc())
)
"""Each routing and correction, the last first, with each place that the message was ever given."""


def registered_text(message: int, field: str) -> str:
    """The id under which the text that a message was registered with is kept, once it is corrected."""
    return f"{REGISTERED}{message}-{field}"


async def keep_registered(
    session: AsyncSession, row: MessageRow, fields: Sequence[str], now: datetime
) -> None:
    """Before the first correction of these fields: the texts of the registration stay on record."""
    number = _number(row)
    # Of two first corrections at once the second finds what the first one kept.
    row = await finding.locked(session, number)
    kept = {field: getattr(row, field) for field in _TEXTS if field in fields}
    if "url" in fields:
        # A message that came without a link is unique by something else.
        kept[_KEY] = row.url_key or ""
    for field, content in kept.items():
        if await session.get(MessageTextRow, registered_text(number, field)) is not None:
            continue
        session.add(
            MessageTextRow(
                id=registered_text(number, field),
                message=number,
                field=field,
                content=content,
                written_at=now,
            )
        )


async def known(session: AsyncSession, row: MessageRow) -> Mapping[str, str]:
    """Network, link, author and text as they will be when the corrections under way are accepted."""
    registered = {"network": row.network, "url": row.url, "author": row.author, "text": row.text}
    return registered | await under_way(session, row)


async def under_way(session: AsyncSession, row: MessageRow) -> dict[str, str]:
    """By field, what the last correction says that is accepted or may be."""
    return await _corrected(session, row, (*outbox.WAITING, outbox.ACCEPTED))


async def accepted(session: AsyncSession, row: MessageRow) -> dict[str, str]:
    """By field, what the last accepted correction says."""
    return await _corrected(session, row, (outbox.ACCEPTED,))


async def registered_key(session: AsyncSession, row: MessageRow) -> str | None:
    """The key that the message was registered with, where it is on record; else the one it has."""
    kept = await session.get(MessageTextRow, registered_text(_number(row), _KEY))
    # A message that came without a link, and a part of another, stand for no post of their own.
    return (kept.content or None) if kept is not None else row.url_key


async def reserve(session: AsyncSession, row: MessageRow, key: str) -> MessageRow | None:
    """Have the message stand for the post of this key; returns the message that does so already, if it is another."""
    await free_void_link(session, key)
    holder = await finding.by_key(session, key)
    if holder is not None and holder.number != row.number:
        return holder
    locked = await finding.locked(session, _number(row))
    locked.url_key = key
    await session.flush()
    return None


async def stand_for(session: AsyncSession, row: MessageRow, key: str | None) -> None:
    """Have the message stand for the post of this key, unless it is another's by now; None: for none."""
    holder = None if key is None else await finding.by_key(session, key)
    row.url_key = key if holder is None else None
    session.add(row)
    await session.flush()


async def place(session: AsyncSession, row: MessageRow) -> str:
    """The place as the last accepted routing or correction says; empty before the first."""
    found = await (await session.connection()).execute(_PLACES, {"of_message": row.number})
    return next((content for payload, text, content in found if payload.get(_LOCATION) == text), "")


async def _corrected(session: AsyncSession, row: MessageRow, statuses: Sequence[str]) -> dict[str, str]:
    """By field, what the last correction with one of these statuses says."""
    given = await session.exec(
        select(CommandRow.payload)
        .where(
            CommandRow.message == row.number,
            CommandRow.name == CORRECT,
            col(CommandRow.status).in_(statuses),
        )
        .order_by(col(CommandRow.sequence))
    )
    last: dict[str, str] = {}
    for payload in given:
        last |= {field: payload[field] for field in ("network", *_TEXTS) if payload.get(field) is not None}
    ids = [last[field] for field in _TEXTS if field in last]
    found = await session.exec(
        select(MessageTextRow.id, MessageTextRow.content).where(col(MessageTextRow.id).in_(ids))
    )
    contents = dict(found.all())
    return {
        field: value if field == "network" else contents.get(value, ERASED) for field, value in last.items()
    }


def _number(row: MessageRow) -> int:
    assert row.number is not None  # noqa: S101
    return row.number


async def free_void_link(session: AsyncSession, key: str, *, known_void: int | None = None) -> int | None:
    """Take the post of a link, by its key, from a message registered by mistake, so that it may be registered again.

    One that is about to be opened again keeps it.
    `known_void` is the number of a message whose end its own row may not say yet. Returns the number of the message
    that had the post; None where no message has it, or one that counts.
    """
    freed = await session.exec(
        sa.update(MessageRow)
        .where(
            col(MessageRow.url_key) == key,
            sa.or_(col(MessageRow.outcome) == Outcome.VOID, col(MessageRow.number) == known_void),
            ~outbox.under_way(MessageRow.number, _REOPEN),
        )
        .values(url_key=None)
        .returning(col(MessageRow.number))
        .execution_options(synchronize_session=False)
    )
    return freed.scalar_one_or_none()
