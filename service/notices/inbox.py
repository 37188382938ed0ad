"""Notices: the inbox of one person, what of it is acknowledged, and who was told what of one message."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field

from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Network, NoticeKind
from service.access import note as access_note
from service.access import wording
from service.access.errors import ConflictError, NotFoundError
from service.access.values import number_of
from service.messages.lines import subject
from service.messages.outcome_writer import OutcomeWriter
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.notices import inbox_places
from service.notices.breach_text import standing
from service.notices.channels import Channels, DeliveryView
from service.runs.rules import Rules
from store.database import statements
from store.database.engines import Database
from store.database.session import Connection, Session
from store.messages import changes, finding, listing
from store.notices import inbox as notices
from store.notices.inbox import Place
from store.notices.tables import NoticeRow
from store.oversight import escalations
from store.oversight.escalations import Escalated
from store.people.persons import Actor, represented_by


class Acknowledgement(BaseModel):
    """Кто подтвердил, что сведения получены."""

    person: str = Field(description="Имя для входа.")
    at: datetime


class NoticeView(BaseModel):
    """Уведомление одного человека об одном факте."""

    id: str
    kind: NoticeKind
    message: str | None
    limit: LimitName | None = Field(description="Срок, которого касается уведомление.")
    at: datetime = Field(description="Момент, с которого уведомление можно доставлять и другими каналами.")
    text: str
    read_at: datetime | None = Field(
        description="Когда уведомление прочитано: отмечено прочитанным, подтверждено или открыто на странице."
    )
    acting_for: str | None = Field(description="Имя для входа того, кого замещает получатель.")
    acknowledged_at: datetime | None = Field(
        description="Когда получатель подтвердил получение сведений о нарушении; null — не подтвердил."
    )
    acknowledgements: list[Acknowledgement] = Field(
        description="Кто из получивших эти же сведения подтвердил их получение; подтверждения одного достаточно."
    )
    standing: str | None = Field(
        description="Насколько действие просрочено или было просрочено, на момент ответа; для сведений о нарушении."
    )
    standing_at: datetime | None = Field(
        description="Момент, на который указано `standing`, по часам сообщения; `text` составлен раньше."
    )
    deliveries: list[DeliveryView] = Field(description="Доставка по каналам получателя, кроме этого списка.")


class NoticeList(BaseModel):
    """Страница уведомлений; `next` передают как cursor."""

    items: list[NoticeView]
    next: str | None


WAITS = timedelta(days=30)
"""For how long an escalation is said to wait: by then it has long gone further, and stands in the register."""
_OF_A_MESSAGE = 500
"""Rows, a person each: what a message of many breaches has."""
_OF_A_PAGE = 500
"""Notices of all the messages of a page."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What a person was told of one message, the newest first, or one notice of no message.

    `subject` is None where there is no message, or they may not see it now.
    """

    message: int | None
    subject: str | None
    network: Network | None
    notices: Sequence[NoticeView]

    @property
    def is_unread(self) -> bool:
        """Whether one of them has not been read."""
        return any(notice.read_at is None for notice in self.notices)

    @property
    def shown(self) -> Sequence[NoticeView]:
        """The newest, and those not read."""
        return [item for place, item in enumerate(self.notices) if place == 0 or item.read_at is None]

    @property
    def earlier(self) -> Sequence[NoticeView]:
        """The others, which were read."""
        return [item for item in self.notices[1:] if item.read_at is not None]


@dataclass(frozen=True, slots=True)
class Threads:
    """A page of an inbox by message, and where the next one begins.

    `waiting`: on the first page what is to be acknowledged yet, the newest first; it is not in `items`.
    """

    items: Sequence[Thread]
    next: str | None
    waiting: Sequence[Thread]


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """What was told of one fact: the moment from which it may reach people, and who they are.

    Each person with the one they stood in for, None where they got it for themselves.
    """

    kind: NoticeKind
    at: datetime
    text: str
    persons: tuple[tuple[str, str | None], ...]


class Inbox:
    """Reads the notices of people, and keeps what they acknowledge."""

    def __init__(
        self,
        database: Database,
        reader: MessageReader,
        outcomes: OutcomeWriter,
        rules: Rules,
        channels: Channels,
    ) -> None:
        self._db = database
        self._reader = reader
        self._outcomes = outcomes
        self._rules = rules
        self._channels = channels

    async def page(
        self,
        caller: Actor,
        *,
        message: str | None,
        after: Place | None,
        limit: int,
        unread: bool | None = None,
    ) -> NoticeList:
        """Up to `limit` notices of the caller behind a place, the newest first, of one message or all.

        `unread`: those not read yet, or those read; None: both.
        """
        number = number_of(message) if message is not None else None
        if message is not None and number is None:
            return NoticeList(items=[], next=None)
        if number is not None:
            async with self._db.read() as session:
                row = await finding.by_number(session, number)
            if row is not None:
                await self._reader.caught_up(row, self._outcomes.state(number))
        async with self._db.read() as session:
            rows = await notices.of_person(
                session, caller.key, message=number, after=after, limit=limit + 1, unread=unread
            )
            shown = rows[:limit]
            items = await self._views(session, shown)
        access_note.shows(row.message for row in shown if row.message is not None)
        return NoticeList(items=items, next=_next(shown) if len(rows) > limit else None)

    async def threads(self, caller: Actor, *, after: Place | None, limit: int) -> Threads:
        """The caller's inbox by message: up to `limit` messages behind a place, by their newest notice."""
        since = datetime.now(UTC) - WAITS
        async with self._db.read() as session:
            heads = await notices.newest_of_messages(
                session, caller.key, after=after, limit=limit + 1, waiting_since=since
            )
            shown = heads[:limit]
            numbers = {row.message for row in shown if row.message is not None}
            others = await notices.of_messages(
                session, caller.key, numbers, limit=_OF_A_PAGE, waiting_since=since
            )
            waiting = await self._waiting(session, caller, since) if after is None else []
            told: dict[int, list[NoticeRow]] = {row.id or 0: [row] for row in shown}
            places = {row.message: row.id or 0 for row in shown if row.message is not None}
            for row in others:
                if row.id not in told and row.message is not None:
                    told[places[row.message]].append(row)
            threads = [*told.values(), *([row] for row in waiting)]
            rows = [row for thread in threads for row in thread]
            views = {view.id: view for view in await self._views(session, rows)}
            connection = await session.connection()
            seen = await connection.run_sync(listing.seen_of, caller, _messages(rows), datetime.now(UTC))
        access_note.shows(_messages(rows))
        made = [_thread([views[str(row.id)] for row in thread], seen) for thread in threads]
        return Threads(
            items=made[: len(shown)],
            next=_next(shown) if len(heads) > limit else None,
            waiting=made[len(shown) :],
        )

    async def all_waiting(self, caller: Actor) -> Sequence[Thread]:
        """What the caller has yet to acknowledge, as `waiting` counts it, the newest first."""
        return (await self.threads(caller, after=None, limit=0)).waiting

    async def _waiting(self, session: Session, caller: Actor, since: datetime) -> Sequence[NoticeRow]:
        return await notices.of_person(
            session, caller.key, message=None, after=None, limit=_OF_A_PAGE, waiting_since=since
        )

    async def unread(self, caller: Actor) -> int:
        """How many notices the caller has not read."""
        async with self._db.read() as session:
            return await notices.unread(session, caller.key)

    async def read(
        self, caller: Actor, *, ids: Collection[str] | None = None, until: datetime | None = None
    ) -> None:
        """Note that the caller read these notices, or all whose moment is not after `until`; not those of others."""
        numbers = None if ids is None else [found for found in map(number_of, ids) if found is not None]
        async with self._db.write() as session:
            await notices.read(session, caller.key, datetime.now(UTC), ids=numbers, until=until)

    async def opened(self, caller: Actor, message: int) -> int:
        """Note that the caller sees what they were told of a message; returns how much of it they had not read."""
        # Most who open a message were told nothing new of it, and wait for nobody who writes.
        async with self._db.read() as session:
            if not await notices.has_unread(session, caller.key, message):
                return 0
        async with self._db.write() as session:
            return await notices.read(session, caller.key, datetime.now(UTC), message=message)

    async def waiting(self, caller: Actor) -> int:
        """How many breaches the caller was told of in the last weeks, and has yet to acknowledge."""
        async with self._db.lookup() as session:
            return await notices.waiting(session, caller.key, datetime.now(UTC) - WAITS)

    async def one(self, caller: Actor, notice: str) -> NoticeView:
        """One notice of the caller, or of somebody they stand in for. Raises NotFoundError."""
        number = number_of(notice)
        async with self._db.read() as session:
            row = await notices.by_id(session, number) if number is not None else None
            if row is None or not await self._is_theirs(session, row, caller):
                raise NotFoundError(wording.NO_NOTICE)
            (view,) = await self._views(session, [row])
        access_note.shows([row.message] if row.message is not None else [])
        return view

    async def acknowledge(self, caller: Actor, notice: str) -> NoticeView:
        """Note that the caller has taken notice of a breach (cl. 20); a second time changes nothing.

        Raises NotFoundError for a notice of others, ConflictError for one of another kind.
        """
        number = number_of(notice)
        now = datetime.now(UTC)
        async with self._db.write() as session:
            row = await notices.by_id(session, number) if number is not None else None
            if row is None or row.id is None or not await self._is_theirs(session, row, caller):
                raise NotFoundError(wording.NO_NOTICE)
            if row.kind not in notices.ACKNOWLEDGED or row.message is None:
                raise ConflictError(said(wording.NOTHING_TO_ACKNOWLEDGE))
            if row.acknowledged_at is None:
                await notices.acknowledge(session, row.id, caller.key, await self._moment(session, row, now))
                await notices.read(session, caller.key, now, ids=[row.id])
                connection = await session.connection()
                told = await connection.run_sync(notices.escalated, [(row.message, row.row)])
                persons = {item.person for items in told.values() for item in items}
                noted = changes.noted(
                    row.message, curator=None, bodies=(), persons=persons, at=now, dialect=self._db.dialect
                )
                await statements.run(session, noted)
        return await self.one(caller, notice)

    async def _is_theirs(self, session: Session, row: NoticeRow, caller: Actor) -> bool:
        """Whether the notice went to the caller, or to somebody they stand in for now, or was meant for them."""
        if caller.key in (row.person, row.acting_for):
            return True
        moment = await self._moment(session, row, datetime.now(UTC))
        return row.person in represented_by(caller.key, caller.substitutions, moment)

    async def _moment(self, session: Session, row: NoticeRow, now: datetime) -> datetime:
        """The moment on the clock of the message that the notice is about."""
        message = await finding.by_number(session, row.message) if row.message is not None else None
        return finding.message_now(message, now) if message is not None else now

    async def _views(self, session: Session, rows: Sequence[NoticeRow]) -> list[NoticeView]:
        """Notices of one person as they are shown, in their order."""
        delivered = await self._channels.of_notices(session, rows[0].person, _ids(rows)) if rows else {}
        connection = await session.connection()
        return await connection.run_sync(self._shown, rows, delivered)

    def _shown(
        self,
        connection: Connection,
        rows: Sequence[NoticeRow],
        delivered: Mapping[int, list[DeliveryView]],
    ) -> list[NoticeView]:
        now = datetime.now(UTC)
        breaches = {
            (row.message, row.row)
            for row in rows
            if row.kind in notices.ACKNOWLEDGED and row.message is not None
        }
        known = {item.key: item for item in escalations.of(connection, breaches)} if breaches else {}
        return [self._view(row, known, now, delivered.get(row.id or 0, [])) for row in rows]

    def _view(
        self,
        row: NoticeRow,
        known: Mapping[tuple[int, int], Escalated],
        now: datetime,
        deliveries: list[DeliveryView],
    ) -> NoticeView:
        zone = self._rules.zone
        item = known.get((row.message or 0, row.row)) if row.kind in notices.ACKNOWLEDGED else None
        breach = item.breach if item else None
        return NoticeView(
            id=str(row.id),
            kind=NoticeKind(row.kind),
            message=str(row.message) if row.message is not None else None,
            limit=LimitName(row.limit_name) if row.limit_name else None,
            at=row.deliver_from.astimezone(zone),
            text=row.text,
            read_at=row.read_at.astimezone(zone) if row.read_at else None,
            acting_for=row.acting_for,
            acknowledged_at=row.acknowledged_at.astimezone(zone) if row.acknowledged_at else None,
            acknowledgements=[
                Acknowledgement(
                    person=told.acknowledged_by or told.person, at=told.acknowledged_at.astimezone(zone)
                )
                for told in (item.told if item else ())
                if told.acknowledged_at is not None
            ],
            standing=standing(breach, self._rules, breach.now(now)) if breach else None,
            standing_at=breach.now(now).astimezone(zone) if breach else None,
            deliveries=deliveries,
        )

    async def of_message(self, target: Target) -> Sequence[ToldNotice]:
        """What was told of the message, the newest first; moments in the Department's zone.

        Of everybody to those who may see every message; to others what they were told themselves.
        """
        sees_all = any(held.role in finding.SEES_ALL for held in target.capacities)
        async with self._db.lookup() as session:
            rows = await notices.of_message(
                session, target.number, person=None if sees_all else target.caller.key, limit=_OF_A_MESSAGE
            )
        told: dict[tuple[int, str, datetime, str], list[tuple[str, str | None]]] = {}
        for row in rows:
            persons = told.setdefault((row.row, row.kind, row.deliver_from, row.text), [])
            persons.append((row.person, row.acting_for))
        return [
            ToldNotice(NoticeKind(kind), at.astimezone(self._rules.zone), text, tuple(reversed(persons)))
            for (_, kind, at, text), persons in told.items()
        ]


def _next(shown: Sequence[NoticeRow]) -> str | None:
    """The cursor of the page behind these."""
    return inbox_places.written(Place(shown[-1].deliver_from, shown[-1].id or 0)) if shown else None


def _messages(rows: Sequence[NoticeRow]) -> list[int]:
    return sorted({row.message for row in rows if row.message is not None})


def _thread(told: Sequence[NoticeView], seen: Mapping[int, tuple[str, str]]) -> Thread:
    number = int(told[0].message) if told[0].message is not None else None
    text, network = seen.get(number or 0, (None, None))
    return Thread(
        message=number,
        subject=None if text is None else subject(text),
        network=None if network is None else Network(network),
        notices=told,
    )


def _ids(rows: Sequence[NoticeRow]) -> list[int]:
    return [row.id for row in rows if row.id is not None]
