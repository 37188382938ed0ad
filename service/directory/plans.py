"""Plans of the directory for days to come: titles of bodies and offices, and who will hold which office."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from calendar_rules import titles as words
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import NotFoundError
from service.access.recorded_calls import Call
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.people import office_terms, persons, titles
from store.people.persons import Actor
from store.people.tables import PersonRoleRow


@dataclass(frozen=True, slots=True)
class Plan:
    """What changes from a day on, a line for each thing."""

    since: date
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """All that is planned about one body or person, by day."""

    lines: dict[date, list[str]]
    offices: dict[date, list[PersonRoleRow]]


class DirectoryPlans:
    """Shows what is planned, and withdraws it."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def of_body(self, key: str) -> list[Plan]:
        """What the body will be called, and who will answer for it, in the order of the days."""
        async with self._db.read() as session:
            return _plans(await self._found(session, Part.BODIES, key))

    async def of_person(self, key: str) -> list[Plan]:
        """What the person's office will be called, and which they will hold, in the order of the days."""
        async with self._db.read() as session:
            return _plans(await self._found(session, Part.PEOPLE, key))

    async def withdraw(self, caller: Actor, part: Part, key: str, title: str, day: str) -> None:
        """What was planned about a body or person for a day does not come. Raises NotFoundError where nothing was."""
        async with self._db.write(alone=True) as session:
            found = await self._found(session, part, key)
            since = next((since for since in found.lines if since.isoformat() == day), None)
            if since is None:
                raise NotFoundError(wording.NOTHING_PLANNED)
            of = {"body": key} if part is Part.BODIES else {"person": key}
            await titles.withdraw(session, since, **of)
            for row in found.offices.get(since, ()):
                moment = row.since if self._day(row.since) == since else row.until
                if moment is not None:
                    await office_terms.withdraw(session, [row], moment)
            fields = [(wording.PLANNED.format(day=since), line, "") for line in found.lines[since]]
            now = datetime.now(UTC)
            directory_edits.note(session, caller.key, now, [Edit(part, key, title, Action.CHANGED, fields)])
            counted = {"changed": {part.value: [0, 1, 0]}}
            await access_record.write_beside(session, caller.key, Call.DIRECTORY_APPLY, counted)
        access_note.is_written(Call.DIRECTORY_APPLY)

    async def _found(self, session: Session, part: Part, key: str) -> _Found:
        now = datetime.now(self._rules.zone)
        lines: dict[date, list[str]] = defaultdict(list)
        if part is Part.BODIES:
            for planned in await titles.planned_for_body(session, key, now.date()):
                lines[planned.since].append(f"наименование: {planned.titles.title} ({planned.titles.short})")
        else:
            for since, position in await titles.planned_for_person(session, key, now.date()):
                lines[since].append(f"должность: {position}")
        names, called = await persons.names(session), await self._short_titles(session, now.date())
        held: dict[date, list[PersonRoleRow]] = defaultdict(list)
        for row in await office_terms.planned(session, now):
            if key != (row.body if part is Part.BODIES else row.person):
                continue
            office = said(words.ROLES[Role(row.role)])
            whose = (
                names.get(row.person, row.person) if part is Part.BODIES else called.get(row.body or "", "")
            )
            office = f"{office}: {whose}" if whose else office
            for moment, when in ((row.since, "с этого числа"), (row.until, "до этого числа")):
                day, line = self._day(moment), f"{office} — {when}"
                if day is not None and day > now.date():
                    lines[day].append(line)
                    held[day].append(row)
        return _Found(lines, held)

    def _day(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self._rules.zone).date() if moment else None

    @staticmethod
    async def _short_titles(session: Session, today: date) -> dict[str, str]:
        return await (await session.connection()).run_sync(titles.short_titles_on, today)


def _plans(found: _Found) -> list[Plan]:
    return [Plan(since, lines) for since, lines in sorted(found.lines.items())]
