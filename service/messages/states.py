"""The state of a message as workflows beside it ask for it: what the message itself says, or nothing."""

from temporalio.client import Client

from calendar_rules.vocabulary import Stage
from service.messages.view import state_of
from service.runs.sealed_answers import SealedAnswers
from store.database.engines import Database
from store.messages import finding
from workflows.state import MessageState


class MessageStates:
    """Asks messages. What the database has of an open one may be old, and nothing is sent anywhere by that."""

    def __init__(self, database: Database, client: Client) -> None:
        self._db = database
        self._client = client
        self._answers = SealedAnswers(database)

    async def of(self, number: int) -> MessageState | None:
        """The state of a message; of a closed one the database's. None while it does not answer."""
        answer = await self._answers.ask(self._client, number)
        return answer.state if answer is not None else await self._closed(number)

    async def _closed(self, number: int) -> MessageState | None:
        async with self._db.read() as session:
            row = await finding.by_number(session, number)
            if row is None or row.stage != Stage.CLOSED:
                return None
            runs = await finding.limits(session, [number])
        return state_of(row, runs[number])
