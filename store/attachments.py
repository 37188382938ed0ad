"""Photos and videos of messages (cl. 17), kept in the database."""

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import AttachmentContentRow, AttachmentRow


async def add(session: AsyncSession, row: AttachmentRow, content: bytes) -> None:
    """Write a file with its bytes."""
    session.add(row)
    await session.flush()
    session.add(AttachmentContentRow(attachment=row.id, content=content))


async def known(session: AsyncSession, message: int | None, ids: Collection[str]) -> set[str]:
    """Those of the ids that are files of the message."""
    statement = select(AttachmentRow.id).where(
        AttachmentRow.message == message, col(AttachmentRow.id).in_(ids)
    )
    return set(await session.exec(statement))


async def with_content(
    session: AsyncSession, message: int, attachment: str
) -> tuple[AttachmentRow, bytes] | None:
    """A file of the message with its bytes; None if there is none, or it was erased."""
    row = await session.get(AttachmentRow, attachment)
    if row is None or row.message != message:
        return None
    content = await session.get(AttachmentContentRow, attachment)
    return None if content is None else (row, content.content)
