"""The town or village of a place as people type it: what of a place is told to others than those at work on it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.language.reading import reads_texts
from store.messages.places import Settlement

_SPACES = re.compile(r"[\s\u00a0]+")
_PARTS = re.compile(r"[,;()\n]")
_TOKEN = re.compile(r"[^\s.]+\.?")
_OF_A_SETTLEMENT: Mapping[str, str] = {
    **dict.fromkeys(("г", "гор", "город", "города", "городу", "городом", "городе"), "г."),
    **dict.fromkeys(("пгт",), "пгт"),
    **dict.fromkeys(("рп",), "рп"),
    **dict.fromkeys(("п", "пос", "поселок", "поселка", "поселку", "поселком", "поселке"), "п."),
    **dict.fromkeys(("с", "село", "села", "селу", "селом", "селе"), "с."),
    **dict.fromkeys(("д", "дер", "деревня", "деревни", "деревне", "деревню", "деревней"), "д."),
    **dict.fromkeys(("ст", "станица", "станция"), "ст."),
    **dict.fromkeys(("х", "хутор"), "х."),
    **dict.fromkeys(("м", "местечко"), "м."),
}
"""Words for what kind of settlement it is, and how each is written in short."""
IN_WORDS = tuple(word for word in _OF_A_SETTLEMENT if word.startswith(("город", "посел", "сел", "деревн")))
"""Those of them that stand in a sentence, in every case: «в деревне Малые Ключи»."""
_TOWN = "г."
_OF_A_REGION = re.compile(
    r"(^|\s)(обл|область|области|край|республика|респ|район|р-н|округ|г\.о|м\.о|россия|рф)(\.|\s|$)"
)
_DISTRICT = re.compile(
    r"(?<![\w-])-*(?P<stem>[а-яе][а-яе-]*[сц]к)(?:ий|ого|ому|им|ом)\s+(?:муниципальн\S+\s+)?(?:район\w*|р-н\w*)\.?"
)
_OF_A_TOWN = frozenset(("ленинск", "октябрьск", "советск", "фрунзенск", "первомайск", "заводск", "городск"))
"""Districts of a town, which are no part of where it lies."""
_OF_A_STREET = frozenset(
    (
        *("ул", "улица", "улице", "улицы", "пр", "пр-т", "пр-кт", "просп", "проспект", "проспекте"),
        *("пер", "переулок", "пл", "площадь", "ш", "шоссе", "мкр", "мкрн", "микрорайон", "м-н"),
        *("наб", "набережная", "б-р", "бульвар", "бул"),
        *("проезд", "пр-д", "тупик", "тракт", "трасса", "дом", "дома", "кв", "квартира", "корп", "корпус"),
        *("стр", "строение", "подъезд", "двор", "у", "около", "возле", "напротив", "рядом", "на", "за"),
        *("дом-интернат", "жилой", "жк", "комплекс", "снт", "больница", "поликлиника", "вокзал", "рынок"),
        *("санаторий", "остановка", "парк", "школа", "через", "между", "перед", "вдоль"),
        *("мост", "переправа", "река"),
    )
)
_IN = frozenset(("в", "во"))
_SMALL = frozenset(("на", "над", "под"))
_MOST_WORDS, _LONGEST = 3, 60
"""Words and characters of the name of a settlement."""


def locality(place: str) -> str | None:
    """The town or village of a place as people type it: «г. Заречный, ул. Советская» is «Заречный».

    Case, spaces, «ё», the district and the words for what kind of settlement it is make no difference; the region is
    passed over, street and house are left out. None where no settlement is named.
    """
    found = settlement(place)
    return found.name if found else None


@reads_texts()
def settlement(place: str) -> Settlement | None:
    """The same with how it is written and in what district it lies."""
    spelled = _SPACES.sub(" ", place.casefold()).strip()
    district = _district(_folded(spelled))
    for part in _PARTS.split(spelled):
        bare = _without_district(part)
        # «с. Решма Кинешемского района» names both in one part, «Кинешемский район» only what is passed over.
        if not bare.strip() or _OF_A_REGION.search(_folded(bare)):
            continue
        return _settlement(bare, district)
    return None


def _folded(text: str) -> str:
    return text.replace("ё", "е")


def _district(place: str) -> str | None:
    """The stem of its adjective: «кинешемск»."""
    found = (match["stem"] for match in _DISTRICT.finditer(place))
    return next((stem for stem in found if stem not in _OF_A_TOWN), None)


def _without_district(part: str) -> str:
    found = _DISTRICT.search(_folded(part))
    return part if found is None else f"{part[: found.start()]} {part[found.end() :]}"


def _settlement(part: str, district: str | None) -> Settlement | None:
    words: list[str] = []
    kind: str | None = None
    for token in _TOKEN.findall(part):
        word = token.strip(".\"'«»")
        if not words and (word in _IN or _folded(word) in _OF_A_SETTLEMENT):
            kind = kind or _OF_A_SETTLEMENT.get(_folded(word))
            continue
        if not word or _folded(word) in _OF_A_STREET or any(letter.isdigit() for letter in word):
            break
        words.append(word)
    name = " ".join(words)
    # Of more words it is a description.
    if not name or len(words) > _MOST_WORDS or len(name) > _LONGEST:
        return None
    spelled = _capital(name)
    if district is None or kind == _TOWN:
        return Settlement(_folded(spelled), spelled, None)
    adjective = "-".join(part.capitalize() for part in district.split("-"))
    spelled = " ".join(word for word in (kind, spelled, f"{adjective}ого района") if word)
    return Settlement(_folded(_capital(name)), spelled, f"{adjective}ий район")


def _capital(name: str) -> str:
    """«верхний ландех» as it is written: «Верхний Ландех», «Ростов-на-Дону»."""
    return " ".join(
        "-".join(part if part in _SMALL else part.capitalize() for part in word.split("-"))
        for word in name.split(" ")
    )


# ---- one place in several spellings


NO_DISTRICT = "район не указан"


@dataclass(frozen=True, slots=True)
class Place:
    """A settlement of a report: one in all its spellings, of which `title` says the most.

    `key` is its name; where others of this name are told apart by their districts, with the district behind it:
    «Никольское, Шуйский район», or «Никольское, район не указан».
    """

    key: str
    title: str


def places(known: Iterable[Settlement]) -> dict[Settlement, Place]:
    """To which place each belongs: those of one name are one where not more than one district is ever named."""
    of_name: dict[str, set[Settlement]] = {}
    for one in known:
        of_name.setdefault(one.name, set()).add(one)
    found: dict[Settlement, Place] = {}
    for name, spellings in of_name.items():
        districts = {one.district for one in spellings if one.district}
        apart = len(districts) > 1
        for district in (*districts, None) if apart else (None,):
            of_it = [one for one in spellings if not apart or one.district == district]
            if not of_it:
                continue
            title = max((one.spelled for one in of_it), key=lambda title: (len(title), "ё" in title, title))
            key = f"{name}, {district or NO_DISTRICT}" if apart else name
            place = Place(key, f"{title} ({NO_DISTRICT})" if apart and not district else title)
            found.update(dict.fromkeys(of_it, place))
    return found
