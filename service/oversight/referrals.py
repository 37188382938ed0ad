"""Referrals to the police, the prosecutor and others, of all messages (cl. 18)."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from pydantic import BaseModel

from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader
from service.messages.view import ReferralView
from service.runs.rules import Rules
from store.database.columns import ERASED
from store.database.engines import Database
from store.messages import finding, texts
from store.messages.tables import JournalRow
from store.oversight import referrals
from store.oversight.referrals import Place

READERS: Final = (Role.CURATOR, Role.HEAD, Role.ADMIN)
PAGE: Final = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS = 3


class ReferralList(BaseModel):
    """Переданное, последнее сверху; `next` передают как cursor."""

    items: list[ReferralView]
    next: str | None


class Referrals:
    """Reads them from the journals."""

    def __init__(
        self, database: Database, reader: MessageReader, outcomes: OutcomeWriter, rules: Rules
    ) -> None:
        self._db = database
        self._reader = reader
        self._outcomes = outcomes
        self._zone: tzinfo = rules.zone

    async def page(self, before: Place | None) -> ReferralList:
        """A page, the newest first; moments in the Department's zone."""
        await self._caught_up()
        async with self._db.read() as session:
            rows = await referrals.page(session, before, PAGE + 1)
            shown = rows[:PAGE]
            known = await texts.contents(session, {row.message for row in shown})
        access_note.shows(row.message for row in shown)
        return ReferralList(
            items=[self._view(row, known) for row in shown],
            next=cursor_of(shown[-1]) if len(rows) > PAGE else None,
        )

    async def _caught_up(self) -> None:
        """Whoever has just noted something finds it here, though the journal follows a moment later."""
        for number, state in self._outcomes.newest().items():
            if not state.referrals:
                continue
            async with self._db.lookup() as session:
                row = await finding.by_number(session, number)
            if row is not None:
                await self._reader.caught_up(row, state)

    def _view(self, row: JournalRow, known: dict[str, str]) -> ReferralView:
        named = row.data.get("texts", {})

        def text(field: str) -> str | None:
            return known.get(named[field], ERASED) if field in named else None

        return ReferralView(
            id=row.data["referral"],
            message=str(row.message),
            to=row.data["to"],
            document=text("document"),
            dated=row.data.get("dated"),
            note=text("note"),
            person=row.person,
            at=row.at.astimezone(self._zone),
        )


def cursor_of(row: JournalRow) -> str:
    """Where the page after this row begins."""
    since = (row.at - _EPOCH) // timedelta(microseconds=1)
    return f"{since}.{row.message}.{row.number}"


def place_of(cursor: str) -> Place | None:
    """What a cursor says; None for one of no page."""
    parts = cursor.split(".")
    if len(parts) != _PARTS or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    microseconds, message, number = map(int, parts)
    try:
        return Place(_EPOCH + timedelta(microseconds=microseconds), message, number)
    except OverflowError:
        return None
