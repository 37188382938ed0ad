"""Earlier answers to likely similar messages: how the same was answered, and whether a draft says it word for word.

An answer that was published is public; whose message it answers is not. So it is shown, and taken, without names and
addresses (`impersonal`), and nothing else of its message is opened to a body that did not have it.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from service.messages.impersonal import impersonal
from service.messages.lines import subject
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
_OF_BODY, _OF_ANY = 200, 100
"""Answers of the topic that are compared, those of messages registered last."""
_LOOKED_AT: Final = 15
"""Of these answers some may say the same, and be shown once."""
_COMPARED: Final = 40
"""Answers to the likeliest messages that a draft is compared with, beside all those of its very words."""
_SAME_TOPIC: Final = 1.5
"""How much likelier a message is that was given the same topic."""
_LEAST: Final = 0.08
"""Likeness, of 1, under which two messages have only everyday words in common."""
_QUESTION: Final = 1_000
"""Characters of a message in which its line is found."""
_UNDER_WAY: Final = (DraftStatus.SUBMITTED, DraftStatus.APPROVED, DraftStatus.REWORK)
_DRAFTS: Final = TypeAdapter(list[Draft])


class EarlierAnswerView(BaseModel):
    """Размещённый ответ на похожее сообщение, без имён и адресов."""

    message: str = Field(description="Номер сообщения, на которое дан ответ.")
    body: str = Field(description="Ключ органа, который подготовил ответ.")
    question: str = Field(description="О чём было сообщение, одной строкой; без имён и адресов.")
    answer: str = Field(
        description="Ответ целиком; имена, адреса и мобильные телефоны заменены пометками `[имя]`, `[адрес]`, "
        "`[телефон]`."
    )
    published_at: datetime
    in_time: bool = Field(description="Размещён ли ответ в срок.")
    verdict: Verdict | None = Field(description="Что сказал об ответе автор; null — оценку никто не вносил.")
    wrote_again: bool = Field(
        description="Обращались ли после ответа снова: автор по той же теме или повторно."
    )


class SameTextView(BaseModel):
    """Прежний размещённый текст, который проект повторяет."""

    message: str
    body: str
    published_at: datetime
    similarity: int = Field(description="Сходство текстов, проценты: 100 — дословно, от 90 — почти дословно.")


class EarlierAnswerList(BaseModel):
    """До пяти ответов: сначала того же органа, затем других, самые похожие сообщения первыми."""

    items: list[EarlierAnswerView]
    next: str | None = None
    same_text: list[SameTextView] = Field(
        description="Какие размещённые тексты повторяет проект, который на согласовании или возвращён."
    )


@dataclass(frozen=True, slots=True)
class _Published:
    """A published text with what it is an answer to."""

    row: MessageRow
    draft: Draft
    text: str
    street: str | None

    @property
    def number(self) -> int:
        assert self.row.number is not None  # noqa: S101
        return self.row.number

    @property
    def at(self) -> datetime:
        assert self.draft.published_at is not None  # noqa: S101
        return self.draft.published_at

    def without_persons(self) -> str:
        return impersonal(self.text, self.row.author, self.street)

    def words(self) -> list[str]:
        return wordings.words(self.text, self.row.author, self.street)


def nearest(lemmas: str, topic: str | None, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that are likely about the same, the likeliest first: by the words they share with the lemmas.

    A word counts for more the fewer of the candidates have it.
    """
    having = {one: frozenset(one.lemmas.split()) for one in candidates}
    sought = frozenset(lemmas.split())
    counts = Counter(word for found in having.values() for word in found)
    weights = {word: math.log(1 + (len(having) + 1) / (counts[word] + 1)) for word in sought | counts.keys()}

    def length(found: frozenset[str]) -> float:
        return math.sqrt(sum(weights[word] ** 2 for word in found))

    whole = length(sought)
    scores: dict[Candidate, float] = {}
    for one, found in having.items():
        shared = sum(weights[word] ** 2 for word in sought & found)
        if shared:
            alike = shared / (whole * length(found))
            scores[one] = alike * (_SAME_TOPIC if topic is not None and one.topic == topic else 1)
    ranked = sorted(scores, key=lambda one: (-scores[one], -one.number))
    return [one for one in ranked if scores[one] >= _LEAST]


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
            ranked = await self._ranked(session, target.row, body)
            own_first = sorted(ranked, key=lambda one: one.body != body)
            published = await _answers(session, [one.number for one in own_first[:_LOOKED_AT]])
            found = await asyncio.to_thread(_once, published)
            numbers = [one.number for one in found]
            late = await answered.late(session, numbers)
            again = await answered.written_again(session, numbers)
        access_note.shows(numbers)
        return [
            EarlierAnswerView(
                message=str(one.number),
                body=one.draft.body,
                question=subject(impersonal(one.row.text[:_QUESTION], one.row.author, one.street)),
                answer=one.without_persons(),
                published_at=one.at,
                in_time=one.number not in late,
                verdict=Verdict(one.row.verdict) if one.row.verdict else None,
                wrote_again=one.number in again,
            )
            for one in found
        ]

    async def same_text(self, target: Target, draft: DraftView | None) -> list[SameTextView]:
        """The published texts of other messages that a draft repeats, word for word first, then the latest.

        All those of its very words that were written last, and of those nearly the same the answers to likely
        similar messages. Raises ForbiddenError.
        """
        target.require(*SHOWN_TO)
        if draft is None:
            return []
        async with self._db.read() as session:
            wording_ = await asyncio.to_thread(wordings.digest, draft.text)
            named = (
                await answered.of_wording(session, wording_, target.number) if wording_ is not None else ()
            )
            same = await _published(session, [number for _, number in named], {text for text, _ in named})
            ranked = await self._ranked(session, target.row, draft.body)
            numbers = [one.number for one in ranked[:_COMPARED]]
            if draft.taken_from is not None:
                numbers.append(int(draft.taken_from))
            others = await _answers(session, numbers)
            place = await answered.streets(session, [target.number])
        own = wordings.words(draft.text, target.row.author, place.get(target.number))
        by_draft = {one.draft.id: one for one in (*same, *others) if one.number != target.number}
        percents = await asyncio.to_thread(
            lambda: {id_: wordings.likeness(own, one.words()) for id_, one in by_draft.items()}
        )
        alike = [one for id_, one in by_draft.items() if percents[id_] >= wordings.ALIKE]
        alike.sort(key=lambda one: (-percents[one.draft.id], -one.at.timestamp()))
        access_note.shows(one.number for one in alike)
        return [
            SameTextView(
                message=str(one.number),
                body=one.draft.body,
                published_at=one.at,
                similarity=percents[one.draft.id],
            )
            for one in alike
        ]

    async def _ranked(self, session: Session, message: MessageRow, body: str | None) -> list[Candidate]:
        assert message.number is not None  # noqa: S101
        sharing = await likeness_index.sharing(session, likeness_index.words(message.lemmas), None)
        found = await answered.among(session, [number for number, _ in sharing if number != message.number])
        if body is not None:
            found += await answered.of_body(session, message.number, body, _OF_BODY)
        if message.topic is not None:
            if body is not None:
                found += await answered.of_topic(session, message.number, message.topic, body, _OF_BODY)
            found += await answered.of_topic(session, message.number, message.topic, None, _OF_ANY)
        known = {one.number: one for one in found}
        return await asyncio.to_thread(nearest, message.lemmas, message.topic, known.values())


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
    if number is None or number == target.number:
        raise InvalidInputError("taken_from", wording.NO_MESSAGE.format(message=earlier))
    known = await _answers(session, [number])
    if not known and number not in await answered.rows(session, [number]):
        raise InvalidInputError("taken_from", wording.NO_MESSAGE.format(message=earlier))
    return str(number) if any(wordings.is_made_of(text, one.words()) for one in known) else None


