"""Hints on a text by clause 18: obscene or insulting words, threats in the first person. A hint never decides.

Words are judged one by one, after look-alikes («xуй», «пи3дец»), repeats («сууука»), masks («х*й») and letters apart
(«х у й») are undone; `hints.toml` says which, and which ordinary words they must not be taken for. Threats are judged
by the words around a verb of the first person. The time this takes grows with the length of the text alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import DeclineGround
from service.language.reading import reads_texts
from service.messages.hint_words import bad_words, obscene_words, threat_words
from store.messages.finding import UNSEEN

_LOOKED_AT = 20_000
"""Characters of a text; no text of a message is longer."""
_LONGEST_WORD = 40
_MOST_MASKED = 200
_MOST = 10
_LONGEST_FRAGMENT = 160

_WORD = re.compile(r"(?:[^\W_]|[@$])+")
_MASKED = re.compile(
    r"[^\W\d_]{1,12}(?:[*#@$%&_.•·…-]{1,8}[^\W\d_]{1,12}){1,4}[*#]{0,8}|(?<![^\W_])[^\W\d_]{1,8}[*#]{1,8}"
)
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s.,*_-]{1,3}[^\W\d_](?![^\W_])){2,40}")
_SENTENCE_ENDS = re.compile(r"[.!?;\n…]+")
_QUOTED = re.compile(r"«[^«»]{0,300}»|\"[^\"]{0,300}\"|“[^“”]{0,300}”|„[^„“]{0,300}“")
_SIGNS = re.compile(r"[*#@$%&_.•·…-]+")
_QUIET_SIGNS = frozenset(".-_")
"""They stand between parts of ordinary words too."""
_MANY = 3
"""From so many signs on, a mask hides any few letters."""

_CYRILLIC = re.compile(r"[а-я]")
_LATIN_ONLY = re.compile(r"[a-z]+")
_SEEN_AS = str.maketrans("acekmopxyutbhnri036@$іїўαορχυε", "асекморхуитвнпгиозбасииуаорхуе")
_SOUNDS_AS = str.maketrans("abvgdezijklmnoprstufhxyc036@$", "абвгдезийклмнопрстуфххусозбас")
_THREE, _TWO = re.compile(r"(.)\1{2,}"), re.compile(r"(.)\1+")


class Hint(BaseModel):
    """Основание пункта 18, которое может подойти, и слова, из-за которых оно названо; решает куратор."""

    model_config = ConfigDict(frozen=True)

    ground: DeclineGround
    fragment: str = Field(description="Слова текста, как они написаны.")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    ground: DeclineGround


@reads_texts()
def hints(text: str) -> list[Hint]:
    """What of a text may fall under clause 18, in the order in which it stands there, ten at most."""
    shown = _shown(text)
    plain = _plain(shown)
    found = sorted(
        [*_bad_words(shown, plain), *_threats(plain)],
        key=lambda one: (one.start, -one.end),
    )
    hinted: dict[tuple[DeclineGround, str], Hint] = {}
    end = 0
    for one in found:
        if one.ground is DeclineGround.OBSCENE_OR_INSULTING and one.end <= end:
            continue  # a part of a masked word that is named already
        fragment = " ".join(shown[one.start : one.end].split())[:_LONGEST_FRAGMENT]
        hinted.setdefault((one.ground, fragment.lower()), Hint(ground=one.ground, fragment=fragment))
        if one.ground is DeclineGround.OBSCENE_OR_INSULTING:
            end = one.end
    return list(hinted.values())[:_MOST]


def _shown(text: str) -> str:
    """The text as it is seen: without invisible signs and marks over letters, each letter as one sign."""
    composed = unicodedata.normalize("NFKC", text[:_LOOKED_AT].translate(UNSEEN))[:_LOOKED_AT]
    return "".join(sign for sign in composed if unicodedata.category(sign) != "Mn")


def _plain(shown: str) -> str:
    """In lower case with «е» for «ё», sign for sign."""
    lower = shown.lower()
    if len(lower) != len(shown):  # some letters of other scripts become two
        lower = "".join(sign.lower()[:1] for sign in shown)
    return lower.replace("ё", "е")


# ---- words


def _bad_words(shown: str, plain: str) -> Iterator[_Found]:
    obscene = DeclineGround.OBSCENE_OR_INSULTING
    for match in _WORD.finditer(plain):
        if _is_bad(match[0][:_LONGEST_WORD]) and not _is_ordinary_here(plain, match):
            yield _Found(match.start(), match.end(), obscene)
    for match in islice(_MASKED.finditer(plain), _MOST_MASKED):
        if _hides_obscenity(match[0], shown[match.start()]):
            yield _Found(match.start(), match.end(), obscene)
    for match in _APART.finditer(plain):
        for start, end in _apart(match):
            yield _Found(start, end, obscene)


@lru_cache(maxsize=20_000)
def _is_bad(word: str) -> bool:
    """Whether a word in lower case is obscene or insulting, in whatever spelling."""
    if _LATIN_ONLY.fullmatch(word):
        if bad_words().latin.fullmatch(_TWO.sub(r"\1", word)):
            return True
        return _of_look_alikes(word) and _any_spelling([word.translate(_SEEN_AS)])
    if not _CYRILLIC.search(word):
        return False
    if word.isalpha() and not word.isascii() and not re.search(r"[^а-я]", word):
        return _any_spelling([word])
    return _any_spelling([word.translate(_SEEN_AS), word.translate(_SOUNDS_AS)])


_LOOK_ALIKES = frozenset("acekmopxytbh")


def _of_look_alikes(word: str) -> bool:
    return _LOOK_ALIKES.issuperset(word)


def _any_spelling(words: Iterable[str]) -> bool:
    known = bad_words()
    return any(
        known.bad.fullmatch(spelled) and not known.ordinary.fullmatch(spelled)
        for word in words
        for spelled in {_THREE.sub(r"\1", word), _TWO.sub(r"\1", word)}
    )


_NEAR_BY = 60
"""Characters before and after a word that has an ordinary meaning too."""


def _is_ordinary_here(plain: str, match: re.Match[str]) -> bool:
    """«Сухие суки деревьев», «сука со щенками»."""
    if not obscene_words().ambiguous.fullmatch(match[0]):
        return False
    start, end = max(0, match.start() - _NEAR_BY), match.end() + _NEAR_BY
    return bad_words().near.search(plain, start, end) is not None


def _hides_obscenity(token: str, first: str) -> bool:
    """Whether a word with signs for some of its letters stands for an obscene one; `first` as it is written."""
    words = obscene_words()
    visible = _SIGNS.sub("", token)
    signs = _SIGNS.findall(token)
    if len(visible) == 1:
        # A name is hidden behind its first letter too, and that is a capital.
        return first == visible and len(signs[0]) >= words.first_letters.get(visible, _LONGEST_WORD)
    quiet = all(_QUIET_SIGNS.issuperset(sign) and len(sign) < _MANY for sign in signs)
    if quiet and len(visible) < _MANY and token not in ("х.й", "х-й"):
        return False
    parts = _SIGNS.split(token.translate(_SEEN_AS_LETTERS))
    pattern = re.escape(parts[0])
    for sign, part in zip(signs, parts[1:], strict=True):
        hidden = _MANY if "…" in sign else len(sign)
        pattern += ("[а-я]{2,6}" if hidden >= _MANY else f"[а-я]{{{hidden}}}") + re.escape(part)
    return any(re.fullmatch(pattern, form) for form in words.forms)


_SEEN_AS_LETTERS = str.maketrans("acekmopxyu", "асекморхуи")


def _apart(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where in a row of letters written apart an obscene word stands: «х у й», and «с у к и» of «в с е  с у к и»."""
    letters = [(found.start(), found[0].translate(_SEEN_AS)) for found in re.finditer(r"[^\W\d_]", match[0])]
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(letters)]
    usual = min(gaps)
    words: list[list[tuple[int, str]]] = [[letters[0]]]
    for gap, letter in zip(gaps, letters[1:], strict=True):
        if gap > usual:
            words.append([])
        words[-1].append(letter)
    for word in words:
        # A word of one letter may come before: «и х у й».
        for skipped in range(2):
            rest = word[skipped:]
            spelled = "".join(letter for _, letter in rest)
            if len(rest) >= _MANY and _any_spelling([spelled]):
                yield match.start() + rest[0][0], match.start() + rest[-1][0] + 1
                break
            if len(rest) <= _MANY or rest[0][1] not in "иавсоукя":
                break


