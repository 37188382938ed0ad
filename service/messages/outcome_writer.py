"""Outcomes written behind the answer: people need not wait for what the workflow has, and would tell again.

What a command did to its message's row is the worker's to write, with its record; only where that takes long, or
somebody lists messages meanwhile, is it written from here.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from service.messages import corrected_row
from service.messages.head import GIVING_A_TURN, head_of_whole
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database import statements
from store.database.engines import Database
from store.database.session import Session
from store.journal import written as records
from store.messages import finding, unsent
from telemetry.command_metrics import COMMANDS
from telemetry.logs import reason
from workflows import stages
from workflows.state import MessageState, OutcomeAnswer
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

AFTER_THE_END = tuple(command for command in stages.AFTER_THE_END if command not in stages.OF_DESTRUCTION)
"""What a closed message may take: whoever reads it next must not find it as its end left it."""

_CHANGING_THE_ROW = (Command.CORRECT, Command.ROUTE, *AFTER_THE_END)
"""What changes the row of its message as it is settled."""

_SOON = 0.05  # seconds
_RECORDED_WITHIN = 0.5
_SETTLED_WITHIN = 2.0

Settlement = tuple[CommandRow, OutcomeAnswer]
"""A command, and the answer of its workflow that has its outcome."""


class AnswerOnRecord(OutcomeAnswer):
    """An answer whose state was read from the database, with the outcome too where it is `recorded`."""


class OutcomeWriter:
    """Settles commands in the outbox, at once or soon."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # SQLite has one writer, and the worker's record, which comes first, is that for a while.
        self._soon = _SOON if database.is_sqlite else 0.0
        self._waiting: dict[str, Settlement] = {}
        self._unrecorded: dict[int, MessageState] = {}
        self._writing: asyncio.Task[None] | None = None
        self._bringing_up: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._written = asyncio.Condition()

    def soon(self, row: CommandRow, answer: OutcomeAnswer) -> None:
        """Write the outcome behind the answer, unless it is on record already; `settled` waits for it."""
        if answer.recorded:
            _count(row, answer)
            return
        self._waiting[row.id] = row, answer
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_behind(), name="settling commands")

    async def settled(self) -> None:
        """Wait until what this process has answered so far is in the database too.

        For a short time: while the database is away the dispatcher settles what is left, once it is back.
        """
        asked = set(self._waiting)
        with suppress(TimeoutError):
            async with asyncio.timeout(_SETTLED_WITHIN):
                if asked:
                    self._hurry.set()
                    async with self._written:
                        await self._written.wait_for(lambda: asked.isdisjoint(self._waiting))
                await self._bring_up()

    async def close(self) -> None:
        """Write what is left, and stop."""
        await self.settled()
        if self._bringing_up is not None:
            self._bringing_up.cancel()

    def unwritten(self, message: int) -> list[str]:
        """Commands of a message whose outcome is known here, and not yet in the database."""
        return [row.id for row, _ in self._waiting.values() if row.message == message]

    def state(self, message: int) -> MessageState | None:
        """The newest state of a message that the database may not have yet."""
        states = [answer.state for row, answer in self._waiting.values() if row.message == message]
        if message in self._unrecorded:
            states.append(self._unrecorded[message])
        return max(states, key=lambda state: state.rows, default=None)

    def newest(self) -> dict[int, MessageState]:
        """The newest states of all messages that the database may not have yet."""
        numbers = {row.message for row, _ in self._waiting.values()} | self._unrecorded.keys()
        states = {number: self.state(number) for number in numbers}
        return {number: state for number, state in states.items() if state is not None}

    async def write(self, settlements: Collection[Settlement]) -> None:
        """Settle commands now, and see to it that their messages' rows come up to the states after them."""
        left = [(row, answer) for row, answer in settlements if not answer.recorded]
        for batch in [left] if self._db.is_sqlite else _by_locked_message(left):
            if batch:
                await self._settle(batch)
        for row, answer in settlements:
            _count(row, answer)

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        """In one transaction."""
        now = datetime.now(UTC)
        turns: list[statements.Statement] = []
        async with self._db.write() as session:
            for row, answer in settlements:
                assert answer.outcome is not None  # noqa: S101
                accepted, detail = answer.outcome.accepted, answer.outcome.detail
                kept = await outbox.settle(session, row.id, accepted=accepted, detail=detail, at=now)
                if kept and accepted:
                    await unsent.forget(session, [place_of(row)])
                await follow(session, row)
                if isinstance(answer, AnswerOnRecord):
                    continue
                if row.name in AFTER_THE_END:
                    await keep_head(session, answer.state, self._db.dialect)
                if row.name in GIVING_A_TURN:
                    turns += records.keep_turns(row.message, answer.state.turns, self._db.dialect)
            # Behind the messages' rows, as the worker writes them: the other way round PostgreSQL finds a deadlock.
            await statements.run(session, turns)
        for row, answer in settlements:
            known = self._unrecorded.get(row.message)
            is_newer = known is None or known.rows < answer.state.rows
            if is_newer and not isinstance(answer, AnswerOnRecord):
                self._unrecorded[row.message] = answer.state
        if self._bringing_up is None and self._unrecorded:
            self._bringing_up = asyncio.create_task(self._bring_up_behind(), name="bringing messages up")

    async def _write_behind(self) -> None:
        while self._waiting:
            if self._soon:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), self._soon)
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

    async def _bring_up_behind(self) -> None:
        while self._unrecorded:
            await asyncio.sleep(_RECORDED_WITHIN)
            await self._bring_up()
        self._bringing_up = None

    async def _bring_up(self) -> None:
        """Write the states that the worker has not written meanwhile."""
        states = dict(self._unrecorded)
        if not states:
            return
        try:
            async with self._db.lookup() as session:
                written = await finding.rows_written(session, states)
            behind = [state for number, state in states.items() if written.get(number, 0) < state.rows]
            if behind:
                async with self._db.write() as session:
                    for state in behind:
                        await keep_head(session, state, self._db.dialect)
        except Exception as error:
            # The worker writes them with its records, however long that takes.
            log.warning("states not written yet", messages=list(states), error=reason(error))
        for number, state in states.items():
            if self._unrecorded.get(number) is state:
                del self._unrecorded[number]


