"""The register of promises as its readers see it: what is due, what was kept and what was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from calendar_rules.vocabulary import PromiseState
from service.access import note as access_note
from service.messages import lines as message_lines
from service.messages import promised
from service.messages.promised import PromiseView
from service.promises.clock import PromiseClock
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Connection, Session
from store.messages import finding, listing
from store.people.persons import Actor
from store.promises import register as rows
from store.promises.rows import Sought
from store.promises.tables import PromiseRow

READERS: Final = finding.SEES_ANY
"""Who reads it: executors and responsible of their bodies, deputies of those they oversee, the others all."""


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

    @property
    def lines(self) -> list[Line]:
        """All of them, in the order of the register."""
        return [*self.running, *self.broken, *self.kept]


def bodies_of(caller: Actor) -> list[str] | None:
    """The bodies whose promises the caller sees; None: all."""
    capacities = caller.capacities(datetime.now(UTC))
    return None if any(one.role in finding.SEES_ALL for one in capacities) else finding.bodies_of(capacities)


async def read(
    database: Database, rules: Rules, caller: Actor, sought: Sought, *, running: int, settled: int
) -> Register:
    """The register for the caller, up to so many of each kind; moments in the Department's zone."""
    await PromiseClock(database).follow(rules)
    bodies = bodies_of(caller)
    async with database.read() as session:
        found = [
            await rows.first_due(session, sought, bodies, running),
            await rows.last_settled(session, sought, PromiseState.BROKEN, bodies, settled),
            await rows.last_settled(session, sought, PromiseState.KEPT, bodies, settled),
        ]
        counts = await rows.counts(session, sought, bodies)
        lines = await _lines(session, [row for part in found for row in part], rules)
    access_note.shows(int(line.view.message) for line in lines)
    ends = len(found[0]), len(found[0]) + len(found[1])
    return Register(lines[: ends[0]], lines[ends[0] : ends[1]], lines[ends[1] :], counts)


async def _lines(session: Session, found: Sequence[PromiseRow], rules: Rules) -> list[Line]:
    messages = sorted({row.message for row in found})
    connection = await session.connection()
    subjects = await connection.run_sync(_subjects, messages)
    views = await promised.views(session, found, rules.zone)
    return [Line(view, subjects.get(row.message, "")) for row, view in zip(found, views, strict=True)]


def _subjects(connection: Connection, messages: Sequence[int]) -> dict[int, str]:
    return {row.number: message_lines.subject(row.text) for row in listing.rows_of(connection, messages)}
