"""Record of changes of the directory, with old and new values, as the administrator reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.runs.rules import Rules
from store.database.engines import Database
from store.directory import edits as directory_edits
from store.directory.edits import Action, Part, Sought
from store.directory.tables import DirectoryEditRow

SHOWN = 50

PART_TITLES = {
    Part.BODIES: "Органы",
    Part.PEOPLE: "Сотрудники",
    Part.TOPICS: "Темы",
    Part.TEMPLATES: "Шаблоны ответов",
    Part.HOURS: "Рабочее время",
    Part.NETWORK_KEYS: "Ключи аккаунтов",
    Part.SOURCES: "Источники",
    Part.PAPERS: "Документы",
}
ACTION_TITLES = {Action.ADDED: "добавлено", Action.CHANGED: "изменено", Action.GONE: "удалено"}


@dataclass(frozen=True, slots=True)
class EditView:
    """One change; `at` in the Department's zone, `person` None for the command line."""

    id: int
    at: datetime
    person: str | None
    part: Part
    subject: str
    title: str
    action: Action
    fields: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class EditPage:
    """A page of changes, newest first, and from where the next goes on."""

    items: Sequence[EditView]
    next: int | None


class DirectoryRecord:
    """Reads the record of changes."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def page(self, sought: Sought, before: int | None = None) -> EditPage:
        """What was searched for."""
        async with self._db.read() as session:
            rows = await directory_edits.page(session, sought, before=before, limit=SHOWN + 1)
        shown = rows[:SHOWN]
        return EditPage([self._view(row) for row in shown], shown[-1].id if len(rows) > SHOWN else None)

    def _view(self, row: DirectoryEditRow) -> EditView:
        assert row.id is not None  # noqa: S101
        return EditView(
            id=row.id,
            at=row.at.astimezone(self._rules.zone),
            person=row.person,
            part=Part(row.part),
            subject=row.subject,
            title=row.title,
            action=Action(row.action),
            fields=[(title, before, after) for title, before, after in row.fields],
        )
