"""Texts of a message: every version, replaced only by erasure (docs/change/decisions.md, 12)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import ERASED
from store.messages import text_seals
from store.messages.tables import AttachmentRow, MessageRow, MessageTextRow


def new_id() -> str:
    """An id for an attachment, a draft, a contribution, a referral or a promise."""
    return uuid4().hex


# Built once: building a statement costs more than executing it.
_ADD = insert(MessageTextRow)
CONTENTS = select(MessageTextRow.id, MessageTextRow.content).where(
    col(MessageTextRow.message).in_(bindparam("of_messages", expanding=True))
)
"""Every text of some messages."""
FILES = select(AttachmentRow.id, AttachmentRow.name, AttachmentRow.type, AttachmentRow.size).where(
    col(AttachmentRow.id).in_(bindparam("ids", expanding=True))
)
"""Attachments without their contents."""

_NAMED = select(MessageTextRow.id, MessageTextRow.content).where(
    col(MessageTextRow.id).in_(bindparam("ids", expanding=True))
)


def new(
    message: int,
    field: str,
    content: str,
    at: datetime,
    *,
    lasting: bool = False,
) -> MessageTextRow:
    """A text to be written, sealed; `lasting` texts are the service's own record and are never erased."""
    sealed = text_seals.seal(content)
    return MessageTextRow(
        id=sealed.mac,
        key=sealed.key,
        message=message,
        field=field,
        content=content,
        written_at=at,
        lasting=lasting,
    )


async def add(session: AsyncSession, texts: Sequence[MessageTextRow]) -> None:
    """Write texts."""
    if texts:
        await (await session.connection()).execute(_ADD, [text.model_dump() for text in texts])


async def contents(session: AsyncSession, messages: Iterable[int]) -> dict[str, str]:
    """Every text of some messages by its id."""
    rows = await (await session.connection()).execute(CONTENTS, {"of_messages": list(messages)})
    return dict(rows.all())


def named(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The texts of these ids."""
    if not ids:
        return {}
    return dict(connection.execute(_NAMED, {"ids": ids}).all())


_BESIDE_POST = select(
    col(MessageTextRow.id),
    col(MessageTextRow.content),
    select(col(MessageRow.url)).where(col(MessageRow.number) == bindparam("of_message")).scalar_subquery(),
).where(col(MessageTextRow.id).in_(bindparam("ids", expanding=True)))


def beside_post(
    connection: Connection, message: int, ids: Sequence[str]
) -> list[tuple[str, str, str | None]]:
    """The texts of these ids, each as its id, itself, and the link of the message's post."""
    if not ids:
        return []
    return [tuple(row) for row in connection.execute(_BESIDE_POST, {"of_message": message, "ids": ids})]


async def key_of(session: AsyncSession, text: str) -> bytes | None:
    """The key by which a text is sealed; None of one that is not."""
    return (await session.exec(select(MessageTextRow.key).where(MessageTextRow.id == text))).first()


async def erase(session: AsyncSession, message: int) -> int:
    """Replace the texts of a message and destroy their keys; returns how many there were."""
    erased = await session.exec(
        update(MessageTextRow)
        .where(
            col(MessageTextRow.message) == message,
            col(MessageTextRow.lasting).is_(False),
            col(MessageTextRow.content) != ERASED,
        )
        .values(content=ERASED, key=None)
    )
    return erased.rowcount
