"""The inbox of notices: what one person is notified of, at once."""

from datetime import datetime

from pydantic import BaseModel, Field

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import NoticeKind
from service import access_note
from service.message_reader import MessageReader
from service.outcome_writer import OutcomeWriter
from service.rules import Rules
from service.targets import number_of
from store import messages, notices
from store.database import Database
from store.people import Actor


class NoticeView(BaseModel):
    """Уведомление одного человека об одном факте."""

    id: str
    kind: NoticeKind
    message: str | None
    limit: LimitName | None = Field(description="Срок, которого касается уведомление.")
    at: datetime = Field(description="Момент, с которого уведомление можно доставлять и другими каналами.")
    text: str
    acting_for: str | None = Field(description="Имя для входа того, кого замещает получатель.")


class NoticeList(BaseModel):
    """Страница уведомлений; `next` передают как cursor."""

    items: list[NoticeView]
    next: str | None


class Inbox:
    """Reads the notices of people."""

    def __init__(
        self, database: Database, reader: MessageReader, outcomes: OutcomeWriter, rules: Rules
    ) -> None:
        self._db = database
        self._reader = reader
        self._outcomes = outcomes
        self._rules = rules

    async def page(self, caller: Actor, *, message: str | None, before: int | None, limit: int) -> NoticeList:
        """Up to `limit` notices of the caller, the newest first, with ids below `before`, of one message or all."""
        number = number_of(message) if message is not None else None
        if message is not None and number is None:
            return NoticeList(items=[], next=None)
        if number is not None:
            async with self._db.read() as session:
                row = await messages.by_number(session, number)
            if row is not None:
                await self._reader.caught_up(row, self._outcomes.state(number))
        async with self._db.read() as session:
            rows = await notices.of_person(
                session, caller.key, message=number, before=before, limit=limit + 1
            )
        shown, zone = rows[:limit], self._rules.zone
        access_note.shows(row.message for row in shown if row.message is not None)
        return NoticeList(
            items=[
                NoticeView(
                    id=str(row.id),
                    kind=NoticeKind(row.kind),
                    message=str(row.message) if row.message is not None else None,
                    limit=LimitName(row.limit_name) if row.limit_name else None,
                    at=row.deliver_from.astimezone(zone),
                    text=row.text,
                    acting_for=row.acting_for,
                )
                for row in shown
            ],
            next=str(shown[-1].id) if len(rows) > limit else None,
        )
