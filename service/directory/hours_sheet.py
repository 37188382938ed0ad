"""Hours of work as a sheet of the directory's workbook: a row for each body and each day from which its own hold."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict

from calendar_rules.schedules import DEPARTMENT, Hours, HoursGiven
from service.directory.replacement import MisfitError
from service.directory.sheets import Rows, SheetError
from service.directory.since import TITLE, typed
from service.directory.working_hours import TITLES, Texts, texts_of

HOURS: Final = "hours"
_KEY, _SINCE = "key", "since"
_MIDNIGHT = " 00:00:00"
"""How a cell that is a date is read."""
_COLUMNS: Final[Mapping[str, str]] = {_KEY: "Ключ", _SINCE: TITLE, **TITLES}


class HoursEntry(BaseModel):
    """The hours of a body from a day on, as they are typed; None: those of the installation's files again."""

    model_config = ConfigDict(frozen=True)

    body: str
    since: date
    texts: dict[str, str] | None


def entries(given: HoursGiven, department: str) -> list[HoursEntry]:
    """The hours that bodies were given; the Department's by its key in the directory."""
    return [
        HoursEntry(
            body=department if body == DEPARTMENT else body,
            since=since,
            texts=None if hours is None else dict(texts_of(Hours.model_validate(hours))),
        )
        for body, held in sorted(given.items())
        for since, hours in held
    ]


def sheet(given: Sequence[HoursEntry]) -> list[list[str]]:
    """The sheet with its header; where the hours of the files hold again the row has the day alone."""
    return [
        list(_COLUMNS.values()),
        *(
            [entry.body, f"{entry.since:%d.%m.%Y}", *((entry.texts or {}).get(name, "") for name in TITLES)]
            for entry in given
        ),
    ]


def read(rows: Rows) -> list[HoursEntry]:
    """What a sheet says. Raises SheetError with a line for each thing that is wrong."""
    wrong: list[str] = []
    found = list(_read(rows, wrong))
    keys = [(entry.body, entry.since) for entry in found]
    wrong += [
        f"Лист {HOURS}: {body}, {since:%d.%m.%Y}: строка повторяется."
        for body, since in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if wrong:
        raise SheetError(*wrong)
    return found


def _read(rows: Rows, wrong: list[str]) -> Iterator[HoursEntry]:
    if not rows:
        return
    by_title = {title.casefold(): name for name, title in _COLUMNS.items()}
    header = [by_title.get(text.casefold()) for text in rows[0][1]]
    if lacking := [title for name, title in _COLUMNS.items() if name not in header]:
        wrong.append(f"Лист {HOURS}: нет столбцов: {', '.join(f'«{title}»' for title in lacking)}.")
        return
    for number, cells in rows[1:]:
        row = dict.fromkeys(_COLUMNS, "")
        row |= {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name is not None}
        texts: Texts = {name: row[name] for name in TITLES}
        try:
            since = typed(row[_SINCE].removesuffix(_MIDNIGHT))
        except MisfitError:
            since = None
        if since is None or not row[_KEY]:
            wrong.append(f"Лист {HOURS}, строка {number}: укажите ключ органа и дату, например 01.03.2027.")
            continue
        own = dict(texts) if any(texts.values()) else None
        yield HoursEntry(body=row[_KEY], since=since, texts=own)
