"""Entries of the invented network: `demo-network.jsonl` in the data directory, one line each, added and never changed.

The API writes what people type, the worker what bodies answer; no backup needs them.
"""

import fcntl
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

_FILE: Final = "demo-network.jsonl"
MOST: Final = 1000
"""Entries in all: the page of a demo is open to whoever reaches it."""


class FullError(Exception):
    """The network takes no further entry."""


class Entry(BaseModel):
    """A post, or what stands under the post of number `post`; `official`: by the account of a body.

    `name` is what the program calls its answer; of one name there is one entry.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    post: int | None
    author: str
    text: str
    at: datetime
    official: bool
    name: str | None


class Entries:
    """The file of entries. Its calls block."""

    def __init__(self, data: Path) -> None:
        """`data`: the data directory of the installation."""
        self._file = data / _FILE

    def all(self) -> Sequence[Entry]:
        """All entries, the oldest first; none before the first start."""
        if not self._file.exists():
            return []
        return _read(self._file.read_text(encoding="utf-8"))

    def add(
        self,
        author: str,
        text: str,
        at: datetime,
        *,
        post: int | None = None,
        official: bool = False,
        name: str | None = None,
    ) -> Entry:
        """Add an entry; returns the one that has this name already, if there is one. Raises FullError."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = _read(file.read())
            if name is not None and (same := [entry for entry in known if entry.name == name]):
                return same[0]
            if len(known) >= MOST:
                raise FullError
            entry = Entry(
                id=len(known) + 1, post=post, author=author, text=text, at=at, official=official, name=name
            )
            file.write(f"{entry.model_dump_json()}\n")
            return entry


def _read(content: str) -> list[Entry]:
    return [Entry.model_validate_json(line) for line in content.splitlines()]
