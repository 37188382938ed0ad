"""One post with two problems: the second becomes a message of its own, found with the first by one link (cl. 7)."""

from datetime import UTC, datetime
from uuid import uuid4

from calendar_rules.vocabulary import Network
from service.access import wording
from service.access.errors import ConflictError
from service.commands import checks
from service.commands.doers import gives
from service.commands.intake import CommandIntake, KeyedRequest, RequestKey, registration_row
from service.commands.outcomes import CommandResult, Refused
from service.commands.registration import message_row
from service.commands.requests import SplitBody
from service.language.lemmas import lemmas_of
from service.messages.targets import Target
from store.commands import corrections, outbox
from store.commands.before import Before
from workflows.vocabulary import Command


class Splits:
    """Makes two messages of one."""

    def __init__(self, intake: CommandIntake) -> None:
        self._intake = intake

    @gives(Command.SPLIT)
    async def split(self, target: Target, key: RequestKey, body: SplitBody) -> CommandResult:
        """Both are written in one transaction; answers with the new message. Its post stays the first one's.

        Raises ServiceError where the message was erased, or the topic is not known.
        """
        request = key.of(body)
        lemmas = await lemmas_of(body.text)
        fields: dict[str, object] = {}

        async def check(before: Before) -> None:
            session = before.session
            if target.row.erased_at is not None:
                raise ConflictError(wording.SPLIT_OF_ERASED)
            if body.topic is not None:
                await checks.topic(session, body.topic)
            post = await corrections.known(session, target.row)
            message = message_row(
                network=Network(post["network"]),
                url=post["url"],
                author=post["author"],
                text=body.text,
                lemmas=lemmas,
                detected_at=target.row.detected_at,
                registered_at=target.now,
                registered_by=target.caller.key,
            )
            # Whoever registers the link is told of the first message of the post.
            message.url_key, message.topic = None, body.topic
            session.add(message)
            await session.flush()
            fields["message"] = str(message.number)
            born = KeyedRequest(f"split-{uuid4().hex}", uuid4().hex, repeatable=False)
            row = registration_row(message, target.caller, born, datetime.now(UTC) + outbox.LEASE)
            row.payload = {**row.payload, "split_from": str(target.number), "topic": body.topic}
            await outbox.add(session, row)

        result = await self._intake.give(target, request, Command.SPLIT, fields, check)
        if isinstance(result, Refused):
            return result
        return await self._intake.born(target.caller, request)
