"""The journal of a message as people read it (cl. 19): rows with their texts as they stood."""

from datetime import datetime, tzinfo
from typing import Any

from pydantic import BaseModel, ConfigDict

from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader, Stand
from service.messages.targets import Target
from service.runs.rules import Rules
from store.commands import corrections
from store.database.columns import ERASED
from store.database.engines import Database
from store.journal import reading as journal
from store.messages import texts
from store.messages.tables import JournalRow
from workflows.vocabulary import Command


class JournalRowView(BaseModel):
    """Строка журнала сообщения."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: datetime
    kind: str
    person: str | None
    acting_for: str | None
    data: dict[str, Any]


class JournalView(BaseModel):
    """Страница журнала; `next` передают как cursor."""

    items: list[JournalRowView]
    next: str | None


class Journals:
    """Reads the journals of messages."""

    def __init__(
        self, database: Database, reader: MessageReader, outcomes: OutcomeWriter, rules: Rules
    ) -> None:
        self._db = database
        self._reader = reader
        self._outcomes = outcomes
        self._rules = rules

    async def page(
        self, target: Target, *, before: int | None, limit: int, stand: Stand | None = None
    ) -> JournalView:
        """Up to `limit` rows, the newest first, with numbers below `before`; moments in the Department's zone.

        `stand` is how the message was just found to stand: nobody waits for a workflow that was not heard.
        """
        if stand is None or stand.stored_at is None:
            answered = self._outcomes.state(target.number)
            await self._reader.caught_up(target.row, answered, stand.state if stand else None)
        async with self._db.read() as session:
            rows = await journal.rows(session, target.number, before=before, limit=limit + 1)
            known = await texts.contents(session, [target.number])
        shown = rows[:limit]
        return JournalView(
            items=[_view(row, known, self._rules.zone) for row in shown],
            next=str(shown[-1].number) if len(rows) > limit else None,
        )


def _view(row: JournalRow, known: dict[str, str], zone: tzinfo) -> JournalRowView:
    data = dict(row.data)
    if named := data.get("texts"):
        # The ids stay beside the contents: they say which version of which text it was.
        data |= {field: known.get(text, ERASED) for field, text in named.items()}
    if row.kind == Command.CORRECT:
        data["before"] = {**data.get("before", {}), **_texts_before(row, known)}
    elif former := data.get("texts_before"):
        data["before"] = {field: known.get(text, ERASED) for field, text in former.items()}
    return JournalRowView(
        number=row.number,
        at=row.at.astimezone(zone),
        kind=row.kind,
        person=row.person,
        acting_for=row.acting_for,
        data=data,
    )


def _texts_before(row: JournalRow, known: dict[str, str]) -> dict[str, str]:
    """What a correction has replaced: texts of an earlier one, or those of the registration."""
    named = row.data.get("texts", {})
    former = {
        field: registered
        for field in named
        if (registered := corrections.registered_text(row.message, field)) in known
    } | row.data.get("texts_before", {})
    return {field: known.get(text, ERASED) for field, text in former.items()}
