"""The chain that ties each row of a journal to the one before it (docs/prove/journal.md).

A row carries the SHA-256 of the hash before it and of what it says, in the form of RFC 8785 (JSON without spaces, keys
in order). When the machine wrote it is not part of it: rows that `otklik recover` writes again have the hash they had.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

_FORM = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class ChainEnd(NamedTuple):
    """The last row of a journal: its number and its hash; 0 and None of one without rows."""

    number: int = 0
    hash: str | None = None


def link(
    before: str | None,
    *,
    message: int,
    number: int,
    at: datetime,
    kind: str,
    person: str | None,
    acting_for: str | None,
    data: Mapping[str, Any],
    after: Mapping[str, Any] | None = None,
) -> str:
    """The hash of a row; `before` is that of the row before it, None for the first. 64 hexadecimal digits."""
    said = before, message, number, moment_text(at), kind, person, acting_for, data
    return digest(said if after is None else (*said, after))


def moment_text(at: datetime) -> str:
    """A moment as it is written down: in UTC, with microseconds."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def digest(content: Sequence[Any]) -> str:
    """The hash of a row as it is written down: the hash before it, message, number, moment and so on, in this order.

    Raises TypeError or ValueError for what no row can hold.
    """
    return sha256(_FORM.encode(content).encode("utf-8", "surrogatepass")).hexdigest()


def link_of(before: str | None, row: Mapping[str, Any]) -> str:
    """The hash of a row given by its columns; others than those of `link` are passed over."""
    return link(
        before,
        message=row["message"],
        number=row["number"],
        at=row["at"],
        kind=row["kind"],
        person=row["person"],
        acting_for=row["acting_for"],
        data=row["data"],
        after=row.get("after"),
    )
