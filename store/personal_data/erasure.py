"""Erasing one message's personal data in place (152-FZ; docs/change/decisions.md, 12)."""

from collections import Counter
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands import kept_requests
from store.database.columns import ERASED
from store.messages import places, texts, unsent
from store.messages.finding import searchable
from store.messages.tables import AttachmentContentRow, AttachmentRow, MessageRow, MessageTextRow
from store.networks import candidates, standing
from store.notices.tables import NoticeRow
from store.people import saved_views
from store.personal_data import residue
from store.personal_data.destruction import DataClass
from store.promises import rows as promises
from store.reports import papers

_SHORTEST, _STEM, _ENDING = 3, 4, 2
"""Letters: of a word that tells anybody; of what is left of one without its ending, which may be another form's."""


async def erase(
    session: AsyncSession, message: MessageRow, mask: kept_requests.Mask = kept_requests.forgotten
) -> Counter[DataClass]:
    """Replace author, links and texts of the message by `[erased]`, delete its files, free its link.

    Nothing is left to guess them from: digests go with what they are of. `mask` is what stays of
    Idempotency-Keys. Returns how many of what were destroyed; nothing where nothing was left of an earlier erasure.
    """
    assert message.number is not None  # noqa: S101
    number, done = message.number, Counter[DataClass]()
    if message.erased_at is None:
        done[DataClass.AUTHOR_AND_LINK] = done[DataClass.TEXTS] = 1
    await _forget_views(session, message)
    message.url = message.author = message.text = ERASED
    message.url_key = None
    message.search_text = message.lemmas = ""
    message.erased_at = datetime.now(UTC)
    await promises.forget(session, number)
    done[DataClass.TEXTS] += await texts.erase(session, number)
    await standing.forget(session, number)
    await places.forget(session, number)
    done[DataClass.UNSENT_TEXTS] = await unsent.erase(session, number)
    notices = await session.exec(
        update(NoticeRow)
        .where(col(NoticeRow.message) == number, col(NoticeRow.text) != ERASED)
        .values(text=ERASED)
    )
    done[DataClass.NOTICES] = notices.rowcount
    files = select(AttachmentRow.id).where(AttachmentRow.message == number)
    contents = await session.exec(
        delete(AttachmentContentRow).where(col(AttachmentContentRow.attachment).in_(files))
    )
    done[DataClass.FILES] = contents.rowcount
    await session.exec(
        update(AttachmentRow).where(col(AttachmentRow.message) == number).values(name=ERASED, digest="")
    )
    done[DataClass.PAPERS] = await papers.forget(session, number)
    done[DataClass.CANDIDATES] = await candidates.erase(session, number)
    done[DataClass.REQUESTS] = await kept_requests.erase(session, number, mask)
    await session.flush()
    await residue.note(session)
    return +done


async def _forget_views(session: AsyncSession, message: MessageRow) -> None:
    """Delete the saved lists in which the author or link is sought, or words that only the texts of this message have.

    Words that other messages have too, such as «яма», find those.
    """
    written = await session.exec(
        select(MessageTextRow.content).where(
            MessageTextRow.message == message.number, col(MessageTextRow.lasting).is_(False)
        )
    )
    personal = searchable(message.author, message.url)
    texts_of_it = searchable(message.text, *written)
    for view in await saved_views.with_words(session):
        for sought in (value for name, value in parse_qsl(view.query) if name == "q"):
            if await _is_of_it(session, message, searchable(sought).strip(), personal, texts_of_it):
                await session.delete(view)
                break


async def _is_of_it(
    session: AsyncSession, message: MessageRow, sought: str, personal: str, texts_of_it: str
) -> bool:
    """Whether what is sought, or a word of it in whatever form, is the message's alone, or its author's or link's."""
    if sought and sought in personal:
        return True
    for word in sought.split():
        stem = word[: max(_STEM, len(word) - _ENDING)]
        if len(stem) >= _SHORTEST and (
            stem in personal or (stem in texts_of_it and not await _in_another(session, message, stem))
        ):
            return True
    return False


async def _in_another(session: AsyncSession, message: MessageRow, words: str) -> bool:
    """Whether another message is found by these words."""
    found = await session.exec(
        select(MessageRow.number)
        .where(
            col(MessageRow.number) != message.number,
            col(MessageRow.search_text).contains(words, autoescape=True),
        )
        .limit(1)
    )
    return found.first() is not None
