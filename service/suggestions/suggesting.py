"""Suggestions for a text: topic, bodies, settlement, importance, likely repeats. A curator decides."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Importance
from service.language.lemmas import lemmas_of_each
from service.messages import likeness
from service.suggestions.learnt import Learnt, Suggestion
from service.suggestions.places import Places, of_bodies, usual
from service.suggestions.words import Titled
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.messages import routings

MOST_ROUTINGS: Final = 3_000
"""Those registered last are learnt from: what bodies answer for changes."""
_SERVES: Final = 600.0
"""Seconds for which what was read of the directory and of past routings serves."""
_REPEATS: Final = 5


class SuggestionsView(BaseModel):
    """Что подсказывает программа; решает куратор."""

    model_config = ConfigDict(frozen=True)

    topic: list[Suggestion] = Field(
        default=[], description="Темы, вероятные сначала; ни одной вероятностью ниже 0,5."
    )
    bodies: list[Suggestion] = Field(
        default=[], description="Органы, вероятные сначала; ни одного вероятностью ниже 0,5."
    )
    location: str | None = Field(default=None, description="Населённый пункт, названный в тексте.")
    importance: Importance | None = None
    repeats: list[str] = Field(default=[], description="Номера похожих сообщений, похожие сначала.")


Suggest = Callable[[Sequence[str]], Awaitable[Sequence[SuggestionsView]]]
"""What is suggested of each of these texts, in their order."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was made of the directory and of past routings, and until when it serves."""

    until: float
    learnt: Learnt
    places: Places


class Suggestions:
    """Makes suggestions by words of the directory, and by what was routed before."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._read: _Read | None = None
        self._reading = asyncio.Lock()

    async def of(self, texts: Sequence[str], *, before: int | None = None) -> list[SuggestionsView]:
        """What may fit each of these texts. `before`: repeats are sought among messages registered before this one."""
        found = await self.by_texts(texts)
        lemmas = await lemmas_of_each(texts)
        async with self._db.read() as session:
            repeats = [await likeness.like(session, one, _REPEATS, before=before) for one in lemmas]
        return [
            one.model_copy(update={"repeats": [str(other.message) for other in alike]})
            for one, alike in zip(found, repeats, strict=True)
        ]

    async def by_texts(self, texts: Sequence[str]) -> list[SuggestionsView]:
        """The same without repeats."""
        lemmas, read = await lemmas_of_each(texts), await self._current()

        def suggested() -> list[SuggestionsView]:
            return [_suggested(read, text, own) for text, own in zip(texts, lemmas, strict=True)]

        return await asyncio.to_thread(suggested)

    async def _current(self) -> _Read:
        async with self._reading:
            if self._read is None or self._read.until <= time.monotonic():
                async with self._db.read() as session:
                    past = await routings.newest(session, MOST_ROUTINGS)
                    topics = [
                        Titled(row.key, row.title, tuple(row.words))
                        for row in await directory_rows.topics(session)
                    ]
                    bodies = [
                        Titled(row.key, row.title)
                        for row in await directory_rows.bodies(session)
                        if row.active
                    ]
                names = [*usual(one.place for one in past), *of_bodies(body.title for body in bodies)]
                learnt = await asyncio.to_thread(Learnt.of, past, topics, bodies)
                places = await asyncio.to_thread(Places.of, names)
                self._read = _Read(time.monotonic() + _SERVES, learnt, places)
            return self._read


def _suggested(read: _Read, text: str, lemmas: str) -> SuggestionsView:
    topics = read.learnt.suggested_topics(lemmas)
    return SuggestionsView(
        topic=topics,
        bodies=read.learnt.suggested_bodies(lemmas, topics),
        location=read.places.named(text),
        importance=read.learnt.suggested_importance(topics),
    )
