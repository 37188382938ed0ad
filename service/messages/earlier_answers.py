"""Earlier answers to likely similar messages: how the same was answered, and whether a draft repeats one of them.

An answer that was published is public, and shown as it is; of the message that it answers the topic and the settlement
alone are shown to a body that did not have it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field, TypeAdapter

from calendar_rules.vocabulary import DraftKind, DraftStatus, Role, Verdict
from service.access import note as access_note
from service.access import wording
from service.access.errors import InvalidInputError
from service.access.values import number_of
from service.messages import wordings
from service.messages.targets import OF_BODIES, Target
from service.messages.view import DraftView, MessageView
from store.database.columns import ERASED
from store.database.engines import Database
from store.database.session import Session
from store.messages import answered, likeness_index, texts
from store.messages.answered import Candidate
from store.messages.tables import MessageRow
from workflows.state import Draft

SHOWN_TO: Final = (*OF_BODIES, Role.CURATOR)
AT_MOST: Final = 5
_LOOKED_AT: Final = 15
"""Of these answers some may say the same, and be shown once."""
_COMPARED: Final = 40
"""Answers to the likeliest messages, and the body's last ones, that a draft is compared with."""
_UNDER_WAY: Final = (DraftStatus.SUBMITTED, DraftStatus.APPROVED, DraftStatus.REWORK)
_DRAFTS: Final = TypeAdapter(list[Draft])


class EarlierAnswerView(BaseModel):
    """Размещённый ответ на похожее сообщение."""

    message: str = Field(description="Номер сообщения, на которое дан ответ.")
    body: str = Field(description="Ключ органа, который подготовил ответ.")
    text: str = Field(description="Ответ целиком, как он размещён.")
    topic: str | None = Field(description="Тема сообщения.")
    settlement: str | None = Field(description="Населённый пункт сообщения.")
    published_at: datetime
    in_time: bool = Field(description="Размещён ли ответ в срок.")
    verdict: Verdict | None = Field(description="Что сказал об ответе автор; null — оценку никто не вносил.")


class SameTextView(BaseModel):
    """Прежний размещённый ответ, который проект повторяет."""

    message: str
    body: str
    published_at: datetime
    similarity: int = Field(description="Сходство текстов, проценты: 100 — дословно, от 90 — почти дословно.")


