"""A text about one citizen's matter without the words that tell who and where that was: what others may go on from.

Names go, of whomever: of the author, of neighbours, and of officials too, for who heads a department is to be said by
whoever writes next. Streets, houses, flats and mobile telephones go; the settlement stays, as it does wherever others
are told of a place (`localities`). In a greeting nothing is left of a name, elsewhere a mark stands for it. Doing it
again changes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from service.language.morphology import is_known, readings

NAME: Final = "[имя]"
ADDRESS: Final = "[адрес]"
TELEPHONE: Final = "[телефон]"
MARKS: Final = (NAME, ADDRESS, TELEPHONE)

_HELLO: Final = "Здравствуйте!"
_GREETING: Final = re.compile(
    r"(?:здравствуйте|здравствуй|добрый\s+(?:день|вечер)|доброе\s+утро|доброго\s+(?:дня|времени\s+суток))$",
    re.IGNORECASE,
)
_DEAR: Final = re.compile(r"(?:уважаем(?:ый|ая|ые)|дорог(?:ой|ая))\s+$", re.IGNORECASE)
_WORD: Final = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*"
_INITIAL: Final = r"[А-ЯЁ]\."
_TOKEN: Final = re.compile(rf"(?<![\w-])(?:{_INITIAL}|{_WORD}(?![\w-]))|(?<=[А-ЯЁ]\.)(?:{_INITIAL}|{_WORD})")
_MENTION: Final = re.compile(r"\[(?:id|club|public)\d+\|[^\]]*\]|(?<![\w.])@[A-Za-z0-9_][A-Za-z0-9_.]*")
_NAMED_AFTER: Final = re.compile(
    r"(?:имени|им\.?|г\.|гор\.|город\w*|сел[аоеу]|деревн\w+|пос\.|[«\"])\s*$", re.IGNORECASE
)
_MOBILE: Final = re.compile(r"(?<![\d+])(?:\+7|8|7)[\s(-]*9\d{2}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
_NOT_A_HOUSE: Final = (
    r"(?!\s*(?:январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|числа|час|мин|дн|лет|год|раз|%|тыс|руб))"
)
_HOUSE: Final = re.compile(
    r"(?<![\w-])(?:д\.|дом(?:а|у|е|ом|ов|ах|ам)?(?![\w-]))\s*(?:№+\s*)?"
    r"\d{1,4}(?:\s?[а-еж-и](?![\w-]))?(?:\s?/\s?\d{1,4}[а-и]?)?(?!\d)"
    rf"{_NOT_A_HOUSE}(?:[\s,]*(?:корпус|корп|к)\b\.?\s*\d{{1,3}})?",
    re.IGNORECASE,
)
_FLAT: Final = re.compile(
    r"(?<![\w-])(?:кв\.?|квартир[аеуы]|квартирой)\s*(?:№\s*)?\d{1,4}(?![\d])[а-е]?(?![\w-])", re.IGNORECASE
)
_CADASTRE: Final = re.compile(r"(?<![\d:])\d{2}:\d{2}:\d{6,7}:\d+(?![\d:])")
_BETWEEN: Final = re.compile(r"[\s,]*")
_ENDS: Final = re.compile(r"\s*(?:[!.?…]|$)|[^\S\n]*\n")
_NUMBER: Final = rf"\d{{1,4}}(?:\s?[а-е](?![\w-]))?(?:/\d{{1,4}})?(?!\d){_NOT_A_HOUSE}"
_NAME_OF_STREET: Final = (
    r"(?:\d+-?[а-я]{0,5}\s+)?(?:[А-ЯЁ]\.\s*){0,2}[А-ЯЁ][а-яё]+(?:[\s-]+[А-ЯЁ][а-яё]+){0,2}"
)
_STREET: Final = re.compile(
    r"(?<![\w-])(?:ул\.|пр-т\.?|просп\.|пер\.|пл\.|наб\.|б-р\.?|бул\.|мкр\.|ш\.|пр-д\.?|[Уу]лиц\w{1,2}|[Пп]роспект\w{0,2}"
    r"|[Пп]ереул\w{2,3}|[Пп]лощад\w{1,2}|[Шш]оссе|[Нн]абережн\w{2}|[Бб]ульвар\w{0,2}|[Мм]икрорайон\w{0,2}|[Пп]роезд\w{0,2}"
    rf"|[Тт]упик\w{{0,2}}|[Тт]ракт\w{{0,2}}|[Аа]лле[яиею]й?)\s*(?:имени\s+|им\.\s*)?{_NAME_OF_STREET}(?:\s*,?\s*{_NUMBER})?"
)
_STREET_AFTER: Final = re.compile(
    r"(?<![\w-])(?:\d+-?[а-я]{1,2}\s+)?(?:[А-ЯЁ][а-яё]+(?:ой|ей|ая|яя|ую|юю|ый|ий|ом|ем|ого|его|ому|ему)\s+){1,2}"
    r"(?:улиц|проспект|переул|площад|шоссе|набережн|бульвар|проезд|тупик|тракт|алле)\w{0,4}"
    rf"(?:\s*,?\s*{_NUMBER})?"
)
_BARE_STREET: Final = re.compile(rf"(?<![\w-])[А-ЯЁ][а-яё]+(?:ой|ей|ая|яя|ую|юю)\s*,\s*{_NUMBER}")
"""«На Советской, 5»: a street without a word for it, by its house."""
_LIKE_A_SURNAME: Final = re.compile(r"(?:[оеё]в|[иы]н|[сц]к)[а-я]{0,3}$|(?:[ыи]х|ко|[ую]к|ян)$")
_ENDINGS: Final = 2
"""Letters by which a case makes a name longer than its stem: «Иваном», «Светловой»."""
_SHORTEST: Final = 3
_NICKNAME: Final = re.compile(r"[A-Za-z0-9_]")
"""What no name in Russian has."""
_NAMES: Final = frozenset(("Name", "Surn", "Patr"))

Span = tuple[int, int]


def impersonal(text: str, author: str = "") -> str:
    """The text without names, addresses and mobile telephones.

    `author`: how the author is called in the network, found where nothing else says that it is a name.
    """
    text = _replaced(text, _addresses(text), ADDRESS)
    text = _MOBILE.sub(TELEPHONE, text)
    for span in reversed(_united(_names(text, author))):
        text = _without(text, *span)
    return text


def _replaced(text: str, spans: Sequence[Span], mark: str) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}{mark}{text[end:]}"
    return text


def _united(spans: Sequence[Span], text: str | None = None) -> list[Span]:
    """Spans that overlap as one, in their order; of a `text` also those with nothing but a comma between them."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and (start <= found[-1][1] or (text and _BETWEEN.fullmatch(text, found[-1][1], start))):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


