"""Suggestions for a text, as surges count it: where they are sure, and where they are likely (docs/use/surges.md)."""

from collections.abc import Sequence
from typing import Final

from service.messages.localities import locality
from service.suggestions.guess import Guess, Guessing
from service.suggestions.model import Scored
from service.suggestions.suggesting import Suggestions

SURE: Final = 0.5
"""Share of the topic told first, from which on it counts as the message's: so told, 85 of 100 were right."""
LIKELY: Final = 0.2
"""From this share on it counts in the settlement that the text names: 76 of 100 were right.

While nothing is learnt it has to be more likely right than wrong, as words of the directory tell that (`titles`)."""
AHEAD: Final = 1.5
"""And it is so many times as likely as the second: so titles alone, of which two often fit, told 59 of 100 right."""


def guessing(suggestions: Suggestions) -> Guessing:
    """By what is learnt; where nothing is yet, titles alone make nothing sure."""

    async def guess(texts: Sequence[str]) -> Sequence[Guess]:
        is_learnt = await suggestions.is_learnt()
        found = []
        for told in await suggestions.by_texts(texts):
            first = likely(told.topics, LIKELY if is_learnt else SURE)
            found.append(
                Guess(
                    topic=first.key if first else None,
                    is_sure=first is not None and first.share >= SURE and is_learnt,
                    place=locality(told.location) if told.location else None,
                )
            )
        return found

    return guess


def likely(told: Sequence[Scored], at_least: float = LIKELY) -> Scored | None:
    """The topic told first, if it is likely and no other is nearly as likely."""
    if not told or told[0].share < at_least:
        return None
    second = told[1].share if len(told) > 1 else 0.0
    return told[0] if told[0].share >= AHEAD * second else None