class EarlierAnswerList(BaseModel):
    """До пяти ответов: сначала того же органа, затем других, самые похожие сообщения первыми."""

    items: list[EarlierAnswerView]
    next: str | None = None
    same_text: list[SameTextView] = Field(
        description="Какие размещённые ответы повторяет проект, который на согласовании или возвращён."
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """A published answer with its message."""

    number: int
    row: MessageRow
    draft: Draft
    text: str
    published_at: datetime


class EarlierAnswers:
    """How the same was answered before."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def listed(self, target: Target, message: MessageView) -> EarlierAnswerList:
        """Both at once, of the message as it is now. Raises ForbiddenError."""
        return EarlierAnswerList(
            items=await self.of(target, message.current_body),
            same_text=await self.same_text(target, under_way(message.drafts)),
        )

    async def of(self, target: Target, body: str | None) -> list[EarlierAnswerView]:
        """Answers to the messages likeliest about the same: those of the body first, then of others; at most five.

        `body`: whose turn it is, None for nobody's. Those who answer and the curators see them, whatever bodies the
        other messages had. Raises ForbiddenError.
        """
        target.require(*SHOWN_TO)
        async with self._db.read() as session:
            own_first = sorted(await _likeliest(session, target.row), key=lambda one: one.body != body)
            found = _once(await _answers(session, [one.number for one in own_first[:_LOOKED_AT]]))
            numbers = [one.number for one in found]
            late = await answered.late(session, numbers)
            settlements = await answered.settlements(session, numbers)
        access_note.shows(numbers)
        return [
            EarlierAnswerView(
                message=str(one.number),
                body=one.draft.body,
                text=one.text,
                topic=one.row.topic,
                settlement=settlements.get(one.number),
                published_at=one.published_at,
                in_time=one.number not in late,
                verdict=Verdict(one.row.verdict) if one.row.verdict else None,
            )
            for one in found
        ]

    async def same_text(self, target: Target, draft: DraftView | None) -> list[SameTextView]:
        """The published answers that a draft repeats, word for word first, then the latest.

        It is compared with answers to likely similar messages, the last ones of its body, and the one it was begun
        with. Raises ForbiddenError.
        """
        target.require(*SHOWN_TO)
        if draft is None:
            return []
        async with self._db.read() as session:
            likeliest = await _likeliest(session, target.row)
            own = await answered.of_body(session, target.number, draft.body, _COMPARED)
            numbers = [one.number for one in (*likeliest[:_COMPARED], *own)]
            begun_with = [int(draft.taken_from)] if draft.taken_from is not None else []
            others = await _answers(session, [*numbers, *begun_with])
        words = wordings.words(draft.text)
        percents = await asyncio.to_thread(
            lambda: {one.number: wordings.likeness(words, wordings.words(one.text)) for one in others}
        )
        alike = [one for one in others if percents[one.number] >= wordings.ALIKE]
        alike.sort(key=lambda one: (-percents[one.number], -one.published_at.timestamp()))
        access_note.shows(one.number for one in alike)
        return [
            SameTextView(
                message=str(one.number),
                body=one.draft.body,
                published_at=one.published_at,
                similarity=percents[one.number],
            )
            for one in alike
        ]


def under_way(drafts: Sequence[DraftView]) -> DraftView | None:
    """The draft that is not published yet; None where there is none, or it was withdrawn."""
    return drafts[-1] if drafts and drafts[-1].status in _UNDER_WAY else None


async def taken_from(session: Session, target: Target, earlier: str | None, text: str) -> str | None:
    """The message whose answer a draft was begun with: None where hardly any of that is left in it, or it is gone.

    Raises InvalidInputError for what is no other message's number.
    """
    if earlier is None:
        return None
    number = number_of(earlier)
    if number is None or number == target.number or number not in await answered.rows(session, [number]):
        raise InvalidInputError("taken_from", wording.NO_MESSAGE.format(message=earlier))
    known = await _answers(session, [number])
    return str(number) if any(wordings.is_made_of(text, wordings.words(one.text)) for one in known) else None


async def _likeliest(session: Session, message: MessageRow) -> list[Candidate]:
    """Answered messages of the same topic, then others; in each those first that share most uncommon words."""
    number = message.number or 0
    sharing = await likeness_index.sharing(session, likeness_index.words(message.lemmas), None)
    found = await answered.among(session, [other for other, _ in sharing if other != number])
    if message.topic is not None:
        of_topic = await answered.of_topic(session, number, message.topic, _COMPARED)
        found = sorted(dict.fromkeys([*found, *of_topic]), key=lambda one: one.topic != message.topic)
    return found


async def _answers(session: Session, numbers: Iterable[int]) -> list[_Answer]:
    """The published answers of some messages, in their order."""
    asked = list(dict.fromkeys(numbers))
    rows = await answered.rows(session, asked)
    drafts = {number: draft for number, row in rows.items() if (draft := _published(row)) is not None}
    ids = [draft.text for draft in drafts.values()]
    connection = await session.connection()
    contents = await connection.run_sync(lambda own: texts.named(own, ids))
    return [
        _Answer(number, rows[number], draft, contents[draft.text], draft.published_at)
        for number in asked
        if (draft := drafts.get(number)) is not None
        and draft.published_at is not None
        and contents.get(draft.text, ERASED) != ERASED
    ]


def _published(row: MessageRow) -> Draft | None:
    drafts = _DRAFTS.validate_python((row.snapshot or {}).get("drafts", ()))
    answers = (
        draft
        for draft in reversed(drafts)
        if draft.status is DraftStatus.PUBLISHED and draft.kind is DraftKind.ANSWER
    )
    return next(answers, None)


def _once(answers: Sequence[_Answer]) -> list[_Answer]:
    """The first of those that say the same in the same words, at most as many as are shown."""
    found: dict[tuple[str, ...], _Answer] = {}
    for one in answers:
        found.setdefault(tuple(wordings.words(one.text)), one)
    return list(found.values())[:AT_MOST]
