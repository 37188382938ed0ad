"""What is suggested of a text, as surges count it: where it is sure, and where it is likely (docs/surges.md)."""

from collections.abc import Sequence
from typing import Final

from activities.unrouted import Guess, Guessing
from service.suggestions.suggesting import Suggestions
from store.localities import locality

SURE: Final = 0.5
"""Share of the topic told first, from which on it counts as the message's: so told, 85 of 100 were right."""
LIKELY: Final = 0.2
"""From this share on it counts in the settlement that the text names: 76 of 100 were right."""


def guessing(suggestions: Suggestions) -> Guessing:
    """By what is learnt; where nothing is yet, titles alone make nothing sure."""

    async def guess(texts: Sequence[str]) -> Sequence[Guess]:
        is_learnt = await suggestions.is_learnt()
        found = []
        for told in await suggestions.by_texts(texts):
            first = told.topic[0] if told.topic and told.topic[0].share >= LIKELY else None
            found.append(
                Guess(
                    topic=first.key if first else None,
                    is_sure=first is not None and first.share >= SURE and is_learnt,
                    place=locality(told.location) if told.location else None,
                )
            )
        return found

    return guess
