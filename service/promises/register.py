"""The register of promises as its readers see it: what is due, what was kept and what was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel

from calendar_rules.vocabulary import PromiseState
from service.access import note as access_note
from service.access import wording
from service.access.errors import NotFoundError
from service.messages import lines as message_lines
from service.messages.outcome_writer import OutcomeWriter
from service.messages.promised import PromiseView, named_texts, promise_view
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Connection, Session
from store.messages import finding, listing, texts
from store.people.persons import Actor
from store.promises import rows
from store.promises.rows import Sought
from store.promises.tables import PromiseRow
from workflows.state import Promise

READERS: Final = finding.SEES_ANY
"""Who reads it: executors and responsible of their bodies, deputies of those they oversee, the others all."""
PAGE: Final = 50


class PromiseList(BaseModel):
    """Обещания, последние сверху; `next` передают как cursor."""

    items: list[PromiseView]
    next: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A promise, and what its message is about."""

    view: PromiseView
    subject: str


@dataclass(frozen=True, slots=True)
class Register:
    """Running promises, the first due first; broken and kept ones, the last first; how many there are in each state."""

    running: Sequence[Line]
    broken: Sequence[Line]
    kept: Sequence[Line]
    counts: Mapping[PromiseState, int]


class PromiseRegister:
    """Reads promises for people and programs."""

    def __init__(self, database: Database, rules: Rules, outcomes: OutcomeWriter) -> None:
        self._db = database
        self._rules = rules
        self._outcomes = outcomes

    async def message_of(self, promise: str) -> str:
        """The number of the message that promised it. Raises NotFoundError."""
        async with self._db.lookup() as session:
            row = await rows.by_id(session, promise)
        if row is None:
            raise NotFoundError(wording.NO_PROMISE)
        return str(row.message)

    async def page(self, caller: Actor, sought: Sought, limit: int = PAGE) -> PromiseList:
        """Promises the caller may see, the one given last first; moments in the Department's zone."""
        await self._outcomes.settled()
        async with self._db.read() as session:
            found = await rows.page(session, sought, _bodies_of(caller), limit + 1)
            items = await self._views(session, found[:limit])
        access_note.shows(int(item.message) for item in items)
        return PromiseList(items=items, next=found[limit - 1].id if len(found) > limit else None)

    async def after(self, promise: str) -> tuple[datetime, str] | None:
        """The place of a promise in the list, for the page that follows it; None where there is none."""
        async with self._db.lookup() as session:
            row = await rows.by_id(session, promise)
        return None if row is None else (row.given_at, row.id)

    async def read(self, caller: Actor, sought: Sought, most: int) -> Register:
        """The register for the caller, up to `most` of each kind; moments in the Department's zone."""
        await self._outcomes.settled()
        bodies = _bodies_of(caller)
        async with self._db.read() as session:
            running = await rows.first_due(session, sought, bodies, most)
            broken = await rows.last_settled(session, sought, PromiseState.BROKEN, bodies, most)
            kept = await rows.last_settled(session, sought, PromiseState.KEPT, bodies, most)
            counts = await rows.counts(session, sought, bodies)
            lines = iter(await self._lines(session, (*running, *broken, *kept)))
        return Register(
            running=[next(lines) for _ in running],
            broken=[next(lines) for _ in broken],
            kept=[next(lines) for _ in kept],
            counts=counts,
        )

    async def _lines(self, session: Session, found: Sequence[PromiseRow]) -> list[Line]:
        connection = await session.connection()
        subjects = await connection.run_sync(_subjects, sorted({row.message for row in found}))
        access_note.shows(subjects)
        views = await self._views(session, found)
        return [Line(view, subjects.get(row.message, "")) for row, view in zip(found, views, strict=True)]

    async def _views(self, session: Session, found: Sequence[PromiseRow]) -> list[PromiseView]:
        made = [(str(row.message), Promise.model_validate(row.promise)) for row in found]
        connection = await session.connection()
        named = [text for _, promise in made for text in named_texts(promise)]
        said = await connection.run_sync(texts.named, named)
        return [promise_view(message, promise, said, self._rules.zone) for message, promise in made]


def _bodies_of(caller: Actor) -> list[str] | None:
    """The bodies whose promises the caller sees; None: all."""
    capacities = caller.capacities(datetime.now(UTC))
    return None if any(one.role in finding.SEES_ALL for one in capacities) else finding.bodies_of(capacities)


def _subjects(connection: Connection, messages: Sequence[int]) -> dict[int, str]:
    return {row.number: message_lines.subject(row.text) for row in listing.rows_of(connection, messages)}
