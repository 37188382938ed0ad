"""Outcomes written behind the answer: people need not wait for what the workflow has, and would tell again.

Those of a moment are written in one transaction, a little later: by then the worker has written its record, so the
two do not wait for one another, and most of what would be written is there already.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from activities.records import head_of
from api.metrics import COMMANDS
from store import messages, outbox, records, tables
from store.database import Database
from telemetry.logs import reason
from workflows.state import MessageState, OutcomeAnswer

log = structlog.get_logger(__name__)

_SOON = 0.05  # seconds
_SETTLED_WITHIN = 2.0

Settlement = tuple[tables.CommandRow, OutcomeAnswer]
"""A command, and the answer of its workflow that has its outcome."""


class Settling:
    """Settles commands in the outbox, at once or soon."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._waiting: dict[str, Settlement] = {}
        self._writing: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._written = asyncio.Condition()

    def soon(self, row: tables.CommandRow, answer: OutcomeAnswer) -> None:
        """Write the outcome behind the answer; `settled` waits for it."""
        self._waiting[row.id] = row, answer
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_behind(), name="settling commands")

    async def settled(self) -> None:
        """Wait until what this process has answered so far is in the database too.

        For a short time: while the database is away the dispatcher settles what is left, once it is back.
        """
        asked = set(self._waiting)
        if asked:
            self._hurry.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(_SETTLED_WITHIN), self._written:
                    await self._written.wait_for(lambda: asked.isdisjoint(self._waiting))

    def unwritten(self, message: int) -> list[str]:
        """Commands of a message whose outcome is known here, and not yet in the database."""
        return [row.id for row, _ in self._waiting.values() if row.message == message]

    def state(self, message: int) -> MessageState | None:
        """The newest state of a message that the database may not have yet."""
        states = [answer.state for row, answer in self._waiting.values() if row.message == message]
        return max(states, key=lambda state: state.rows, default=None)

    async def write(self, settlements: Collection[Settlement]) -> None:
        """Settle commands now, and bring their messages' rows up to the states that came with the outcomes."""
        newest: dict[int, MessageState] = {}
        for row, answer in sorted(settlements, key=lambda settlement: settlement[1].state.rows):
            newest[row.message] = answer.state
        async with self._db.write() as session:
            for row, answer in settlements:
                assert answer.outcome is not None  # noqa: S101
                await outbox.settle(
                    session,
                    row.id,
                    accepted=answer.outcome.accepted,
                    detail=answer.outcome.detail,
                    at=datetime.now(UTC),
                )
            recorded = await messages.rows_written(session, newest)
            for number, state in newest.items():
                if recorded.get(number, 0) < state.rows:
                    await keep_head(session, state, self._db.dialect)
        for row, answer in settlements:
            accepted = answer.outcome is not None and answer.outcome.accepted
            COMMANDS.labels(row.name, outbox.ACCEPTED if accepted else outbox.REFUSED).inc()

    async def _write_behind(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), _SOON)
            self._hurry.clear()
            batch = dict(self._waiting)
            try:
                await self.write(batch.values())
            except Exception as error:
                # The dispatcher asks for them again when their leases have run out.
                log.warning("outcomes not written yet", commands=list(batch), error=reason(error))
            async with self._written:
                for command in batch:
                    del self._waiting[command]
                self._written.notify_all()
        self._writing = None


async def keep_head(session: AsyncSession, state: MessageState, dialect: str) -> None:
    """Bring the message's row up to its state, so that listings show what a person has just done."""
    head = head_of(state, overdue=state.overdue, next_due=state.next_due)
    await records.run(session, records.keep_head(int(state.id), head, dialect))
