"""The act of destruction as a document: what order 179 of Roskomnadzor (28.10.2022) wants of an act and of the extract
from the journal that goes with it where the machine destroys."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from calendar_rules.moments import As, moment_text
from service.access.errors import ConflictError
from service.personal_data.destructions import CATEGORIES, ERASED_IN_PAPERS, Destructions
from service.reports.papers.templates import Template, Templates
from service.runs.rules import Rules
from settings import Settings
from store.database.columns import ERASED
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.people import persons

_BLANK = "_" * 40


class Line(NamedTuple):
    """A line of the extract: when, of which message, what, and how much."""

    at: datetime
    message: str | None
    category: str
    amount: int


@dataclass(frozen=True, slots=True)
class Document:
    """What an act says; moments in the zone of the Department. Where the operator is not named, there is a blank."""

    number: int
    operator: str | None
    address: str | None
    place: str
    """Of the office; empty where the act does not say."""
    person: tuple[str, str] | None
    """Name and position; None where it was the machine."""
    begun_at: datetime
    ended_at: datetime
    ground: str
    categories: Sequence[tuple[str, int, int]]
    """Title, how much, of how many messages."""
    messages: Sequence[str]
    where: Sequence[str]
    not_there: str
    how: str
    backups_until: datetime
    lines: Sequence[Line]


def draw_up(act: Document, template: bytes) -> bytes:
    """Return the act with its extract as DOCX; blocks for a moment. Raises TemplateFaultError."""
    from service.reports.papers import word  # noqa: PLC0415  seldom wanted, and large

    return word.fill(template, fields(act))


def fields(act: Document) -> dict[str, object]:
    """Return what a template may name, moments and days as text."""
    lines: list[object] = [
        {
            "at": moment_text(line.at, As.ROW_TO_THE_SECOND),
            "message": line.message,
            "category": line.category,
            "amount": line.amount,
        }
        for line in act.lines
    ]
    told: dict[str, object] = {
        "number": act.number,
        "operator": act.operator,
        "address": act.address,
        "place": act.place,
        "person": list(act.person) if act.person else None,
        "begun_at": moment_text(act.begun_at, As.ROW_TO_THE_SECOND),
        "ended_at": moment_text(act.ended_at, As.ROW_TO_THE_SECOND),
        "ended_on": f"{act.ended_at:%d.%m.%Y}",
        "ground": act.ground,
        "categories": [list(category) for category in act.categories],
        "messages": list(act.messages),
        "where": list(act.where),
        "not_there": act.not_there,
        "how": act.how,
        "backups_until": f"{act.backups_until:%d.%m.%Y}",
        "lines": lines,
    }
    return {"act": told, "blank": _BLANK}


class DestructionActs:
    """Draws up acts of destruction."""

    def __init__(self, database: Database, settings: Settings, rules: Rules, templates: Templates) -> None:
        self._db = database
        self._settings = settings
        self._rules = rules
        self._templates = templates
        self._destructions = Destructions(database)

    async def docx(self, number: int) -> bytes:
        """Return an act, to be signed and kept for three years.

        Raises NotFoundError, and ConflictError where the installation's template cannot be filled in.
        """
        from service.reports.papers.word import TemplateFaultError  # noqa: PLC0415  large

        view = await self._destructions.one(number)
        zone = self._rules.zone
        day = view.ended_at.astimezone(zone).date()
        async with self._db.read() as session:
            person = await persons.name_and_position(session, view.person, day) if view.person else None
            department = await directory_rows.department(session, day)
        document = Document(
            number=view.id,
            operator=self._settings.operator_name or department,
            address=self._settings.operator_address,
            person=person,
            begun_at=view.begun_at.astimezone(zone),
            ended_at=view.ended_at.astimezone(zone),
            place=self._rules.regulation.papers.place or "",
            ground=view.ground.replace(ERASED, ERASED_IN_PAPERS),
            categories=[(item.title, item.amount, item.messages) for item in view.categories],
            messages=view.messages,
            where=view.where,
            not_there=view.not_there,
            how=view.how,
            backups_until=view.backups_until.astimezone(zone),
            lines=[
                Line(entry.at.astimezone(zone), entry.message, CATEGORIES[entry.category], entry.amount)
                for entry in view.entries
            ],
        )
        template = self._templates.read(Template.DESTRUCTION)
        try:
            return await asyncio.to_thread(draw_up, document, template)
        except TemplateFaultError as error:
            raise ConflictError(str(error)) from error
