"""A body that no longer acts: what it owes of messages goes to its successor, one message at a time or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from service.access import wording
from service.access.errors import ConflictError, InvalidInputError, ServiceError
from service.commands import checks
from service.commands.doers import gives
from service.commands.intake import CommandIntake, RequestKey
from service.commands.outcomes import CommandResult, Refused
from service.commands.requests import TransferBody
from service.messages import open_work
from service.messages.reader import MessageReader
from service.messages.targets import Target, Targets
from service.runs.workflows import Workflows
from store.commands.before import Before
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.people import dated_values
from store.people.persons import Actor
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Transferred:
    """The messages that are the successor's now, and why others are not."""

    messages: Sequence[int]
    refused: Mapping[int, str]


class Successions:
    """Transfers messages of bodies that no longer act."""

    def __init__(
        self,
        database: Database,
        intake: CommandIntake,
        reader: MessageReader,
        targets: Targets,
        workflows: Workflows,
    ) -> None:
        self._db = database
        self._intake = intake
        self._reader = reader
        self._targets = targets
        self._workflows = workflows

    @gives(Command.TRANSFER)
    async def transfer(self, target: Target, key: RequestKey, body: TransferBody) -> CommandResult:
        """What the body whose turn it is owes, or else the next one that no longer acts, is the successor's.

        Raises ConflictError while all of them act, InvalidInputError for a successor that does not.
        """
        return await self._transfer(target, key, body)

    async def _transfer(
        self, target: Target, key: RequestKey, body: TransferBody, *, of: str | None = None
    ) -> CommandResult:
        left = (await self._reader.state(target.row)).owing
        rules = self._workflows.rules
        fields: dict[str, object] = {"successor": body.body, "with_directory": of is not None}

        async def check(before: Before) -> None:
            session = before.session
            titles = await checks.bodies(session, "body", [body.body])
            gone = await directory_rows.not_acting(session, left)
            wanted = [key for key in left if key in gone and of in (None, key)]
            if left and not wanted:
                if body.body in left:
                    raise InvalidInputError("body", wording.OWN_SUCCESSOR)
                known = await directory_rows.titles_of_bodies(session)
                raise ConflictError(wording.BODY_ACTS.format(body=known.get(left[0], left[0])))
            rules.keep_hours(await dated_values.hours(session))
            fields["body"] = wanted[0] if wanted else None
            fields["titles"], fields["schedules"] = titles, {body.body: rules.schedules.of(body.body)}

        return await self._intake.give(target, key.of(body), Command.TRANSFER, fields, check)

    async def transfer_all(self, caller: Actor, body: str, successor: str, reason: str) -> Transferred:
        """Every open message of a body that has just ceased to act becomes its successor's.

        For whoever changed the directory: their office is asked there, not here. What a message refuses does not keep
        the others back.
        """
        done: list[int] = []
        refused: dict[int, str] = {}
        async with self._db.read() as session:
            left = await open_work.with_body(session, body)
        for item in left.items:
            number = int(item.message)
            key = RequestKey(uuid4().hex, f"/directory/{body}/successor/{number}")
            given = TransferBody(body=successor, reason=reason)
            try:
                target = await self._targets.find(item.message, caller)
                result = await self._transfer(target, key, given, of=body)
            except ServiceError as error:
                refused[number] = error.detail
                continue
            if isinstance(result, Refused):
                refused[number] = result.detail
            else:
                done.append(number)
        return Transferred(done, refused)
