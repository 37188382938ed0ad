"""How a command is delivered: signalled, its outcome asked for, and both written to the outbox (DESIGN, 1, 2).

A command is delivered by whoever took it, and by the dispatcher where that did not come to pass.
"""

import asyncio
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio.service import RPCError

from activities.records import head_of
from api.metrics import COMMANDS
from api.temporal import TemporalAwayError
from api.workflow_access import Sent, Workflows
from store import messages, outbox, records, tables
from store.database import Database
from telemetry.logs import reason
from workflows.state import MessageState, OutcomeAnswer
from workflows.vocabulary import Command, Fact
from workflows.wording import CLOSED

log = structlog.get_logger(__name__)

REGISTER = "register"
"""The command that starts a message; it is no signal."""


class Delivery:
    """Delivers commands of the outbox, and settles them."""

    def __init__(self, database: Database, workflows: Workflows) -> None:
        self._db = database
        self._workflows = workflows
        self._settling: dict[int, set[asyncio.Task[None]]] = {}

    async def settled(self, message: int | None = None) -> None:
        """Wait until what this process answered is in the database too: of a message, or of all."""
        tasks = (
            self._settling.get(message, ())
            if message is not None
            else [task for tasks in self._settling.values() for task in tasks]
        )
        if tasks:
            await asyncio.wait(list(tasks))

    async def deliver(self, row: tables.CommandRow, *, at_once: bool = True) -> OutcomeAnswer | None:
        """Signal the command unless it is with Temporal already, ask for its outcome, and settle it.

        None if the outcome is not known now, or had to be told from the journal. The person need not wait for the
        outcome to be written: the workflow has it, and would tell it again. So it may be written behind the answer.
        """
        if row.name == REGISTER:
            return await self._start(row)
        if row.status == outbox.TAKEN:
            sent = await self._workflows.signal(row.message, row.name, row.payload)
            if sent is Sent.NOT_NOW:
                async with self._db.write() as session:
                    await outbox.release(session, row.id)
                return None
            if sent is Sent.GONE:
                await self.settle_without_workflow(row)
                return None
        answer = await self._workflows.ask(row.message, row.id)
        if answer is None or answer.outcome is None:
            async with self._db.write() as session:
                await outbox.mark_sent(session, row.id)
            await self._settle_from_journal(row)
            return None
        if at_once:
            await self._settle(row, answer)
        return answer

    def settle_soon(self, row: tables.CommandRow, answer: OutcomeAnswer) -> None:
        """Write the outcome behind the answer; `settled` waits for it."""
        tasks = self._settling.setdefault(row.message, set())
        task = asyncio.create_task(self._settle_behind(row, answer), name=f"settling {row.id}")
        tasks.add(task)
        task.add_done_callback(lambda done: self._forget(row.message, done))

    def _forget(self, message: int, task: asyncio.Task[None]) -> None:
        tasks = self._settling[message]
        tasks.discard(task)
        if not tasks:
            del self._settling[message]

    async def _settle_behind(self, row: tables.CommandRow, answer: OutcomeAnswer) -> None:
        try:
            await self._settle(row, answer)
        except (SQLAlchemyError, OSError) as error:
            # The dispatcher asks for it again when the lease has run out.
            log.warning("outcome not written yet", command=row.id, message=row.message, error=reason(error))

    async def _settle(self, row: tables.CommandRow, answer: OutcomeAnswer) -> None:
        state, outcome = answer.state, answer.outcome
        assert outcome is not None  # noqa: S101
        async with self._db.write() as session:
            await outbox.settle(
                session, row.id, accepted=outcome.accepted, detail=outcome.detail, at=datetime.now(UTC)
            )
            await keep_head(session, state, self._db.dialect)
        COMMANDS.labels(row.name, outbox.ACCEPTED if outcome.accepted else outbox.REFUSED).inc()

    async def begin(self, row: tables.CommandRow) -> tables.Message | None:
        """Start the workflow of a registration; gives the message, or None while Temporal is away."""
        async with self._db.read() as session:
            message = await messages.by_number(session, row.message)
        assert message is not None  # noqa: S101
        begun = await self._workflows.start(message, row.payload["acting_for"], row.payload.get("past", ()))
        return message if begun else None

    async def _start(self, row: tables.CommandRow) -> OutcomeAnswer | None:
        message = await self.begin(row)
        if message is None or not await self._move_to_its_beginning(message):
            async with self._db.write() as session:
                await outbox.release(session, row.id)
            return None
        answer = await self._workflows.ask(row.message)
        async with self._db.write() as session:
            await outbox.settle(session, row.id, accepted=True, detail=None, at=datetime.now(UTC))
            if answer is not None:
                await keep_head(session, answer.state, self._db.dialect)
        COMMANDS.labels(row.name, outbox.ACCEPTED).inc()
        return answer

    async def _move_to_its_beginning(self, message: tables.Message) -> bool:
        """In training a message may begin at a moment to come; False while Temporal is away."""
        training, number = self._workflows.training, message.number
        assert number is not None  # noqa: S101
        if training is None or message.registered_at <= messages.message_now(message, datetime.now(UTC)):
            return True
        try:
            moved = await training.forward_to(self._workflows.handle(number), message.registered_at)
        except (RPCError, TemporalAwayError) as error:
            log.warning("clock not moved yet", message=number, error=reason(error))
            return False
        async with self._db.write() as session:
            await messages.set_clock(session, number, moved.ahead)
        return True

    async def _settle_from_journal(self, row: tables.CommandRow) -> None:
        """With no worker to ask, the journal may know already."""
        async with self._db.write() as session:
            if found := await outbox.journalled(session, row.message, row.id):
                await settle_by(session, row, found)

    async def settle_without_workflow(self, row: tables.CommandRow) -> None:
        """The workflow has ended: the journal tells whether the command was its last one; else it is refused."""
        now = datetime.now(UTC)
        async with self._db.write() as session:
            if found := await outbox.journalled(session, row.message, row.id):
                await settle_by(session, row, found)
                return
            if row.name == Command.CHANGE_CALENDAR:
                await outbox.settle(session, row.id, accepted=False, detail=CLOSED, at=now)
                return
            erasure = row.name == Command.RECORD_ERASURE
            data = {"id": row.id} | ({"texts": row.payload["texts"]} if erasure else {})
            if not erasure:
                data |= {"command": row.name, "reason": CLOSED}
            await records.append_row(
                session,
                row.message,
                row.taken_at,
                row.name if erasure else Fact.REFUSED,
                row.person,
                data,
                now,
            )
            await outbox.settle(session, row.id, accepted=erasure, detail=None if erasure else CLOSED, at=now)
        COMMANDS.labels(row.name, outbox.ACCEPTED if erasure else outbox.REFUSED).inc()


async def keep_head(session: AsyncSession, state: MessageState, dialect: str) -> None:
    """Bring the message's row up to its state, so that listings show what a person has just done."""
    head = head_of(state, overdue=state.overdue, next_due=state.next_due)
    await records.run(session, records.keep_head(int(state.id), head, dialect))


async def settle_by(session: AsyncSession, row: tables.CommandRow, found: tables.JournalRow) -> None:
    """Settle a command by the journal row it left."""
    refused = found.kind == Fact.REFUSED
    await outbox.settle(
        session,
        row.id,
        accepted=not refused,
        detail=found.data.get("reason") if refused else None,
        at=datetime.now(UTC),
    )