# ---- addresses


def _addresses(text: str) -> list[Span]:
    patterns = (_STREET, _STREET_AFTER, _BARE_STREET, _HOUSE, _FLAT, _CADASTRE)
    return _united([match.span() for pattern in patterns for match in pattern.finditer(text)], text)


# ---- names


@dataclass(frozen=True, slots=True)
class _Token:
    """A word with a capital letter, or an initial; `kinds` of names it may be, `surely` where it is nothing else."""

    start: int
    end: int
    word: str
    kinds: frozenset[str]
    surely: bool

    @property
    def is_initial(self) -> bool:
        return self.word.endswith(".")


@lru_cache(maxsize=20_000)
def _kinds(word: str) -> tuple[frozenset[str], bool]:
    """What kinds of names a word may be, and whether that is its likeliest reading and it is no place."""
    found = readings(word.casefold())
    kinds = frozenset(kind for kind in _NAMES for reading in found if kind in reading.tag)
    is_place = any("Geox" in reading.tag for reading in found)
    first = bool(found) and any(kind in found[0].tag for kind in _NAMES)
    return kinds, first and not is_place and is_known(word.casefold())


def _names(text: str, author: str) -> list[Span]:
    found = [match.span() for match in _MENTION.finditer(text)]
    own = _own_words(text, author)
    for group in _groups(text):
        stretch: list[_Token] = []
        for token in (*group, None):
            if token is not None and _may_be_name(text, token, group, own):
                stretch.append(token)
                continue
            if stretch and _is_name(stretch, text, own):
                found.append((stretch[0].start, stretch[-1].end))
            stretch = []
    return found + own


def _groups(text: str) -> Iterator[list[_Token]]:
    """Words with a capital letter that stand one behind another on a line."""
    group: list[_Token] = []
    for match in _TOKEN.finditer(text):
        between = text[group[-1].end : match.start()] if group else ""
        if group and (between.strip(" \u00a0") or len(between) > 1 or not (between or group[-1].is_initial)):
            yield group
            group = []
        group.append(_Token(match.start(), match.end(), match[0], *_kinds(match[0])))
    if group:
        yield group


def _is_greeted(text: str, token: _Token) -> bool:
    """«Здравствуйте, Юлечка!»: nobody but a person is greeted so, in whatever dictionary."""
    before = text[: token.start].rstrip()
    return before.endswith(",") and text[token.end :][:1] == "!" and _GREETING.search(before[:-1]) is not None


