"""Text of a notice of a rise of activity, in Russian: topic, settlement and numbers, and nothing of a message."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from calendar_rules.act_words import said
from calendar_rules.moments import moment_text
from calendar_rules.regulation import Surge
from calendar_rules.russian import Noun, amount, counted, number, tenths
from store.oversight.surges import Sighted
from store.oversight.tables import SurgeRow

_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_NAMED = 10
_DAY = timedelta(days=1)
_CLAUSE = "пункт 21 Положения"
_TOWN, _SETTLEMENT = "город", "населённый пункт"
_KINDS = {
    **dict.fromkeys(("г", "гор", "город"), _TOWN),
    **dict.fromkeys(("с", "село"), "село"),
    **dict.fromkeys(("д", "дер", "деревня"), "деревня"),
    **dict.fromkeys(("п", "пос", "поселок"), "посёлок"),
    **dict.fromkeys(("х", "хутор"), "хутор"),
    **{"пгт": "посёлок городского типа", "рп": "рабочий посёлок", "станица": "станица"},
}
_KIND_BEFORE = re.compile(rf"(?<!\w)({'|'.join(_KINDS)})\b\.?\s*$")
_OF_A_TOWN = re.compile(r"(?:городского округа|города|город)\s+([А-ЯЁ][\w-]+(?: [А-ЯЁ][\w-]+){0,2})$")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rise is of: the title of the topic, and the settlement with its kind."""

    title: str
    where: str | None

    def __str__(self) -> str:
        """«по теме «Дороги», город Заречный»."""
        what = f"по теме «{self.title}»"
        return f"{what}, {self.where}" if self.where else what


def where(location: str | None, messages: Iterable[Sighted], bodies: Iterable[str]) -> str | None:
    """The settlement with what kind it is: as messages call it most, else as titles of bodies do, else in general."""
    if location is None:
        return None
    found = (_kind(message.place, location) for message in messages if message.place)
    kinds = Counter(kind for kind in found if kind is not None)
    if kinds:
        kind = kinds.most_common(1)[0][0]
    else:
        # «Администрация города Заречного»: a title may have the name in another case.
        towns = (match[1] for title in bodies if (match := _OF_A_TOWN.search(title)) is not None)
        kind = _TOWN if any(town[:-1] == location[:-1] for town in towns) else _SETTLEMENT
    return f"{kind} {location}"


def _kind(place: str, location: str) -> str | None:
    """What stands before the settlement's name in a place as people type it, in full: «г. Заречный» is a «город»."""
    before, found, _ = place.casefold().replace("ё", "е").partition(location.casefold().replace("ё", "е"))
    match = _KIND_BEFORE.search(before) if found else None
    return None if match is None else _KINDS[match[1]]


def going_on(
    subject: Subject,
    rule: Surge,
    behind: Sequence[Sighted],
    *,
    largest: int,
    usual: float,
    first: bool,
) -> str:
    """That activity has risen, or still is: `behind` are the messages of the reading.

    `largest` is the most there were, `usual` the daily mean before these.
    """
    named = ", ".join(f"№ {message.number}" for message in behind[-_NAMED:])
    rest = f" и ещё {len(behind) - _NAMED}" if len(behind) > _NAMED else ""
    most = f", наибольшее число — {number(largest)}" if largest > len(behind) else ""
    return (
        f"Повышенная активность {subject}{'' if first else _then(subject, 'продолжается')}: "
        f"{counted(len(behind), _MESSAGE)} {_within(rule)}{most}, {_usual(usual)} ({said(_CLAUSE)}). "
        f"{_unrouted(behind)}Сообщения: {named}{rest}."
    )


def over(row: SurgeRow, subject: Subject, rule: Surge, zone: tzinfo) -> str:
    """That it is over."""
    since = "в течение суток" if rule.within == _DAY else _within(rule)
    return (
        f"Повышенная активность {subject}{_then(subject, 'прекратилась')}: {since} признаков повышенной активности "
        f"нет ({said(_CLAUSE)}). Началась {moment_text(row.began_at.astimezone(zone))}, "
        f"наибольшее число сообщений {_within(rule)} — {number(row.count)}."
    )


def _then(subject: Subject, verb: str) -> str:
    return f", {verb}" if subject.where else f" {verb}"


def _usual(usual: float) -> str:
    return f"обычно {tenths(usual)} в день" if usual else "ранее сообщений не поступало"


def _unrouted(behind: Sequence[Sighted]) -> str:
    count = sum(message.waits for message in behind)
    if not count:
        return ""
    if count == len(behind):
        return "Тема определена предварительно: сообщения ещё не направлены. "
    return f"Ещё не направлено: {number(count)}, тема этих сообщений определена предварительно. "


def _within(rule: Surge) -> str:
    return "за сутки" if rule.within == _DAY else f"за {amount(rule.within)}"
