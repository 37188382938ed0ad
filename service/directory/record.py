"""Record of changes of the directory, with old and new values, as the administrator reads it."""

from collections.abc import Sequence

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
}
ACTION_TITLES = {Action.ADDED: "добавлено", Action.CHANGED: "изменено", Action.GONE: "удалено"}


async def page(
    database: Database, sought: Sought, before: int | None = None
) -> tuple[Sequence[DirectoryEditRow], int | None]:
    """A page of the changes that were searched for, newest first, and from where the next goes on."""
    async with database.read() as session:
        rows = await directory_edits.page(session, sought, before=before, limit=SHOWN + 1)
    return rows[:SHOWN], rows[SHOWN - 1].id if len(rows) > SHOWN else None
