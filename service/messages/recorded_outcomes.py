"""Outcomes of commands as the database has them: the record of a step is written within it, and tells of its commands.

One look serves all who wait: at every commit while somebody waits, and not at all while nobody does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

import structlog
from pydantic import TypeAdapter

from service.messages.outcome_writer import AnswerOnRecord
from service.runs.workflows import Workflows
from store.commands import recorded
from store.commands.recorded import Recorded
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages import changes
from telemetry.logs import reason
from workflows.admissible import admissible
from workflows.state import CommandOutcome, LimitRun, MessageState, OutcomeAnswer, Run
from workflows.vocabulary import Fact

log = structlog.get_logger(__name__)

_WITHIN = 0.5  # seconds
_LONGEST = 1.5
"""The same while outcomes of others come: a worker that has much to do answers no question sooner."""
_LOOK_AGAIN = 0.2  # seconds, where no commit was seen
_PAUSE = 0.005  # seconds between two looks, for each who waits
_LONGEST_PAUSE = 0.05
_LINGER = 30.0  # seconds

Told = Callable[[], Awaitable[OutcomeAnswer | None]]

_RUNS: TypeAdapter[list[LimitRun]] = TypeAdapter(list[LimitRun])


class RecordedOutcomes:
    """Tells what became of commands once that is on record; a workflow is asked only about those of which it is not."""

    def __init__(self, database: Database, workflows: Workflows) -> None:
        self._db = database
        self._workflows = workflows
        self._expected: dict[asyncio.Future[OutcomeAnswer], CommandRow] = {}
        self._somebody_waits = asyncio.Event()
        self._watch: changes.Watch | None = None
        self._looking: asyncio.Task[None] | None = None
        self._told_at = 0.0
        """When anybody was told last, by the clock of the loop."""

    @contextmanager
    def expecting(self, row: CommandRow) -> Iterator[Told]:
        """Within the block the command is sent; then what this returns waits for its outcome, and the state after it.

        That is None where it is not on record in time: the workflow may know it.
        """
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_while_expected(), name="outcomes on record")
        elif self._watch is not None and not self._expected:
            self._watch.pass_over()
        loop = asyncio.get_running_loop()
        expected: asyncio.Future[OutcomeAnswer] = loop.create_future()
        self._expected[expected] = row
        self._somebody_waits.set()

        async def told() -> OutcomeAnswer | None:
            until = loop.time() + _LONGEST
            left = _WITHIN
            while left > 0 and not expected.done():
                await asyncio.wait({expected}, timeout=left)
                left = min(self._told_at + _WITHIN, until) - loop.time()
            return expected.result() if expected.done() else None

        try:
            yield told
        finally:
            del self._expected[expected]

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _look_while_expected(self) -> None:
        try:
            async with changes.watching(self._db, look_every=_PAUSE) as self._watch:
                # What was sent before there was a watch may be on record.
                await self._look()
                while await self._is_waited_for():
                    await self._watch.moved(_LOOK_AGAIN)
                    await self._look()
                    # The more wait, the more often somebody writes, and the more one look can find.
                    await asyncio.sleep(min(_PAUSE * len(self._expected), _LONGEST_PAUSE))
        except Exception as error:
            # Who waits now asks the workflow; the next command has it tried again.
            log.warning("outcomes cannot be looked for now", error=reason(error))
        finally:
            self._looking = self._watch = None

    async def _is_waited_for(self) -> bool:
        """Whether anybody waits; for whoever comes within a while the watch is kept, which costs nothing meanwhile."""
        self._somebody_waits.clear()
        if not self._expected:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._somebody_waits.wait(), _LINGER)
        return bool(self._expected)

    async def _look(self) -> None:
        waiting = [(told, row) for told, row in self._expected.items() if not told.done()]
        if not waiting:
            return
        async with self._db.lookup() as session:
            found = {one.command: one for one in await recorded.of(session, [row.id for _, row in waiting])}
        for told, row in waiting:
            if row.id in found:
                told.set_result(self._answer(row.message, found[row.id]))
                self._told_at = asyncio.get_running_loop().time()

    def _answer(self, number: int, found: Recorded) -> OutcomeAnswer:
        accepted = found.kind != Fact.REFUSED
        return AnswerOnRecord.model_construct(
            run=Run(restarts=found.restarts, id=found.run_id or ""),
            outcome=CommandOutcome(accepted=accepted, detail=None if accepted else found.reason),
            state=self._workflows.tell(number, _state(found)),
            recorded=found.is_settled,
        )


def _state(found: Recorded) -> MessageState:
    state = MessageState.model_validate_json(found.snapshot)
    runs = _RUNS.validate_json(f"[{','.join(found.runs)}]")
    state.limits = tuple(sorted(runs, key=lambda run: run.number))
    state.allowed = admissible(state)
    return state
