"""The street and house of a place as people type it, or of what a citizen wrote, by rules and word forms.

A street is known by a word for what it is, beside its name: «ул. Советская», «на Советской улице», «проспекта Ленина».
It is given back in the nominative, without «ё», whatever case it stood in, so that one street is counted once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from service.language.morphology import readings


@dataclass(frozen=True, slots=True)
class Street:
    """«ул. Советская», and the house where one is named: «5», «12а», «5 корп. 2»."""

    title: str
    house: str | None


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of street: how it is written before its name, and the gender by which adjectives agree with it."""

    short: str
    gender: str


_STREET: Final = _Kind("ул.", "femn")
_KINDS: Final[Mapping[str, _Kind]] = {
    "улица": _STREET,
    "проспект": _Kind("просп.", "masc"),
    "переулок": _Kind("пер.", "masc"),
    "площадь": _Kind("пл.", "femn"),
    "шоссе": _Kind("ш.", "neut"),
    "набережная": _Kind("наб.", "femn"),
    "бульвар": _Kind("б-р", "masc"),
    "микрорайон": _Kind("мкр.", "masc"),
    "проезд": _Kind("проезд", "masc"),
    "тупик": _Kind("тупик", "masc"),
    "тракт": _Kind("тракт", "masc"),
    "аллея": _Kind("аллея", "femn"),
}
_SHORT: Final[Mapping[str, str]] = {
    "ул": "улица",
    **dict.fromkeys(("пр", "пр-т", "пр-кт", "просп"), "проспект"),
    "пер": "переулок",
    "пл": "площадь",
    "ш": "шоссе",
    "наб": "набережная",
    **dict.fromkeys(("б-р", "бул"), "бульвар"),
    **dict.fromkeys(("мкр", "мкрн", "мкр-н", "м-н"), "микрорайон"),
    "пр-д": "проезд",
    "туп": "тупик",
}
_FORMS: Final = (
    *("улиц[аыеуо]й?", "проспект(?:[ауе]|ом)?", "переул(?:ок|к[ауе]|ком)", "площад(?:[ьи]|ью)", "шоссе"),
    *("набережн(?:ая|ой|ую)", "бульвар(?:[ауе]|ом)?", "микрорайон(?:[ауе]|ом)?", "проезд(?:[ауе]|ом)?"),
    *("тупик(?:[ауе]|ом)?", "тракт(?:[ауе]|ом)?", "алле[яиею]й?"),
)
_SHORTS: Final = "|".join(re.escape(short) for short in sorted(_SHORT, key=len, reverse=True))
_TYPE: Final = re.compile(
    rf"(?<![\w-])(?P<word>(?:{'|'.join(_FORMS)})(?![\w-])|(?:{_SHORTS})(?=[.,\s]|$))", re.IGNORECASE
)
_ONLY_DOTTED: Final = frozenset(("ш", "пр", "пл", "наб", "туп", "бул", "просп"))
"""Short words that without a dot are something else, but in a place that is typed."""
_WORD: Final = re.compile(
    r"\s*[«\"]?(?P<word>(?:\d+-?(?:[а-яё]{1,5})?|[а-яё]+(?:-[а-яё0-9]+)*)\.?)[»\"]?", re.IGNORECASE
)
_ORDINAL: Final = re.compile(r"(\d+)(?:-?(?:ая|ый|ой|ей|ую|го|ому|му|ом|я|й|ю|м|е))?")
_ANNIVERSARY: Final = re.compile(r"\d+-?(?:летия|лет)")
_NUMBER: Final = r"\d{1,4}\s?(?:[а-еж-и](?![\w-]))?(?:\s?/\s?\d{1,4}[а-и]?)?"
_BLOCK: Final = r"(?:[\s,]*(?:корпус|корп|к)\b\.?\s*(?P<block>\d{1,3}))?"
_HOUSE: Final = re.compile(
    rf"[\s,]*(?:(?:д|дом\w*)\b\.?\s*(?:№\s*)?|№\s*)(?P<number>{_NUMBER}){_BLOCK}", re.IGNORECASE
)
_BARE_HOUSE: Final = re.compile(
    rf"[\s,]*(?P<number>{_NUMBER}){_BLOCK}(?=\s*(?:$|[,.;:)!?\n]|(?:кв|квартира|подъезд|стр)\b))",
    re.IGNORECASE,
)
_MOST_WORDS, _IN_SMALL_LETTERS = 3, 2
"""Words of a name, and of one that is typed in small letters."""
_AROUND, _MOST_TRIED = 120, 60
"""How many characters beside a word for a street are looked at, and how many such words of a text."""
_NO_NAME: Final = frozenset(
    (
        *("и", "в", "во", "на", "у", "к", "от", "до", "по", "за", "не", "где", "это"),
        *("около", "возле", "между", "рядом", "напротив", "уже", "нет", "очень", "там", "тут", "здесь"),
        *("дом", "дома", "доме", "д", "кв", "корп", "корпус", "подъезд", "район", "района"),
        *("г", "гор", "город", "с", "село", "пос", "поселок"),
    )
)
_INITIAL: Final = re.compile(r"[а-яё]\.?", re.IGNORECASE)
Cases = frozenset[str]
ANY: Final[Cases] = frozenset()
"""Cases of which it is not known in which of them a word stands."""


