"""Registers messages in batches: rows and outbox in one transaction, then their workflows, as a registration does.

Nothing is lost whatever ends the process: a message that is written and not started waits in the outbox for the
API's dispatcher, or for the next run.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from service.commands.bulk_registration import BulkRegistration, Registered
from service.commands.delivery import REGISTER
from service.commands.imports.rows import Entry
from service.commands.intake import KeyedRequest
from service.language.lemmas import lemmas_of_each
from service.runs.part import Runs
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.session import IntegrityError, Session
from store.messages import finding
from store.messages.tables import MessageRow
from store.people.persons import Actor

BATCH = 100

_KEY = "import:"
"""Begins the Idempotency-Key of every registration by a table."""

_AT_ONCE = 20
_LEASE = timedelta(minutes=1)
"""How long the API leaves the start of what is written to the import."""
_REST = 3.0  # seconds until Temporal is tried again
_FRUITLESS = 2
"""Attempts in a row after which Temporal is away."""


@dataclass(frozen=True, slots=True)
class Known:
    """A message that is registered already; `erased` if its texts are no more (152-FZ)."""

    number: int
    erased: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A message in the database, and the command in the outbox that starts it."""

    message: MessageRow
    command: CommandRow

    @property
    def number(self) -> int:
        return self.command.message


class Intake:
    """Takes entries into the database and into Temporal, in the name of a curator."""

    def __init__(self, runs: Runs, curator: Actor) -> None:
        self._runs = runs
        self._curator = curator
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._rest_until = 0.0

    async def known(self, entries: Sequence[Entry]) -> dict[str, Known]:
        """Those of the entries that are registered, by key."""
        async with self._runs.database.read() as session:
            return await self._known(session, entries)

    async def write(self, entries: Sequence[Entry]) -> dict[str, Written | Known]:
        """Write the entries, whose keys differ, with the commands that start them; returns each by key."""
        known: dict[str, Written | Known] = {**await self.known(entries)}
        new = [entry for entry in entries if entry.key not in known]
        if not new:
            return known
        lemmas = await lemmas_of_each(entry.text for entry in new)
        try:
            return known | await self._write(new, lemmas)
        except IntegrityError:
            # A link was registered by someone else at the same moment, and is found now.
            return known | await self._write(new, lemmas)

    async def start(self, written: Sequence[Written]) -> int:
        """Start the workflows; what Temporal does not take now is left in the outbox. Gives how many were started."""
        started: set[str] = set()

        async def start(item: Written) -> None:
            async with self._slots:
                if monotonic() < self._rest_until:
                    return
                if await self._runs.workflows.start(item.message, item.command.payload):
                    started.add(item.command.id)
                else:
                    self._rest_until = monotonic() + _REST

        await asyncio.gather(*map(start, written))
        left = [item.command.id for item in written if item.command.id not in started]
        async with self._runs.database.write() as session:
            if started:
                await outbox.accept(session, started, datetime.now(UTC))
            if left:
                await outbox.release(session, left)
        return len(started)

    async def start_waiting(self) -> int:
        """Start whatever imports of this curator have left in the outbox, as long as Temporal takes any of it.

        Gives how many are still waiting.
        """
        fruitless = 0
        while waiting := await self._waiting():
            await asyncio.sleep(max(0.0, self._rest_until - monotonic()))
            fruitless = 0 if await self.start(waiting) else fruitless + 1
            if fruitless == _FRUITLESS:
                return await self._how_many_wait()
        return 0

    # ---- the database

    async def _known(self, session: Session, entries: Sequence[Entry]) -> dict[str, Known]:
        keys = [entry.key for entry in entries]
        registered = await finding.numbers_by_key(session, keys)
        found = {key: Known(number, erased=False) for key, number in registered.items()}
        # An erased message has given its key away; a table must not bring back what was erased from it.
        missing = {f"{_KEY}{key}": key for key in keys if key not in found}
        asked = await outbox.messages_of_keys(session, self._curator.key, missing)
        return found | {missing[key]: Known(number, erased=True) for key, number in asked.items()}

    async def _write(self, entries: Sequence[Entry], lemmas: Sequence[str]) -> dict[str, Written | Known]:
        now = datetime.now(UTC)
        async with self._runs.database.write() as session:
            known = await self._known(session, entries)
            new = [
                (entry.key, self._registered(entry, words, now))
                for entry, words in zip(entries, lemmas, strict=True)
                if entry.key not in known
            ]
            bulk = BulkRegistration(session, self._runs.rules, now + _LEASE)
            rows = await bulk.add([registered for _, registered in new], in_bulk=True)
        written = {key: Written(*pair) for (key, _), pair in zip(new, rows, strict=True)}
        return {**known, **written}

    def _registered(self, entry: Entry, lemmas: str, now: datetime) -> Registered:
        return Registered(
            network=entry.network,
            url=entry.url,
            url_key=entry.key,
            author=entry.author,
            text=entry.text,
            lemmas=lemmas,
            detected_at=entry.detected_at or now,
            registered_at=now,
            curator=self._curator,
            request=KeyedRequest(f"{_KEY}{entry.key}", entry.key, repeatable=True),
        )

    async def _waiting(self) -> list[Written]:
        async with self._runs.database.read() as session:
            rows = await outbox.unsent(session, self._curator.key, _KEY, REGISTER, BATCH)
        return [Written(message, command) for message, command in rows]

    async def _how_many_wait(self) -> int:
        async with self._runs.database.read() as session:
            return await outbox.count_unsent(session, self._curator.key, _KEY, REGISTER)
