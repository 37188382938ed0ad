"""Outcomes of commands as the database has them: the record of a step is written within it, and tells of its commands.

One look serves all who wait: at every commit while somebody waits, and not at all while nobody does.
"""

import asyncio
from contextlib import suppress

import structlog
from pydantic import TypeAdapter

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
_LOOK_AGAIN = 0.2  # seconds, where no commit was seen
_PAUSE = 0.005  # seconds between two looks
_LINGER = 30.0  # seconds

_RUNS: TypeAdapter[list[LimitRun]] = TypeAdapter(list[LimitRun])


class RecordedOutcomes:
    """Tells what became of commands once that is on record; a workflow is asked only about those of which it is not."""

    def __init__(self, database: Database, workflows: Workflows) -> None:
        self._db = database
        self._workflows = workflows
        self._waiting: dict[asyncio.Future[OutcomeAnswer], CommandRow] = {}
        self._somebody_waits = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def of(self, row: CommandRow) -> OutcomeAnswer | None:
        """The outcome of a command that was sent just now, and the state after it.

        None where it is not on record in time: the workflow may know it.
        """
        told: asyncio.Future[OutcomeAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[told] = row
        self._somebody_waits.set()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_while_waited_for(), name="outcomes on record")
        try:
            await asyncio.wait({told}, timeout=_WITHIN)
        finally:
            self._waiting.pop(told, None)
        return told.result() if told.done() else None

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _look_while_waited_for(self) -> None:
        try:
            async with changes.watching(self._db, look_every=_PAUSE) as watch:
                while await self._is_waited_for():
                    await self._look()
                    await asyncio.sleep(_PAUSE)
                    await watch.moved(_LOOK_AGAIN)
        except Exception as error:
            # Who waits now asks the workflow; the next command has it tried again.
            log.warning("outcomes cannot be looked for now", error=reason(error))
        finally:
            self._looking = None

    async def _is_waited_for(self) -> bool:
        """Whether anybody waits; for whoever comes within a while the watch is kept, which costs nothing meanwhile."""
        self._somebody_waits.clear()
        if not self._waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._somebody_waits.wait(), _LINGER)
        return bool(self._waiting)

    async def _look(self) -> None:
        waiting = list(self._waiting.items())
        async with self._db.lookup() as session:
            found = {one.command: one for one in await recorded.of(session, [row.id for _, row in waiting])}
        for told, row in waiting:
            if row.id in found and not told.done():
                told.set_result(self._answer(row.message, found[row.id]))

    def _answer(self, number: int, found: Recorded) -> OutcomeAnswer:
        accepted = found.kind != Fact.REFUSED
        return OutcomeAnswer.model_construct(
            run=Run(restarts=found.restarts, id=found.run_id or ""),
            outcome=CommandOutcome(accepted=accepted, detail=None if accepted else found.reason),
            state=self._workflows.tell(number, _state(found)),
            recorded=found.is_settled,
        )


def _state(found: Recorded) -> MessageState:
    state = MessageState.model_validate_json(found.snapshot)
    runs = _RUNS.validate_json(f"[{found.runs or ''}]")
    state.limits = tuple(sorted(runs, key=lambda run: run.number))
    state.allowed = admissible(state)
    return state
