"""Names of persons as official texts have them: «Соколова В. А.», in the case that a sentence needs.

The surname is inflected, for which the patronymic says whether it is a man's or a woman's; initials stay. Where the
form is not certain there is none: the sentence then has the name in the nominative, in a place where that is right.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from service.language.morphology import is_known, readings
from service.people.declension import Case

NO_BREAK = "\u00a0"
_INITIALS = re.compile(r"(?:\w\.-?)+")
_VOWELS = "аеёиоуыэюя"

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
    """The forms of a surname that is one word."""
    if not re.fullmatch(r"[А-ЯЁ][а-яё]+", family):
        return {}
    word = family.lower()
    known = _by_dictionary(word, womans)
    forms = known if known is not None else _by_rule(word, womans)
    return {case: family[0] + form[1:] for case, form in forms.items()}


def _by_dictionary(word: str, womans: bool) -> Forms | None:
    """As the dictionary inflects it; None where that does not have it as a surname, or not surely right («Кравец»)."""
    if word.endswith("ц") or not is_known(word):
        return None
    genders = ("femn" if womans else "masc", "ms-f")
    for parse in readings(word):
        tag = parse.tag
        of_gender = any(f",{gender}" in str(tag) for gender in genders)
        if "Surn" in tag and of_gender and tag.case == "nomn" and tag.number == "sing":
            forms = {case: str(parse.inflect({case.value}).word) for case in Case}
            return {case: form if "ё" in word else form.replace("ё", "е") for case, form in forms.items()}
    return None


class _Rule(NamedTuple):
    """How a surname with such an end is inflected: what is cut off, and what is put to the rest in each case, in their
    order; None where that is not certain. The first rule that fits decides."""

    end: str
    cut: int
    endings: tuple[str, str, str, str | None] | None
    vowels: int = 1
    """How many the surname has at least."""


_FIXED = ("", "", "", "")
_MANS = (
    _Rule(r"(о|е|ё|э|и|у|ю|ы|ых|их)$", 0, _FIXED),
    _Rule(r"(ов|ев|ёв|ин|ын)$", 0, ("а", "у", "а", "ым"), 2),
    _Rule(r"[кгх][ои]й$", 2, ("ого", "ому", "ого", "им"), 2),
    _Rule(r"[ыо]й$", 2, ("ого", "ому", "ого", "ым"), 2),
    _Rule(r"[нжшчщ]ий$", 2, ("его", "ему", "его", "им"), 2),
    # The vowel may fall away: «Соловья», «Орла», «Льва», but «Чапека».
    _Rule(r"(ов|ев|ёв|ин|ын|ец|[её]к|ок|ей|ий|ень|[её]л|ол|[её]с|[её]р)$", 0, None),
    _Rule(r"[ьй]$", 1, ("я", "ю", "я", "ем")),
    _Rule(r"[жшчщ]$", 0, ("а", "у", "а", "ем"), 2),
    _Rule(r"[жшчщ]$", 0, ("а", "у", "а", None)),
    _Rule(r"ц$", 0, ("а", "у", "а", "ем")),
    _Rule(r"[^аяьй]$", 0, ("а", "у", "а", "ом")),
)
_WOMANS = (
    _Rule(r"(ов|ев|ёв|ин|ын)а$", 1, ("ой", "ой", "у", "ой")),
    _Rule(r"[жшчщ]ая$", 2, ("ей", "ей", "ую", "ей")),
    _Rule(r"яя$", 2, ("ей", "ей", "юю", "ей")),
    _Rule(r"ая$", 2, ("ой", "ой", "ую", "ой")),
    _Rule(r"[^ая]$", 0, _FIXED),
)
_LIKE_A_NOUN = (
    _Rule(r"ия$", 1, ("и", "и", "ю", "ей")),
    _Rule(r"([аеёиоуыэюяь].|мя)$", 0, None),
    _Rule(r"я$", 1, ("и", "е", "ю", "ей")),
    # Which of «-ой» and «-ей» follows depends on the stress.
    _Rule(r"[жшчщ]а$", 1, ("и", "е", "у", None)),
    _Rule(r"ца$", 1, ("ы", "е", "у", None)),
    _Rule(r"[гкх]а$", 1, ("и", "е", "у", "ой")),
    _Rule(r"а$", 1, ("ы", "е", "у", "ой")),
)
"""«Сорока», «Зоря», «Берия»: the same of men and women."""


def _by_rule(word: str, womans: bool) -> Forms:
    vowels = sum(letter in _VOWELS for letter in word)
    rules = (*(_WOMANS if womans else _MANS), *_LIKE_A_NOUN)
    rule = next((rule for rule in rules if vowels >= rule.vowels and re.search(rule.end, word)), None)
    if rule is None or rule.endings is None:
        return {}
    stem = word[: len(word) - rule.cut]
    forms = {case: stem + end for case, end in zip(Case, rule.endings, strict=True) if end is not None}
    if womans and re.search(r"[иы]на$|[оеё]ва$", word) and is_known(word):
        # «Калина» may be a noun, «Калины», or the name of a woman of the family of a Kalin, «Калиной».
        return {case: forms[case] for case in (Case.ACCUSATIVE, Case.INSTRUMENTAL)}
    return forms
