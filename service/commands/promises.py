"""Promises that bodies state in drafts, and their word of what became of them: kept, or moved to another day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from service.access import wording
from service.access.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from service.commands import checks
from service.commands.doers import gives
from service.commands.intake import Check, CommandIntake, RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import KeptBody, MovedBody, PromiseBody
from service.messages.reader import MessageReader
from service.messages.targets import OF_BODIES, Target
from service.promises.moments import closing_of
from service.runs.rules import Rules
from store.commands.before import Before
from store.database.session import Session
from store.messages import texts
from workflows.vocabulary import Command

_LONGEST: Final = timedelta(days=3660)
WHAT: Final = "promise_what"
"""What the words of a promise are kept as, among the texts of its message."""


class PromiseActions:
    """The commands that people give about promises."""

    def __init__(self, intake: CommandIntake, reader: MessageReader, rules: Rules) -> None:
        self._intake = intake
        self._reader = reader
        self._rules = rules

    @gives(Command.KEEP_PROMISE)
    async def keep(self, target: Target, key: RequestKey, promise: str, body: KeptBody) -> CommandResult:
        """It was done; the evidence is a link, or a file of the message."""
        await self._own_body(target, promise)
        is_link = body.evidence is not None and body.evidence.lower().startswith(("http://", "https://"))
        fields = {
            "promise": promise,
            "url": body.evidence if is_link else None,
            "attachment": None if is_link else body.evidence,
        }
        check = _not_erased(target)

        async def check_file(before: Before) -> None:
            await check(before)
            attachment = fields["attachment"]
            await checks.proof(before.session, target.row, "evidence", attachment, wording.NO_SUCH_EVIDENCE)

        return await self._intake.give(target, key.of(body), Command.KEEP_PROMISE, fields, check_file)

    @gives(Command.MOVE_PROMISE)
    async def move(self, target: Target, key: RequestKey, promise: str, body: MovedBody) -> CommandResult:
        """Another day, and why."""
        by = moment(body.by, await self._own_body(target, promise), target, self._rules, "by")
        fields = {"promise": promise, "by": by}
        return await self._intake.give(
            target, key.of(body), Command.MOVE_PROMISE, fields, _not_erased(target)
        )

    async def _own_body(self, target: Target, promise: str) -> str:
        """The body that promised. Raises NotFoundError, and ForbiddenError for who doesn't act for it."""
        state = await self._reader.state(target.row)
        found = next((one for one in state.promises if one.id == promise), None)
        if found is None:
            raise NotFoundError(wording.NO_PROMISE)
        if not any(held.role in OF_BODIES and held.body == found.body for held in target.capacities):
            raise ForbiddenError(wording.OF_ANOTHER_PROMISING_BODY)
        return found.body


def _not_erased(target: Target) -> Check:
    async def check(_before: Before) -> None:
        if target.row.erased_at is not None:
            raise ConflictError(wording.DATA_ERASED)

    return check


async def stated(
    session: Session, target: Target, given: Sequence[PromiseBody], rules: Rules
) -> list[dict[str, object]]:
    """Promises of a draft as its command carries them; their words are written as texts of the message.

    Raises InvalidInputError for a day that is over.
    """
    moments = [moment(one.by, target.row.current_body, target, rules, "promises") for one in given]
    words = [texts.new(target.number, WHAT, one.what, datetime.now(UTC)) for one in given]
    await texts.add(session, words)
    return [
        {"id": texts.new_id(), "what": what.id, "by": by} for what, by in zip(words, moments, strict=True)
    ]


def moment(given: date, body: str | None, target: Target, rules: Rules, field: str) -> datetime:
    """The moment that is meant: of a day the closing of the body on it.

    Raises InvalidInputError for one that is over, or too far away.
    """
    by = given if isinstance(given, datetime) else closing_of(given, rules.calendar_of(body))
    if by <= target.now:
        raise InvalidInputError(field, wording.IN_THE_FUTURE)
    if by - target.now > _LONGEST:
        raise InvalidInputError(field, wording.TOO_FAR)
    return by
