"""Suggestions for a candidate: made behind its finding, kept with it, made again where more has been learnt."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Importance
from service.suggestions import Suggestions
from service.suggestions.suggesting import Why
from service.suggestions.telling import Told
from store.database.engines import Database
from store.networks import candidates

_AT_ONCE = 20
"""Texts that are looked at before what is suggested of them is kept."""


class SuggestionsView(BaseModel):
    """Что подсказывает программа; решает куратор."""

    model_config = ConfigDict(frozen=True)

    topic: list[Told] = Field(
        default=[], description="Темы, вероятные сначала; ни одной вероятностью ниже 0,5."
    )
    bodies: list[Told] = Field(default=[], description="Органы, вероятные сначала; ни одного ниже 0,5.")
    location: str | None = None
    importance: Importance | None = None
    repeats: list[str] = Field(default=[], description="Номера похожих сообщений, похожие сначала.")
    why: Why = Field(default=Why(), description="Почему подсказано первое из каждого.")


Suggest = Callable[[Sequence[str]], Awaitable[Sequence[SuggestionsView]]]
"""What is suggested of each of these texts, in their order."""


def suggestions_of(suggestions: Suggestions) -> Suggest:
    """What is learnt from past routings, as it is shown of candidates."""

    async def suggest(texts: Sequence[str]) -> Sequence[SuggestionsView]:
        return [
            SuggestionsView(
                topic=told.topic,
                bodies=told.bodies,
                location=told.location,
                importance=told.importance,
                repeats=[str(number) for number in told.repeats],
                why=told.why,
            )
            for told in await suggestions.of(texts)
        ]

    return suggest


def suggestions_view(kept: Mapping[str, Any] | None) -> SuggestionsView:
    """What is kept of a candidate; nothing where nothing is."""
    return SuggestionsView() if kept is None else SuggestionsView.model_validate(kept)


class CandidateSuggestions:
    """Has something suggested of candidates that are new."""

    def __init__(self, database: Database, suggest: Suggest | None = None) -> None:
        """`suggest` is None where nothing is suggested of anything."""
        self._db = database
        self._suggest = suggest

    async def fill(self, ids: Sequence[int]) -> int:
        """Suggest of those of these candidates that have no suggestions yet; returns of how many."""
        if self._suggest is None:
            return 0
        done = 0
        for start in range(0, len(ids), _AT_ONCE):
            async with self._db.read() as session:
                lacking = await candidates.without_suggestions(session, ids[start : start + _AT_ONCE])
            if not lacking:
                continue
            done += await self._keep(lacking)
        return done

    async def renew(self) -> int:
        """Suggest of all candidates that wait for a decision, whatever was suggested before; returns of how many."""
        done = last = 0
        while True:
            async with self._db.read() as session:
                waiting = await candidates.waiting(session, last, _AT_ONCE)
            if not waiting:
                return done
            done += await self._keep(waiting)
            last = waiting[-1][0]

    async def _keep(self, some: Sequence[tuple[int, str]]) -> int:
        if self._suggest is None:
            return 0
        made = await self._suggest([text for _, text in some])
        kept = {
            number: suggested.model_dump(mode="json")
            for (number, _), suggested in zip(some, made, strict=True)
        }
        async with self._db.write() as session:
            await candidates.keep_suggestions(session, kept, datetime.now(UTC))
        return len(kept)
