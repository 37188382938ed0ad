"""The directory taken out as a workbook, edited, compared with what is there, and applied."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from calendar_rules.schedules import DEPARTMENT
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError
from service.directory import replacement, workbook
from service.directory.effective_date import effective_date, not_before_today
from service.directory.errors import MisfitError
from service.directory.workbook import Rows, WorkbookError
from service.directory.workbook_rows import (
    SHEETS,
    BodyRow,
    Difference,
    HoursRow,
    HoursSheet,
    PersonRow,
    Row,
    TopicRow,
    difference,
    rows_of,
)
from service.directory.working_hours import Subject, WorkingHours
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import change as directory_change
from store.directory.file import Directory
from store.people import dated_values
from store.people.persons import Actor

FIELD = "file"
_TEXTS: TypeAdapter[dict[str, list[dict[str, str]]]] = TypeAdapter(dict[str, list[dict[str, str]]])


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

    def __init__(self, database: Database, rules: Rules, hours: WorkingHours) -> None:
        self._db = database
        self._rules = rules
        self._hours = hours

    async def workbook(self) -> bytes:
        """The directory as it stands, as XLSX."""
        async with self._db.read() as session:
            _, rows = await _standing(session)
        return await asyncio.to_thread(workbook.write, rows)

    async def compare(self, name: str, content: bytes) -> Compared:
        """What a workbook would change. Raises InvalidInputError with a line for each thing that is wrong."""
        try:
            rows = await asyncio.to_thread(workbook.read, name, content)
            given = _directory(rows)
        except WorkbookError as error:
            raise InvalidInputError(FIELD, str(error)) from error
        async with self._db.read() as session:
            standing, old = await _standing(session)
            try:
                found = self._differences(old, rows, given)
                await replacement.check_successors(session, standing, given)
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, "\n".join(misfit.wrong.values())) from misfit
            staying = await directory_change.with_messages(session, [item.key for item in found[0].gone])
        return Compared(found, sorted(staying), _as_json(rows), _edition(old))

    def _differences(self, old: Rows, new: Rows, given: Directory) -> list[Difference]:
        """What differs by sheet; hours that held before today stay. Raises MisfitError for hours that may not be."""
        today = datetime.now(self._rules.zone).date()
        keys = {given.department.key, *(body.key for body in given.bodies)}
        found = {model.sheet: difference(model, old[model.sheet], new[model.sheet]) for model in SHEETS}
        hours = found[HoursRow.sheet]
        rows, wrong = _hours_rows(old) | _hours_rows(new), dict[str, str]()
        for key in [change.key for change in (*hours.added, *hours.changed)]:
            place = f"Лист {HoursRow.sheet}: {key}"
            if rows[key].key not in keys:
                wrong[key] = f"{place}: органа с таким ключом нет."
                continue
            try:
                not_before_today(rows[key].since.isoformat(), today)
            except MisfitError as misfit:
                wrong[key] = f"{place}: {misfit}"
        if wrong:
            raise MisfitError(wrong)
        gone = [it for it in hours.gone if rows[it.key].since > today and rows[it.key].key in keys]
        return list((found | {HoursRow.sheet: hours.model_copy(update={"gone": gone})}).values())

    async def apply(self, caller: Actor, directory: str, edition: str, since: str = "") -> Applied:
        """Bring the directory up to what was compared.

        Titles and offices change from the day `since` as it was typed, at once where it is blank.
        Raises InvalidInputError for what is not a directory, or takes the caller's own right to do this away; and
        ConflictError where the directory has been changed since it was compared.
        """
        try:
            rows = _from_json(directory)
            given = _directory(rows)
        except (ValidationError, WorkbookError) as error:
            raise InvalidInputError(FIELD, wording.NO_DIRECTORY) from error
        async with self._db.write(alone=True) as session:
            standing, old = await _standing(session)
            if _edition(old) != edition:
                raise ConflictError(wording.DIRECTORY_CHANGED)
            try:
                hours = self._differences(old, rows, given)[-1]
                silent = await replacement.replace(
                    session, caller, given, effective_date(since, self._rules.zone)
                )
                await self._set_hours(session, caller, given, hours, _hours_rows(old) | _hours_rows(rows))
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, " ".join(misfit.wrong.values())) from misfit
        await self._hours.refresh()
        closed = replacement.successors(standing, given)
        return Applied(silent, {body: heir for body, heir in closed.items() if heir is not None})

    async def _set_hours(
        self,
        session: Session,
        caller: Actor,
        given: Directory,
        found: Difference,
        rows: Mapping[str, HoursRow],
    ) -> None:
        """Hours of bodies as a sheet has them, on record. Raises MisfitError."""
        titles = {body.key: body.title for body in given.bodies}
        titles[given.department.key] = given.department.title
        gone = {change.key for change in found.gone}
        changed = [rows[change.key] for change in (*found.added, *found.changed, *found.gone)]
        for row in sorted(changed, key=lambda row: row.since):
            whose = None if row.key == given.department.key else row.key
            subject = Subject(row.key, whose, titles[row.key])
            if row.identity in gone:
                await self._hours.withdraw(session, caller, subject, row.since)
            else:
                await self._hours.set_from(session, caller, subject, row.hours, row.since)


async def _standing(session: Session) -> tuple[Directory, Rows]:
    """The directory, and the rows of the workbook that it makes."""
    standing = await directory_change.whole(session)
    rows = [
        HoursSheet.from_hours(standing.department.key if body == DEPARTMENT else body, since, held)
        for body, versions in sorted((await dated_values.hours(session)).items())
        for since, held in versions
    ]
    return standing, {**rows_of(standing), HoursRow.sheet: rows}


def _hours_rows(rows: Rows) -> dict[str, HoursRow]:
    return {row.identity: row for row in rows[HoursRow.sheet] if isinstance(row, HoursRow)}


def _directory(rows: Rows) -> Directory:
    """The directory that rows make. Raises WorkbookError with a line for each thing that is wrong."""
    bodies = [row for row in rows[BodyRow.sheet] if isinstance(row, BodyRow)]
    departments = [row for row in bodies if row.kind == DEPARTMENT]
    if len(departments) != 1:
        raise WorkbookError(
            f"Лист {BodyRow.sheet}: нужна одна строка вида «департамент», сейчас их {len(departments)}."
        )
    try:
        return Directory(
            department=departments[0].department(),
            bodies=tuple(row.entry() for row in bodies if row.kind != DEPARTMENT),
            people=tuple(row.entry() for row in rows[PersonRow.sheet] if isinstance(row, PersonRow)),
            topics=tuple(row.entry() for row in rows[TopicRow.sheet] if isinstance(row, TopicRow)),
        )
    except ValidationError as error:
        raise WorkbookError(
            *(
                f"Справочник в целом: {item.get('ctx', {}).get('error') or item['msg']}."
                for item in error.errors()
            )
        ) from error


def _as_json(rows: Rows) -> str:
    texts = {sheet: [row.texts for row in found] for sheet, found in rows.items()}
    return _TEXTS.dump_json(texts).decode()


def _from_json(directory: str) -> dict[str, list[Row]]:
    """The same rows again. Raises ValidationError, WorkbookError."""
    texts, wrong = _TEXTS.validate_json(directory), list[str]()
    found = {
        model.sheet: workbook.checked(model, enumerate(texts.get(model.sheet, ())), wrong) for model in SHEETS
    }
    if wrong:
        raise WorkbookError(*wrong)
    return found


def _edition(rows: Rows) -> str:
    """A short name of the exact content."""
    return hashlib.sha256(_as_json(rows).encode()).hexdigest()[:16]
