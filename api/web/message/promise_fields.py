"""Promises as the form of a draft has them: a row each, found by the program while one writes, or put in by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from calendar_rules import WorkCalendar
from service.messages.view import MessageView
from service.promises.promised_days import closing_of

WHAT, DAY, HOUR, FRAGMENT, DENIED = (
    *("promise_what", "promise_day", "promise_hour", "promise_fragment"),
    "promise_denied",
)
NAMES: Final = frozenset({WHAT, DAY, HOUR, FRAGMENT, DENIED})
"""Fields of the form of a draft; each of the first four has a value for each row."""

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise as it stands in fields; `fragment`: the words of the text in which it was found, if it was."""

    what: str
    day: str
    hour: str
    fragment: str = ""


class Filled(NamedTuple):
    """What stands in the form: rows, and words of the text that somebody said are no promise."""

    rows: Sequence[PromiseRow]
    denied: Sequence[str]


def in_fields(until: datetime) -> dict[str, str]:
    """A moment as the fields of a row have it, in its own zone."""
    return {"day": until.date().isoformat(), "hour": f"{until:%H:%M}"}


def of_values(values: Values) -> Filled:
    """What was typed, without rows left empty."""
    columns = [list(values.get(name, ())) for name in (WHAT, DAY, HOUR, FRAGMENT)]
    longest = max(map(len, columns))
    padded = [[*column, *[""] * (longest - len(column))] for column in columns]
    rows = [PromiseRow(*(value.strip() for value in row)) for row in zip(*padded, strict=True)]
    denied = dict.fromkeys(one.strip() for one in values.get(DENIED, ()) if one.strip())
    return Filled([row for row in rows if row.what or row.day], list(denied))


def of_draft(message: MessageView, draft: str) -> dict[str, list[str]]:
    """The fields of what a draft promised: the next round begins with it."""
    promises = [one for one in message.promises if one.draft == draft]
    moments = [in_fields(one.until) for one in promises]
    return {
        WHAT: [one.what for one in promises],
        DAY: [one["day"] for one in moments],
        HOUR: [one["hour"] for one in moments],
        DENIED: [one.fragment for one in message.promises_denied if one.draft == draft],
    }


def as_body(
    values: Values, zone: ZoneInfo, calendar: WorkCalendar
) -> tuple[dict[str, object], dict[str, str]]:
    """What goes into the request for a draft, and what is wrong with it; days by the Department's clock, in `zone`."""
    rows, denied = of_values(values)
    found: list[dict[str, str]] = []
    for row in rows:
        if not row.what:
            return {}, {"promises": "Укажите, что обещано."}
        try:
            found.append({"what": row.what, "until": moment(row.day, row.hour, zone, calendar).isoformat()})
        except ValueError:
            return {}, {"promises": f"Укажите день обещания «{row.what}»."}
    return ({"promises": found} if found else {}) | ({"promises_denied": denied} if denied else {}), {}


def moment(day: str, hour: str, zone: ZoneInfo, calendar: WorkCalendar) -> datetime:
    """The moment of a day and an hour as they are typed; without an hour until the body closes. Raises ValueError."""
    chosen = date.fromisoformat(day)
    return datetime.combine(chosen, time.fromisoformat(hour), zone) if hour else closing_of(chosen, calendar)