async def _answers(session: Session, numbers: Sequence[int]) -> list[_Published]:
    """The published answer of each of some messages, in their order."""
    return await _published(session, numbers)


async def _published(
    session: Session, numbers: Sequence[int], named: set[str] | None = None
) -> list[_Published]:
    """The published answers of some messages, in their order; with `named` the published texts of these ids."""
    rows = await answered.rows(session, numbers)
    drafts = {number: _drafts(row, named) for number, row in rows.items()}
    ids = [draft.text for of_one in drafts.values() for draft in of_one]
    connection = await session.connection()
    contents: Mapping[str, str] = await connection.run_sync(lambda own: texts.named(own, ids))
    streets = await answered.streets(session, list(rows))
    return [
        _Published(rows[number], draft, contents[draft.text], streets.get(number))
        for number in dict.fromkeys(numbers)
        if number in rows
        for draft in drafts[number]
        if contents.get(draft.text, ERASED) != ERASED
    ]


def _drafts(row: MessageRow, named: set[str] | None) -> list[Draft]:
    drafts = _DRAFTS.validate_python((row.snapshot or {}).get("drafts", ()))
    published = [draft for draft in drafts if draft.status is DraftStatus.PUBLISHED]
    if named is not None:
        return [draft for draft in published if draft.text in named]
    return [draft for draft in published if draft.kind is DraftKind.ANSWER][-1:]


def _once(published: Sequence[_Published]) -> list[_Published]:
    """The first of those that say the same in the same words, at most as many as are shown."""
    found: dict[tuple[str, ...], _Published] = {}
    for one in published:
        found.setdefault(tuple(one.words()), one)
        if len(found) == AT_MOST:
            break
    return list(found.values())
