"""The town or village of a place as people type it: what of a place is told to others than those at work on it."""

import re

_SPACES = re.compile(r"[\s\u00a0]+")
_PARTS = re.compile(r"[,;()\n]")
_TOKEN = re.compile(r"[^\s.]+\.?")
_OF_A_SETTLEMENT = frozenset(
    (
        *("г", "гор", "город", "пгт", "рп", "п", "пос", "поселок", "с", "село", "д", "дер", "деревня"),
        *("ст", "станица", "станция", "х", "хутор", "м", "местечко"),
    )
)
_OF_A_REGION = re.compile(
    r"(^|\s)(обл|область|край|республика|респ|район|р-н|округ|г\.о|м\.о|россия|рф)(\.|\s|$)"
)
_OF_A_STREET = frozenset(
    (
        *("ул", "улица", "пр", "пр-т", "пр-кт", "просп", "проспект", "пер", "переулок", "пл", "площадь"),
        *("ш", "шоссе", "мкр", "мкрн", "микрорайон", "м-н", "наб", "набережная", "б-р", "бульвар", "бул"),
        *("проезд", "пр-д", "тупик", "тракт", "трасса", "дом", "дома", "кв", "квартира", "корп", "корпус"),
        *("стр", "строение", "подъезд", "двор", "у", "около", "возле", "напротив", "рядом", "на", "за"),
        *("остановка", "парк", "школа", "через", "между", "перед", "вдоль", "мост", "переправа", "река"),
    )
)
_SMALL = frozenset(("на", "над", "под"))
_MOST_WORDS, _LONGEST = 3, 60
"""Words and characters of the name of a settlement."""


def locality(place: str) -> str | None:
    """The town or village of a place as people type it: «г. Кинешма, ул. Советская» is «Кинешма».

    Case, spaces, «ё» and the words for what kind of settlement it is make no difference; region and district are
    passed over, street and house are left out. None where no settlement is named.
    """
    plain = _SPACES.sub(" ", place.casefold().replace("ё", "е")).strip()
    for part in _PARTS.split(plain):
        if not part.strip() or _OF_A_REGION.search(part):
            continue
        return _settlement(part)
    return None


def _settlement(part: str) -> str | None:
    words: list[str] = []
    for token in _TOKEN.findall(part):
        word = token.strip(".\"'«»")
        if not words and word in _OF_A_SETTLEMENT:
            continue
        if not word or word in _OF_A_STREET or any(letter.isdigit() for letter in word):
            break
        words.append(word)
    name = " ".join(words)
    # Of more words it is a description.
    return _capital(name) if name and len(words) <= _MOST_WORDS and len(name) <= _LONGEST else None


def _capital(name: str) -> str:
    """«верхний ландех» as it is written: «Верхний Ландех», «Ростов-на-Дону»."""
    return " ".join(
        "-".join(part if part in _SMALL else part.capitalize() for part in word.split("-"))
        for word in name.split(" ")
    )
