"""Files that come with a registration: kept as a note, so that a post that vanishes is still proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.access.errors import InvalidInputError, KeyReusedError
from service.commands.actions import MessageActions
from service.commands.intake import CommandIntake, RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import NoteBody
from service.messages import attachments
from service.messages.targets import Target
from store.database.engines import Database

NOTE: Final = "Снимок публикации, приложен при регистрации."


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as a person gave it."""

    name: str | None
    content: bytes


def check(files: Sequence[GivenFile]) -> None:
    """Raises InvalidInputError for a file that no message takes; asked before anything is registered."""
    for file in files:
        try:
            attachments.kind_of(file.content)
        except InvalidInputError as error:
            raise InvalidInputError("attachments", f"{file.name or 'файл'}: {error.detail}") from error


class Evidence:
    """Attaches what came with a registration to its message."""

    def __init__(self, database: Database, intake: CommandIntake, actions: MessageActions) -> None:
        self._db = database
        self._intake = intake
        self._actions = actions

    async def attach(
        self, target: Target, key: RequestKey, files: Sequence[GivenFile]
    ) -> CommandResult | None:
        """Store the files and note them; None where that was done under this key before.

        Raises ServiceError for files that the message does not take.
        """
        if key.key is not None and await self._intake.was_given(target.caller, key.key):
            return None
        stored = [await attachments.add(self._db, target, file.name, file.content) for file in files]
        body = NoteBody(text=NOTE, attachments=tuple(file.id for file in stored))
        try:
            return await self._actions.note(target, key, body)
        except KeyReusedError:
            # The same form was sent twice at once, and the other one came first: its files are those kept.
            return None
