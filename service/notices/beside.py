"""Notices that no step of a message's road gives rise to."""

from collections.abc import Iterable
from datetime import datetime

from calendar_rules.vocabulary import NoticeKind
from service.people.offices import Told, holding
from service.runs.rules import Rules
from store.database import statements
from store.database.session import Connection, Session
from store.messages import changes, finding
from store.notices import inbox as notices
from workflows.state import Addressee


async def tell(
    session: Session,
    dialect: str,
    rules: Rules,
    message: int,
    fact: int,
    kind: NoticeKind,
    text: str,
    to: Iterable[Addressee],
    at: datetime,
    now: datetime | None = None,
) -> None:
    """Tell of one fact, once, in this transaction; and let pages that show the message look again.

    `fact` is the number of what it is about, above zero: such a notice names no row of the journal. `at` is the moment
    of the fact, `now` when it is written, where that is another.
    """
    connection = await session.connection()
    told = await connection.run_sync(_people, tuple(to), at)
    written_at = now or at
    opening = rules.opening(at)
    rows = [
        {
            "message": message,
            "row": -fact,
            "kind": kind,
            "limit_name": None,
            "person": person,
            "acting_for": acting_for,
            "at": at,
            "deliver_from": opening,
            "text": text,
            "written_at": written_at,
        }
        for person, acting_for in told.items()
    ]
    await statements.run(session, notices.add_notices(rows, dialect))
    await look_again(session, dialect, message, told, written_at)


async def look_again(
    session: Session, dialect: str, message: int, persons: Iterable[str], at: datetime
) -> None:
    """Pages that are open and show the message renew themselves; `persons` have a new notice."""
    bodies = await finding.turns(session, message)
    noted = changes.noted(message, curator=None, bodies=bodies, persons=persons, at=at, dialect=dialect)
    await statements.run(session, noted)


def _people(connection: Connection, to: tuple[Addressee, ...], at: datetime) -> Told:
    return holding(connection, to, at)
