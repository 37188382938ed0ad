"""Places at which a page of an inbox begins, as programs carry them."""

import re
from datetime import UTC, datetime, timedelta

from store.messages.listing import LARGEST
from store.notices.inbox import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = re.compile(r"([0-9]{1,17})\.([1-9][0-9]{0,9})", re.ASCII)


def written(place: Place) -> str:
    """What `read` takes: the moment in microseconds, and the id."""
    return f"{(place.at - _EPOCH) // _MICROSECOND}.{place.id}"


def read(text: str) -> Place | None:
    """The place; None for what is not one."""
    found = _PLACE.fullmatch(text)
    if found is None or int(found[2]) > LARGEST:
        return None
    try:
        return Place(_EPOCH + int(found[1]) * _MICROSECOND, int(found[2]))
    except OverflowError:
        return None
