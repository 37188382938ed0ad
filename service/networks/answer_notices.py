"""Tells bodies and curators what has become of texts published in networks (cl. 13)."""

from collections.abc import Iterable
from datetime import datetime
from zlib import crc32

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import NoticeKind
from service.networks import publication_text
from service.people.offices import holding
from service.runs.rules import RulesInForce
from store.database import statements
from store.database.session import Connection, Session
from store.messages import changes, finding
from store.networks.candidates import Edited
from store.notices import inbox as notices
from workflows.state import Addressee


class AnswerNotices:
    """Writes notices that no step of a message's road gives rise to."""

    def __init__(self, rules: RulesInForce) -> None:
        self._rules = rules

    async def tell(
        self,
        session: Session,
        dialect: str,
        message: int,
        fact: int,
        kind: NoticeKind,
        text: str,
        to: Iterable[Addressee],
        at: datetime,
    ) -> None:
        """Tell of one fact, once, in this transaction; and let pages that show the message look again.

        `fact` is the number of what it is about, above zero: such a notice names no row of the journal.
        """
        connection = await session.connection()
        told = await connection.run_sync(_people, tuple(to), at)
        opening = (await self._rules.seen_in(session)).opening(at)
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
                "written_at": at,
            }
            for person, acting_for in told.items()
        ]
        await statements.run(session, notices.add_notices(rows, dialect))
        await look_again(session, dialect, message, told, at)

    async def tell_of_edits(
        self, session: Session, dialect: str, edited: Iterable[Edited], at: datetime
    ) -> None:
        """Tell the curators of messages whose posts were edited, once of each wording."""
        for one in edited:
            # Above zero, and within what both databases have for a number.
            wording = crc32(one.text.encode()) >> 2 or 1
            to = [Addressee(audience=Audience.CURATOR, person=one.curator)]
            text = publication_text.post_edited(one.message, one.network)
            await self.tell(session, dialect, one.message, wording, NoticeKind.POST_EDITED, text, to, at)


async def look_again(
    session: Session, dialect: str, message: int, persons: Iterable[str], at: datetime
) -> None:
    """Pages that are open and show the message renew themselves; `persons` have a new notice."""
    bodies = await finding.turns(session, message)
    noted = changes.noted(message, curator=None, bodies=bodies, persons=persons, at=at, dialect=dialect)
    await statements.run(session, noted)


def _people(connection: Connection, to: tuple[Addressee, ...], at: datetime) -> dict[str, str | None]:
    return dict(holding(connection, to, at))
