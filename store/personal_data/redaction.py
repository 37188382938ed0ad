"""Taking some words, or one file, out of a message (152-FZ): everywhere they stand, and nothing to guess them from.

The rest of the message stays. Links are left alone: by its link a message is known.
"""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

from sqlalchemy import delete
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands import corrections, kept_requests
from store.messages import finding, likeness
from store.messages.finding import UNSEEN, searchable
from store.messages.tables import (
    AttachmentContentRow,
    AttachmentRow,
    MessageRow,
    MessageTextRow,
    UnsentTextRow,
)
from store.networks.tables import CandidateRow
from store.notices.tables import NoticeRow
from store.people import saved_views
from store.personal_data import residue
from store.personal_data.destruction import DataClass
from store.reports import papers

REMOVED: Final = "[удалено]"
_OF_LINKS = ("url", "url_key")
_INVISIBLE = f"[{''.join(map(chr, UNSEEN))}]*"
_LETTERS = {"е": "[её]", "ё": "[её]"}


class Fragment:
    """Words as people find them: in whatever case, with «е» for «ё», whatever spaces and invisible signs between."""

    def __init__(self, words: str) -> None:
        self._given = words
        visible = words.translate(UNSEEN).split()
        between = rf"{_INVISIBLE}\s(?:\s|{_INVISIBLE})*?"
        self._pattern = re.compile(between.join(map(_spelt, visible)), re.IGNORECASE)

    def stands_in(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def out_of(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(REMOVED, text)

    def is_sought_by(self, query: str) -> bool:
        """Whether a saved list seeks them, or a part of them."""
        sought = [searchable(value).strip() for name, value in parse_qsl(query) if name == "q"]
        own = searchable(self._given).strip()
        return any(words and (words in own or self.stands_in(words)) for words in sought)

    def out_of_json(self, value: Any) -> Any:
        """The same of every text in a value."""
        match value:
            case str():
                return self.out_of(value)
            case list():
                return [self.out_of_json(item) for item in value]
            case dict():
                return {name: self.out_of_json(item) for name, item in value.items()}
            case _:
                return value


def _spelt(word: str) -> str:
    return _INVISIBLE.join(_LETTERS.get(sign.lower(), re.escape(sign)) for sign in word)


async def in_links(session: AsyncSession, message: int, fragment: Fragment) -> bool:
    """Whether the words are part of a link of the message."""
    row = await finding.by_number(session, message)
    texts = await _texts(session, message)
    links = [text.content for text in texts if text.field in _OF_LINKS]
    return any(fragment.stands_in(link) for link in (*links, row.url if row else ""))


async def take_out(
    session: AsyncSession,
    message: int,
    fragment: Fragment,
    mask: kept_requests.Mask = kept_requests.forgotten,
) -> Counter[DataClass]:
    """Replace the words by `[удалено]` wherever the message has them; returns in how many places of what class."""
    done = Counter[DataClass]()
    row = await finding.locked(session, message)
    done[DataClass.WORDS] += await _out_of_row(row, fragment)
    for text in await _texts(session, message):
        if text.field not in _OF_LINKS and fragment.stands_in(text.content):
            text.content = fragment.out_of(text.content)
            text.digest = sha256(text.content.encode()).hexdigest()
            done[DataClass.WORDS] += 1
    notices = await session.exec(select(NoticeRow).where(NoticeRow.message == message))
    for notice in notices:
        if fragment.stands_in(notice.text):
            notice.text = fragment.out_of(notice.text)
            done[DataClass.NOTICES] += 1
    for file in await _files(session, message):
        if fragment.stands_in(file.name):
            file.name = fragment.out_of(file.name)
            done[DataClass.WORDS] += 1
    done[DataClass.UNSENT_TEXTS] += await _out_of_unsent(session, message, fragment)
    done[DataClass.CANDIDATES] += await _out_of_candidates(session, message, fragment)
    await session.flush()
    return await _finished(session, message, fragment, done, mask)


async def take_file(
    session: AsyncSession,
    message: int,
    file: str,
    mask: kept_requests.Mask = kept_requests.forgotten,
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


async def _finished(
    session: AsyncSession,
    message: int,
    fragment: Fragment,
    done: Counter[DataClass],
    mask: kept_requests.Mask,
) -> Counter[DataClass]:
    if not any(done.values()):
        return Counter()
    for view in await saved_views.with_words(session):
        if fragment.is_sought_by(view.query):
            await session.delete(view)
    # Papers are made anew of what is left.
    await papers.forget(session, message)
    # By what is left it is found from now on.
    await corrections.settle_place(session, message)
    done[DataClass.REQUESTS] = await kept_requests.erase(session, message, mask)
    await session.flush()
    await residue.note(session)
    return +done


async def _out_of_row(row: MessageRow, fragment: Fragment) -> int:
    found = 0
    if fragment.stands_in(row.author):
        row.author, found = fragment.out_of(row.author), found + 1
    if fragment.stands_in(row.text):
        row.text, found = fragment.out_of(row.text), found + 1
        row.lemmas = await likeness.lemmas_of(row.text.replace(REMOVED, " "))
    return found


async def _texts(session: AsyncSession, message: int) -> Sequence[MessageTextRow]:
    return (await session.exec(select(MessageTextRow).where(MessageTextRow.message == message))).all()


async def _files(session: AsyncSession, message: int) -> Sequence[AttachmentRow]:
    return (await session.exec(select(AttachmentRow).where(AttachmentRow.message == message))).all()


async def _out_of_unsent(session: AsyncSession, message: int, fragment: Fragment) -> int:
    found = 0
    for row in await session.exec(select(UnsentTextRow).where(UnsentTextRow.message == message)):
        kept = fragment.out_of_json(row.fields)
        if kept != row.fields:
            row.fields, found = kept, found + 1
    return found


async def _out_of_candidates(session: AsyncSession, message: int, fragment: Fragment) -> int:
    """What the message was found as, and replies under its answers that are no message of their own."""
    found = 0
    rows = await session.exec(
        select(CandidateRow).where(
            or_(
                CandidateRow.message == message,
                (col(CandidateRow.reply_to) == message) & col(CandidateRow.message).is_(None),
            )
        )
    )
    for row in rows:
        suggested = fragment.out_of_json(row.suggestions)
        before = (row.author, row.text, row.reason, row.suggestions)
        row.author, row.text = fragment.out_of(row.author), fragment.out_of(row.text)
        row.reason = None if row.reason is None else fragment.out_of(row.reason)
        row.suggestions = suggested
        if before != (row.author, row.text, row.reason, row.suggestions):
            row.search_text = searchable(row.author, row.text, row.url) if row.text or row.author else ""
            found += 1
    return found
