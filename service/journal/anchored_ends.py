"""The ends of journals that files have anchored: on disk, whatever years they cover."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, Self

from service.journal.anchor_files import AnchoredEnd


class Anchored(NamedTuple):
    """An anchored end of a known journal, and the file that anchors it."""

    number: int
    hash: str
    file: str


class AnchoredEnds:
    """A place to gather them in, which is gone once it is closed."""

    def __init__(self) -> None:
        # A database without a name is a file of SQLite's own, removed when it is closed.
        self._rows = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute(
            "CREATE TABLE anchored (message INTEGER, place INTEGER, number INTEGER, hash TEXT, file TEXT,"
            " PRIMARY KEY (message, place)) WITHOUT ROWID"
        )
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()

    def add(self, ends: Iterable[AnchoredEnd], file: str) -> None:
        """Take in what a file anchors, after what has been taken in before."""
        self._rows.execute("BEGIN")
        try:
            for end in ends:
                self._count += 1
                self._rows.execute(
                    "INSERT INTO anchored VALUES (?, ?, ?, ?, ?)",
                    (end.message, self._count, end.number, end.hash, file),
                )
        finally:
            self._rows.execute("COMMIT")

    def between(self, after: int, until: int | None) -> dict[int, list[Anchored]]:
        """What is anchored of messages above `after`, up to `until` or to the last, in the order it was taken in."""
        found: dict[int, list[Anchored]] = defaultdict(list)
        bound = "" if until is None else f" AND message <= {int(until)}"
        for message, number, end, file in self._rows.execute(
            f"SELECT message, number, hash, file FROM anchored"  # noqa: S608
            f" WHERE message > ?{bound} ORDER BY message, place",
            (after,),
        ):
            found[message].append(Anchored(number, end, file))
        return found
