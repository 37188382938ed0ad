"""Suggestions for a candidate: made after it is found, and kept with it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from service.suggestions import Suggest, SuggestionsView
from store.database.engines import Database
from store.networks import candidates

_AT_ONCE = 20
"""Texts that are looked at before what is suggested of them is kept."""


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
            made = await self._suggest([text for _, text in lacking])
            kept = {
                number: suggested.model_dump(mode="json")
                for (number, _), suggested in zip(lacking, made, strict=True)
            }
            async with self._db.write() as session:
                await candidates.keep_suggestions(session, kept, datetime.now(UTC))
            done += len(kept)
        return done
