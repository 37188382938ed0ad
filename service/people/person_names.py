"""Names of persons as official texts have them: «Соколова В. А.», in the case that a sentence needs.

`pytrovich` inflects the surname, and the patronymic says whether it is a man's or a woman's; initials stay. Where the
form is not certain there is none: the sentence then has the name in the nominative, where that is right.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from service.language.morphology import is_known, readings
from service.people.declension import Case

NO_BREAK = "\u00a0"
_INITIALS = re.compile(r"(?:\w\.-?)+")

Forms = Mapping[Case, str]
"""The forms of a surname; a case is left out where its form is not certain."""


def short(name: str) -> str:
    """«Соколова В. А.» of «Соколова Вера Андреевна»; the parts do not come apart at the end of a line."""
    family, initials = _parts(name)
    return NO_BREAK.join((family, *initials))


def short_in(name: str, case: Case) -> str | None:
    """The same in a case: «Соколовой В. А.»; None where the form is not certain."""
    family, initials = _parts(name)
    form = _forms(family, is_womans(name)).get(case)
    return None if form is None else NO_BREAK.join((form, *initials))


def initials_first(name: str) -> str:
    """«В. Г. Селезнёв», as whoever signs is named."""
    surname, *given = short(name).split(NO_BREAK)
    return NO_BREAK.join([*given, surname])


def name_in_case(name: str, case: Case) -> str:
    """«Селезнёву В. Г.» of «Селезнёв Виктор Геннадьевич»; the nominative where the form is not certain."""
    return short_in(name, case) or short(name)


def standing_in(person: str, absent: str) -> str:
    """«Ерёмин П. С., замещающий Соколову В. А.»: who did the work, and in whose place."""
    return f"{short(person)}, {in_place_of(person, absent)}"


def in_place_of(person: str, absent: str) -> str:
    """«замещающий Соколову В. А.», of a man."""
    word = "замещающая" if is_womans(person) else "замещающий"
    return f"{word} {name_in_case(absent, Case.ACCUSATIVE)}"


def is_womans(name: str) -> bool | None:
    """Whether it is a woman's name, by the patronymic, else by the surname; None where neither says."""
    family, *given = name.lower().split() or [name]
    for part in given[1:]:
        if part.endswith(("вна", "чна", "шна", "кызы")):
            return True
        if part.endswith(("вич", "ич", "оглы")):
            return False
    if re.search(r"(ов|ев|ёв|ин|ын|ск|цк)а$|ая$", family):
        return True
    return False if re.search(r"(ов|ев|ёв|ин|ын|ский|цкий|ый)$", family) else None


def _parts(name: str) -> tuple[str, list[str]]:
    """The surname, and the initials of what follows."""
    family, *given = name.split() or [name]
    return family, [part if _INITIALS.fullmatch(part) else _initial(part) for part in given]


def _initial(part: str) -> str:
    """«А.» of «Анна», «А.-М.» of «Анна-Мария»; «оглы» is no name, and stays."""
    if part.islower() and len(part) > 1:
        return part
    return "-".join(f"{piece[0]}." for piece in part.split("-") if piece)


@lru_cache(maxsize=2_000)
def _forms(family: str, womans: bool | None) -> Forms:
    if womans is None:  # certain only where it makes no difference
        of_man, of_woman = _forms(family, False), _forms(family, True)
        return {case: form for case, form in of_man.items() if of_woman.get(case) == form}
    *first, last = family.split("-")
    # «Бонч-Бруевич»: whether a first part that is no surname in itself is inflected, nobody can tell.
    if any(not womans and not re.search(r"(ов|ев|ёв|ин|ын|ский|цкий|ой|ый)$", part) for part in first):
        return {}
    parts = [_of_part(part, womans) for part in (*first, last)]
    return {
        case: "-".join(part[case] for part in parts) for case in Case if all(case in part for part in parts)
    }


def _of_part(family: str, womans: bool) -> Forms:
    """The forms of a surname that is one word.

    One that is a common noun too may be inflected as that («Орла») or as a name («Орёла»): only forms in which the
    dictionary agrees are certain.
    """
    if not re.fullmatch(r"[А-ЯЁ][а-яё]+", family):
        return {}
    from pytrovich.enums import Case as NameCase  # noqa: PLC0415  its rules are read with it
    from pytrovich.enums import Gender, NamePart  # noqa: PLC0415

    gender = Gender.FEMALE if womans else Gender.MALE
    forms = {
        case: str(_maker().make(NamePart.LASTNAME, gender, NameCase[case.name], family)) for case in Case
    }
    noun = _common_noun(family.lower())
    if noun is None or forms[Case.GENITIVE] == family:
        return forms
    return {case: form for case, form in forms.items() if _plain(form) == _plain(_as_noun(noun, case))}


def _common_noun(word: str) -> Any | None:
    """Its reading as a common noun in the nominative; None where the dictionary has none, or has it as a surname."""
    read = readings(word) if is_known(word) else ()
    if any("Surn" in parse.tag for parse in read):
        return None
    nouns = (parse for parse in read if {"NOUN", "nomn", "sing"} in parse.tag and "Geox" not in parse.tag)
    return next(nouns, None)


def _as_noun(noun: Any, case: Case) -> str:
    """A form of the noun as of someone who bears it: of a man the accusative is the genitive."""
    of_man = case is Case.ACCUSATIVE and noun.tag.gender == "masc"
    return str(noun.inflect({Case.GENITIVE.value if of_man else case.value}).word)


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")


@cache
def _maker() -> Any:
    from pytrovich.maker import PetrovichDeclinationMaker  # noqa: PLC0415  reads its rules

    return PetrovichDeclinationMaker()
