"""The ground of an erasure, without what it erases: no name, no address, no words of the message itself.

An admin writes why data were erased, and may name whose they were. What stays on record are the words of the trade:
ordinary words of the dictionary, dates, and numbers of documents. Names, words that no dictionary has, anything in
Latin letters, long numbers, and words of the message itself are replaced. The application with the name on it is kept
where papers are kept.
"""

import re
from collections.abc import Iterable
from typing import Any

from store.database.columns import ERASED
from store.messages.morphology import is_known, readings

_OF_PERSONS_AND_PLACES = {"Name", "Surn", "Patr", "Geox"}
_ABBREVIATIONS = {"РФ", "ФЗ", "ГК", "КоАП", "г", "ст", "п", "ч", "пп", "абз", "вх", "исх", "тел"}
_OF_THE_TRADE = (
    *("автор", "акт", "анонимн", "вход", "гражданин", "данн", "дело", "доверенност", "документ", "достижен"),
    *("заявител", "заявлен", "закон", "запрос", "законн", "истек", "истёк", "исход", "исполнен", "кодекс"),
    *("лиц", "надзор", "недостоверн", "незаконн", "обращен", "обработ", "обезлич", "определен", "основан"),
    *(
        "отзыв",
        "отозва",
        "ошиб",
        "персональн",
        "письм",
        "поруч",
        "пись",
        "постановлен",
        "представител",
        "прекращ",
    ),
    *("предписан", "представлен", "приказ", "прокур", "прос", "порядк", "порядок", "рассмотрен", "решен"),
    *(
        "роскомнадзор",
        "российск",
        "сведен",
        "согласи",
        "сообщен",
        "срок",
        "стат",
        "стира",
        "стереть",
        "субъект",
    ),
    *(
        "суд",
        "требован",
        "уведомлен",
        "удал",
        "уничтож",
        "федерал",
        "федерац",
        "хранен",
        "цел",
        "част",
        "пункт",
    ),
)
"""How words begin that a ground needs, also where the message has them."""

_DATE = r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2}"
_TOKEN = re.compile(
    rf"(?P<date>\b(?:{_DATE})(?!\d))"
    r"|(?P<foreign>[@_]?[A-Za-z](?:[\w@.:/?=&%#+-]*[\w/])?)"
    r"|(?P<word>(?:\d+-)?[^\W\d_]\w*(?:-\w+)*)"
    r"|(?P<number>\+?\d(?:[\d\s()/.-]*\d)?)"
)
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS_OF_A_NUMBER = 6
"""More may be a telephone, a passport, an account."""
_DIGITS_AFTER_NUMBER_SIGN = 10
_LONGEST_SMALL_WORD = 4
_SMALL_WORDS = {"PREP", "CONJ", "PRCL"}
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$")
_RUN = re.compile(rf"{re.escape(ERASED)}(?:[\s,.-]*{re.escape(ERASED)})+")


def sieved(ground: str, names: Iterable[str] = (), texts: Iterable[str] = ()) -> str:
    """What of a ground stays on record, with `[erased]` in the place of all else; slow, so for a thread of its own.

    `names` are the author and whoever else must not be named, `texts` what the message says.
    """
    of_names, of_texts = _vocabulary(names), _vocabulary(texts)

    def judged(found: re.Match[str]) -> str:
        given, before = found[0], ground[: found.start()]
        match found.lastgroup:
            case "date":
                stays = True
            case "number":
                stays = _is_short(given, before)
            case "word":
                starts = _starts_a_sentence(before)
                stays = all(
                    part.isdigit() or _stays(part, of_names, of_texts, starts=starts)
                    for part in given.split("-")
                )
            case _:
                stays = False
        return given if stays else ERASED

    return _RUN.sub(ERASED, _TOKEN.sub(judged, ground))


def _stays(word: str, of_names: set[str], of_texts: set[str], *, starts: bool) -> bool:
    lowered = word.lower()
    if not word.isalpha() or _forms(lowered) & of_names:
        return False
    if lowered.startswith(_OF_THE_TRADE) or word in _ABBREVIATIONS:
        return True
    found = readings(lowered) if is_known(lowered) else ()
    if not found:
        return False
    if len(word) <= _LONGEST_SMALL_WORD and any(reading.tag.POS in _SMALL_WORDS for reading in found):
        return word[0].islower() or starts
    if word[0].isupper() and (not starts or any(map(_is_name, found))):
        return False
    return not _is_name(found[0]) and not _forms(lowered) & of_texts


def _vocabulary(texts: Iterable[str]) -> set[str]:
    return {form for text in texts for word in set(_WORD.findall(text.lower())) for form in _forms(word)}


def _forms(word: str) -> set[str]:
    """A word in lower case and its dictionary forms; a word that no dictionary has is not guessed."""
    found = readings(word) if is_known(word) else ()
    return {form.replace("ё", "е") for form in (word, *(reading.normal_form for reading in found))}


def _is_name(reading: Any) -> bool:
    return bool(_OF_PERSONS_AND_PLACES & set(reading.tag.grammemes))


def _is_short(number: str, before: str) -> bool:
    digits = sum(sign.isdigit() for sign in number)
    most = _DIGITS_AFTER_NUMBER_SIGN if before.rstrip().endswith("№") else _DIGITS_OF_A_NUMBER
    return digits <= most


def _starts_a_sentence(before: str) -> bool:
    said = before.rstrip(" \t\r\n«\"'(")
    return not said or (said.endswith((".", "!", "?", ":")) and not _INITIAL.search(said))
