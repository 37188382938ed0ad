"""Questions to messages: an answer is believed by its seal, and of the run alone that leads the message.

A false worker on the messages' queue is asked as the program's own are: what it says is left aside, with an alarm,
and the question is put again, to whoever takes it then.
"""

import asyncio
from datetime import timedelta

import structlog
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from service.access.lately import Lately
from service.runs.connection import TemporalAwayError
from service.runs.sealed_runs import leads
from store.database.engines import Database
from store.messages import finding
from telemetry.logs import reason
from workflows.alarms import AlarmKind, raise_alarm_of
from workflows.identity import workflow_id
from workflows.sealing import ForgedAnswerError
from workflows.seals import Flaw, MissingKeyError
from workflows.state import OutcomeAnswer, Run

log = structlog.get_logger(__name__)

ASK_WITHIN = timedelta(seconds=2)
"""Of the whole call: a timeout of the RPC alone is one of each attempt, and a server that is gone is tried again."""
_PAUSE = 0.02  # seconds
_REMEMBERED = 1000
_NO_ANSWER = (
    RPCError,
    WorkflowQueryFailedError,
    TemporalAwayError,
    ForgedAnswerError,
    MissingKeyError,
    TimeoutError,
)


class SealedAnswers:
    """Asks messages, and remembers which runs were found to lead them."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._leading: Lately[int, str] = Lately(_REMEMBERED)
        self.doubtful: set[int] = set()
        """Messages for which somebody else has answered: their runs are to be looked at."""

    def started(self, number: int, run_id: str | None) -> None:
        """This process has just started the run of a message."""
        if run_id is not None:
            self._leading[number] = run_id

    async def ask(self, client: Client, number: int, command: str | None = None) -> OutcomeAnswer | None:
        """The state, and the outcome of a command; None where no worker of the program answers in time."""
        try:
            async with asyncio.timeout(ASK_WITHIN.total_seconds()):
                answer = await self._believed(client, number, command)
                leads = await self._leads(number, answer.run)
                if leads is not False:
                    return answer if leads else None
        except _NO_ANSWER as error:
            log.info("no answer from the workflow", message=number, error=reason(error))
            return None
        raise_alarm_of(workflow_id(str(number)), AlarmKind.FORGED_ANSWER, Flaw.SUPERSEDED)
        self.doubtful.add(number)
        return None

    async def _believed(self, client: Client, number: int, command: str | None) -> OutcomeAnswer:
        handle = client.get_workflow_handle(workflow_id(str(number)))
        query, args = ("outcome", [command]) if command else ("state", [])
        pause = _PAUSE
        while True:
            try:
                answer: OutcomeAnswer = await handle.query(query, args=args, result_type=OutcomeAnswer)
            except RPCError as error:
                # A workflow whose clock was moved to its beginning has its first task only a little later.
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                await asyncio.sleep(_PAUSE)
            except ForgedAnswerError:
                self.doubtful.add(number)
                # Whoever answered may have had the steps of the message sent to a queue of their own.
                await ask_anybody(client, number)
                await asyncio.sleep(pause)
                pause *= 2
            else:
                return answer

    async def _leads(self, number: int, run: Run) -> bool | None:
        """Whether the run leads the message; None of one whose start is about to be written down."""
        # A run that led once and still answers is Temporal's last: the program has started none since.
        if self._leading.get(number) == run.id:
            return True
        async with self._db.lookup() as session:
            row = await finding.by_number(session, number)
        if row is not None and run.restarts > row.restarts:
            return None
        if row is None or not leads(row, run):
            return False
        self._leading[number] = run.id
        return True


async def ask_anybody(client: Client, number: int) -> None:
    """Have the next step of the message's last run go to any worker. Raises RPCError."""
    execution = WorkflowExecution(workflow_id=workflow_id(str(number)))
    try:
        await client.workflow_service.reset_sticky_task_queue(
            ResetStickyTaskQueueRequest(namespace=client.namespace, execution=execution)
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
