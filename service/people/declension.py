"""A body's title or an office in a grammatical case, as a sentence needs it: «возвращено Департаментом ЖКХ».

The adjectives at the beginning and the noun they belong to are inflected; what follows depends on that noun and
stays. A title that cannot be inflected with certainty stands in the nominative, quoted, after the word «орган» in
that case: «возвращено органом «МУП Водоканал»». An office is inflected up to its noun, and stays where it cannot be.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from service.language.morphology import readings


class Case(StrEnum):
    """The cases sentences need, named as `pymorphy3` names them."""

    GENITIVE = "gent"
    DATIVE = "datv"
    ACCUSATIVE = "accs"
    INSTRUMENTAL = "ablt"


_BODY = {
    Case.GENITIVE: "органа",
    Case.DATIVE: "органу",
    Case.ACCUSATIVE: "орган",
    Case.INSTRUMENTAL: "органом",
}
_LOWERED = "Администрация"
"""What is no proper name begins with a small letter inside a sentence."""

# A head noun that names a body ends in one of these; any other («Здравоохранение», «Дороги») may be a field of work,
# and would be wrong in a case.
_HEADS = (
    *(
        "агентство",
        "администрация",
        "аппарат",
        "бюро",
        "ведомство",
        "департамент",
        "дирекция",
        "дума",
        "инспекция",
    ),
    *("канцелярия", "комиссия", "комитет", "министерство", "надзор", "отдел", "палата", "правительство"),
    *("предприятие", "представительство", "прокуратура", "секретариат", "служба", "совет", "управление"),
    *("учреждение", "фонд", "центр"),
)
_ADJECTIVES = 4
_FIRST_PART = re.compile(r"(?:вице|генерал|премьер)-", re.IGNORECASE)
_UNCHANGED_OFFICES = ("и.", "врио", "вр.", "и.о.")
_LONGEST = 300
"""Characters of a title that is still inflected; the longest of the region has 90."""


def in_case(title: str, case: Case) -> str:
    """The title as it stands in a sentence in this case.

    Blocks for half a second when the first title of the process is inflected; each title is analyzed once.
    """
    return _forms(title)[0][case]


def inside(title: str) -> str:
    """The title inside a sentence, nominative: «администрация Заречного», «Департамент ЖКХ»."""
    return title[0].lower() + title[1:] if title.split(maxsplit=1)[:1] == [_LOWERED] else title


def possessive(title: str) -> str:
    """«его» or «её»: whose competence, task or answer it is, of a body named by `in_case`."""
    return _forms(title)[1]


@lru_cache(maxsize=2_000)
def office_in_case(office: str, case: Case) -> str:
    """«заместителю Председателя Правительства» of «заместитель Председателя Правительства».

    Blocks for half a second when the first one of the process is inflected.
    """
    words = office.split()
    if not words or words[0].lower() in _UNCHANGED_OFFICES:
        return office
    done: list[str] = []
    for word in words[: _ADJECTIVES + 1]:
        # «Премьер-министру»: of a word with a hyphen such a first part stays.
        first = prefix[0] if (prefix := _FIRST_PART.match(word)) else ""
        written = word.removeprefix(first).split("-")
        parts = [_reading(part) for part in written]
        if None in parts:
            break
        forms = (_form(part, parse, case) for part, parse in zip(written, parts, strict=True))
        done.append(first + "-".join(forms))
        if parts[-1].tag.POS == "NOUN":
            break
    return " ".join([*done, *words[len(done) :]])


def capital(text: str) -> str:
    """With a capital letter, as an office at the head of a paper."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=2_000)
def _forms(title: str) -> tuple[dict[Case, str], str]:
    words = title.split()
    phrase = _head_phrase(words) if len(title) <= _LONGEST else None
    if phrase is None:
        quoted = title.replace("«", "„").replace("»", "“")
        return {case: f"{word} «{quoted}»" for case, word in _BODY.items()}, "его"
    feminine = phrase[-1].tag.gender == "femn"
    rest = words[len(phrase) :]
    lowered = inside(title).split()
    forms = {
        case: " ".join(
            [*(_inflected(word, parse, case) for word, parse in zip(lowered, phrase, strict=False)), *rest]
        )
        for case in Case
    }
    return forms, "её" if feminine else "его"


def _head_phrase(words: Sequence[str]) -> list[Any] | None:
    """How the words up to the head noun are read, all in the nominative singular; None if that is not certain."""
    adjectives: list[list[Any]] = []
    for position, word in enumerate(words[: _ADJECTIVES + 1]):
        if word.isupper():  # an abbreviation
            return None
        nominative = [parse for parse in readings(word) if _is_nominative(parse)]
        head = next((parse for parse in nominative if _names_a_body(parse)), None)
        if head is not None:
            following = words[position + 1] if position + 1 < len(words) else ""
            return None if following == "и" else _agreeing(adjectives, head)
        adjectives.append([parse for parse in nominative if parse.tag.POS in ("ADJF", "PRTF")])
    return None


def _agreeing(adjectives: Sequence[Sequence[Any]], head: Any) -> list[Any] | None:
    phrase = [
        next((parse for parse in read if parse.tag.gender == head.tag.gender), None) for read in adjectives
    ]
    return None if None in phrase else [*phrase, head]


def _is_nominative(parse: Any) -> bool:
    return bool(parse.tag.case == "nomn" and parse.tag.number == "sing")


def _names_a_body(parse: Any) -> bool:
    return bool(parse.tag.POS == "NOUN" and parse.normal_form.endswith(_HEADS))


def _reading(word: str) -> Any:
    """A noun, an adjective or a participle in the nominative singular; a noun that names a person goes first."""
    found = [
        parse
        for parse in readings(word)
        if parse.tag.case == "nomn"
        and parse.tag.number == "sing"
        and parse.tag.POS in ("NOUN", "ADJF", "PRTF")
    ]
    people = [parse for parse in found if parse.tag.POS == "NOUN" and parse.tag.animacy == "anim"]
    described = [parse for parse in found if parse.tag.POS != "NOUN" and parse.tag.gender == "masc"]
    return next(iter([*people, *described, *found]), None)


def _inflected(word: str, parse: Any, case: Case) -> str:
    """The word of a body's title in the case."""
    # A body is no person: «в Департамент», not «в Департамента».
    return word if case is Case.ACCUSATIVE and parse.tag.gender != "femn" else _form(word, parse, case)


def _form(word: str, parse: Any, case: Case) -> str:
    """The word in the case, its capitals and its spelling of «ё» kept; as it is where it has no such form."""
    inflected = parse.inflect({case.value})
    form: str = inflected.word if inflected is not None else word
    if "ё" not in word.lower():
        form = form.replace("ё", "е")
    return form[0].upper() + form[1:] if word[0].isupper() else form
