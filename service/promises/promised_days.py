"""Promises found in the text of an answer: what will be done, and until when, as its words say.

It proposes; the executor decides. A day is promised by a clause that says what is to be: by a verb of the future, a
word of plans or an order to somebody. Dates of documents, work that is done, hours of reception, norms of law and what
the reader is asked for promise nothing.

A day without an hour lasts until the body closes on it; a day on which the body is closed, to its last minute (Civil
Code, art. 194). «До 5 декабря» takes that day in, as officials mean it; «до марта» ends before March begins. A week,
month, quarter, season or year lasts to its last day. Terms in days, weeks and months count from the day after the
publication (art. 191, 192), working days by the body's calendar.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from calendar_rules import WorkCalendar
from service.promises.clauses import Clause, clauses
from service.promises.day_words import ENDS, Named, even, named
from service.promises.hours import LAST_MINUTE, Hour, hours

LONGEST_WHAT = 200
_READ = 6_000
"""Letters of a text that are read; an answer in a network has fewer."""
_FURTHEST = 15
"""Years ahead; what names a later one is no deed of an answer."""
_DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class PromisedDay:
    """A deed that a text promises: `what` will be done, `until` when (in the calendar's zone), and the words of the
    day, from letter `start` to `end` of the text."""

    what: str
    until: datetime
    fragment: str
    start: int
    end: int


_PLAN = re.compile(
    r"(?<![а-я])(?:за|не)?(?:планир\w+|намечен\w*|назначен\w*|предусмотрен\w*|предстоит|включен\w*|перенес\w*|поручен\w*"
    r"|предписан\w*|обязуе\w+|долж[ен]\w*|обещаем|приступа\w+|ждет|готовимся|рассчитыва\w+|ожида\w+)(?![а-я])"
)
_TERM = re.compile(r"срок|окончани|завершени|ориентировочн|ввод в|начало")
_EXECUTOR = re.compile(r"подрядч|управляющ|компани|организаци|собственник|исполнител|перевозчик|застройщик")
_DASH = re.compile(r"[а-я]\s+[—–]\s+$")
_VALID = re.compile(r"срок\w* действи|действует|действительн|истека|гаранти|лицензи|договор \S+ \S+ действ")
_CONDITION = re.compile(
    r"^\W*(?:если|при условии|в случае|как только|пока)(?![а-я])|возмож(?:ен|на|но|ны|ность)|после снегопада"
)
_NORM = re.compile(r"закон|гост|норматив|снип|санпин|кодекс|стать[яеи]|регламент|обязан")
_ASKED = re.compile(
    r"(?<![а-я])(?:прос(?:им|ьба)|ждем|вы (?:можете|сможете|вправе)|вам (?:необходимо|нужно|следует)|у вас|оплатить"
    r"|обратиться|подать заявлени\w+|принимаются|принимает(?:ся)?)(?![а-я])"
)
_TOLD = re.compile(r"(?:вы (?:пишете|сообщ|указ|говор)|по вашим словам|как вы|обещал)")
_NEVER_BEFORE = frozenset(
    {"от", "после", "не ранее", "не ранее чем", "не раньше", "не раньше чем", "раньше", "ранее", "около"}
    | {"по состоянию на"}
)


def promised_days(text: str, at: datetime, calendar: WorkCalendar) -> list[PromisedDay]:
    """The promises of a text published at that moment (with a zone, any), in their order.

    `calendar`: of the body that answers. Loads the dictionary at first: not on the event loop.
    """
    local = at.astimezone(ZoneInfo(calendar.timezone))
    text = text[:_READ]
    even_text = even(text)
    days = named(text, even_text, local, calendar)
    told = list(hours(even_text, days))
    found: dict[tuple[datetime, str], PromisedDay] = {}
    for clause in clauses(text, even_text, [*(one.start for one in days), *(one.start for one in told)]):
        for day, own in _days_of(clause, days, told, local):
            until = day.moment or _until(day.last, own, calendar, local)
            if local < until and _is_promised(clause, day, local):
                start = min([day.start, *(hour.start for hour in own)])
                end = max([day.end, *(hour.end for hour in own)])
                what = _what(text[clause.start : clause.end])
                found.setdefault((until, what), PromisedDay(what, until, text[start:end].strip(), start, end))
    return sorted(found.values(), key=lambda one: one.start)


def _days_of(
    clause: Clause, days: Sequence[Named], told: Sequence[Hour], at: datetime
) -> Iterator[tuple[Named, list[Hour]]]:
    """The days of a clause, each with the hours named beside it; an hour alone is one of today."""
    inside = [one for one in days if clause.start <= one.start < clause.end and not one.is_bare]
    is_of_another_day = bool(inside)
    inside = [one for one in inside if at.date() <= one.last and one.last.year - at.year <= _FURTHEST]
    of_day = [one for one in told if clause.start <= one.start < clause.end]
    if not is_of_another_day and (alone := next((one for one in of_day if one.before in ENDS), None)):
        inside = [Named(alone.start, alone.end, at.date(), at.date(), alone.before)]
    for one in inside:
        yield one, [hour for hour in of_day if _nearest(hour, inside) is one]


def _nearest(hour: Hour, days: Sequence[Named]) -> Named:
    return min(days, key=lambda one: min(abs(one.end - hour.start), abs(hour.end - one.start)))


def _until(day: date, told: Sequence[Hour], calendar: WorkCalendar, at: datetime) -> datetime:
    ends = [one.at for one in told if not one.begins]
    return datetime.combine(day, max(ends), at.tzinfo) if ends else closing_of(day, calendar)


def closing_of(day: date, calendar: WorkCalendar) -> datetime:
    """Until when a day lasts: the closing of the body on it, else its last minute."""
    closing = calendar.closing(day)
    if closing is not None and closing.date() == day:
        return closing
    return datetime.combine(day, LAST_MINUTE, ZoneInfo(calendar.timezone))


def _is_promised(clause: Clause, day: Named, at: datetime) -> bool:
    """Whether the clause says that something is to be done by that day."""
    kinds = {word.kind for word in clause.words if word.kind}
    is_planned = bool(_PLAN.search(clause.text))
    is_object = (
        day.before == "на" and not is_planned and (day.last - day.first).days != _DAYS_OF_A_WEEK - 1
    )  # «путёвку на март предложат», but «на этой неделе»
    if (
        day.before in _NEVER_BEFORE
        or is_object
        or any(pattern.search(clause.text) for pattern in (_CONDITION, _ASKED, _VALID))
        or _TOLD.search(clause.sentence)
        or _is_denied(clause)
        or _is_of_a_participle(clause, day)
    ):
        return False
    if "future" in kinds:
        return "request" not in kinds
    if day.before in ENDS and "deed" in kinds and "past" not in kinds and _EXECUTOR.search(clause.text):
        return True
    if _NORM.search(clause.sentence) or (day.before == "по" and day.first < at.date()):
        return False
    before = clause.text[: day.start - clause.start]
    return is_planned or (kinds <= {"full"} and bool(_TERM.search(clause.text) or _DASH.search(before)))


def _is_denied(clause: Clause) -> bool:
    """«не удастся», «не планируется», «отменен не будет»."""
    return any(
        (one.text == "не" and two.kind in {"future", "present", "short"}) or one.text == "нет"
        for one, two in pairwise(clause.words)
    )


def _is_of_a_participle(clause: Clause, day: Named) -> bool:
    """Whether the day belongs to «намеченный на июнь»: to a participle between a comma and the day."""
    kinds = [word.kind for word in clause.words if word.start < day.start and word.kind]
    before = clause.text[: day.start - clause.start].rstrip()
    return kinds[-1:] == ["full"] and "," in before and before[-1] not in "—–"


def _what(said: str) -> str:
    said = " ".join(said.split()).strip(" ,;:.!?…—–-")
    said = said[:1].upper() + said[1:]
    return said if len(said) <= LONGEST_WHAT else f"{said[: LONGEST_WHAT - 1].rsplit(' ', 1)[0]}…"
