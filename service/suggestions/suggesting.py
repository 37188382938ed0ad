"""Suggestions for a text: topic, bodies, settlement, importance, likely repeats. A curator decides.

What is less likely right than wrong is not suggested: a wrong suggestion is read, refused and remembered.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Importance
from service.language.lemmas import lemmas_of_each
from service.messages import likeness
from service.suggestions.model import BODIES, IMPORTANCE, TOPIC, Model, ModelError, Scored
from service.suggestions.places import Places, of_bodies
from service.suggestions.telling import Telling, Told, with_habit
from service.suggestions.titles import Titled, Titles
from store.database.engines import Database
from store.database.session import Session
from store.directory import rows as directory_rows
from store.messages import routings
from store.suggestions import models as suggestion_models

log = structlog.get_logger(__name__)

_REPEATS = 5
_SERVES = 30.0
"""Seconds for which what was suggested of a text is suggested of it again: a page of candidates asks at each change."""
_REMEMBERED = 2_000
"""Texts."""


class Why(BaseModel):
    """Почему подсказано первое из каждого; пусто, если не подсказано ничего."""

    model_config = ConfigDict(frozen=True)

    topic: str | None = None
    bodies: str | None = None
    location: str | None = None
    importance: str | None = None
    repeats: str | None = None


class Suggested(BaseModel):
    """Что может подойти к тексту, вероятнейшее сначала; решает куратор."""

    model_config = ConfigDict(frozen=True)

    topic: list[Told] = Field(description="Темы.")
    bodies: list[Told] = Field(description="Органы, из которых один может быть ответственным.")
    location: str | None = Field(description="Населённый пункт, названный в тексте.")
    importance: Importance | None
    repeats: list[int] = Field(
        description="Номера сообщений, которые текст может повторять, самые похожие сначала."
    )
    why: Why = Why()


@dataclass(frozen=True, slots=True)
class _Known:
    """The directory as it is now: what can be suggested at all."""

    topics: tuple[Titled, ...]
    bodies: tuple[Titled, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """What a text alone tells: topics, likeliest first, each with its share, and the settlement that it names."""

    topics: list[Scored]
    location: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What was made of the directory and of the model; it serves while they are the same."""

    known: _Known
    model: Model | None
    telling: Telling
    settlements: Places


