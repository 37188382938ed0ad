"""Files in which the ends of journals are anchored, one a day, each bound to the one before (docs/prove/journal.md).

A file is lines of JSON: what it is, one line for each journal that has changed since,
and how many they are. Whoever keeps a copy elsewhere can prove that the journals are the ones of that day.
"""

import json
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Self

FORMAT = "otklik-anchors/1"
_NAME = "????-??-??.jsonl"
_OPEN_TO_OTHERS = 0o077


class AnchoredEnd(NamedTuple):
    """That the row of this number was the last of a journal, and had this hash."""

    message: int
    number: int
    hash: str


class AnchorFileError(Exception):
    """A file is not whole; the text is Russian and names the line."""


@dataclass(frozen=True, slots=True)
class Before:
    """The file before: its name, and the SHA-256 of its bytes."""

    file: str
    sha256: str


def files(directory: Path) -> list[Path]:
    """The files of a directory in the order of their days; none where there is no directory."""
    return sorted(directory.glob(_NAME))


def digest(file: Path) -> str:
    """The SHA-256 of a file, by which the next one names it."""
    with file.open("rb") as stream:
        known = sha256()
        while part := stream.read(1 << 20):
            known.update(part)
    return known.hexdigest()


def before(file: Path) -> Before | None:
    """What the file names as the one before; None of the first. Raises AnchorFileError."""
    with file.open("rb") as stream:
        head = _parsed(file, 1, stream.readline())
    named = head.get("before")
    if head.get("format") != FORMAT or not isinstance(named, dict | None):
        raise AnchorFileError(f"{file.name}: это не файл закрепления журналов")
    if named is None:
        return None
    return Before(str(named.get("file")), str(named.get("sha256")))


def ends(file: Path) -> Iterator[AnchoredEnd]:
    """The ends that a file anchors. Raises AnchorFileError, also where lines are missing."""
    before(file)
    with file.open("rb") as stream:
        stream.readline()
        for count, line in enumerate(stream):
            row = _parsed(file, count + 2, line)
            if "journals" in row:
                if row.get("anchored") != count or stream.read(1):
                    break
                return
            end = AnchoredEnd(row.get("message", 0), row.get("number", 0), row.get("hash", ""))
            if not (isinstance(end.message, int) and isinstance(end.number, int) and end.hash):
                raise AnchorFileError(f"{file.name}: строка {count + 2} не читается")
            yield end
    raise AnchorFileError(f"{file.name}: файл обрывается, или строк в нём не столько, сколько было")


def _parsed(file: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AnchorFileError(f"{file.name}: строка {number} не читается")
    return found


class AnchorWriter:
    """A file being written: nobody sees it before it is whole, and it takes no other's place.

    Raises OSError where the directory cannot be written to.
    """

    def __init__(self, directory: Path, day: date, made_at: datetime, named: Before | None) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(directory.stat().st_mode) & _OPEN_TO_OTHERS:
            directory.chmod(0o700)
        self.file = directory / f"{day.isoformat()}.jsonl"
        self._unfinished = directory / f".{secrets.token_hex(8)}"
        descriptor = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._stream = os.fdopen(descriptor, "w", encoding="utf-8")
        self._count = 0
        self._line(
            format=FORMAT,
            day=day.isoformat(),
            made_at=made_at.isoformat(timespec="seconds"),
            before={"file": named.file, "sha256": named.sha256} if named else None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._unfinished.unlink(missing_ok=True)

    def add(self, end: AnchoredEnd) -> None:
        self._line(message=end.message, number=end.number, hash=end.hash)
        self._count += 1

    def finish(self, journals: int) -> bool:
        """Put the file in its place; `journals`: how many there are, changed or not. False if one was there before."""
        self._line(anchored=self._count, journals=journals)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        try:
            self.file.hardlink_to(self._unfinished)
        except FileExistsError:
            return False
        directory = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        return True

    def _line(self, **content: object) -> None:
        self._stream.write(json.dumps(content, ensure_ascii=False) + "\n")