# ---- threats


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


_BEFORE, _AFTER = 3, 5
"""Words around a verb among which its object is sought."""
_TOLD_BEFORE = 4
_COMING_BEFORE = 5
_INFINITIVE_AFTER = 4


def _threats(plain: str) -> Iterator[_Found]:
    """Threats that the writer makes; what others have said, and what is quoted, is none."""
    own = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), plain)
    start = 0
    for end in [*(match.start() for match in _SENTENCE_ENDS.finditer(own)), len(own)]:
        if end > start:
            yield from _threats_of(_sentence(own, start, end))
        start = end


def _sentence(text: str, start: int, end: int) -> list[_Word]:
    return [
        _Word(_letters(match[0]), match.start(), match.end()) for match in _WORD.finditer(text, start, end)
    ]


def _letters(word: str) -> str:
    mixed = _CYRILLIC.search(word) and not word.isdigit()
    return word.translate(_SEEN_AS) if mixed else word


def _threats_of(sentence: Sequence[_Word]) -> Iterator[_Found]:
    known = threat_words()
    said = " ".join(word.text for word in sentence)
    if any(f" {saying} " in f" {said} " for saying in known.sayings):
        yield _Found(sentence[0].start, sentence[-1].end, DeclineGround.THREAT_TO_OFFICIAL)
        return
    for place, word in enumerate(sentence):
        if word.text in known.verbs:
            found = _by_verb(sentence, place)
        elif word.text in known.harming:
            found = _by_harm(sentence, place)
        elif word.text in known.intent:
            found = _by_intent(sentence, place)
        else:
            continue
        if found is not None:
            yield found


