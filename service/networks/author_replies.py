"""Replies under a published answer, as a curator takes them (cl. 10, 16): the reply to a clarification, or a repeated
message; a thank-you is dismissed like anything else.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from calendar_rules.vocabulary import Role, Stage
from service.access import wording
from service.access.errors import ConflictError
from service.commands.actions import MessageActions
from service.commands.intake import RequestKey
from service.commands.outcomes import CommandResult, Refused
from service.commands.requests import AuthorReplyBody
from service.messages.targets import Target, Targets
from service.networks.candidates import Candidates, CandidateView, found_candidate
from store.database.engines import Database
from store.messages import finding
from store.networks import candidates
from store.networks.candidates import State
from store.people.persons import Actor

NOTED = "Ответ автора на запрос, внесён в сообщение № {message}."


class AuthorReplies:
    """Enters replies that networks have brought."""

    def __init__(
        self, database: Database, actions: MessageActions, targets: Targets, found: Candidates
    ) -> None:
        self._db = database
        self._actions = actions
        self._targets = targets
        self._candidates = found

    async def enter(self, caller: Actor, key: RequestKey, candidate: str) -> CommandResult:
        """The author's reply to a clarification: the message goes on, and the candidate says where it went.

        Raises NotFoundError, ConflictError for one that is no reply, or of which somebody has decided.
        """
        async with self._db.read() as session:
            known = await found_candidate(session, candidate)
        row = known.row
        if row.reply_to is None:
            raise ConflictError(wording.NO_REPLY_TO_AN_ANSWER)
        reason = NOTED.format(message=row.reply_to)
        repeated = (row.state, row.reason) == (State.DISMISSED, reason)
        if row.state != State.NEW and not repeated:
            raise ConflictError(await self._candidates.decided(candidate))
        target = await self._targets.find(str(row.reply_to), caller)
        target.require(Role.CURATOR)
        result = await self._actions.author_replied(target, key, AuthorReplyBody(text=known.text))
        if not isinstance(result, Refused):
            assert row.id is not None  # noqa: S101
            async with self._db.write() as session:
                await candidates.dismiss(session, row.id, caller.key, reason, datetime.now(UTC))
        return result

    async def awaited(self, found: Iterable[CandidateView]) -> frozenset[str]:
        """The messages of these replies that wait for their author."""
        numbers = {int(item.reply_to) for item in found if item.reply_to is not None}
        if not numbers:
            return frozenset()
        async with self._db.lookup() as session:
            awaiting = await finding.in_stage(session, numbers, Stage.AWAITING_AUTHOR)
        return frozenset(map(str, awaiting))

    async def repeats(self, target: Target) -> str | None:
        """The message to whose answer this one was written as a reply: what it is likely to repeat."""
        async with self._db.lookup() as session:
            number = await candidates.reply_of(session, target.number)
        return None if number is None else str(number)
