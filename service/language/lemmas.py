"""Lemmas of a text: its words in their dictionary forms, in a time that has a bound."""

import asyncio
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from service.language.morphology import is_known, readings
from service.language.reading import reads_texts
from store.messages.finding import UNSEEN

_WORDS = 1_500
_GUESSES = 100
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")


async def lemmas_of(text: str) -> str:
    """Like `lemmas`, without holding up the others."""
    return await asyncio.to_thread(lemmas, text)


async def lemmas_of_each(texts: Iterable[str]) -> list[str]:
    """The same of many, in their order."""
    return await asyncio.to_thread(lambda: [lemmas(text) for text in texts])


@lru_cache(maxsize=50_000)
def _lemma_by_dictionary(word: str) -> str | None:
    """The dictionary form of a word; None for one that is not in the dictionary."""
    return _first_form(word) if is_known(word) else None


@lru_cache(maxsize=10_000)
def _lemma_by_guess(word: str) -> str:
    return _first_form(word)


def lemma(word: str) -> str:
    """The dictionary form of a word in lower case, or a guess at it."""
    word = word[:_LONGEST_WORD]
    return _lemma_by_dictionary(word) or _lemma_by_guess(word)


def _first_form(word: str) -> str:
    lemma: str = next((reading.normal_form for reading in readings(word)), word)
    return lemma


@reads_texts()
def lemmas(text: str) -> str:
    """The words of a text in their dictionary forms, sorted; slow, so for a thread of its own.

    Of a long text the first words tell what it is about, and of unknown words the first ones are guessed: the time
    this takes has a bound, whatever somebody has written.
    """
    found: list[str] = []
    guesses = _GUESSES
    for match in islice(_WORD.finditer(text.translate(UNSEEN).lower()), _WORDS):
        word = match[0][:_LONGEST_WORD]
        lemma = _lemma_by_dictionary(word)
        if lemma is None:
            lemma = _lemma_by_guess(word) if guesses > 0 else word
            guesses -= 1
        found.append(lemma)
    return " ".join(sorted(found))