def of_place(place: str) -> Street | None:
    """The street of what somebody typed as the place; there a name with its house needs no word for a street."""
    plain = _folded(place)
    named = next(_named(plain, is_typed=True), None)
    if named is not None:
        return named.street
    # «п. Лежнево, Советская, 5»: the settlement comes first.
    for number, part in enumerate(re.split(r"[,;\n]", plain)[1:], 1):
        rest = ",".join(re.split(r"[,;\n]", plain)[number:]).strip()
        name, end = _name_after(rest, _STREET, is_typed=False, cases=ANY)
        if name is None or part.strip()[:1].isdigit():
            continue
        house = _house(_house_of(rest[end:]))
        if house is not None or name.endswith(("ая", "яя")):
            return Street(f"{_STREET.short} {name}", house)
    return None


def of_text(text: str) -> Street | None:
    """The first street that a text names."""
    named = next(_named(_folded(text), is_typed=False), None)
    return None if named is None else named.street


def spans(text: str) -> list[tuple[int, int]]:
    """Where a text names streets, each with its house: beginning and end of the words, in their order."""
    return [(named.start, named.end) for named in _named(_folded(text), is_typed=False)]


def house_behind(text: str, place: int) -> int:
    """Where the house ends that stands at this place of a text, behind a street's name; the place where none does."""
    match = _house_of(_folded(text[place : place + _AROUND]))
    return place if match is None else place + match.end()


