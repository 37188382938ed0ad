"""Words by which a reply under an answer says whether its author is content; a person decides, and irony is out.

What was done is told in the past («починили», «сделано»), what works in the present too («горит»); a denial near by
turns it round («так и не починили»). Where anything says that it was not done, thanks for the answer weigh nothing.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from calendar_rules.vocabulary import Verdict
from service.language.lemmas import lemma
from service.language.morphology import readings
from store.messages.finding import UNSEEN

_FILE = Path(__file__).with_name("author_words.toml")
_LOOKED_AT = 3_000
"""Characters of a reply."""
_MOST = 5
"""Fragments that are named."""
_DENIED_BY = 3
"""Words before what is denied."""
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SENTENCE = re.compile(r"[^.!?;\n…]+[.!?;\n…]*")
_CLAUSE = re.compile(r"[,:()—–]|\s-\s|\b(?:но|однако|зато|а)\b", re.IGNORECASE)


class Judgement(BaseModel):
    """What a reply seems to say, and by which of its words, as they are written."""

    model_config = ConfigDict(frozen=True)

    value: Verdict
    because: tuple[str, ...] = ()


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True)

    done: frozenset[str]
    works: frozenset[str]
    well: frozenset[str]
    well_sayings: tuple[str, ...]
    ill: frozenset[str]
    again: frozenset[str]
    ill_sayings: tuple[str, ...]
    negations: frozenset[str]
    open: frozenset[str]
    asked: frozenset[str]
    trouble: frozenset[str]
    gone_is_good: frozenset[str]
    others: frozenset[str]
    denied_is_nothing: frozenset[str]
    alone_is_nothing: frozenset[str]
    well_signs: str
    ill_signs: str


@cache
def _known() -> _Words:
    return _Words.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is written, in lower case with «е» for «ё», and in its dictionary form."""

    written: str
    plain: str
    lemma: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Words that say so: `well` that all is well, else that it is not."""

    well: bool
    words: str


def judge(text: str) -> Judgement:
    """What a reply under an answer says of it by its words; `none` where they say nothing, or both may be meant."""
    found, is_open = list[_Found](), False
    for sentence in _SENTENCE.findall(text[:_LOOKED_AT].translate(UNSEEN)):
        said = list(_of_sentence(sentence))
        waits = _waits(sentence)
        is_open = is_open or waits
        # Of what is asked, or is yet to come, only what is wrong now is said.
        found += [one for one in said if not (one.well and (waits or "?" in sentence))]
    found += _signs(text)
    ill = [one.words for one in found if not one.well]
    if ill:
        return _judgement(Verdict.NOT_CONTENT, ill)
    well = [one.words for one in found if one.well]
    return _judgement(Verdict.CONTENT, well) if well and not is_open else Judgement(value=Verdict.NONE)


def _judgement(value: Verdict, words: Sequence[str]) -> Judgement:
    return Judgement(value=value, because=tuple(dict.fromkeys(words))[:_MOST])


def _signs(text: str) -> Iterator[_Found]:
    known = _known()
    for sign in text[:_LOOKED_AT]:
        if sign in known.well_signs or sign in known.ill_signs:
            yield _Found(sign in known.well_signs, sign)


def _words(text: str) -> list[_Word]:
    found = []
    for match in _WORD.finditer(text):
        plain = match[0].lower().replace("ё", "е")
        found.append(_Word(match[0], plain, lemma(match[0].lower()).replace("ё", "е")))
    return found


def _waits(sentence: str) -> bool:
    """Whether it is of what is yet to come: «если сделают», «будем ждать», «посмотрим»."""
    known = _known()
    return any(word.lemma in known.open and not _is_past(word.plain, word.lemma) for word in _words(sentence))


def _of_sentence(sentence: str) -> Iterator[_Found]:
    whole = _words(sentence)
    well, ill = _sayings(whole, _known().well_sayings), _sayings(whole, _known().ill_sayings)
    yield from (_Found(True, words) for words in well)
    yield from (_Found(False, words) for words in ill)
    if well:
        return
    of_clauses = [found for clause in _CLAUSE.split(sentence) for found in _of_clause(_words(clause))]
    yield from of_clauses
    if not of_clauses and "?" not in sentence and not _is_of_others(whole):
        yield from (_Found(False, word.written) for word in whole if word.lemma in _known().trouble)


def _is_of_others(words: Sequence[_Word]) -> bool:
    return any(word.lemma in _known().others for word in words)


def _sayings(words: Sequence[_Word], sayings: Sequence[str]) -> list[str]:
    """Those of the sayings that stand in a row of words, as they are written there."""
    plain = [word.plain.replace("-", " ") for word in words]
    found = []
    for saying in sayings:
        parts = saying.split()
        for start in range(len(plain)):
            length = next(
                (n for n in range(1, len(parts) + 1) if " ".join(plain[start : start + n]) == saying), 0
            )
            if length:
                found.append(" ".join(word.written for word in words[start : start + length]))
                break
    return found


def _of_clause(words: Sequence[_Word]) -> Iterator[_Found]:
    known = _known()
    if len(words) == 1 and words[0].plain in known.alone_is_nothing:
        return
    for place, word in enumerate(words):
        before = words[max(0, place - _DENIED_BY) : place]
        denial = next(
            (one for one in before if one.lemma in known.negations or one.plain in known.negations), None
        )
        if word.lemma in known.ill:
            if denial is None:
                yield _Found(False, word.written)
        elif word.lemma in known.again:
            if not any(_says_done(one) for one in words[place + 1 : place + 3]):
                yield _Found(False, word.written)
        elif _says_done(word) or (denial is not None and _is_deed(word)):
            # «Никто не приехал»: all of it is shown.
            shown = words[words.index(denial) : place + 1] if denial is not None else [word]
            yield _Found(denial is None, " ".join(one.written for one in shown))
        elif denial is not None and _is_reproach(word, denial):
            yield _Found(False, " ".join(one.written for one in words[words.index(denial) : place + 1]))
        elif word.plain == "нет" and (lacking := _lacking(words)) is not None:
            yield _Found(False, f"{lacking.written} нет")
        elif word.lemma in known.asked and _is(word, "impr"):
            yield _Found(False, word.written)
        elif (word.lemma in known.well or word.plain in known.well) and len(words) + (
            word.plain != "хорошо"
        ) > 1:
            shown = words[words.index(denial) : place + 1] if denial is not None else [word]
            yield _Found(denial is None, " ".join(one.written for one in shown))


def _is_reproach(word: _Word, denial: _Word) -> bool:
    """«Не прочитали», «ничего не объясняет», «никто не видел»: whoever was to do something has not."""
    if word.lemma in _known().denied_is_nothing:
        return False
    if denial.plain in ("никто", "ничего", "ничто"):
        return _is(word, "VERB") and not _is(word, "futr", "impr", "1per")
    return _is(word, "past") and _is(word, "plur")


def _lacking(words: Sequence[_Word]) -> _Word | None:
    """What there is none of: «света нет»; None of what is better gone, and of «больше нет»."""
    if any(word.plain == "больше" for word in words):
        return None
    named = [word for word in words if _is(word, "gent") and _is(word, "NOUN")]
    return next((word for word in named if word.lemma not in _known().gone_is_good), None)


def _is_deed(word: _Word) -> bool:
    """Of what is denied the tense does not matter, but for what is yet to come: «не сделают» is no news."""
    known = _known()
    return (word.lemma in known.done or word.lemma in known.works) and not _is(word, "futr", "impr", "INFN")


def _says_done(word: _Word) -> bool:
    known = _known()
    if word.lemma in known.works:
        return _is(word, "past", "pres")
    return any(
        reading.normal_form.replace("ё", "е") in known.done
        and ("past" in reading.tag or "PRTS" in reading.tag)
        for reading in readings(word.plain)
    )


def _is_past(plain: str, normal: str) -> bool:
    return any(
        reading.normal_form.replace("ё", "е") == normal and "past" in reading.tag
        for reading in readings(plain)
    )


def _is(word: _Word, *grammemes: str) -> bool:
    """Whether the first reading of the word in its dictionary form has one of these grammemes."""
    reading = next(
        (one for one in readings(word.plain) if one.normal_form.replace("ё", "е") == word.lemma), None
    )
    return reading is not None and any(name in reading.tag for name in grammemes)
