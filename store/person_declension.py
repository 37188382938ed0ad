"""A person's name and office in a grammatical case, as a paper needs them: «Губернатору … Селезнёву В. Г.».

Surnames follow their endings, by the rules of Russian grammar: no dictionary has them all. A surname whose gender is
not known, or whose ending does not say how it goes, stands in the nominative. Of an office the words up to its first
noun are inflected; what follows depends on that noun and stays.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from store.declension import Case
from store.morphology import readings

_HARD: Final = "\u00a0"
"""A space at which no line is broken: initials stay with the surname."""

# Endings of surnames: what is cut off, and what stands there in genitive, dative, accusative, instrumental.
# Of a man the accusative is the genitive.
_Endings = tuple[str, str, str, str]


def _man(genitive: str, dative: str, instrumental: str) -> _Endings:
    return genitive, dative, genitive, instrumental


_MALE: Final[Mapping[str, tuple[int, _Endings]]] = {
    **dict.fromkeys(("ов", "ев", "ёв", "ин", "ын"), (0, _man("а", "у", "ым"))),
    **dict.fromkeys(
        ("ский", "цкий", "кий", "гий", "хий", "жий", "ший", "чий", "щий"), (2, _man("ого", "ому", "им"))
    ),
    "ий": (2, _man("его", "ему", "им")),
    **dict.fromkeys(("ой", "ый"), (2, _man("ого", "ому", "ым"))),
    "ь": (1, _man("я", "ю", "ем")),
    "й": (1, _man("я", "ю", "ем")),
    "ец": (2, _man("ца", "цу", "цом")),
    **dict.fromkeys(("ж", "ш", "ч", "щ"), (0, _man("а", "у", "ем"))),
    **dict.fromkeys(tuple("бвгдзклмнпрстфхц"), (0, _man("а", "у", "ом"))),
}
_FEMALE: Final[Mapping[str, tuple[int, _Endings]]] = {
    **dict.fromkeys(("ова", "ева", "ёва", "ина", "ына"), (1, ("ой", "ой", "у", "ой"))),
    "ая": (2, ("ой", "ой", "ую", "ой")),
    "яя": (2, ("ей", "ей", "юю", "ей")),
}
_BOTH: Final[Mapping[str, tuple[int, _Endings]]] = {
    **dict.fromkeys(("га", "ка", "ха"), (1, ("и", "е", "у", "ой"))),
    **dict.fromkeys(("жа", "ша", "ча", "ща"), (1, ("и", "е", "у", "ей"))),
    "а": (1, ("ы", "е", "у", "ой")),
    "ия": (1, ("и", "и", "ю", "ей")),
    "я": (1, ("и", "е", "ю", "ей")),
}
_STAY: Final = ("о", "е", "э", "и", "ы", "у", "ю", "ых", "их", "аа")
_PLACES: Final = {Case.GENITIVE: 0, Case.DATIVE: 1, Case.ACCUSATIVE: 2, Case.INSTRUMENTAL: 3}
_LONGEST_ENDING: Final = 4
_MOST_BEFORE_NOUN: Final = 4
_UNCHANGED_OFFICES: Final = ("и.", "врио", "вр.", "и.о.")


def initials(name: str) -> str:
    """«Селезнёв В. Г.» of «Селезнёв Виктор Геннадьевич»; a name of one word stays as it is."""
    surname, *given = name.split()
    return _HARD.join([surname, *(f"{part[0].upper()}." for part in given[:2])])


def initials_first(name: str) -> str:
    """«В. Г. Селезнёв», as whoever signs is named."""
    surname, *given = name.split()
    return _HARD.join([*(f"{part[0].upper()}." for part in given[:2]), surname])


def name_in_case(name: str, case: Case) -> str:
    """«Селезнёву В. Г.» of «Селезнёв Виктор Геннадьевич»."""
    surname, *given = name.split()
    inflected = "-".join(_surname(part, _is_female(given), case) for part in surname.split("-"))
    return _HARD.join([inflected, *(f"{part[0].upper()}." for part in given[:2])])


def standing_in(person: str, absent: str) -> str:
    """«Ерёмин П. С., замещающий Соколову В. А.»: who did the work, and in whose place."""
    word = "замещающая" if _is_female(person.split()[1:]) else "замещающий"
    return f"{initials(person)}, {word} {name_in_case(absent, Case.ACCUSATIVE)}"


def _is_female(given: list[str]) -> bool | None:
    """By the patronymic; None where there is none that says so."""
    last = given[-1].lower() if given else ""
    if last.endswith(("вна", "чна", "шна", "кызы")):
        return True
    return False if last.endswith(("вич", "ич", "оглы")) else None


def _surname(surname: str, female: bool | None, case: Case) -> str:
    lower = surname.lower()
    if female is None or lower.endswith(_STAY):
        return surname
    tables = (_FEMALE, _BOTH) if female else (_MALE, _BOTH)
    for table in tables:
        for length in range(min(_LONGEST_ENDING, len(surname) - 1), 0, -1):
            if (found := table.get(lower[-length:])) is not None:
                cut, endings = found
                return surname[: len(surname) - cut] + endings[_PLACES[case]]
    return surname


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
        parts = [_reading(part) for part in word.split("-")]
        if None in parts:
            break
        done.append(
            "-".join(_form(part, parse, case) for part, parse in zip(word.split("-"), parts, strict=True))
        )
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