def _by_locked_message(settlements: Collection[Settlement]) -> list[list[Settlement]]:
    """Those that lock the row of a message, message by message, behind all others.

    Held together, the rows of many messages have the worker's records of all of them wait.
    """
    others: list[Settlement] = []
    of_message: dict[int, list[Settlement]] = {}
    for row, answer in settlements:
        locks = row.name in _CHANGING_THE_ROW
        (of_message.setdefault(row.message, []) if locks else others).append((row, answer))
    return [others, *of_message.values()]


def _count(row: CommandRow, answer: OutcomeAnswer) -> None:
    assert answer.outcome is not None  # noqa: S101
    COMMANDS.labels(row.name, outbox.ACCEPTED if answer.outcome.accepted else outbox.REFUSED).inc()


def place_of(row: CommandRow) -> unsent.Place:
    """Where the text of a command was kept before it was sent."""
    return row.person, row.message, row.name


async def follow(session: Session, row: CommandRow) -> None:
    """What a command that has just been settled does to its message's row besides; doing it again changes nothing."""
    if row.name == Command.CORRECT:
        await corrected_row.settle(session, row.message)
    elif row.name == Command.ROUTE:
        await corrected_row.settle_place(session, row.message)


async def keep_head(session: Session, state: MessageState, dialect: str) -> None:
    """Bring the message's row up to its state, so that listings show what a person has just done."""
    await statements.run(session, records.keep_head(int(state.id), head_of_whole(state), dialect))
