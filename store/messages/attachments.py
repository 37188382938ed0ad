"""Photos and videos of messages (cl. 17), kept in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.messages.tables import AttachmentContentRow, AttachmentRow

LARGEST: Final = 20 * 2**20
"""Bytes of a file that the program takes (docs/run/bounds.md)."""


async def add(session: AsyncSession, row: AttachmentRow, content: bytes) -> None:
    """Write a file with its bytes."""
    session.add(row)
    await session.flush()
    session.add(AttachmentContentRow(attachment=row.id, content=content))


class Kept(NamedTuple):
    """How many files, and how many bytes they have."""

    files: int
    size: int


async def kept(session: AsyncSession, message: int) -> Kept:
    """The files of a message."""
    return await _kept(session, col(AttachmentRow.message) == message)


async def uploaded(session: AsyncSession, person: str, since: datetime) -> Kept:
    """The files a person has uploaded since a moment, to whatever message."""
    return await _kept(
        session, col(AttachmentRow.uploaded_by) == person, col(AttachmentRow.uploaded_at) >= since
    )


async def _kept(session: AsyncSession, *which: ColumnElement[bool]) -> Kept:
    counted = await session.exec(
        select(func.count(), func.coalesce(func.sum(AttachmentRow.size), 0))
        .select_from(AttachmentRow)
        .where(*which)
    )
    files, size = counted.one()
    return Kept(files, int(size))


async def known(session: AsyncSession, message: int | None, ids: Collection[str]) -> set[str]:
    """Those of the ids that are files of the message."""
    statement = select(AttachmentRow.id).where(
        AttachmentRow.message == message, col(AttachmentRow.id).in_(ids)
    )
    return set(await session.exec(statement))


async def loose(session: AsyncSession, person: str, ids: Collection[str]) -> set[str]:
    """Those of the ids that are files which the person has uploaded, and which are no message's yet."""
    statement = select(AttachmentRow.id).where(
        col(AttachmentRow.message).is_(None),
        AttachmentRow.uploaded_by == person,
        col(AttachmentRow.id).in_(ids),
    )
    return set(await session.exec(statement))


async def claim(session: AsyncSession, message: int, ids: Collection[str]) -> None:
    """These files are the message's from now on."""
    if ids:
        await session.exec(
            update(AttachmentRow)
            .where(col(AttachmentRow.id).in_(ids), col(AttachmentRow.message).is_(None))
            .values(message=message)
        )


async def like(session: AsyncSession, row: AttachmentRow) -> AttachmentRow | None:
    """A file of the row's message with its name and content, uploaded by the same person, and not erased since."""
    statement = (
        select(AttachmentRow)
        .join(AttachmentContentRow, col(AttachmentContentRow.attachment) == col(AttachmentRow.id))
        .where(
            col(AttachmentRow.message).is_not_distinct_from(row.message),
            AttachmentRow.uploaded_by == row.uploaded_by,
            AttachmentRow.digest == row.digest,
            AttachmentRow.name == row.name,
        )
        .order_by(col(AttachmentRow.uploaded_at))
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def of_message(session: AsyncSession, message: int) -> list[AttachmentRow]:
    """Every file of a message, as it was added."""
    statement = (
        select(AttachmentRow)
        .where(AttachmentRow.message == message)
        .order_by(col(AttachmentRow.uploaded_at), col(AttachmentRow.id))
    )
    return list((await session.exec(statement)).all())


async def with_content(
    session: AsyncSession, message: int, attachment: str
) -> tuple[AttachmentRow, bytes] | None:
    """A file of the message with its bytes; None if there is none, or it was erased."""
    row = await session.get(AttachmentRow, attachment)
    if row is None or row.message != message:
        return None
    content = await session.get(AttachmentContentRow, attachment)
    return None if content is None else (row, content.content)
