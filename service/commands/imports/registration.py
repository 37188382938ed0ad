"""Registers rows of a table in batches: messages and outbox in one transaction, as a registration does.

Their workflows are started by the dispatcher of the outbox, and nothing is lost whatever ends the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service.commands.bulk_registration import BulkRegistration, Registered
from service.commands.imports.row import ImportRow
from service.commands.intake import KeyedRequest
from service.language.lemmas import lemmas_of_each
from service.runs.part import Runs
from store.commands import outbox
from store.database.session import Session
from store.messages import finding
from store.people.persons import Actor

_KEY = "import:"
"""Begins the Idempotency-Key of every registration by a table."""


@dataclass(frozen=True, slots=True)
class Known:
    """A message that is registered already; `erased` if its texts are no more (152-FZ)."""

    number: int
    erased: bool


class Registration:
    """Takes rows into the database in the name of a curator."""

    def __init__(self, runs: Runs, curator: Actor) -> None:
        self._runs = runs
        self._curator = curator

    async def known(self, rows: Sequence[ImportRow]) -> Mapping[str, Known]:
        """Those of the rows that are registered, by key."""
        async with self._runs.database.read() as session:
            return await self._known(session, rows)

    async def write(self, rows: Sequence[ImportRow]) -> Mapping[str, int | Known]:
        """Register those rows, of different keys, that are not yet; returns the number of each new one, by key."""
        lemmas = await lemmas_of_each(row.text for row in rows)
        now = datetime.now(UTC)
        async with self._runs.database.write() as session:
            known = await self._known(session, rows)
            new = [
                self._registered(row, words, now)
                for row, words in zip(rows, lemmas, strict=True)
                if row.key not in known
            ]
            written = await BulkRegistration(session, self._runs.rules, now).add(new)
        return {**known, **{command.request: command.message for _, command in written}}

    async def _known(self, session: Session, rows: Sequence[ImportRow]) -> dict[str, Known]:
        keys = [row.key for row in rows]
        registered = await finding.numbers_by_key(session, keys)
        found = {key: Known(number, erased=False) for key, number in registered.items()}
        # An erased message has given its key away; a table must not bring back what was erased from it.
        missing = {f"{_KEY}{key}": key for key in keys if key not in found}
        asked = await outbox.messages_of_keys(session, self._curator.key, missing)
        return found | {missing[key]: Known(number, erased=True) for key, number in asked.items()}

    def _registered(self, row: ImportRow, lemmas: str, now: datetime) -> Registered:
        return Registered(
            network=row.network,
            url=row.url or "",
            url_key=row.key,
            author=row.author,
            text=row.text,
            lemmas=lemmas,
            detected_at=row.detected_at or now,
            registered_at=now,
            curator=self._curator,
            request=KeyedRequest(f"{_KEY}{row.key}", row.key, repeatable=True),
        )
