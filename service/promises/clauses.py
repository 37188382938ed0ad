"""Clauses of Russian sentences: the parts that have a predicate of their own, and which predicate it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from service.language.morphology import readings

_WORD = re.compile(r"[а-я]+(?:-[а-я]+)*")
_SENTENCE_END = re.compile(r"(?:(?<=[!?…;])|(?<=\.))\s+(?=[«\"(A-ZА-ЯЁ0-9—–-])|\n+|(?<=;)\s*")
_SHORTENED = re.compile(
    r"(?:^|[^а-я])(?:ул|д|г|п|пп|пер|просп|пр|пл|ст|обл|руб|тел|г|гг|им|корп|кв|стр|т|м|с|р|ч)\.$"
)
_YEAR_ENDS = re.compile(r"20\d\d\s*г\.$")
_LONGEST_SHORTENED = 12
_JOINT = re.compile(r"\s*,\s*|\s+(?:и|а|но|однако|либо)\s+|\s*:\s+|\s+[—–]\s+")
_SHORTEST = 4
"""Letters of a word that may be a predicate; shorter ones are taken for prepositions and pronouns."""


@dataclass(frozen=True)
class Word:
    """A word at letter `start`. `kind`, of a predicate: `future`, `past`, `present`, `short` and `full` (participles),
    `deed` (a perfective infinitive) or `request` (to the reader); of another word nothing."""

    start: int
    text: str
    kind: str


@dataclass(frozen=True)
class Clause:
    """A part of a sentence, from letter `start` to `end` of the text; `text` and `sentence` even, as read."""

    start: int
    end: int
    text: str
    sentence: str
    words: tuple[Word, ...]


def clauses(text: str, even_text: str, places: list[int]) -> Iterator[Clause]:
    """The clauses of the sentences that hold one of these letters, in their order."""
    for start, end in _sentences(text):
        if any(start <= place < end for place in places):
            yield from _of_sentence(even_text, start, end)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        said = text[max(start, match.start() - _LONGEST_SHORTENED) : match.start()].lower()
        if _SHORTENED.search(said) and not _YEAR_ENDS.search(said) and "\n" not in match[0]:
            continue
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _of_sentence(text: str, start: int, end: int) -> Iterator[Clause]:
    """The sentence parted where both sides have a predicate; a side without one belongs to the one before."""
    bounds = [start, *(place for match in _JOINT.finditer(text, start, end) for place in match.span()), end]
    joined: list[list[int]] = []
    has_predicate = True
    for first, last in zip(bounds[::2], bounds[1::2], strict=True):
        has = any(word.kind for word in _words(text, first, last))
        if joined and not (has and has_predicate):
            joined[-1][1] = last
            has_predicate |= has
        else:
            joined.append([first, last])
            has_predicate = has
    for first, last in joined:
        yield Clause(first, last, text[first:last], text[start:end], _words(text, first, last))


def _words(text: str, start: int, end: int) -> tuple[Word, ...]:
    found = _WORD.finditer(text, start, end)
    return tuple(Word(match.start(), match[0], _kind(match[0])) for match in found)


@lru_cache(maxsize=20_000)
def _kind(word: str) -> str:
    read = readings(word) if len(word) >= _SHORTEST else ()
    if not read:
        return ""
    if any("futr" in one.tag and "2per" not in one.tag for one in read):
        return "future"  # «заменим» may be an adjective, and «устраним» a call
    if all("impr" in one.tag or "2per" in one.tag for one in read):
        return "request"
    tag = read[0].tag
    if tag.POS == "VERB":
        return "past" if "past" in tag else "" if "impr" in tag else "present"
    if tag.POS == "INFN":
        return "deed" if "perf" in tag else ""
    return {"PRTS": "short", "PRTF": "full"}.get(str(tag.POS), "")
