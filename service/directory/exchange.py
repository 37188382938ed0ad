"""The directory taken out as a workbook, edited, compared with what is there, and applied."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from calendar_rules.schedules import DEPARTMENT
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError
from service.directory import replacement, workbook
from service.directory.editing import edition_of
from service.directory.effective_date import effective_date
from service.directory.errors import MisfitError
from service.directory.workbook import Rows, WorkbookError
from service.directory.workbook_rows import BodyRow, Difference, PersonRow, TopicRow, differences, rows_of
from service.runs.rules import Rules
from store.database.engines import Database
from store.directory import change as directory_change
from store.directory.file import Directory
from store.people.persons import Actor

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
    """Returns the directory as a workbook, and takes one."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def workbook(self) -> bytes:
        """The directory as it stands, as XLSX."""
        async with self._db.read() as session:
            standing = await directory_change.whole(session)
        return await asyncio.to_thread(workbook.write, rows_of(standing))

    async def compare(self, name: str, content: bytes) -> Compared:
        """What a workbook would change. Raises InvalidInputError with a line for each thing that is wrong."""
        try:
            given = _directory(await asyncio.to_thread(workbook.read, name, content))
        except WorkbookError as error:
            raise InvalidInputError(FIELD, str(error)) from error
        async with self._db.read() as session:
            standing = await directory_change.whole(session)
            try:
                await replacement.check_successors(session, standing, given)
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, "\n".join(misfit.wrong.values())) from misfit
            found = differences(standing, given)
            staying = await directory_change.with_messages(session, [item.key for item in found[0].gone])
        return Compared(found, sorted(staying), given.model_dump_json(), edition_of(standing))

    async def apply(self, caller: Actor, directory: str, edition: str, since: str = "") -> Applied:
        """Bring the directory up to what was compared.

        Titles and offices change from the day `since` as it was typed, at once where it is blank.
        Raises InvalidInputError for what is not a directory, or takes the caller's own right to do this away; and
        ConflictError where the directory has been changed since it was compared.
        """
        try:
            given = Directory.model_validate_json(directory)
        except ValidationError as error:
            raise InvalidInputError(FIELD, wording.NO_DIRECTORY) from error
        async with self._db.write(alone=True) as session:
            standing = await directory_change.whole(session)
            if edition_of(standing) != edition:
                raise ConflictError(wording.DIRECTORY_CHANGED)
            try:
                silent = await replacement.replace(
                    session, caller, given, effective_date(since, self._rules.zone)
                )
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, " ".join(misfit.wrong.values())) from misfit
        closed = replacement.successors(standing, given)
        return Applied(silent, {body: heir for body, heir in closed.items() if heir is not None})


def _directory(rows: Rows) -> Directory:
    """The directory that rows make. Raises WorkbookError with a line for each thing that is wrong."""
    bodies = [row for row in rows[BodyRow.sheet] if isinstance(row, BodyRow)]
    departments = [row for row in bodies if row.kind == DEPARTMENT]
    if len(departments) != 1:
        raise WorkbookError(
            f"Лист {BodyRow.sheet}: нужна одна строка вида «департамент», сейчас их {len(departments)}."
        )
    try:
        return Directory.model_validate(
            {
                "department": departments[0].model_dump(include={"key", "title", "short"}),
                "bodies": [row.entry() for row in bodies if row.kind != DEPARTMENT],
                "people": [row.model_dump() for row in rows[PersonRow.sheet]],
                "topics": [row.model_dump() for row in rows[TopicRow.sheet]],
            }
        )
    except ValidationError as error:
        raise WorkbookError(
            *(
                f"Справочник в целом: {item.get('ctx', {}).get('error') or item['msg']}."
                for item in error.errors()
            )
        ) from error
