"""The state of a message as workflows beside it ask for it: what the message itself says, or nothing."""

import structlog
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from calendar_rules.vocabulary import Stage
from service.message_view import state_of
from store import messages
from store.database import Database
from telemetry.logs import reason
from workflows.identity import workflow_id
from workflows.state import MessageState, OutcomeAnswer

log = structlog.get_logger(__name__)


class MessageStates:
    """Asks messages. What the database has of an open one may be old, and nothing is sent anywhere by that."""

    def __init__(self, database: Database, client: Client) -> None:
        self._db = database
        self._client = client

    async def of(self, number: int) -> MessageState | None:
        """The state of a message; of a closed one the database's. None while it does not answer."""
        try:
            answer: OutcomeAnswer = await self._client.get_workflow_handle(workflow_id(str(number))).query(
                "state", result_type=OutcomeAnswer
            )
        except (RPCError, WorkflowQueryFailedError) as error:
            log.info("no answer from the workflow", message=number, error=reason(error))
            return await self._closed(number)
        return answer.state

    async def _closed(self, number: int) -> MessageState | None:
        async with self._db.read() as session:
            row = await messages.by_number(session, number)
            if row is None or row.stage != Stage.CLOSED:
                return None
            runs = await messages.limits(session, [number])
        return state_of(row, runs[number])
