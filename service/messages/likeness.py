"""Likeness of a message to earlier ones (cl. 16): lemmas compared by their sorted tokens.

`pymorphy3` lemmas with `rapidfuzz.token_sort_ratio` from 80 found every edited copy among ordinary complaints,
with one false alarm in a hundred; the curator decides. In a text of few words a single misspelt first letter moves its
word in that order, and «не работает освещение» is in every other one: such texts are compared word by word, and what
everybody writes counts for less. Which messages are compared at all, `likeness_index` says.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from store.database.session import Session
from store.messages import likeness_index
from store.messages.tables import MessageRow

ALIKE = 80
"""From this ratio on, of 100."""

_FEW = 10
"""A text of fewer words is compared word by word."""
_ONE_WORD = 0.7
"""From this likeness on, of 1, two words may be one that is misspelt."""
_COMMON_WORD = 0.6
"""What a word that complaints share counts for, of 1: with this value copies and false alarms are told apart best."""
_TIMES_AS_LONG = 3
"""No text that is longer than so many times a short one is like it: too much of it is in other words."""

_COMPARED_LENGTH = 6_000
"""Characters of lemmas; a message of the usual length has two hundred."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier message, and how like it is, in percent."""

    message: int
    percent: int


async def earlier_like(session: Session, message: MessageRow, limit: int) -> list[Likeness]:
    """The most alike of the messages registered before this one, most alike first."""
    return await like(session, message.lemmas, limit, before=message.number)


async def like(session: Session, lemmas: str, limit: int, *, before: int | None = None) -> list[Likeness]:
    """The messages most like a text of these lemmas, most alike first; with `before` of those registered earlier.

    Those that share words with it are found by the index, and compared in full.
    """
    # Thousands of longer texts may have all the words of a short one.
    longest = _TIMES_AS_LONG * len(lemmas) if len(lemmas.split()) < _FEW else None
    pairs = await likeness_index.sharing(session, likeness_index.words(lemmas), before, longest)
    if not pairs:
        return []
    texts = [text[:_COMPARED_LENGTH] for _, text in pairs]
    found = await asyncio.to_thread(best, lemmas[:_COMPARED_LENGTH], texts, limit)
    return [Likeness(pairs[index][0], round(score)) for _, score, index in found]


def best(wanted: str, texts: Sequence[str], limit: int) -> list[tuple[str, float, int]]:
    """The likest texts with their likeness, of 100, and place; of sorted lemmas a plain ratio is the sorted one."""
    scorer = _paired if len(wanted.split()) < _FEW else fuzz.ratio
    return process.extract(wanted, texts, scorer=scorer, score_cutoff=ALIKE, limit=limit)


def _paired(wanted: str, text: str, *, score_cutoff: float | None = None) -> float:
    """How much of two texts is in words that they share, misspelt ones included, of 100; 0 below the cutoff."""
    ours, theirs = wanted.split(), text.split()
    weights = [_weight(word) for word in ours], [_weight(word) for word in theirs]
    least, whole = min(sum(weights[0]), sum(weights[1])), sum(weights[0]) + sum(weights[1])
    if score_cutoff is not None and 200 * least < score_cutoff * whole:
        return 0
    alike = sorted(
        (
            (likeness, mine, yours)
            for mine, word in enumerate(ours)
            for yours, other in enumerate(theirs)
            if (likeness := Indel.normalized_similarity(word, other)) >= _ONE_WORD
        ),
        reverse=True,
    )
    free, shared = (set(range(len(ours))), set(range(len(theirs)))), 0.0
    for likeness, mine, yours in alike:
        if mine in free[0] and yours in free[1]:
            free[0].remove(mine)
            free[1].remove(yours)
            shared += likeness * (weights[0][mine] + weights[1][yours])
    score = 100 * shared / whole
    return score if score_cutoff is None or score >= score_cutoff else 0


def _weight(word: str) -> float:
    return (len(word) + 1) * (_COMMON_WORD if word in likeness_index.COMMON else 1)
