"""An office in a grammatical case, and whoever holds it, as a paper needs them: «Губернатору … Селезнёву В. Г.».

Of an office the words up to its first noun are inflected; what follows depends on that noun and stays.
"""

import re
from functools import lru_cache
from typing import Any, Final

from service.language.morphology import readings
from service.people.declension import Case
from service.people.person_names import NO_BREAK, is_womans, short, short_in

_MOST_BEFORE_NOUN: Final = 4
_FIRST_PART: Final = re.compile(r"(?:вице|генерал|премьер)-", re.IGNORECASE)
_UNCHANGED_OFFICES: Final = ("и.", "врио", "вр.", "и.о.")


def initials_first(name: str) -> str:
    """«В. Г. Селезнёв», as whoever signs is named."""
    surname, *given = short(name).split(NO_BREAK)
    return NO_BREAK.join([*given, surname])


def name_in_case(name: str, case: Case) -> str:
    """«Селезнёву В. Г.» of «Селезнёв Виктор Геннадьевич»; the nominative where the form is not certain."""
    return short_in(name, case) or short(name)


def standing_in(person: str, absent: str) -> str:
    """«Ерёмин П. С., замещающий Соколову В. А.»: who did the work, and in whose place."""
    word = "замещающая" if is_womans(person) else "замещающий"
    return f"{short(person)}, {word} {name_in_case(absent, Case.ACCUSATIVE)}"


@lru_cache(maxsize=2_000)
def office_in_case(office: str, case: Case) -> str:
    """«заместителю Председателя Правительства» of «заместитель Председателя Правительства».

    Blocks for half a second when the first one of the process is inflected.
    """
    words = office.split()
    if not words or words[0].lower() in _UNCHANGED_OFFICES:
        return office
    done: list[str] = []
    for word in words[: _MOST_BEFORE_NOUN + 1]:
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


def _form(word: str, parse: Any, case: Case) -> str:
    inflected = parse.inflect({case.value})
    if inflected is None:
        return word
    form: str = inflected.word
    if "ё" not in word.lower():
        form = form.replace("ё", "е")
    return form[0].upper() + form[1:] if word[0].isupper() else form