def _folded(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е").replace("\u00a0", " ")


@dataclass(frozen=True, slots=True)
class _Named:
    """A street as a text names it, and where."""

    street: Street
    start: int
    end: int


def _named(text: str, *, is_typed: bool) -> Iterator[_Named]:
    for found in islice(_TYPE.finditer(text), _MOST_TRIED):
        word = found["word"].casefold()
        is_dotted = text[found.end() : found.end() + 1] == "."
        if not is_typed and word in _ONLY_DOTTED and not is_dotted:
            continue
        key, cases = _kind_of(word)
        kind = _KINDS[key]
        start, end = found.start(), found.end() + is_dotted
        behind = text[end : found.end() + _AROUND]
        name, length = _name_after(behind, kind, is_typed=is_typed, cases=cases)
        if name is None:
            before = text[max(0, found.start() - _AROUND) : found.start()]
            name, length = _name_before(before, kind, cases)
            start, length = start - length, 0
        if name is not None and not (word == "улицы" and _is_a_town(name)):
            house = _house_of(behind[length:])
            end += length + (house.end() if house else 0)
            yield _Named(Street(f"{kind.short} {name}", _house(house)), start, end)


def _is_a_town(name: str) -> bool:
    """«все улицы Заречного» are not a street."""
    return any("Geox" in reading.tag for reading in readings(name.casefold()))


def _kind_of(word: str) -> tuple[str, Cases]:
    """Of which kind it is, and in what cases it may stand; any where it is shortened."""
    if word in _SHORT:
        return _SHORT[word], ANY
    key = next(key for key in _KINDS if key[:4] == word[:4])
    return key, frozenset(one.tag.case for one in readings(word) if one.tag.number == "sing")


def _name_after(text: str, kind: _Kind, *, is_typed: bool, cases: Cases) -> tuple[str | None, int]:
    """The name that stands behind the word for a street, and where it ends."""
    words: list[str] = []
    end = place = 0
    while len(words) < _MOST_WORDS and (match := _WORD.match(text, place)):
        word = match["word"].rstrip(".") if not _INITIAL.fullmatch(match["word"]) else match["word"]
        if word.casefold().rstrip(".") in _NO_NAME or _ends(text[place : match.start("word")]):
            break
        if not _may_be_name(word, words, kind, is_typed=is_typed, cases=cases, text=text[match.end() :]):
            break
        words.append(word)
        end = place = match.end()
    if (
        not words
        or all(word[0].isdigit() for word in words)
        or all(_INITIAL.fullmatch(word) for word in words)
    ):
        return None, 0
    return _nominative(words, kind, cases), end


def _ends(between: str) -> bool:
    return any(mark in between for mark in ",;.\n")


def _may_be_name(
    word: str, before: Sequence[str], kind: _Kind, *, is_typed: bool, cases: Cases, text: str
) -> bool:
    if word[0].isdigit():
        # «8 Марта», «2-я Полевая», «50-летия Октября»; a number behind a name is the house.
        following = _WORD.match(text)
        return (
            not before
            and following is not None
            and not following["word"][0].isdigit()
            and (is_typed or following["word"][0].isupper() or not word.isdigit())
        )
    if word[0].isupper():
        return True
    if is_typed:
        return len(before) < _IN_SMALL_LETTERS or before[-1].casefold() in ("имени", "им")
    if word.casefold() in ("имени", "им"):
        return not before
    # All in small letters: an adjective that agrees with «улице» is its name.
    return (
        not before
        and bool(cases)
        and any(
            "ADJF" in reading.tag and reading.tag.case in cases and reading.tag.gender == kind.gender
            for reading in readings(word.casefold())
        )
        and not _agrees_with_next(text, cases)
    )


def _agrees_with_next(text: str, cases: Cases) -> bool:
    match = _WORD.match(text)
    return match is not None and any(
        "NOUN" in reading.tag and reading.tag.case in cases and reading.tag.gender == "femn"
        for reading in readings(match["word"].casefold())
    )


def _name_before(text: str, kind: _Kind, cases: Cases) -> tuple[str | None, int]:
    """The name that stands right before the word for a street, and its length: «на Советской улице».

    Adjectives with a capital letter.
    """
    found = re.search(r"((?:\d+-?[а-я]{1,2}\s+)?(?:[А-Я][а-я]+(?:-[А-Я]?[а-я]+)*\s+){1,2})$", text)
    if found is None:
        return None, 0
    words = list(re.finditer(r"\S+", found[1]))
    while words and not _is_adjective(words[0][0], kind):
        words.pop(0)
    if not words or all(word[0][0].isdigit() for word in words):
        return None, 0
    return _nominative([word[0] for word in words], kind, cases), len(found[1]) - words[0].start()


def _is_adjective(word: str, kind: _Kind) -> bool:
    if word[0].isdigit():
        return True
    return any(
        "ADJF" in reading.tag and reading.tag.gender == kind.gender for reading in readings(word.casefold())
    )


def _nominative(words: Sequence[str], kind: _Kind, cases: Cases) -> str:
    made: list[str] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        if word[0].isdigit():
            made.append(_ordinal(word, kind, following, cases))
        else:
            kept = _INITIAL.fullmatch(word) or word.isupper()
            lower = word.casefold()
            made.append(_capital(word if kept else _adjective_of(lower, kind.gender, cases) or lower))
    return " ".join(made)


def _ordinal(word: str, kind: _Kind, following: str | None, cases: Cases) -> str:
    if _ANNIVERSARY.fullmatch(word.casefold()):
        return (
            re.sub(r"(\d+)-?", r"\1-", word.casefold())
            if "лет" in word and "летия" in word.casefold()
            else word
        )
    match = _ORDINAL.fullmatch(word.casefold())
    if match is None:
        return word
    is_adjective = (
        following is not None and _adjective_of(following.casefold(), kind.gender, cases) is not None
    )
    ending = {"femn": "я", "masc": "й", "neut": "е"}[kind.gender]
    return f"{match[1]}-{ending}" if is_adjective else match[1]


@lru_cache(maxsize=4096)
def _adjective_of(word: str, gender: str, cases: Cases) -> str | None:
    """The adjective in the nominative that agrees with the kind of street; None for what is no such adjective."""
    found: list[Any] = [
        reading
        for reading in readings(word)
        if "ADJF" in reading.tag
        and reading.tag.number == "sing"
        and reading.tag.gender == gender
        and "Surn" not in reading.tag
        and "anim" not in reading.tag
    ]
    known = {reading.tag.case for reading in found}
    if cases and not cases & known:
        return None
    # «пер. Толстого» is named after somebody; «пер. Советском» is the lane itself.
    if not cases and gender != "femn" and "gent" in known and "nomn" not in known:
        return None
    for reading in found:
        inflected = reading.inflect({"nomn", "sing", gender})
        if inflected is not None:
            return str(inflected.word).replace("ё", "е")
    return None


def _capital(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def _house_of(rest: str) -> re.Match[str] | None:
    return _HOUSE.match(rest) or _BARE_HOUSE.match(rest)


def _house(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    number = re.sub(r"\s", "", match["number"]).casefold()
    return f"{number} корп. {match['block']}" if match["block"] else number