def _by_verb(sentence: Sequence[_Word], place: int) -> _Found | None:
    """«Я вас взорву», «приеду и убью»."""
    known = threat_words()
    if _is_not_meant(sentence, place):
        return None
    around = range(max(0, place - _BEFORE), min(len(sentence), place + _AFTER + 1))
    aim = _aim(sentence, around, place)
    coming = [
        index
        for index in range(max(0, place - _COMING_BEFORE), place)
        if sentence[index].text in known.coming
    ]
    if aim is not None:
        return _spanning(sentence, [place, aim[0], *coming], aim[1])
    if coming and any(word.text in ("и", "да") for word in sentence[coming[0] : place]):
        return _spanning(sentence, [place, *coming], DeclineGround.THREAT_TO_OFFICIAL)
    return None


def _by_harm(sentence: Sequence[_Word], place: int) -> _Found | None:
    """«Морду вам набью»; «ноги на вашей дороге переломаю» is a complaint."""
    known = threat_words()
    around = range(max(0, place - _BEFORE), min(len(sentence), place + _AFTER + 1))
    if _is_not_meant(sentence, place):
        return None
    part = next((index for index in around if known.parts.fullmatch(sentence[index].text)), None)
    whom = next((index for index in around if sentence[index].text in known.whom), None)
    if part is None or whom is None:
        return None
    official = sentence[whom].text in known.you
    ground = DeclineGround.THREAT_TO_OFFICIAL if official else DeclineGround.HARM_TO_PERSON
    return _spanning(sentence, [place, part, whom], ground)


def _by_intent(sentence: Sequence[_Word], place: int) -> _Found | None:
    """«Готов вас расстрелять»."""
    known = threat_words()
    if _is_not_meant(sentence, place):
        return None
    until = min(len(sentence), place + _INFINITIVE_AFTER + 1)
    act = next(
        (index for index in range(place + 1, until) if sentence[index].text in known.infinitives), None
    )
    if act is None or sentence[act - 1].text in known.negation:
        return None
    around = range(max(0, place - 1), min(len(sentence), act + _AFTER))
    aim = _aim(sentence, around, act)
    return _spanning(sentence, [place, act, aim[0]], aim[1]) if aim is not None else None


def _is_not_meant(sentence: Sequence[_Word], place: int) -> bool:
    """Denied, done to oneself, or told of somebody else."""
    known = threat_words()
    if place and sentence[place - 1].text in known.negation:
        return True
    if any(word.text in known.oneself for word in sentence[max(0, place - 2) : place + 4]):
        return True
    return any(word.text in known.speech for word in sentence[max(0, place - _TOLD_BEFORE) : place])


def _aim(sentence: Sequence[_Word], around: Iterable[int], act: int) -> tuple[int, DeclineGround] | None:
    """Whom it is aimed at, officials before others, the nearest to the act; None for a thing, or nobody."""
    known = threat_words()
    things = any(word.text.startswith(known.things) for word in sentence[act + 1 : act + 3])
    other: tuple[int, DeclineGround] | None = None
    for index in sorted(around, key=lambda index: (abs(index - act), index)):
        word = sentence[index].text
        if index == act or (things and word not in _PERSONAL):
            continue
        official = word.startswith(known.officials) and not word.startswith(known.not_officials)
        if word in known.you or official:
            return index, DeclineGround.THREAT_TO_OFFICIAL
        person = word.startswith(known.people) and not word.startswith(known.not_people)
        if other is None and (word in known.others or person):
            other = index, DeclineGround.HARM_TO_PERSON
    return other


_PERSONAL = frozenset(("вас", "вам", "тебя", "тебе"))


def _spanning(sentence: Sequence[_Word], places: Sequence[int], ground: DeclineGround) -> _Found:
    return _Found(sentence[min(places)].start, sentence[max(places)].end, ground)
