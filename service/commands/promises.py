"""Acts of people on promises of published texts: state one, say that it is kept, give another day.

No step of a message's road, so that no workflow is asked: what is done is done with its record in one transaction, and
kept under its Idempotency-Key as commands are (docs/change/decisions.md, 2).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pydantic import BaseModel

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import DraftStatus, Network, NoticeKind, PromiseState
from service.access import note as access_note
from service.access import wording
from service.access.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from service.access.values import number_of
from service.commands.intake import KeyedRequest, RequestKey, same_request
from service.commands.requests import GivenPromiseBody, KeptBody, MovedBody
from service.commands.stated_promises import later, of_body, stating_of
from service.keys.request_keys import MaskedKeys
from service.messages import promised
from service.messages.outcome_writer import OutcomeWriter
from service.messages.promised import PromiseView
from service.messages.reader import MessageReader
from service.messages.targets import OF_BODIES, Target, Targets
from service.notices import beside
from service.promises import notice_text, stating
from service.promises.clock import PromiseClock
from service.runs.rules import Rules
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import IntegrityError, Session
from store.directory import rows as directory_rows
from store.messages import attachments, finding, texts
from store.messages.tables import MessageRow
from store.people.persons import Actor, Capacity
from store.promises import rows as promises
from store.promises.rows import Sought
from store.promises.tables import PromiseRow
from telemetry import traces
from workflows.state import Addressee, Draft

PAGE: Final = 50
_MOST = 100
"""Promises of one message."""
_STATED, _KEPT, _MOVED = "state_promise", "keep_promise", "move_promise"
_DRAFTED = (DraftStatus.SUBMITTED, DraftStatus.APPROVED, DraftStatus.PUBLISHED)


class PromiseList(BaseModel):
    """Обещания, последние сверху; `next` передают как cursor."""

    items: list[PromiseView]
    next: str | None


class RefusedError(Exception):
    """What is asked does not fit now: an outcome, kept under its key, and on record of the promise it is about.

    `at` is when it was asked.
    """

    def __init__(self, detail: str, row: PromiseRow | None = None, at: datetime | None = None) -> None:
        super().__init__(detail)
        self.detail, self.row, self.at = detail, row, at


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise with its message that somebody may see, in their capacities on the message's clock."""

    row: PromiseRow
    message: MessageRow
    caller: Actor
    capacities: tuple[Capacity, ...]

    def require_own_body(self) -> None:
        """Raises ForbiddenError for who is no executor or responsible of the body that has promised."""
        if not of_body(self.capacities, self.row.body):
            of_another = any(capacity.role in OF_BODIES for capacity in self.capacities)
            raise ForbiddenError(
                wording.OF_ANOTHER_PROMISING_BODY if of_another else wording.only_for(OF_BODIES)
            )


_Doing = Callable[[Session, datetime], Awaitable[PromiseRow]]


