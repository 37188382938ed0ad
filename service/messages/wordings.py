"""Wordings of answers: whether two say the same in the same words."""

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import Indel, LCSseq

from service.language.reading import reads_texts

ALIKE: Final = 90
"""From this likeness on, of 100, a text is nearly the other one."""
_FAIR: Final = 0.3
"""The part of a text's words that is still there, in their order, where another was made of it."""
_WORD: Final = re.compile(r"[^\W_]+")


@reads_texts()
def words(text: str) -> list[str]:
    """The words of a text in small letters, without «ё» and signs."""
    return _WORD.findall(text.casefold().replace("ё", "е"))


def likeness(one: Sequence[str], other: Sequence[str]) -> int:
    """How much of two texts, of so many words each, is the same, of 100; 100 only where all of it is."""
    if list(one) == list(other):
        return 100
    return min(99, int(100 * Indel.normalized_similarity(" ".join(one), " ".join(other))))


def is_made_of(text: str, earlier: Sequence[str]) -> bool:
    """Whether a fair part of an earlier text's words is still in this one, in their order."""
    return bool(earlier) and LCSseq.similarity(earlier, words(text)) >= _FAIR * len(earlier)