class Suggestions:
    """Makes suggestions by what is learnt, or where nothing is, by titles of topics and by what is usual."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._loaded: tuple[int, Model | None] | None = None
        self._loading = asyncio.Lock()
        self._read: _Read | None = None
        self._lately: OrderedDict[tuple[str, int | None], tuple[float, Suggested]] = OrderedDict()

    async def of(self, texts: Sequence[str], *, before: int | None = None) -> list[Suggested]:
        """What may fit each of these texts. `before`: repeats are sought among messages registered before this one."""
        now = time.monotonic()
        # Those asked first are over first; nothing that was erased meanwhile is remembered for longer.
        while self._lately and next(iter(self._lately.values()))[0] <= now:
            self._lately.popitem(last=False)
        known = {text: self._lately[text, before][1] for text in texts if (text, before) in self._lately}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= zip(new, await self._new(new, before), strict=True)
            for text in new:
                self._lately.pop((text, before), None)
                self._lately[text, before] = now + _SERVES, known[text]
            while len(self._lately) > _REMEMBERED:
                self._lately.popitem(last=False)
        return [known[text] for text in texts]

    async def by_texts(self, texts: Sequence[str]) -> list[Likely]:
        """What the texts alone tell, however unlikely it is; nothing of it is remembered."""
        model = await self._model()
        lemmas, known = await self._read_of(texts)

        def told() -> list[Likely]:
            read = self._made_of(known, model)
            return [
                Likely(read.telling.likely(TOPIC, words), read.settlements.named(text))
                for text, words in zip(texts, lemmas, strict=True)
            ]

        return await asyncio.to_thread(told)

    async def is_learnt(self) -> bool:
        """Whether past routings tell anything; else titles alone do."""
        return await self._model() is not None

    async def _read_of(self, texts: Sequence[str]) -> tuple[list[str], _Known]:
        """The lemmas of each text, and the directory."""
        lemmas = await lemmas_of_each(texts)
        async with self._db.read() as session:
            return lemmas, _Known(*await titled(session))

    async def _new(self, texts: Sequence[str], before: int | None) -> list[Suggested]:
        model = await self._model()
        lemmas, known = await self._read_of(texts)
        told = await asyncio.to_thread(self._told, model, known, texts, lemmas)
        async with self._db.read() as session:
            return [
                one.model_copy(update=await self._from_record(session, known, one, words, before))
                for one, words in zip(told, lemmas, strict=True)
            ]

    def _told(
        self, model: Model | None, known: _Known, texts: Sequence[str], lemmas: Sequence[str]
    ) -> list[Suggested]:
        """What needs no database; slow, so in a thread."""
        read = self._made_of(known, model)
        told = []
        for text, words in zip(texts, lemmas, strict=True):
            topics, bodies = read.telling.told(TOPIC, words), read.telling.told(BODIES, words)
            importance = read.telling.told(IMPORTANCE, words)
            location = read.settlements.named(text)
            told.append(
                Suggested(
                    topic=topics,
                    bodies=bodies,
                    location=location,
                    importance=Importance(importance[0].key) if importance else None,
                    repeats=[],
                    why=Why(
                        topic=_why(model, topics),
                        bodies=_why(model, bodies),
                        location="назван в тексте" if location else None,
                        importance=_why(model, importance),
                    ),
                )
            )
        return told

    def _made_of(self, known: _Known, model: Model | None) -> _Read:
        read = self._read
        if read is None or read.model is not model or read.known != known:
            towns = of_bodies(body.title for body in known.bodies)
            places = model.header.places if model is not None else ()
            telling = Telling(model, Titles.of(known.topics), Titles.of(known.bodies))
            read = self._read = _Read(known, model, telling, Places.of((*places, *towns)))
        return read

    async def _from_record(
        self,
        session: Session,
        known: _Known,
        told: Suggested,
        lemmas: str,
        before: int | None,
    ) -> dict[str, object]:
        found = await likeness.like(session, lemmas, _REPEATS, before=before)
        why = told.why
        if found:
            why = why.model_copy(update={"repeats": f"тексты совпадают на {found[0].percent} %"})
        record: dict[str, object] = {"repeats": [one.message for one in found]}
        if told.topic:
            active = {body.key for body in known.bodies}
            usual = await routings.usual_bodies(session, told.topic[0].key)
            bodies = with_habit(told.bodies, told.topic, [one for one in usual if one[0] in active])
            record["bodies"] = bodies
            if bodies and bodies[0] not in told.bodies:
                why = why.model_copy(update={"bodies": "на сообщения этой темы обычно отвечает этот орган"})
        return record | {"why": why}

    async def _model(self) -> Model | None:
        """The model in place, read once; None while there is none of this format."""
        async with self._db.lookup() as session:
            number = await suggestion_models.in_place(session)
        if number is None:
            return None
        async with self._loading:
            if self._loaded is None or self._loaded[0] != number:
                async with self._db.lookup() as session:
                    content = await suggestion_models.content(session, number)
                self._loaded = number, await asyncio.to_thread(_opened, content)
            return self._loaded[1]


def _opened(content: bytes | None) -> Model | None:
    if content is None:
        return None
    try:
        return Model(content)
    except ModelError as error:
        log.warning("what was learnt from past routings cannot be used", error=str(error))
        return None


def _why(model: Model | None, told: Sequence[Told]) -> str | None:
    """By which words of the text the first of these was told."""
    if not told:
        return None
    if not told[0].because:
        return "так распределяли большинство прежних сообщений"
    if model is None:
        return f"по словам {_quoted(told[0].because)}"
    return f"так распределяли сообщения со словами {_quoted(told[0].because)}"


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"«{word}»" for word in words)


async def titled(session: Session) -> tuple[tuple[Titled, ...], tuple[Titled, ...]]:
    """Topics of the catalogue, and bodies that get messages."""
    topics = [
        Titled(key=row.key, title=row.title, words=tuple(row.words))
        for row in await directory_rows.topics(session)
    ]
    bodies = [
        Titled(key=row.key, title=row.title) for row in await directory_rows.bodies(session) if row.active
    ]
    return tuple(topics), tuple(bodies)