def _may_be_name(text: str, token: _Token, group: Sequence[_Token], own: Sequence[Span]) -> bool:
    if token.is_initial or token.kinds or (token.start, token.end) in own or _is_greeted(text, token):
        return True
    # A surname that no dictionary has, or that is another word too, beside initials or a first name.
    place = group.index(token)
    beside = group[max(0, place - 1) : place + 2]
    if any("Name" in other.kinds for other in beside) and _LIKE_A_SURNAME.search(token.word):
        return True
    return not is_known(token.word.casefold()) and any(other.is_initial for other in beside)


def _is_name(stretch: Sequence[_Token], text: str, own: Sequence[Span]) -> bool:
    words = [token for token in stretch if not token.is_initial]
    if any((token.start, token.end) in own for token in words):
        return True
    if not words:
        return False
    if _NAMED_AFTER.search(text, max(0, stretch[0].start - 20), stretch[0].start):
        return False
    if len(stretch) > 1:
        return (
            len(words) < len(stretch)
            or any("Patr" in token.kinds for token in words)
            or any(token.surely for token in words)
            or _is_addressed(text, stretch[0].start, stretch[-1].end)
        )
    (word,) = words
    if _is_greeted(text, word):
        return True
    begins = not text[: word.start].rstrip() or text[: word.start].rstrip()[-1] in ".!?…\n"
    return (
        word.surely and (not begins or "Patr" in word.kinds or len(readings(word.word.casefold())) == 1)
    ) or (bool(word.kinds) and _is_addressed(text, word.start, word.end))


def _own_words(text: str, author: str) -> list[Span]:
    """Where the words of the author's name stand, in whatever case; a name in small letters where it is surely one."""
    found: list[Span] = []
    if _NICKNAME.search(author) and len(author.strip()) >= _SHORTEST:
        found += [match.span() for match in re.finditer(re.escape(author.strip()), text, re.IGNORECASE)]
    for word in re.findall(r"[^\W\d_]+", author):
        kinds, surely = _kinds(word)
        if len(word) < _SHORTEST or (is_known(word.casefold()) and not kinds):
            continue
        stem = re.sub(r"[аеёиоуыэюяйь]$", "", word, flags=re.IGNORECASE)
        pattern = rf"(?<![\w-]){re.escape(stem)}\w{{0,{_ENDINGS}}}(?![\w-])"
        found += [
            match.span()
            for match in re.finditer(pattern, text, re.IGNORECASE)
            if (surely or match[0][0].isupper())
            and not any("Geox" in reading.tag for reading in readings(match[0].casefold()))
        ]
    return found


# ---- what is left where a name stood


def _is_addressed(text: str, start: int, end: int) -> bool:
    """Whether whoever is named there is spoken to: «Мария, …», «Здравствуйте, Мария!», «Уважаемая Мария!»."""
    if _DEAR.search(text, max(0, start - 20), start):
        return True
    before, after = text[:start].rstrip(), text[end:].lstrip()[:1]
    if before.endswith(","):
        return _GREETING.search(before[:-1]) is not None or after in ("!", ",")
    if _GREETING.search(before):
        return True
    begins = not before or before[-1] in ".!?…" or "\n" in text[len(before) : start]
    return begins and after in (",", "!")


def _without(text: str, start: int, end: int) -> str:
    """The text with nothing, or a mark, in the place of a name."""
    dear = _DEAR.search(text, max(0, start - 20), start)
    greets = _is_addressed(text, start, end)
    if dear is not None:
        start = dear.start()
    if not greets and not (text[:start].rstrip().endswith(",") and _ENDS.match(text, end)):
        return f"{text[:start]}{NAME}{text[end:]}"
    before, after = text[:start].rstrip(), text[end:]
    if before.endswith(","):
        before = before[:-1]
        # «Спасибо, Мария, за …» loses both commas, a greeting that goes on keeps one.
        if after.lstrip().startswith(",") and not _GREETING.search(before):
            after = after.lstrip()[1:]
        return before + after
    if before and not before.endswith((".", "!", "?", "…")) and not text[len(before) : start].count("\n"):
        # «Добрый день Мария!»
        return before + after if _GREETING.search(before) else f"{text[:start]}{NAME}{after}"
    rest = after.lstrip().lstrip(",!").lstrip(" \u00a0")
    begins = text[:start]
    if dear is not None and not begins.strip():
        return f"{begins}{_HELLO}{' ' if rest[:1].strip() else ''}{_capital(rest)}"
    return begins + _capital(rest)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
