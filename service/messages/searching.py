"""Search that knows Russian: what somebody types is words, each in all its forms, and all of them must be there.

A word of four letters at most that the dictionary has is sought as a word alone: «газ» is no part of «магазин», and
«яма» none of «прямая». A longer or unknown one is found as a part of another too, as names, links and the beginnings of
words are. Prepositions, conjunctions and particles say nothing beside other words, and are passed over.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from service.language.lemmas import lemma
from service.language.morphology import is_known, readings
from service.language.reading import reads_texts
from store.messages.finding import searchable
from store.messages.searching import A_NUMBER, Word, as_they_stand

MOST: Final = 20
"""Words that are sought; what is typed behind them is passed over."""
_SHORT: Final = 4
"""Letters of a known word that is a part of too many others."""
_BEFORE, _BEHIND = 14, 100
"""Characters beside what was found that an excerpt shows: what was found is seen where there is little room."""
_SAYS_NOTHING: Final = frozenset({"PREP", "CONJ", "PRCL"})
_EDGES: Final = ".,;:!?…«»\"'()[]„“”№"
_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=512)
@reads_texts()
def words_of(typed: str) -> tuple[Word, ...]:
    """The words that are sought by what somebody has typed; slow at first, so for a thread of its own."""
    typed = searchable(typed).strip()
    if A_NUMBER.fullmatch(typed):
        return as_they_stand(typed)
    each = list(dict.fromkeys(bare for word in typed.split() if (bare := word.strip(_EDGES))))[:MOST]
    telling = [word for word in each if not _says_nothing(word)] or each or typed.split()
    return tuple(map(_sought, telling))


def _says_nothing(word: str) -> bool:
    found = readings(word) if word.isalpha() and is_known(word) else ()
    return bool(found) and found[0].tag.POS in _SAYS_NOTHING


def _sought(word: str) -> Word:
    if word.isdecimal():
        # «дом 12» is not «дом 112», and the number of a post is found by its end.
        return Word(None if len(word) <= _SHORT else word, (word,))
    if not word.isalpha():
        return Word.of(word)
    lemmas = tuple(dict.fromkeys(searchable(form) for form in (word, *_lemmas(word))))
    return Word(None, lemmas) if len(word) <= _SHORT and is_known(word) else Word.of(word, lemmas)


def _lemmas(word: str) -> list[str]:
    """All that it may be a form of: «дорог» is of «дорога» and of «дорогой»."""
    return [lemma(word), *(reading.normal_form for reading in readings(word))]


def spans(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where in a text the words stand that were sought, each from its first character to behind its last."""
    found = []
    parts = [word.part for word in words if word.part is not None]
    whole = {lemma for word in words for lemma in word.lemmas}
    seen = searchable(text)
    if len(seen) != len(text):  # invisible signs part it: it is found, and not marked
        return []
    for match in _WORD.finditer(seen):
        if any(part in match[0] for part in parts) or _forms(match[0]) & whole:
            found.append(match.span())
    for part in parts:
        if _WORD.fullmatch(part) is None:  # a link, or what else is more than a word
            found += [match.span() for match in re.finditer(re.escape(part), seen)]
    return _apart(found)


def _forms(word: str) -> set[str]:
    """What a word of a text is found by; none is guessed, so that a long text takes no longer than a list may."""
    return {word, searchable(lemma(word))} if is_known(word) else {word}


def _apart(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def excerpt(text: str, words: Sequence[Word]) -> str | None:
    """What stands around the first word that was found in a text, in one line; None where none stands in it."""
    line = " ".join(text.split())
    found = spans(line, words)
    if not found:
        return None
    start, end = max(found[0][0] - _BEFORE, 0), min(found[0][1] + _BEHIND, len(line))
    shown = line[start:end]
    if start > 0:
        shown = f"…{shown.partition(' ')[2] or shown}"
    return f"{shown.rpartition(' ')[0] or shown}…" if end < len(line) else shown
