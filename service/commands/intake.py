"""Intake of commands: into the outbox with their texts, answered once delivered (docs/change/decisions.md, 1–4).

It is long because taking, keying, waiting and answering are one transaction with what follows it.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

import structlog
from pydantic import BaseModel, TypeAdapter
from temporalio.service import RPCError

from calendar_rules.vocabulary import Outcome, Role
from service.access import note as access_note
from service.access import wording
from service.access.deadline import before_deadline
from service.access.errors import KeyReusedError, ServiceError, WrongClockError
from service.commands import checks
from service.commands.delivery import REGISTER, CommandDelivery
from service.commands.outcomes import Accepted, CommandResult, Refused, Taken
from service.keys.request_keys import MaskedKeys
from service.messages.outcome_writer import OutcomeWriter
from service.messages.posts import url_key
from service.messages.reader import Known, MessageReader
from service.messages.targets import Target, grants
from service.runs.connection import TemporalAwayError
from store.commands import before, corrections, outbox
from store.commands.before import Before
from store.commands.tables import CommandRow
from store.database.columns import ERASED
from store.database.engines import Database
from store.database.session import DatabaseError, IntegrityError, Session
from store.messages import attachments, finding, texts
from store.messages.tables import MessageRow
from store.networks import candidates
from store.people.persons import Actor
from telemetry import traces
from telemetry.command_metrics import COMMANDS
from telemetry.logs import reason
from telemetry.process_clock import ProcessClock
from workflows import commands
from workflows.stages import OF_DESTRUCTION
from workflows.state import MessageState
from workflows.vocabulary import Command
from workflows.wording import CLOSED

log = structlog.get_logger(__name__)

KNOWN_LINK = "known_link"
"""What is kept of a registration whose link was known: it starts nothing, and tells of the first message."""

_WAIT_FOR_OLDER = 3.0  # seconds
_PAUSE = 0.02
_HELD_PAUSE = 0.1
_HELD_FOR = 30.0

COMMAND: TypeAdapter[commands.AnyCommand] = TypeAdapter(commands.AnyCommand)
"""Any command, by its name."""

Check = Callable[[Before], Awaitable[None]]
"""Refuses bad input with a ServiceError, inside the transaction that takes the command."""


class Held(Protocol):
    """What a command waits for before it is signalled: a confirmation, for the link of what is being published."""

    async def write(self, session: Session, row: CommandRow) -> None:
        """In the transaction that takes the command. Raises ServiceError."""
        ...

    async def begin(self) -> None:
        """Have it done, once it is on record; doing so again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """The request a command came by: its Idempotency-Key, the digest that tells it from another, and its body."""

    key: str
    digest: str
    repeatable: bool
    """Whether the key is the caller's own, so that it may have come before."""
    body: BaseModel | None = None


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The caller's Idempotency-Key, if there is one, and the address asked; with the body they make a request."""

    key: str | None
    path: str

    def of(self, body: BaseModel | None) -> KeyedRequest:
        """The request with its body; without a key it gets one of its own."""
        content = json.dumps(
            [self.path, body.model_dump(mode="json", by_alias=True) if body else None], sort_keys=True
        )
        digest = hashlib.sha256(content.encode()).hexdigest()
        return KeyedRequest(self.key or uuid4().hex, digest, repeatable=self.key is not None, body=body)


