"""Taking words or a file out of a message by hand (152-FZ): the rest of it, the answer above all, stays."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from service.access import wording
from service.access.errors import InvalidInputError
from service.commands.doers import gives
from service.commands.intake import CommandIntake, RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import RedactionBody
from service.keys.request_keys import MaskedKeys
from service.messages.outcome_writer import OutcomeWriter
from service.messages.targets import Target
from service.personal_data.erasures import Erasures
from service.personal_data.fragment import Fragment
from service.personal_data.grounds import said
from service.personal_data.taking_out import take_out
from store.commands.before import Before
from store.database.session import Session
from store.messages import attachments, finding
from store.personal_data import destruction, redaction
from store.personal_data.destruction import Act, DataClass
from workflows.vocabulary import Command


class Redactions:
    """Takes out what must not stand in a message, and writes the acts."""

    def __init__(
        self,
        intake: CommandIntake,
        outcomes: OutcomeWriter,
        erasures: Erasures,
        keys: MaskedKeys,
        backups_kept: timedelta,
    ) -> None:
        self._intake = intake
        self._outcomes = outcomes
        self._erasures = erasures
        self._keys = keys
        self._backups_kept = backups_kept

    @gives(Command.REDACT)
    async def redact(self, target: Target, key: RequestKey, body: RedactionBody) -> CommandResult:
        """Replace the words, or the file of this id, everywhere. Raises InvalidInputError where there are none."""
        # Of a command under way the request is still needed: it would stay until the night.
        await self._outcomes.settled()
        fragment = Fragment(body.fragment)
        if body.document and fragment.stands_in(body.document):
            raise InvalidInputError("document", wording.FRAGMENT_IN_THE_DOCUMENT)
        run = f"redaction-{uuid4().hex}"
        resealed: dict[str, str] = {}

        async def check(before: Before) -> None:
            session = before.session
            now = datetime.now(UTC)
            destroyed = await self._taken_out(session, target, body.fragment, fragment, resealed)
            act = Act(run, said(body), target.caller.key, now + self._backups_kept)
            await destruction.record(session, act, now, destroyed, target.number)

        # What is kept of the request must not tell what was taken out.
        request = key.of(body.model_copy(update={"fragment": ""}))
        fields = {"resealed": resealed}
        result = await self._intake.give(target, request, Command.REDACT, fields, check)
        await self._erasures.swept()
        return result

    async def _taken_out(
        self,
        session: Session,
        target: Target,
        words: str,
        fragment: Fragment,
        resealed: dict[str, str],
    ) -> Counter[DataClass]:
        number = target.number
        # People copy the address of a file, programs have its id.
        file = words.strip().rpartition("/")[2]
        if file in await attachments.known(session, number, [file]):
            done = await redaction.take_file(session, number, file, self._keys.mask)
        elif any(map(fragment.stands_in, await redaction.links(session, number))):
            raise InvalidInputError("fragment", wording.FRAGMENT_OF_THE_LINK)
        else:
            done = await take_out(session, number, fragment, self._keys.mask, resealed)
        if not done:
            raise InvalidInputError("fragment", wording.NO_FRAGMENT)
        left = await finding.locked(session, number)
        # What was read before must not be in the answer.
        target.row.author, target.row.text = left.author, left.text
        return done
