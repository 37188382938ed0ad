"""Unsent texts, kept while people type them, so that a closed tab or a dead battery loses nothing.

Each text is its writer's own: others see only that they write. A text is kept under the key of its form, so that one
that comes late, behind the command it became, is not taken for a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.access import wording
from service.access.errors import ConflictError
from service.keys.request_keys import MaskedKeys
from service.messages.targets import Target
from store.commands import outbox
from store.database import statements
from store.database.engines import Database
from store.messages import changes, unsent
from store.messages.tables import UnsentTextRow
from store.messages.unsent import Writer
from workflows.stages import OF_DESTRUCTION
from workflows.vocabulary import Command

MOST = 200
"""Texts of one person that are not sent."""
LONGEST = 60_000
"""Characters of all fields of one of them."""
WRITES_FOR = timedelta(minutes=2)
"""For how long after a text was last saved its writer is shown to others as writing."""
_SAID_AGAIN = timedelta(minutes=1)

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A text that waits to be sent; `saved_at` also says which version of it this is."""

    fields: Fields
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """The command was given under this key already: there is nothing to keep."""


@dataclass(frozen=True, slots=True)
class Differs:
    """Another version is here than the one the text was written over; None: none any more."""

    there: Unsent | None


class UnsentTexts:
    """Keeps what is typed until it is sent."""

    def __init__(self, database: Database, keys: MaskedKeys) -> None:
        self._db = database
        self._keys = keys

    async def save(
        self, target: Target, command: Command, key: str, fields: Fields, over: datetime | None
    ) -> Unsent | Given | Differs:
        """Keep the fields of a command's form. `over` is when the version was saved that they were written over.

        Raises ConflictError where the person has too much that is not sent.
        """
        if command in OF_DESTRUCTION:
            # What is to be destroyed must not be written down once more.
            return Given()
        now = datetime.now(UTC)
        person = target.caller.key
        place = (person, target.number, command.value)
        kept = {name: list(values) for name, values in fields.items()}
        async with self._db.write() as session:
            given = await outbox.by_key(session, person, self._keys.spellings(person, key))
            if given is not None and given.status != outbox.REFUSED:
                return Given()
            there = await unsent.at(session, place)
            if there is not None and there.fields == kept:
                return _unsent(there)
            if (there.saved_at if there else None) != over:
                return Differs(_unsent(there) if there else None)
            if there is None and await unsent.count(session, person) >= MOST:
                raise ConflictError(wording.TOO_MUCH_UNSENT)
            begins = there is None or now - there.saved_at > _SAID_AGAIN
            await unsent.save(session, place, kept, now)
            if begins:
                # Whoever has the message open is to see that somebody writes.
                noted = changes.noted(
                    target.number,
                    curator=None,
                    bodies=target.turns,
                    persons=(),
                    at=now,
                    dialect=self._db.dialect,
                )
                await statements.run(session, noted)
        return Unsent(kept, now)

    async def of(self, target: Target) -> Mapping[Command, Unsent]:
        """What the person has not sent of the message."""
        async with self._db.lookup() as session:
            rows = await unsent.of(session, target.caller.key, target.number)
        return {Command(row.command): _unsent(row) for row in rows}

    async def writers(self, target: Target) -> Sequence[Writer]:
        """Who else writes to the message now."""
        async with self._db.lookup() as session:
            since = datetime.now(UTC) - WRITES_FOR
            return await unsent.writers(session, target.number, target.caller.key, since)

    async def sent(self, target: Target, command: Command) -> None:
        """The command was accepted."""
        async with self._db.write() as session:
            await unsent.forget(session, [(target.caller.key, target.number, command.value)])


def _unsent(row: UnsentTextRow) -> Unsent:
    return Unsent(row.fields, row.saved_at)