class CommandIntake:
    """Takes commands, and answers with what became of them."""

    def __init__(
        self,
        database: Database,
        delivery: CommandDelivery,
        outcomes: OutcomeWriter,
        reader: MessageReader,
        keys: MaskedKeys,
        clock: ProcessClock,
    ) -> None:
        self._db = database
        self._keys = keys
        self._clock = clock
        self._delivery = delivery
        self._outcomes = outcomes
        self._reader = reader

    async def give(
        self,
        target: Target,
        request: KeyedRequest,
        name: Command,
        fields: Mapping[str, Any] = MappingProxyType({}),
        check: Check | None = None,
        held: Held | None = None,
    ) -> CommandResult:
        """Take a command and answer with the message after it.

        Its fields are those of the request's body that have the same name, and `fields` over them, read once `check`
        has passed; of a text (`TextId`) it carries the id. `held`: what it waits for before it is signalled.
        Raises ServiceError where the input or the key cannot be taken, WrongClockError where the clock is far off.
        """
        self._check_clock()
        write = partial(self._write, target, request, name, fields, check, held)
        try:
            row, its_turn, known = await write()
        except IntegrityError:
            # The same key or post at the same time: the other one came first, and is found now.
            row, its_turn, known = await write()
        if row.status == outbox.HELD:
            return await self._or_taken(row, self._let_go(target, row, held))
        if row.status not in outbox.WAITING:
            return await self._settled(target, row)
        return await self._or_taken(row, self._delivered(target, row, known, its_turn=its_turn))

    async def _or_taken(
        self, row: CommandRow, answering: Coroutine[Any, Any, CommandResult]
    ) -> CommandResult:
        """The answer; where it cannot be told in time, or not now: the command is stored, and will be applied."""
        try:
            return await before_deadline(answering)
        except (DatabaseError, RPCError, TemporalAwayError, OSError) as error:
            log.warning("outcome not told now", command=row.id, message=row.message, error=reason(error))
            return self._taken(row)

    async def _let_go(self, target: Target, row: CommandRow, held: Held | None) -> CommandResult:
        """What becomes of a command that waits for something; who asks is answered sooner where that takes long."""
        if held is not None:
            await held.begin()
        until = asyncio.get_running_loop().time() + _HELD_FOR
        while row.status not in (outbox.ACCEPTED, outbox.REFUSED):
            if asyncio.get_running_loop().time() > until:
                return self._taken(row)
            await asyncio.sleep(_HELD_PAUSE)
            async with self._db.lookup() as session:
                row = await outbox.by_id(session, row.id) or row
        return await self._settled(target, row)

    async def _delivered(
        self, target: Target, row: CommandRow, known: Known, *, its_turn: bool
    ) -> CommandResult:
        if not its_turn and not await self._turn_of(row):
            return self._taken(row)
        answer = await self._delivery.deliver(row, at_once=False)
        if answer is None:
            async with self._db.lookup() as session:
                row = await outbox.by_id(session, row.id) or row
            if row.status in outbox.WAITING:
                return self._taken(row)
            return await self._settled(target, row)
        assert answer.outcome is not None  # noqa: S101
        self._outcomes.soon(row, answer)
        if not answer.outcome.accepted:
            return Refused(answer.outcome.detail or CLOSED)
        return Accepted(await self._reader.view(target, answer.state, known))

    async def register(
        self,
        caller: Actor,
        request: KeyedRequest,
        draw_up: Callable[[], Awaitable[MessageRow]],
        check: Check,
        pictures: Sequence[str] = (),
    ) -> CommandResult:
        """Register a message and start its workflow; a post registered before answers with the first message.

        `draw_up` returns the message, or raises ServiceError, as `check` may; a request repeated under its key needs
        neither any more. A message that was registered by mistake leaves its post to the new one. `pictures` are files
        that become the new message's own. Raises WrongClockError where the clock is far off.
        """
        self._check_clock()
        try:
            message = await draw_up()
        except ServiceError:
            if registration := await self._known_registration(caller, request):
                return await self._answered(caller, registration)
            raise
        return await self._answered(
            caller, await self._take_registration(message, caller, request, check, pictures)
        )

    def _check_clock(self) -> None:
        if flaw := self._clock.flaw:
            raise WrongClockError(flaw)

    async def _answered(self, caller: Actor, registration: "_Registration") -> CommandResult:
        if registration.row.name == REGISTER and registration.row.status in outbox.WAITING:
            return await self._or_taken(registration.row, self._begun(caller, registration))
        state = await self._reader.state(registration.message)
        return await self._registered(caller, registration, state)

    async def born(self, caller: Actor, request: KeyedRequest) -> CommandResult:
        """The message that a command given by this request names as its own part, registered with it."""
        async with self._db.lookup() as session:
            given = await self._known(session, caller, request)
            assert given is not None  # noqa: S101
            number = int(given.payload["message"])
            message = await finding.by_number(session, number)
            row = await outbox.first_of(session, number, REGISTER)
        assert message is not None and row is not None  # noqa: S101
        return await self._answered(caller, _Registration(row, message))

    async def _begun(self, caller: Actor, registration: "_Registration") -> CommandResult:
        row = registration.row
        begun = await self._delivery.deliver(row, registration.message, at_once=False)
        if begun is None:
            return self._taken(row)
        self._outcomes.soon(row, begun)
        return await self._registered(caller, registration, begun.state)

    async def _registered(
        self, caller: Actor, registration: "_Registration", state: MessageState
    ) -> CommandResult:
        row, message = registration
        target = Target(message, caller, caller.capacities(finding.message_now(message, datetime.now(UTC))))
        access_note.shows([target.number])
        view = await self._reader.view(target, state)
        return Accepted(view, registered=row.name == REGISTER)

    async def _known(self, session: Session, caller: Actor, request: KeyedRequest) -> CommandRow | None:
        return await outbox.by_key(session, caller.key, self._keys.spellings(caller.key, request.key))

    def _spellings(self, caller: Actor, request: KeyedRequest) -> Collection[str]:
        """What the request's key may be kept as; nothing for one that cannot have come before."""
        return self._keys.spellings(caller.key, request.key) if request.repeatable else ()

    async def was_given(self, caller: Actor, key: str) -> bool:
        """Whether the person gave a command under this key before."""
        async with self._db.lookup() as session:
            return await outbox.by_key(session, caller.key, self._keys.spellings(caller.key, key)) is not None

    async def _known_registration(self, caller: Actor, request: KeyedRequest) -> "_Registration | None":
        """The one asked for under this key before. Raises KeyReusedError where the key was another request's."""
        if not request.repeatable:
            return None
        async with self._db.lookup() as session:
            row = await self._known(session, caller, request)
            return None if row is None else await _registration_by(session, row, request)

    async def _take_registration(
        self,
        message: MessageRow,
        caller: Actor,
        request: KeyedRequest,
        check: Check,
        pictures: Sequence[str],
    ) -> "_Registration":
        """Write the message and the command that starts it; of a post known before only that it was asked for."""
        void: dict[int, bool] = {}
        write = partial(self._write_registration, message, caller, request, check, pictures, void)
        while True:
            try:
                taken = await write()
            except IntegrityError:
                # The same post or key at the same time: the other one came first, and is found now.
                taken = await write()
            if isinstance(taken, _Registration):
                return taken
            # The row of a message that has just been closed may not say so yet.
            void[taken.number or 0] = (
                taken.outcome == Outcome.VOID or (await self._reader.state(taken)).outcome is Outcome.VOID
            )

    async def _write_registration(
        self,
        message: MessageRow,
        caller: Actor,
        request: KeyedRequest,
        check: Check,
        pictures: Sequence[str],
        void: Mapping[int, bool],
    ) -> "_Registration | MessageRow":
        """In one transaction; or the message that has the post, while `void` does not say whether it is void."""
        now, key = datetime.now(UTC), url_key(message.url)
        async with self._db.write() as session:
            keys = self._spellings(caller, request)
            known = await before.read(
                session, before.OF_REGISTRATION, person=caller.key, keys=keys, of_post=key
            )
            if known.command is not None:
                return await _registration_by(session, known.command, request)
            await check(known)
            first = None if known.post is None else await finding.by_number(session, known.post)
            if first is not None and first.number not in void:
                return first
            if first is not None and void[first.number or 0]:
                await corrections.free_void_link(session, key, known_void=first.number)
                first = await finding.by_key(session, key)
            if first is None:
                session.add(message)
                await session.flush()
                assert message.url_key is not None and message.number is not None  # noqa: S101
                await candidates.became(session, {message.url_key: message.number}, caller.key, now)
                await attachments.claim(session, message.number, pictures)
            row = registration_row(first or message, caller, request, now + outbox.LEASE)
            if first is None and pictures:
                row.payload = {**row.payload, "attachments": list(pictures)}
            if first is not None:
                row.name, row.status, row.settled_at, row.lease_until = KNOWN_LINK, outbox.ACCEPTED, now, None
            await outbox.add(session, row)
        return _Registration(row, first or message)

    async def _write(
        self,
        target: Target,
        request: KeyedRequest,
        name: Command,
        fields: Mapping[str, Any],
        check: Check | None,
        held: Held | None,
    ) -> tuple[CommandRow, bool, Known]:
        """Write the command and its texts; returns its row, whether it may be signalled now, and what is known then."""
        now = datetime.now(UTC)
        async with self._db.write() as session:
            values = dict(request.body or ())
            known = await before.read(
                session,
                before.OF_ANY | checks.READ.get(name, frozenset()),
                person=target.caller.key,
                keys=self._spellings(target.caller, request),
                of_message=target.number,
                bodies=values.get("bodies", ()),
                topic=values.get("topic"),
            )
            # Not what is about to be destroyed: that is read once more, as it is left.
            shown = Known({} if name in OF_DESTRUCTION else known.texts, known.gone)
            if known.command is not None:
                return same_request(known.command, request, target.number), False, shown
            if check is not None:
                await check(known)
            values |= fields
            written = {
                field: texts.new(target.number, field, text, now, lasting=name in OF_DESTRUCTION)
                for field in commands.text_fields(commands.COMMANDS[name])
                if (text := values.get(field)) is not None
            }
            taken_at = finding.message_now(target.row, now)
            command = COMMAND.validate_python(
                {
                    **values,
                    **{field: text.id for field, text in written.items()},
                    "name": name,
                    "id": uuid4().hex,
                    "person": target.caller.key,
                    "grants": grants(target.caller, taken_at),
                    "taken_at": taken_at,
                }
            )
            await texts.add(session, list(written.values()))
            row = command_row(command, target.number, target.caller, request, now + outbox.LEASE)
            if held is not None:
                row.status, row.lease_until = outbox.HELD, None
                await held.write(session, row)
            its_turn = await outbox.add(session, row, self._outcomes.unwritten(target.number))
            shown.texts.update({text.id: text.content for text in written.values()})
            return row, its_turn, shown

    async def _turn_of(self, row: CommandRow) -> bool:
        """Wait until no older command of the message is still to be signalled; False if that takes too long."""
        try:
            async with asyncio.timeout(_WAIT_FOR_OLDER):
                while True:
                    async with self._db.lookup() as session:
                        if not await outbox.older_waits(session, row, self._outcomes.unwritten(row.message)):
                            return True
                    await asyncio.sleep(_PAUSE)
        except TimeoutError:
            async with self._db.write() as session:
                await outbox.release(session, [row.id])
            return False

    async def _settled(self, target: Target, row: CommandRow) -> CommandResult:
        if row.status == outbox.REFUSED:
            return Refused(row.detail or CLOSED)
        return Accepted(await self._reader.current(target))

    @staticmethod
    def _taken(row: CommandRow) -> Taken:
        COMMANDS.labels(row.name, outbox.TAKEN).inc()
        return Taken(row.id, row.message)


