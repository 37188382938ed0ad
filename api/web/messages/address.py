"""The address of a list, as a form leaves it and as the list takes it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from api.web.session import ElsewhereFirstError

LIST = "/messages"
_DAYS = {"detected_from": timedelta(0), "detected_to": timedelta(days=1)}
"""Parameters that a form fills with a day: the moment at which it begins, or at which it is over."""


async def _tidy(request: Request) -> None:
    """A form sends every field of its: on to the address without those left empty, and with moments for days.

    Raises ElsewhereFirstError.
    """
    given = request.query_params.multi_items()
    zone = request.app.state.rules.zone
    wanted = [(name, _moment(name, value, zone)) for name, value in given if value.strip()]
    if wanted != given:
        query = urlencode(wanted)
        raise ElsewhereFirstError(f"{request.url.path}?{query}" if query else request.url.path)


Tidy = Annotated[None, Depends(_tidy)]


def _moment(name: str, value: str, zone: ZoneInfo) -> str:
    if name not in _DAYS:
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return (datetime.combine(day, time(), zone) + _DAYS[name]).isoformat()


def days(request: Request, zone: ZoneInfo) -> dict[str, str]:
    """The days that the moments of an address stand for, for the fields of a form."""
    found = {}
    for name, before in _DAYS.items():
        try:
            moment = datetime.fromisoformat(request.query_params.get(name, "").replace(" ", "+"))
        except ValueError:
            continue
        found[name] = (moment.astimezone(zone) - before).date().isoformat()
    return found


def left(request: Request, *names: str) -> Sequence[tuple[str, str]]:
    """The conditions and the order of the address without those of these names, for a form to send along."""
    return [item for item in request.query_params.multi_items() if item[0] not in {"cursor", *names}]


def without(request: Request, *names: str, **others: str) -> str:
    """The address of the list without some parameters, and with others."""
    kept: Sequence[tuple[str, str]] = [
        item for item in request.query_params.multi_items() if item[0] not in (*names, *others)
    ]
    return at(urlencode([*kept, *others.items()]))


def at(query: str) -> str:
    """The address of the list with these conditions."""
    return f"{LIST}?{query}" if query else LIST
