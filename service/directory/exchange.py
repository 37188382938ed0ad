"""The directory taken out as a spreadsheet, edited, compared with what is there, and applied."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ValidationError

from service.access import wording
from service.access.errors import ConflictError, InvalidInputError
from service.directory import hours_sheet
from service.directory import replacement as directory_replacement
from service.directory import sheets as directory_sheets
from service.directory.hours_sheet import HoursEntry
from service.directory.replacement import MisfitError
from service.directory.sheets import Change, Difference, SheetError
from service.directory.since import from_today, held_from
from service.directory.workbooks import sheets
from service.directory.workbooks.source import SourceError
from service.directory.working_hours import TITLES, Subject, WorkingHours, parsed
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import change as directory_change
from store.directory.file import Directory
from store.messages import body_hours
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
    """Gives the directory as a workbook, and takes one."""

    def __init__(self, database: Database, rules: Rules, hours: WorkingHours) -> None:
        self._db = database
        self._rules = rules
        self._hours = hours

    async def workbook(self) -> bytes:
        """The directory as it stands, as XLSX."""
        async with self._db.read() as session:
            standing = await directory_change.whole(session)
            held = await _hours(session, standing)
        book = {**directory_sheets.sheets(standing), hours_sheet.HOURS: hours_sheet.sheet(held)}
        return await asyncio.to_thread(sheets.write, book)

    async def compare(self, name: str, content: bytes) -> Compared:
        """What a workbook would change. Raises InvalidInputError with a line for each thing that is wrong."""
        try:
            rows = await asyncio.to_thread(sheets.read, name, content)
            given = directory_sheets.directory(rows)
            hours = hours_sheet.read(rows[hours_sheet.HOURS]) if hours_sheet.HOURS in rows else None
        except SourceError as error:
            raise InvalidInputError(FIELD, str(error)) from error
        except SheetError as error:
            raise InvalidInputError(FIELD, "\n".join(error.reasons)) from error
        async with self._db.read() as session:
            standing = await directory_change.whole(session)
            found = directory_sheets.differences(standing, given)
            gone = [change.key for change in found[0].gone]
            staying = await directory_change.with_messages(session, gone)
            held = await _hours(session, standing)
            changes = self._changes(held, held if hours is None else hours, given)
            try:
                await directory_replacement.check_successors(session, standing, given)
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, " ".join(misfit.wrong.values())) from misfit
        told = _difference(changes, held)
        said = _Content(directory=given, hours=None if hours is None else tuple(hours))
        return Compared([*found, told], sorted(staying), said.model_dump_json(), _edition(standing, held))

    def _changes(
        self, held: Sequence[HoursEntry], hours: Sequence[HoursEntry], given: Directory
    ) -> list[tuple[HoursEntry, bool]]:
        """What is otherwise in a sheet of hours, and what of days to come is gone from it (True).

        What held before today stays. Raises InvalidInputError for what may not be.
        """
        today = datetime.now(self._rules.zone).date()
        keys = {given.department.key, *(body.key for body in given.bodies)}
        found, wrong = [], []
        for entry in hours:
            place = f"Лист {hours_sheet.HOURS}: {entry.body}, {entry.since:%d.%m.%Y}"
            if _stands(entry, held):
                continue
            if entry.body not in keys:
                wrong.append(f"{place}: органа с таким ключом нет.")
                continue
            try:
                from_today(entry.since.isoformat(), today)
                if entry.texts is not None:
                    parsed(entry.texts)
            except MisfitError as misfit:
                wrong += [f"{place}: {reason}" for reason in misfit.wrong.values()]
            found.append((entry, False))
        if wrong:
            raise InvalidInputError(FIELD, "\n".join(wrong))
        left = {(entry.body, entry.since) for entry in hours}
        gone = [it for it in held if it.since > today and (it.body, it.since) not in left and it.body in keys]
        return [*found, *((entry, True) for entry in gone)]

    async def apply(self, caller: Actor, directory: str, edition: str, since: str = "") -> Applied:
        """Bring the directory up to what was compared.

        Titles and offices are others from the day `since` as it was typed, at once where it is blank.
        Raises InvalidInputError for what is not a directory, or takes the caller's own right to do this away; and
        ConflictError where the directory has been changed since it was compared.
        """
        try:
            content = _Content.model_validate_json(directory)
        except ValidationError as error:
            raise InvalidInputError(FIELD, wording.NO_DIRECTORY) from error
        async with self._db.write(alone=True) as session:
            given, standing = content.directory, await directory_change.whole(session)
            hours = await _hours(session, standing)
            if _edition(standing, hours) != edition:
                raise ConflictError(wording.DIRECTORY_CHANGED)
            try:
                held = held_from(since, self._rules.zone)
                silent = await directory_replacement.replace(session, caller, given, held)
                changes = self._changes(hours, hours if content.hours is None else content.hours, given)
                await self._bring_hours(session, caller, given, changes)
            except MisfitError as misfit:
                raise InvalidInputError(FIELD, " ".join(misfit.wrong.values())) from misfit
        await self._hours.refresh()
        closed = directory_replacement.successors(standing, given)
        return Applied(silent, {body: heir for body, heir in closed.items() if heir is not None})

    async def _bring_hours(
        self, session: Session, caller: Actor, given: Directory, changes: Sequence[tuple[HoursEntry, bool]]
    ) -> None:
        """Hours of bodies as a sheet has them, on record. Raises MisfitError."""
        titles = {entry.key: entry.title for entry in given.bodies} | {
            given.department.key: given.department.title
        }
        for entry, is_gone in sorted(changes, key=lambda change: change[0].since):
            whose = None if entry.body == given.department.key else entry.body
            subject = Subject(entry.body, whose, titles[entry.body])
            if is_gone:
                await self._hours.withdraw_in(session, caller, subject, entry.since)
            else:
                await self._hours.keep_in(session, caller, subject, entry.texts, entry.since)


class _Content(BaseModel):
    """What a workbook says, as it is sent back; `hours` None: it has no sheet of them."""

    directory: Directory
    hours: tuple[HoursEntry, ...] | None


async def _hours(session: Session, standing: Directory) -> list[HoursEntry]:
    return hours_sheet.entries(await body_hours.given(session), standing.department.key)


def _stands(entry: HoursEntry, held: Sequence[HoursEntry]) -> bool:
    """Whether the hours are those that stand, however they are written."""
    if entry in held:
        return True
    own = next((it for it in held if (it.body, it.since) == (entry.body, entry.since)), None)
    if own is None or own.texts is None or entry.texts is None:
        return False
    try:
        return parsed(entry.texts) == parsed(own.texts)
    except MisfitError:
        return False


def _difference(changes: Sequence[tuple[HoursEntry, bool]], held: Sequence[HoursEntry]) -> Difference:
    stand = {(entry.body, entry.since): entry.texts or {} for entry in held}
    sorted_out: dict[str, list[Change]] = {"added": [], "changed": [], "gone": []}
    for entry, is_gone in changes:
        known = stand.get((entry.body, entry.since))
        fields = [
            (title, (known or {}).get(name, ""), (entry.texts or {}).get(name, ""))
            for name, title in TITLES.items()
        ]
        change = Change(
            entry.body,
            f"{entry.body}, с {entry.since:%d.%m.%Y}",
            [field for field in fields if field[1] != field[2]],
        )
        sorted_out["gone" if is_gone else "added" if known is None else "changed"].append(change)
    return Difference(hours_sheet.HOURS, **sorted_out)


def _edition(directory: Directory, hours: Sequence[HoursEntry]) -> str:
    """A short name of the exact content."""
    content = directory_sheets.sheets(directory), hours_sheet.sheet(hours)
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]
