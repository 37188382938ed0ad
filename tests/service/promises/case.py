"""A promise of a published text, by its row alone: one body, one message, a clock that a test sets."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from calendar_rules.vocabulary import DraftStatus, Stage
from service.promises import stating
from service.promises.clock import PromiseClock
from service.promises.stating import Stating
from service.runs.rules import Rules, load
from store.database.engines import Database
from store.notices.tables import NoticeRow
from store.people.tables import BodyRow, PersonRoleRow, PersonRow
from store.promises import rows as promises
from store.promises.tables import PromiseEventRow, PromiseRow
from tests.message_row import message_row, message_state
from workflows.state import Draft

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 10:00 of Moscow
DAY = timedelta(days=1)
WEDNESDAY_18 = datetime(2026, 11, 25, 15, tzinfo=UTC)
RULES: Rules = load(None, None)
PEOPLE = {"executor": "roads", "responsible": "roads", "deputy": "roads", "head": None}


class Promising:
    """The promise and its surroundings; `now` is what the clock of the program says."""

    def __init__(self, database: Database) -> None:
        self.database, self.now, self.id = database, MONDAY, 0
        self.clock = PromiseClock(database, lambda: self.now)

    @classmethod
    async def made(cls, database: Database, until: datetime = WEDNESDAY_18, **fields: Any) -> "Promising":
        """Stated and published on Monday morning; `fields` differ from the usual of the message's state."""
        case = cls(database)
        async with database.write() as session:
            session.add_all(
                BodyRow(key=key, title=key, short_title=key, kind="executive") for key in ("roads", "housing")
            )
            session.add_all(PersonRow(key=key, name=key, position="", password_hash="") for key in PEOPLE)
            await session.flush()
            session.add_all(PersonRoleRow(person=role, role=role, body=body) for role, body in PEOPLE.items())
            draft = Draft.model_validate(
                {"id": "d", "kind": "answer", "body": "roads", "person": "executor", "text": "t", "round": 1}
                | {"status": DraftStatus.PUBLISHED, "stage_before": Stage.PREPARATION, "published_at": MONDAY}
            )
            state = message_state(MONDAY, drafts=(draft,), stage=Stage.CLOSED, rows=9).model_copy(
                update=fields
            )
            snapshot = state.model_dump(mode="json", exclude={"limits", "allowed"})
            session.add(message_row(1, MONDAY, stage="closed", snapshot=snapshot, rows=9, curator="curator"))
            await session.flush()
            by = Stating(1, "d", "roads", "executor", None, MONDAY, MONDAY)
            row = await stating.state(session, by, "Засыпать яму.", until)
            case.id = row.id or 0
        await case.clock.follow(RULES)
        return case

    async def look(self, at: datetime | None = None) -> datetime | None:
        """Look at it at a moment; returns when it is to be looked at again."""
        self.now = at or self.now
        return (await self.clock.look(self.id, RULES)).at

    async def row(self) -> PromiseRow:
        async with self.database.read() as session:
            found = await promises.by_id(session, self.id)
        assert found is not None
        return found

    async def happened(self) -> list[str]:
        """Everything that did, by kind, in order."""
        async with self.database.read() as session:
            rows = select(PromiseEventRow).order_by(col(PromiseEventRow.id))
            return [row.kind for row in await session.exec(rows)]

    async def told(self) -> list[tuple[str, str]]:
        """What was told to whom, in order."""
        async with self.database.read() as session:
            rows = select(NoticeRow).order_by(col(NoticeRow.id))
            return [(row.kind, row.person) for row in await session.exec(rows)]
