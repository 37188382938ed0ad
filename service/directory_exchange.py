"""The directory taken out as a spreadsheet, edited, compared with what is there, and applied."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from service import directory_replacement, directory_sheets, wording
from service.directory_replacement import MisfitError
from service.directory_sheets import Difference, SheetError
from service.errors import ConflictError, InvalidInputError
from service.rules import Rules
from service.since import held_from
from service.table_import import sheets
from service.table_import.source import SourceError
from store import directory_change
from store.database import Database
from store.directory import Directory
from store.people import Actor

FIELD = "file"


@dataclass(frozen=True, slots=True)
class Compared:
    """A directory that may be applied: what it changes, and as what it is sent back.

    `staying`: bodies that are gone from it and stay all the same, for messages name them.
    """

    differences: Sequence[Difference]
    staying: Sequence[str]
    directory: str
    edition: str

    @property
    def is_empty(self) -> bool:
        return all(item.is_empty for item in self.differences)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a directory: who has no password yet, and the successors of bodies that ceased to act."""

    silent: Sequence[str]
    successors: Mapping[str, str]


class DirectoryExchange:
    """Gives the directory as a workbook, and takes one."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def workbook(self) -> bytes:
        """The directory as it stands, as XLSX."""
        async with self._db.read() as session:
            standing = await directory_change.whole(session)
        return await asyncio.to_thread(lambda: sheets.write(directory_sheets.sheets(standing)))

    async def compare(self, name: str, content: bytes) -> Compared:
        """What a workbook would change. Raises InvalidInputError with a line for each thing that is wrong."""
        try:
            rows = await asyncio.to_thread(sheets.read, name, content)
            given = directory_sheets.directory(rows)
        except SourceError as error:
            raise InvalidInputError(FIELD, str(error)) from error
        except SheetError as error:
            raise InvalidInputError(FIELD, "\n".join(error.reasons)) from error
        async with self._db.read() as session:
            standing = await directory_change.whole(session)
            found = directory_sheets.differences(standing, given)
            gone = [change.key for change in found[0].gone]
            staying = await directory_change.with_messages(session, gone)
            try:
                await directory_replacement.check_successors(session, standing, given)
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, " ".join(misfit.wrong.values())) from misfit
        return Compared(found, sorted(staying), given.model_dump_json(), _edition(standing))

    async def apply(self, caller: Actor, directory: str, edition: str, since: str = "") -> Applied:
        """Bring the directory up to what was compared.

        Titles and offices are others from the day `since` as it was typed, at once where it is blank.
        Raises InvalidInputError for what is not a directory, or takes the caller's own right to do this away; and
        ConflictError where the directory has been changed since it was compared.
        """
        try:
            given = Directory.model_validate_json(directory)
        except ValidationError as error:
            raise InvalidInputError(FIELD, wording.NO_DIRECTORY) from error
        async with self._db.write(alone=True) as session:
            standing = await directory_change.whole(session)
            if _edition(standing) != edition:
                raise ConflictError(wording.DIRECTORY_CHANGED)
            try:
                held = held_from(since, self._rules.zone)
                silent = await directory_replacement.replace(session, caller, given, held)
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, " ".join(misfit.wrong.values())) from misfit
        closed = directory_replacement.successors(standing, given)
        return Applied(silent, {body: heir for body, heir in closed.items() if heir is not None})


def _edition(directory: Directory) -> str:
    """A short name of the exact content."""
    return hashlib.sha256(repr(directory_sheets.sheets(directory)).encode()).hexdigest()[:16]
