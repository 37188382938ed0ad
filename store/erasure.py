"""Erasing one message's personal data in place (152-FZ; DESIGN, 12)."""

from datetime import UTC, datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store import texts
from store.tables import ERASED, Attachment, AttachmentContent, Message, Notice


async def erase(session: AsyncSession, message: Message) -> None:
    """Replace author, links and texts of the message by `[erased]`, delete its files, free its link."""
    assert message.number is not None  # noqa: S101
    message.url = message.author = message.text = ERASED
    message.url_key = None
    message.search_text = message.lemmas = ""
    message.erased_at = datetime.now(UTC)
    await texts.erase(session, message.number)
    await session.exec(update(Notice).where(col(Notice.message) == message.number).values(text=ERASED))
    files = select(Attachment.id).where(Attachment.message == message.number)
    await session.exec(delete(AttachmentContent).where(col(AttachmentContent.attachment).in_(files)))
    await session.exec(
        update(Attachment).where(col(Attachment.message) == message.number).values(name=ERASED)
    )
