"""Open work of a body or a person: listed before they stop working, so that nothing is left to nobody."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo

from pydantic import BaseModel, Field

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Stage
from service.access import note as access_note
from service.access import wording
from service.access.errors import NotFoundError
from service.messages.lists import MessageLists
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.packed import unpack
from store.database.session import Connection, Session
from store.messages import open_runs, open_work
from store.messages.open_work import OpenMessage
from store.people.tables import BodyRow, PersonRow
from workflows.state import LimitRun


class OpenItem(BaseModel):
    """Сообщение, работа с которым не закончена."""

    message: str
    stage: Stage
    body: str | None = Field(description="Орган, за которым сообщение сейчас; null — у куратора.")
    limit: LimitName | None = Field(description="Ближайший неисполненный срок.")
    due_at: datetime | None
    promised: bool = Field(
        description="Размещён промежуточный ответ, и обещан окончательный (п. 14): обещание переходит преемнику."
    )


class OpenWork(BaseModel):
    """Незавершённое, ближайший срок сверху; список приходит целиком."""

    items: list[OpenItem]
    next: None = None

    @property
    def promises(self) -> int:
        """How many of them wait for a promised answer."""
        return sum(item.promised for item in self.items)


class OpenWorks:
    """Reads what is open."""

    def __init__(self, database: Database, lists: MessageLists, rules: Rules) -> None:
        self._db = database
        self._lists = lists
        self._rules = rules

    async def of_body(self, body: str) -> OpenWork:
        """Of a body. Raises NotFoundError where there is none of this key."""
        async with self._db.read() as session:
            if await session.get(BodyRow, body) is None:
                raise NotFoundError(wording.NO_BODY.format(key=body))
        return await self._read(lambda connection: open_work.of_body(connection, body))

    async def of_person(self, person: str) -> OpenWork:
        """Of a person. Raises NotFoundError where there is none of this sign-in."""
        async with self._db.read() as session:
            if await session.get(PersonRow, person) is None:
                raise NotFoundError(wording.NO_PERSON.format(person=person))
        return await self._read(lambda connection: open_work.of_person(connection, person))

    async def _read(self, found: Callable[[Connection], Sequence[OpenMessage]]) -> OpenWork:
        work = await self._lists.read(lambda connection: _work(connection, found, self._rules.zone))
        access_note.shows(int(item.message) for item in work.items)
        return work


async def with_body(session: Session, body: str) -> OpenWork:
    """What is open for a body, inside a transaction; moments in UTC."""
    connection = await session.connection()
    return await connection.run_sync(_work, lambda read: open_work.of_body(read, body), UTC)


def _work(
    connection: Connection, found: Callable[[Connection], Sequence[OpenMessage]], zone: tzinfo
) -> OpenWork:
    messages = found(connection)
    runs = open_runs.first_of(connection, [message.number for message in messages])
    items = []
    for message in messages:
        run = LimitRun.model_validate_json(unpack(runs[message.number])) if message.number in runs else None
        items.append(
            OpenItem(
                message=str(message.number),
                stage=message.stage,
                body=message.body,
                limit=run.name if run else None,
                due_at=run.due_at.astimezone(zone) if run else None,
                promised=run is not None and run.name is LimitName.FINAL_DRAFT,
            )
        )
    last = datetime.max.replace(tzinfo=zone)
    return OpenWork(items=sorted(items, key=lambda item: (item.due_at or last, int(item.message))))
