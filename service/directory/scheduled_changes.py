"""Changes of the directory for days to come: titles, hours, and who will hold which office."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from calendar_rules import titles as words
from calendar_rules.act_words import said
from calendar_rules.schedules import Hours
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import NotFoundError
from service.access.recorded_calls import Call
from service.directory import hours_text
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory import rows as directory_rows
from store.directory.edits import Action, Edit, Part
from store.people import dated_values, persons
from store.people.dated_values import Kind
from store.people.persons import Actor
from store.people.tables import DatedValueRow


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """What changes from a day on, a line for each thing."""

    since: date
    lines: Sequence[str]


class ScheduledChanges:
    """Shows what is planned, and withdraws it."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def of(self, part: Part, key: str) -> list[ScheduledChange]:
        """All that is planned about a body or a person, in the order of the days."""
        async with self._db.read() as session:
            rows = await self._planned(session, part, key)
            lines = await _lines(session, part, rows)
        return [ScheduledChange(since, texts) for since, texts in lines.items()]

    async def withdraw(self, caller: Actor, part: Part, key: str, title: str, day: str) -> None:
        """What was planned about a body or person for a day does not come. Raises NotFoundError where nothing was."""
        async with self._db.write(alone=True) as session:
            rows = [row for row in await self._planned(session, part, key) if row.since.isoformat() == day]
            if not rows:
                raise NotFoundError(wording.NOTHING_PLANNED)
            fields = [
                (wording.PLANNED.format(day=since), line, "")
                for since, lines in (await _lines(session, part, rows)).items()
                for line in lines
            ]
            await dated_values.withdraw(session, rows)
            edit = Edit(part, key, title, Action.CHANGED, fields)
            directory_edits.note(session, caller.key, datetime.now(UTC), [edit])
            counted = {"changed": {part.value: [0, 1, 0]}}
            await access_record.write_beside(session, caller.key, Call.DIRECTORY_APPLY, counted)
        access_note.is_written(Call.DIRECTORY_APPLY)

    async def _planned(self, session: Session, part: Part, key: str) -> list[DatedValueRow]:
        rows = await dated_values.planned(session, datetime.now(self._rules.zone).date())
        if part is Part.PEOPLE:
            return [row for row in rows if row.kind not in dated_values.OF_BODIES and row.subject == key]
        return [
            row
            for row in rows
            if (row.kind in dated_values.OF_BODIES and row.subject == key)
            or dated_values.body_of(row.office) == key
        ]


async def _lines(session: Session, part: Part, rows: Sequence[DatedValueRow]) -> dict[date, list[str]]:
    """Each row in words, by its day."""
    others = await (persons.names if part is Part.BODIES else directory_rows.titles_of_bodies)(session)
    found: dict[date, list[str]] = defaultdict(list)
    for row in rows:
        found[row.since].append(_line(row, part, others))
    return found


def _line(row: DatedValueRow, part: Part, others: Mapping[str, str]) -> str:
    match Kind(row.kind):
        case Kind.TITLES:
            title, short = row.value
            return f"наименование: {title} ({short})"
        case Kind.POSITION:
            return f"должность: {row.value}"
        case Kind.HOURS:
            hours = row.value and hours_text.brief(hours_text.texts_of(Hours.model_validate(row.value)))
            return f"рабочее время: {hours or 'общее или по файлу установки'}"
        case Kind.OFFICE:
            office = said(words.ROLES[Role(dated_values.role_of(row.office))])
            other = row.subject if part is Part.BODIES else dated_values.body_of(row.office)
            office = f"{office}: {others.get(other, other)}" if other else office
            return f"{office} — {'с' if row.value[0] else 'до'} этого числа"
