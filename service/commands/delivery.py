"""Delivery of commands: signalled, outcome asked for, both written to the outbox (docs/change/decisions.md, 1, 2).

A command is delivered by whoever took it, and by the dispatcher where that did not come to pass.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from temporalio.service import RPCError

from service.access.errors import ConflictError
from service.messages.outcome_writer import AFTER_THE_END, OutcomeWriter, follow, place_of
from service.messages.recorded_outcomes import RecordedOutcomes
from service.recovery.after_the_end import AfterTheEnd
from service.recovery.lost_runs import LostRuns
from service.runs.connection import TemporalAwayError
from service.runs.workflows import Sent, Workflows
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import Session
from store.journal import written
from store.messages import finding, unsent
from store.messages.tables import JournalRow, MessageRow
from telemetry import traces
from telemetry.command_metrics import COMMANDS
from telemetry.logs import reason
from workflows.commands import RecordErasure, Redact, texts_of
from workflows.state import CommandOutcome, OutcomeAnswer
from workflows.vocabulary import Command, Fact
from workflows.wording import CLOSED

log = structlog.get_logger(__name__)

_OF_DATA: Mapping[str, type[RecordErasure | Redact]] = {
    Command.RECORD_ERASURE: RecordErasure,
    Command.REDACT: Redact,
}
"""Commands that ask nothing of the message: what they say is done already, and only goes on record."""

REGISTER = outbox.REGISTER


class CommandDelivery:
    """Delivers commands of the outbox, and settles them."""

    def __init__(
        self,
        database: Database,
        workflows: Workflows,
        outcomes: OutcomeWriter,
        recorded: RecordedOutcomes,
        after_the_end: AfterTheEnd,
        lost_runs: LostRuns,
    ) -> None:
        self._db = database
        self._workflows = workflows
        self._outcomes = outcomes
        self._recorded = recorded
        self._after_the_end = after_the_end
        self._lost_runs = lost_runs

    async def deliver(
        self, row: CommandRow, message: MessageRow | None = None, *, at_once: bool = True
    ) -> OutcomeAnswer | None:
        """Signal the command unless it is with Temporal already, ask for its outcome, and settle it.

        None if the outcome is not known now, or had to be told from the journal. Whoever answers a person leaves the
        settling to `OutcomeWriter.soon`. `message`: of a registration, where it has been read.
        """
        with traces.delivery(row.name, message=row.message, number=row.id, of=row.trace):
            answer = await (self._start(row, message) if row.name == REGISTER else self._send(row))
            if answer is not None and at_once:
                await self._outcomes.write([(row, answer)])
            return answer

    async def _send(self, row: CommandRow) -> OutcomeAnswer | None:
        answer: OutcomeAnswer | None = None
        if row.status == outbox.TAKEN:
            with self._recorded.expecting(row) as told:
                if not await self._is_sent(row):
                    return None
                answer = await told()
        if answer is None:
            answer = await self._workflows.ask(row.message, row.id)
        if answer is not None and answer.outcome is None and row.status == outbox.SENT:
            # A query sees every signal that was taken before it: this one has gone with a run that was lost.
            if not await self._is_sent(row):
                return None
            answer = await self._workflows.ask(row.message, row.id)
        if answer is not None and answer.outcome is not None:
            return answer
        if answer is None and await self._lost_runs.is_replaced(row.message):
            await self._send_after_restart(row)
            return None
        async with self._db.write() as session:
            await outbox.mark_sent(session, row.id)
        await self._settle_from_journal(row)
        return None

    async def _is_sent(self, row: CommandRow) -> bool:
        """Signal the command; where it is not with a workflow now, it is settled, or left to be sent later."""
        try:
            sent = await self._signal(row)
        except ConflictError as refusal:
            await self.settle_without_workflow(row, refusal.detail)
            return False
        match sent:
            case Sent.NOT_NOW:
                async with self._db.write() as session:
                    await outbox.release(session, [row.id])
            case Sent.LOST:
                await self._send_after_restart(row)
            case Sent.GONE:
                await self.settle_without_workflow(row)
            case Sent.DELIVERED:
                return True
        return False

    async def _send_after_restart(self, row: CommandRow) -> None:
        """Have the message go on in a new run, and leave the command to the dispatcher, which sends all in order.

        Where it cannot go on now, that is looked at again when the lease of the command has run out.
        """
        if await self._lost_runs.restart(row.message):
            async with self._db.write() as session:
                await outbox.release(session, [row.id])

    async def _signal(self, row: CommandRow) -> Sent:
        """Raises ConflictError where a closed message cannot go on with the command."""
        if row.name not in AFTER_THE_END:
            sent = await self._workflows.signal(row.message, row.name, row.payload)
            return await self._gone_or_lost(row, sent)
        # A run that somebody else has started for a closed message would take it, and keep it.
        if not await self._after_the_end.clear_the_way(row.message):
            return Sent.NOT_NOW
        sent = await self._workflows.signal(row.message, row.name, row.payload)
        sent = await self._gone_or_lost(row, sent)
        if sent is Sent.GONE:
            sent = await self._after_the_end.begin(row)
        if sent is Sent.DELIVERED and not await self._after_the_end.catch_up(row.message):
            return Sent.NOT_NOW
        return sent

    async def _gone_or_lost(self, row: CommandRow, sent: Sent) -> Sent:
        lost = sent is Sent.GONE and await self._lost_runs.is_open(row.message)
        return Sent.LOST if lost else sent

    async def begin(self, row: CommandRow, message: MessageRow | None = None) -> MessageRow | None:
        """Start the workflow of a registration; returns the message, or None while Temporal is away."""
        if message is None:
            async with self._db.lookup() as session:
                message = await finding.by_number(session, row.message)
        assert message is not None  # noqa: S101
        begun = await self._workflows.start(message, row.payload)
        return message if begun else None

    async def _start(self, row: CommandRow, known: MessageRow | None) -> OutcomeAnswer | None:
        with self._recorded.expecting(row) as told:
            message = await self.begin(row, known)
            if message is None or not await self._move_to_its_beginning(message):
                async with self._db.write() as session:
                    await outbox.release(session, [row.id])
                return None
            answer = await told()
        if answer is None:
            answer = await self._workflows.ask(row.message)
        if answer is not None:
            return answer.model_copy(update={"outcome": CommandOutcome(accepted=True)})
        async with self._db.write() as session:
            await outbox.settle(session, row.id, accepted=True, detail=None, at=datetime.now(UTC))
        COMMANDS.labels(row.name, outbox.ACCEPTED).inc()
        return None

    async def _move_to_its_beginning(self, message: MessageRow) -> bool:
        """In training a message may begin at a moment to come; False while Temporal is away."""
        training, number = self._workflows.training, message.number
        assert number is not None  # noqa: S101
        if training is None or message.registered_at <= finding.message_now(message, datetime.now(UTC)):
            return True
        try:
            moved = await training.forward_to(self._workflows.handle(number), message.registered_at)
        except (RPCError, TemporalAwayError) as error:
            log.warning("clock not moved yet", message=number, error=reason(error))
            return False
        async with self._db.write() as session:
            await finding.set_clock(session, number, moved.ahead)
        message.clock_ahead = moved.ahead
        return True

    async def _settle_from_journal(self, row: CommandRow) -> None:
        """With no worker to ask, the journal may know already."""
        async with self._db.write() as session:
            if found := await outbox.journalled(session, row.message, row.id):
                await settle_by(session, row, found)

    async def settle_without_workflow(self, row: CommandRow, detail: str = CLOSED) -> None:
        """The workflow has ended: the journal tells whether the command was its last one; else it is refused.

        `detail` is why.
        """
        now = datetime.now(UTC)
        async with self._db.write() as session:
            if found := await outbox.journalled(session, row.message, row.id):
                await settle_by(session, row, found)
                return
            if row.name == Command.CHANGE_CALENDAR:
                await outbox.settle(session, row.id, accepted=False, detail=detail, at=now)
                return
            erasure = row.name in _OF_DATA
            data: dict[str, Any] = {"id": row.id}
            if erasure:
                command = _OF_DATA[row.name].model_validate(row.payload)
                data["texts"] = texts_of(command)
                data |= command.model_dump(
                    mode="json", include={"basis", "dated", "resealed"}, exclude_defaults=True
                )
            else:
                data |= {"command": row.name, "reason": detail}
            await written.append_row(
                session,
                row.message,
                row.taken_at,
                row.name if erasure else Fact.REFUSED,
                None if row.person == outbox.MACHINE else row.person,
                data,
                now,
            )
            await outbox.settle(session, row.id, accepted=erasure, detail=None if erasure else detail, at=now)
            await follow(session, row)
        COMMANDS.labels(row.name, outbox.ACCEPTED if erasure else outbox.REFUSED).inc()


async def settle_by(session: Session, row: CommandRow, found: JournalRow) -> None:
    """Settle a command by the journal row it left."""
    refused = found.kind == Fact.REFUSED
    await outbox.settle(
        session,
        row.id,
        accepted=not refused,
        detail=found.data.get("reason") if refused else None,
        at=datetime.now(UTC),
    )
    if not refused:
        await unsent.forget(session, [place_of(row)])
    await follow(session, row)
