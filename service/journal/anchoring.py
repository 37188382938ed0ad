"""Anchoring: once a day the ends of journals go into a file, for whoever proves them by it (docs/prove/journal.md)."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import Counter

from service.journal import anchor_files
from service.journal.anchor_files import AnchoredEnd, AnchorFileError, AnchorWriter, Before
from service.journal.anchored_ends import Anchored, AnchoredEnds
from service.runs.rules import RulesInForce
from store.database.blocking import BlockingDatabase
from store.journal import whole as journals
from store.journal.chain import ChainEnd
from telemetry.series import from_the_start
from workflows.office import Portion

log = structlog.get_logger(__name__)

DIFFERING = from_the_start(
    Counter(
        "otklik_journals_differing",
        "Journals that are not what an earlier anchor file says, and anchor files that are not whole, by what differs.",
        ["what"],
    ),
    ("journal", "file"),
)
_DONE = object()


class Anchoring:
    """The task of this name: the journals of `database_url`, the directory of the files, in the Department's zone."""

    def __init__(self, database_url: str, directory: Path, rules: RulesInForce) -> None:
        self._url = database_url
        self._directory = directory
        self._rules = rules

    async def portion(self) -> Portion:
        """All of it at once: a file is of one day. Does nothing where there is one of today."""
        work = Work(self._url, self._directory, datetime.now(UTC).astimezone((await self._rules.now()).zone))
        steps = work.steps()
        while await asyncio.to_thread(next, steps, _DONE) is not _DONE:
            pass  # so that it can be cut off between two steps
        return Portion(done=work.anchored)


@dataclass
class Work:
    """One file: what it is made of, and how many journals it anchors so far. `now` in the Department's zone."""

    url: str
    directory: Path
    now: datetime
    anchored: int = 0

    def steps(self) -> Iterator[None]:
        """Make the file, step by step; nothing is there before the last. Raises OSError."""
        files = anchor_files.files(self.directory)
        if files and files[-1].stem >= self.now.date().isoformat():
            return
        before = Before(files[-1].name, anchor_files.digest(files[-1])) if files else None
        database = BlockingDatabase(self.url, 1)
        try:
            with (
                AnchoredEnds() as known,
                AnchorWriter(self.directory, self.now.date(), self.now, before) as writer,
            ):
                for file in files:
                    _take_in(file, known)
                    yield
                count = 0
                for found in journals.ends(database):
                    count += len(found)
                    anchored = known.between(min(found) - 1, max(found)) if found else {}
                    for message, end in found.items():
                        self._add(writer, database, message, end, anchored.get(message, ()))
                    yield
                if writer.finish(count):
                    log.info(
                        "journals are anchored", file=writer.file.name, changed=self.anchored, journals=count
                    )
        finally:
            database.dispose()

    def _add(
        self,
        writer: AnchorWriter,
        database: BlockingDatabase,
        message: int,
        end: ChainEnd,
        known: Sequence[Anchored],
    ) -> None:
        """Anchor a journal that has changed, and sound the alarm where it has not just grown."""
        last = known[-1] if known else None
        if last is not None and (last.number, last.hash) == (end.number, end.hash):
            return
        if last is not None and journals.hash_of(database, message, last.number) != last.hash:
            DIFFERING.labels("journal").inc()
            log.error("a journal is not the one that was anchored", message=message, file=last.file)
        writer.add(AnchoredEnd(message, end.number, end.hash or ""))
        self.anchored += 1


def _take_in(file: Path, known: AnchoredEnds) -> None:
    try:
        known.add(anchor_files.ends(file), file.name)
    except (AnchorFileError, OSError) as error:
        # What is left of it still counts; `otklik verify` names it.
        DIFFERING.labels("file").inc()
        log.error("an anchor file is not whole", file=file.name, error=str(error))
