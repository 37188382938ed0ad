"""Rows of a message in which words stand, and one file of it: what is taken out of it by hand (152-FZ).

Links are left alone: by its link a message is known.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import delete
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands import kept_requests
from store.messages import finding
from store.messages.tables import (
    AttachmentContentRow,
    AttachmentRow,
    MessageRow,
    MessageTextRow,
    UnsentTextRow,
)
from store.networks.tables import CandidateRow
from store.notices.tables import NoticeRow
from store.personal_data import residue
from store.personal_data.destruction import DataClass
from store.reports import papers

REMOVED: Final = "[удалено]"
_OF_LINKS: Final = ("url", "url_key")


class Written(NamedTuple):
    """The rows of a message in which words stand, but for links.

    `candidates`: what the message was found as, and replies under its answers that are no message of their own.
    """

    message: MessageRow
    texts: Sequence[MessageTextRow]
    notices: Sequence[NoticeRow]
    files: Sequence[AttachmentRow]
    unsent: Sequence[UnsentTextRow]
    candidates: Sequence[CandidateRow]


async def written(session: AsyncSession, message: int) -> Written:
    """What is written of a message, which nobody else changes until the end of the transaction."""
    row = await finding.locked(session, message)
    texts = select(MessageTextRow).where(
        MessageTextRow.message == message, col(MessageTextRow.field).not_in(_OF_LINKS)
    )
    candidates = select(CandidateRow).where(
        or_(
            CandidateRow.message == message,
            (col(CandidateRow.reply_to) == message) & col(CandidateRow.message).is_(None),
        )
    )
    return Written(
        row,
        (await session.exec(texts)).all(),
        (await session.exec(select(NoticeRow).where(NoticeRow.message == message))).all(),
        (await session.exec(select(AttachmentRow).where(AttachmentRow.message == message))).all(),
        (await session.exec(select(UnsentTextRow).where(UnsentTextRow.message == message))).all(),
        (await session.exec(candidates)).all(),
    )


async def links(session: AsyncSession, message: int) -> list[str]:
    """The links of a message, and what they are known by."""
    row = await finding.by_number(session, message)
    kept = select(MessageTextRow.content).where(
        MessageTextRow.message == message, col(MessageTextRow.field).in_(_OF_LINKS)
    )
    return [*await session.exec(kept), row.url if row else ""]


async def take_file(
    session: AsyncSession, message: int, file: str, mask: kept_requests.Mask
) -> Counter[DataClass]:
    """Delete one file of the message with its name; nothing where it has none of this id, or it is gone already."""
    row = await session.get(AttachmentRow, file)
    if row is None or row.message != message:
        return Counter()
    gone = await session.exec(
        delete(AttachmentContentRow).where(col(AttachmentContentRow.attachment) == file)
    )
    if not gone.rowcount:
        return Counter()
    row.name, row.digest = REMOVED, ""
    await papers.forget(session, message)
    done = Counter({DataClass.FILES: gone.rowcount})
    done[DataClass.REQUESTS] = await kept_requests.erase(session, message, mask)
    await session.flush()
    await residue.note(session)
    return +done
