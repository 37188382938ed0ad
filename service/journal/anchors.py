"""Anchors of the journals: a line a night in one file, a copy of which proves them (docs/prove/journal.md)."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from service.runs.rules import RulesInForce
from settings import Settings
from store.commands import recorded
from store.database import private_files
from store.database.blocking import BlockingDatabase
from store.journal import whole as journals
from store.journal.chain import moment_text
from workflows.office import Portion

log = structlog.get_logger(__name__)

AFTER_A_START = timedelta(minutes=10)
"""Within it everything is on record that fell due while no worker ran, and is dated by then."""
_AGAIN = timedelta(minutes=1)


class Anchor(BaseModel):
    """A line: `root` stands for all rows dated before `day` began, of messages with numbers up to `highest`.

    `journals` is how many journals have such rows; `before` is the digest of the line before, None in the first.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    made_at: AwareDatetime
    journals: int
    highest: int
    root: str
    before: str | None

    @property
    def cut(self) -> datetime:
        """When the day began, in the Department's zone as it was when the line was made."""
        return datetime.combine(self.day, time(), timezone(self.made_at.utcoffset() or timedelta(0)))


def lines(file: Path) -> list[bytes]:
    """The whole lines of a file; none where it is not there. Raises OSError."""
    with suppress(FileNotFoundError):
        return file.read_bytes().split(b"\n")[:-1]
    return []


def newest(file: Path) -> Anchor | None:
    """The last line that can be read. Raises OSError."""
    return next((anchor for line in reversed(lines(file)) if (anchor := _read(line))), None)


def append(database: BlockingDatabase, file: Path, now: datetime) -> None:
    """Add the line of the day of `now`, which is in the Department's zone. Raises OSError."""
    known = lines(file)
    anchor = Anchor(
        day=now.date(),
        made_at=now.replace(microsecond=0),
        journals=0,
        highest=journals.largest_number(database),
        root="",
        before=_digest(known[-1]) if known else None,
    )
    [(count, root)] = _roots(database, [anchor])
    line = anchor.model_copy(update={"journals": count, "root": root}).model_dump_json()
    private_files.make_directory(file.parent)
    # Whole or not at all, so that a full disk leaves no half of a line; one that was copied so is left out.
    with private_files.replacing(file) as unfinished:
        unfinished.write_bytes(b"".join(one + b"\n" for one in [*known, line.encode()]))
    log.info("journals are anchored", anchor=line)


def flaws(database: BlockingDatabase, known: Sequence[bytes]) -> Iterator[str]:
    """What is wrong with lines, or with the journals by them, in Russian."""
    read = [_read(line) for line in known]
    # By their cuts, whatever somebody has made of the days.
    whole = sorted((anchor for anchor in read if anchor), key=lambda anchor: anchor.cut)
    found = dict(zip(whole, _roots(database, whole), strict=True))
    before: str | None = None
    for number, (line, anchor) in enumerate(zip(known, read, strict=True), 1):
        if anchor is None:
            yield f"строка {number} не читается"
        else:
            if anchor.before != before:
                yield f"за {anchor.day:%d.%m.%Y}: строка перед этой изменена или убрана"
            if (anchor.journals, anchor.root) != found[anchor]:
                yield (
                    f"за {anchor.day:%d.%m.%Y}: журналы не те, что были закреплены: строки до этого дня изменены, "
                    "удалены или переписаны"
                )
        before = _digest(line)


def _read(line: bytes) -> Anchor | None:
    try:
        return Anchor.model_validate_json(line)
    except ValidationError:
        return None


def _digest(line: bytes) -> str:
    return sha256(line).hexdigest()


def _roots(database: BlockingDatabase, anchors: Sequence[Anchor]) -> Iterator[tuple[int, str]]:
    """How many journals each of the anchors covers, which come in the order of their cuts, and their root."""
    with database.read() as connection:
        rows = journals.hashes(connection, database.dialect)
        grown = _grown(rows, [moment_text(anchor.cut) for anchor in anchors])
    ends: dict[int, str] = {}
    for anchor, new in zip(anchors, grown, strict=True):
        ends |= new
        covered = [message for message in sorted(ends) if message <= anchor.highest]
        yield len(covered), _digest("".join(f"{message}:{ends[message]}\n" for message in covered).encode())


def _grown(rows: Iterable[tuple[int, str, str]], cuts: Sequence[str]) -> list[dict[int, str]]:
    """For each cut the ends of journals that have grown since the cut before.

    A row that is dated before the one it follows, as a breach that a command has brought, counts from when that does.
    """
    grown: list[dict[int, str]] = [{} for _ in cuts]
    for message, of_message in groupby(rows, key=lambda row: row[0]):
        place = 0
        for _, at, end in of_message:
            place = max(place, bisect_right(cuts, str(at)))
            if place == len(cuts):
                break
            if isinstance(message, int):  # SQLite takes anything
                grown[place][message] = end
    return grown


class Anchoring:
    """The task of this name."""

    def __init__(
        self, settings: Settings, rules: RulesInForce, after_a_start: timedelta = AFTER_A_START
    ) -> None:
        self._url = settings.database_url
        self._file = settings.anchors_file
        self._rules = rules
        self._from = datetime.now(UTC) + after_a_start

    async def portion(self) -> Portion:
        """Adds today's line, unless it is there, once no row that is dated before today can come any more."""
        now = datetime.now(UTC)
        if now < self._from:
            return Portion(again_at=self._from)
        return await asyncio.to_thread(self._portion, now.astimezone((await self._rules.now()).zone))

    def _portion(self, now: datetime) -> Portion:
        last = newest(self._file)
        if last is not None and last.day >= now.date():
            return Portion()
        database = BlockingDatabase(self._url, 1)
        try:
            with database.read() as connection:
                if recorded.may_still_come(
                    connection, now.replace(hour=0, minute=0, second=0, microsecond=0)
                ):
                    log.info("journals are not anchored yet: rows of the days before may still come")
                    return Portion(again_at=now + _AGAIN)
            append(database, self._file, now)
        finally:
            database.dispose()
        return Portion(done=1)

    def line_of(self, day: date) -> str | None:
        """The last line, where it is of this day, as it stands in the file; None also where it cannot be read."""
        with suppress(OSError):
            last = newest(self._file)
            if last is not None and last.day == day:
                return last.model_dump_json()
        return None