class _Registration(NamedTuple):
    """A registration that was asked for, and the message it is about."""

    row: CommandRow
    message: MessageRow


async def _registration_by(session: Session, row: CommandRow, request: KeyedRequest) -> _Registration:
    """The registration that this row keeps. Raises KeyReusedError where its key was another request's."""
    message = await finding.by_number(session, same_request(row, request).message)
    assert message is not None  # noqa: S101
    return _Registration(row, message)


def _acting_for(caller: Actor, moment: datetime) -> str | None:
    curators = [capacity for capacity in caller.capacities(moment) if capacity.role is Role.CURATOR]
    return min(curators, key=lambda held: held.acting_for is not None).acting_for if curators else None


def same_request(known: CommandRow, request: KeyedRequest, message: int | None = None) -> CommandRow:
    """The command known under the key, where it was the same request. Of a forgotten one only its message is known.

    Raises KeyReusedError.
    """
    if known.request == ERASED:
        of_message = None if known.name in (REGISTER, KNOWN_LINK) else known.message
        is_same = of_message == message
    else:
        is_same = known.request == request.digest
    if not is_same:
        raise KeyReusedError(wording.KEY_REUSED)
    return known


def registration_row(
    message: MessageRow,
    caller: Actor,
    request: KeyedRequest,
    lease_until: datetime,
    *,
    past: Sequence[Mapping[str, Any]] = (),
) -> CommandRow:
    """The outbox row that starts a message; `past` are the commands that come with it."""
    assert message.number is not None  # noqa: S101
    payload: dict[str, Any] = {"acting_for": _acting_for(caller, message.registered_at)}
    if past:
        payload["past"] = list(past)
    return CommandRow(
        id=uuid4().hex,
        person=caller.key,
        key=request.key,
        request=request.digest,
        message=message.number,
        name=REGISTER,
        payload=payload,
        taken_at=message.registered_at,
        lease_until=lease_until,
        trace=traces.current(),
    )


def command_row(
    command: commands.AnyCommand, message: int, caller: Actor, request: KeyedRequest, lease_until: datetime
) -> CommandRow:
    """The outbox row of a command."""
    assert command.taken_at is not None  # noqa: S101
    return CommandRow(
        id=command.id,
        person=caller.key,
        key=request.key,
        request=request.digest,
        message=message,
        name=command.name,
        payload=command.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        taken_at=command.taken_at,
        lease_until=lease_until,
        trace=traces.current(),
    )
