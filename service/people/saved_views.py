"""Lists that people save under names: the conditions are kept, the messages are found again each time."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlencode

from service.access.errors import ConflictError, InvalidInputError
from store.database.engines import Database
from store.database.session import IntegrityError
from store.messages.listing import Filters
from store.people import saved_views
from store.people.persons import Actor, storable

LONGEST_NAME = 60  # characters
MOST = 40
"""Of one person."""
_LONGEST_QUERY = 2000  # characters
_NAME = "name"
_NO_NAME = "Укажите название, под которым сохранить список."
_LONG_NAME = f"Название длиннее {LONGEST_NAME} знаков. Сократите его."
_BAD_NAME = "В названии есть знак, который нельзя сохранить."
_LONG_QUERY = "Условия слишком длинные. Сократите слова поиска и сохраните ещё раз."
_TOO_MANY = f"Сохранено уже {MOST} видов. Удалите те, что больше не нужны."
_AT_ONCE = "Вид с этим названием только что сохранён в другом окне. Обновите страницу."
_PARAMETERS = frozenset({*(field.name for field in fields(Filters)), "open", "sort"}) - {"is_open", "words"}


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list under a name: `query` is what follows its address."""

    id: str
    name: str
    query: str


async def of_person(database: Database, caller: Actor) -> Sequence[SavedView]:
    """The caller's views, by name."""
    async with database.read() as session:
        rows = await saved_views.of_person(session, caller.key)
    return [SavedView(row.id, row.name, row.query) for row in rows]


async def save(database: Database, caller: Actor, name: str, query: str) -> str:
    """Keep the conditions of a list under a name, in place of an earlier list of that name; returns them.

    What is not a condition of a list is left out. Raises InvalidInputError, ConflictError.
    """
    name = " ".join(name.split())
    if not name:
        raise InvalidInputError(_NAME, _NO_NAME)
    if len(name) > LONGEST_NAME:
        raise InvalidInputError(_NAME, _LONG_NAME)
    if not storable(name):
        raise InvalidInputError(_NAME, _BAD_NAME)
    kept = conditions(query)
    if len(kept) > _LONGEST_QUERY:
        raise InvalidInputError(_NAME, _LONG_QUERY)
    try:
        async with database.write() as session:
            known = await saved_views.of_person(session, caller.key)
            if len(known) >= MOST and name not in {view.name for view in known}:
                raise InvalidInputError(_NAME, _TOO_MANY)
            await saved_views.keep(session, caller.key, name, kept)
    except IntegrityError as error:
        raise ConflictError(_AT_ONCE) from error
    return kept


async def remove(database: Database, caller: Actor, view: str) -> None:
    """Delete a view of the caller's; one that is not theirs, or is gone, changes nothing."""
    if not storable(view):
        return
    async with database.write() as session:
        await saved_views.remove(session, caller.key, view)


def conditions(query: str) -> str:
    """The conditions and the order of a list's address, in one spelling, without the place in it."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name in _PARAMETERS])