class Promises:
    """Reads promises, and takes what people say of them."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        reader: MessageReader,
        outcomes: OutcomeWriter,
        targets: Targets,
        keys: MaskedKeys,
    ) -> None:
        self._db = database
        self._rules = rules
        self._reader = reader
        self._outcomes = outcomes
        self._targets = targets
        self._keys = keys
        self._clock = PromiseClock(database)

    async def page(self, caller: Actor, sought: Sought, limit: int = PAGE) -> PromiseList:
        """Promises the caller may see, the newest first; moments in the Department's zone."""
        await self._outcomes.settled()
        await self._clock.follow(self._rules)
        capacities = caller.capacities(datetime.now(UTC))
        sees_all = any(capacity.role in finding.SEES_ALL for capacity in capacities)
        bodies = None if sees_all else finding.bodies_of(capacities)
        async with self._db.read() as session:
            rows = await promises.page(session, sought, bodies, limit + 1)
            shown = rows[:limit]
            items = await promised.views(session, shown, self._rules.zone)
        access_note.shows(row.message for row in shown)
        return PromiseList(items=items, next=str(shown[-1].id) if len(rows) > limit else None)

    async def found(self, caller: Actor, promise: str) -> Promised:
        """A promise of this id. Raises NotFoundError where there is none, or the caller may not see it."""
        number = number_of(promise)
        async with self._db.lookup() as session:
            row = None if number is None else await promises.by_id(session, number)
            message = None if row is None else await finding.by_number(session, row.message)
        if row is None or message is None:
            raise NotFoundError(wording.NO_PROMISE)
        await self._clock.follow(self._rules, row.message, self._outcomes.state(row.message))
        async with self._db.lookup() as session:
            row = await promises.by_id(session, number or 0) or row
        access_note.shows([row.message])
        capacities = tuple(caller.capacities(finding.message_now(message, datetime.now(UTC))))
        if not finding.sees(capacities, [row.body]):
            try:
                await self._targets.find(str(row.message), caller)
            except NotFoundError:
                raise NotFoundError(wording.NO_PROMISE) from None
        return Promised(row, message, caller, capacities)

    async def give(self, target: Target, key: RequestKey, body: GivenPromiseBody) -> PromiseView:
        """A promise that a text of the message makes; of a published one it runs from now.

        Raises ForbiddenError, InvalidInputError, and ConflictError where there is no such text.
        """
        state = await self._reader.state(target.row)
        draft = _draft(state.drafts, body.draft)
        whose = tuple(target.capacities)
        if draft is not None and of_body(whose, draft.body) is None:
            raise ForbiddenError(wording.OF_ANOTHER_BODY)
        later(body.until, target.now)

        async def do(session: Session, now: datetime) -> PromiseRow:
            message = await finding.locked(session, target.number)
            if message.erased_at is not None:
                raise RefusedError(wording.DATA_ERASED)
            if draft is None:
                raise RefusedError(wording.NO_TEXT_TO_PROMISE)
            if draft.status not in _DRAFTED:
                raise RefusedError(wording.TEXT_IS_NO_MORE)
            known = await promises.of_messages(session, [target.number])
            if len(known) >= _MOST:
                raise RefusedError(wording.TOO_MANY_PROMISES.format(number=len(known)))
            row = await stating.state(
                session, stating_of(target, draft.id, draft.body, now), body.what, body.until
            )
            if draft.published_at is not None:
                await self._clock.publish(session, row, draft.body, draft.published_at, self._rules, now)
            return row

        return await self._once(target.caller, key.of(body), target.row, _STATED, do)

    async def kept(self, found: Promised, key: RequestKey, body: KeptBody) -> PromiseView:
        """It was done. Raises InvalidInputError for a file the message does not have, ConflictError."""

        async def do(session: Session, now: datetime) -> PromiseRow:
            if body.attachment is not None and not await attachments.known(
                session, found.row.message, [body.attachment]
            ):
                raise InvalidInputError("attachment", wording.NO_ATTACHMENT)
            row, at = await self._brought_up(session, found, now)
            late = row.state == PromiseState.BROKEN
            if row.state in (PromiseState.STATED, PromiseState.DROPPED) or row.done_at is not None:
                raise RefusedError(_why_not(row), row, at)
            if body.url is not None:
                said = texts.new(row.message, stating.URL, body.url, now)
                await texts.add(session, [said])
                row.url = said.id
            row.attachment, row.done_at = body.attachment, at
            if not late:
                row.state, row.settled_at = PromiseState.KEPT, at
            data = {"attachment": row.attachment, "url": row.url}
            await self._said(session, found, row, "done_late" if late else "kept", at, now, data)
            return row

        return await self._once(found.caller, key.of(body), found.message, _KEPT, do)

    async def moved(self, found: Promised, key: RequestKey, body: MovedBody) -> PromiseView:
        """Another day, with a reason, of which the curator is told. Raises InvalidInputError, ConflictError."""
        later(body.until, finding.message_now(found.message, datetime.now(UTC)))

        async def do(session: Session, now: datetime) -> PromiseRow:
            row, at = await self._brought_up(session, found, now)
            if row.state not in promises.RUNNING:
                raise RefusedError(_why_not(row), row, at)
            if body.until <= at:
                raise InvalidInputError("until", wording.IN_THE_FUTURE)
            reason = texts.new(row.message, stating.REASON, body.reason, now)
            await texts.add(session, [reason])
            since, row.until, row.runs_since = row.until, body.until, at
            row.state, row.moves = PromiseState.MOVED, row.moves + 1
            row.warned_at = row.asked_at = row.answer_by = None
            data = {"from": since.isoformat(), "to": body.until.isoformat(), "reason": reason.id}
            fact = await self._said(session, found, row, "moved", at, now, data)
            await self._tell_curator(session, found, row, since, fact, at, now)
            return row

        return await self._once(found.caller, key.of(body), found.message, _MOVED, do)

    async def _brought_up(
        self, session: Session, found: Promised, now: datetime
    ) -> tuple[PromiseRow, datetime]:
        """The promise as it stands when this is said, and that moment, by the message's own clock."""
        assert found.row.id is not None  # noqa: S101
        row = await promises.locked(session, found.row.id)
        message = await finding.by_number(session, found.row.message)
        assert row is not None and message is not None  # noqa: S101
        if message.erased_at is not None:
            raise RefusedError(wording.DATA_ERASED)
        said = finding.message_now(found.message, now)
        await self._clock.bring_up(session, row, self._rules, said)
        before = await promises.last_at(session, found.row.id)
        return row, max(said, before or said)

    async def _said(
        self,
        session: Session,
        found: Promised,
        row: PromiseRow,
        kind: str,
        at: datetime,
        now: datetime,
        data: Mapping[str, str | None],
    ) -> int:
        """Put on record what somebody of the body said, and have the workflow look."""
        capacity = of_body(found.capacities, row.body)
        acting_for = capacity.acting_for if capacity else None
        self._clock.reckon(row, self._rules)
        row.to_look = True
        fact = await promises.happened(
            session, row, kind, at, now, data, person=found.caller.key, acting_for=acting_for
        )
        await beside.look_again(session, self._db.dialect, row.message, (), now)
        return fact

    async def _tell_curator(
        self,
        session: Session,
        found: Promised,
        row: PromiseRow,
        since: datetime,
        fact: int,
        at: datetime,
        now: datetime,
    ) -> None:
        titles, zone = await directory_rows.titles_of_bodies(session), self._rules.zone
        text = notice_text.moved(
            row.message,
            Network(found.message.network),
            titles.get(row.body, row.body),
            since.astimezone(zone),
            row.until.astimezone(zone),
        )
        to = [Addressee(audience=Audience.CURATOR, person=found.message.curator)]
        dialect = self._db.dialect
        await beside.tell(
            session, dialect, self._rules, row.message, fact, NoticeKind.PROMISE_MOVED, text, to, at, now
        )

    async def _once(
        self, caller: Actor, request: KeyedRequest, message: MessageRow, name: str, do: _Doing
    ) -> PromiseView:
        try:
            promise, refusal = await self._write(caller, request, message, name, do)
        except IntegrityError:
            # The same key at the same time: the other one came first, and is found now.
            promise, refusal = await self._write(caller, request, message, name, do)
        if refusal is not None:
            raise ConflictError(refusal)
        async with self._db.lookup() as session:
            row = await promises.by_id(session, promise)
            assert row is not None  # noqa: S101
            (view,) = await promised.views(session, [row], self._rules.zone)
        return view

    async def _write(
        self, caller: Actor, request: KeyedRequest, message: MessageRow, name: str, do: _Doing
    ) -> tuple[int, str | None]:
        """Do it unless that was done under this key; returns the promise, and why it was refused."""
        assert message.number is not None  # noqa: S101
        now = datetime.now(UTC)
        async with self._db.write() as session:
            if request.repeatable:
                spellings = self._keys.spellings(caller.key, request.key)
                known = await outbox.by_key(session, caller.key, spellings)
                if known is not None:
                    known = same_request(known, request, message.number)
                    return known.payload.get("promise", 0), known.detail
            row = CommandRow(
                id=uuid4().hex,
                person=caller.key,
                key=request.key,
                request=request.digest,
                message=message.number,
                name=name,
                payload={},
                taken_at=finding.message_now(message, now),
                status=outbox.ACCEPTED,
                settled_at=now,
                trace=traces.current(),
            )
            try:
                promise = await do(session, now)
                row.payload = {"promise": promise.id}
            except RefusedError as error:
                row.status, row.detail = outbox.REFUSED, error.detail
                if error.row is not None and error.at is not None:
                    asked = {"asked": name}
                    await promises.happened(
                        session, error.row, "refused", error.at, now, asked, person=caller.key
                    )
            await session.flush()
            await outbox.add(session, row)
        return row.payload.get("promise", 0), row.detail


def _draft(drafts: tuple[Draft, ...] | list[Draft], wanted: str | None) -> Draft | None:
    """The text that promises: the one named, else the last that is open or published.

    Raises NotFoundError for one the message does not have.
    """
    if wanted is not None:
        found = next((draft for draft in drafts if draft.id == wanted), None)
        if found is None:
            raise NotFoundError(wording.NO_DRAFT)
        return found
    return next((draft for draft in reversed(drafts) if draft.status in _DRAFTED), None)


def _why_not(row: PromiseRow) -> str:
    match PromiseState(row.state):
        case PromiseState.STATED:
            return wording.PROMISE_NOT_PUBLISHED
        case PromiseState.DROPPED:
            return wording.PROMISE_DROPPED
        case PromiseState.BROKEN if row.done_at is None:
            return wording.PROMISE_BROKEN
        case _:
            return wording.PROMISE_KEPT
