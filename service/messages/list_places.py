"""Places at which a page of a list begins, as programs carry them: opaque, and good for one order only."""

import re
from datetime import UTC, datetime, timedelta

from service.access.values import number_of
from store.messages.listing import LARGEST, Place, Sort

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DUE = re.compile(r"due\.(-?[0-9]{1,18})?\.([0-9]{1,19})")


def written(place: Place) -> str:
    """What `read` takes: the number, and before it the due moment in microseconds where it is sorted by that."""
    if place.sort is Sort.REGISTERED:
        return str(place.number)
    due = "" if place.due is None else (place.due - _EPOCH) // _MICROSECOND
    return f"due.{due}.{place.number}"


def read(text: str, sort: Sort) -> Place | None:
    """The place in this order; None for what is not a place in it."""
    if sort is Sort.REGISTERED:
        number = _number(text)
        return None if number is None else Place(sort, number)
    found = _DUE.fullmatch(text)
    number = _number(found[2]) if found else None
    if found is None or number is None:
        return None
    try:
        due = _EPOCH + int(found[1]) * _MICROSECOND if found[1] else None
    except OverflowError:
        return None
    return Place(sort, number, due)


def _number(text: str) -> int | None:
    number = number_of(text)
    return None if number is None or number > LARGEST else number
