"""Erasing one message's personal data in place (152-FZ; docs/decisions.md, 12)."""

from datetime import UTC, datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store import texts
from store.tables import ERASED, AttachmentContentRow, AttachmentRow, MessageRow, NoticeRow


async def erase(session: AsyncSession, message: MessageRow) -> None:
    """Replace author, links and texts of the message by `[erased]`, delete its files, free its link."""
    assert message.number is not None  # noqa: S101
    message.url = message.author = message.text = ERASED
    message.url_key = None
    message.search_text = message.lemmas = ""
    message.erased_at = datetime.now(UTC)
    await texts.erase(session, message.number)
    await session.exec(update(NoticeRow).where(col(NoticeRow.message) == message.number).values(text=ERASED))
    files = select(AttachmentRow.id).where(AttachmentRow.message == message.number)
    await session.exec(delete(AttachmentContentRow).where(col(AttachmentContentRow.attachment).in_(files)))
    await session.exec(
        update(AttachmentRow).where(col(AttachmentRow.message) == message.number).values(name=ERASED)
    )
