"""The directory's workbook: written, and read within bounds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

import xlsxwriter
from pydantic import ValidationError

from service.access.validation_wording import explain
from service.directory import workbook_bounds
from service.directory.workbook_bounds import UnreadableError, text_of
from service.directory.workbook_rows import SHEETS, Row

LARGEST = 5 * 1024 * 1024  # bytes
_LARGEST_UNPACKED = 64 * 1024 * 1024  # bytes
_MOST_CELLS = 1_000_000
_NARROWEST, _WIDEST = 10, 60

Rows = Mapping[str, Sequence[Row]]
"""The rows of each sheet by its name."""


class WorkbookError(Exception):
    """The workbook is not a directory; `reasons` say in Russian what is wrong, where, and what to do."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def write(rows: Rows) -> bytes:
    """A workbook with a sheet for each model; every cell is a text, whatever it begins with."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
        for model in SHEETS:
            columns = model.columns()
            table = [columns, *(row.texts for row in rows[model.sheet])]
            sheet = book.add_worksheet(model.sheet)
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(columns):
                texts = [cells.get(name, "") for cells in table]
                for number, text in enumerate(texts):
                    if text:
                        sheet.write_string(number, place, text, plain if number else bold)
                width = max(len(line) for text in texts for line in text.split("\n"))
                sheet.set_column(place, place, min(max(width + 2, _NARROWEST), _WIDEST))
    return content.getvalue()


def read(name: str, content: bytes) -> dict[str, list[Row]]:
    """The rows of every sheet of a file of this name. Raises WorkbookError with a line for each thing that is wrong."""
    tables = _tables(name, content)
    if missing := [model.sheet for model in SHEETS if model.sheet not in tables]:
        raise WorkbookError(
            f"В книге нет листов: {', '.join(missing)}. Скачайте справочник заново и правьте его."
        )
    wrong: list[str] = []
    found = {model.sheet: _rows(model, tables[model.sheet], wrong) for model in SHEETS}
    if wrong:
        raise WorkbookError(*wrong)
    return found


def _rows(model: type[Row], table: Sequence[Sequence[str]], wrong: list[str]) -> list[Row]:
    """The rows that a table makes; adds to `wrong` what is wrong with them."""
    found: dict[str, Row] = {}
    for number, record in _records(model, table, wrong):
        place = f"Лист {model.sheet}, строка {number}"
        try:
            row = model.model_validate(record)
        except ValidationError as error:
            for field, detail in explain(error.errors()):
                title = model.columns().get(re.split(r"[.\[]", field)[0])
                wrong.append(f"{place}, столбец «{title}»: {detail}" if title else f"{place}: {detail}")
            continue
        key = row.texts["key"]
        if key in found:
            wrong.append(f"{place}: {key} — строка повторяется, оставьте одну.")
        found[key] = row
    return list(found.values())


def _records(
    model: type[Row], table: Sequence[Sequence[str]], wrong: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The texts of each row by field, with the number of the row."""
    by_title = {text.casefold(): name for name, title in model.columns().items() for text in (title, name)}
    header = [by_title.get(text.casefold()) for text in table[0]] if table else []
    lacking = [title for title in model.required() if by_title[title.casefold()] not in header]
    if lacking:
        wrong.append(f"Лист {model.sheet}: нет столбцов: {', '.join(f'«{title}»' for title in lacking)}.")
        return
    for number, cells in enumerate(table[1:], start=2):
        if any(cells):
            yield (
                number,
                dict.fromkeys(filter(None, header), "")
                | {name: text for name, text in zip(header, cells, strict=False) if name},
            )


def _tables(name: str, content: bytes) -> dict[str, list[list[str]]]:
    """The cells of every sheet as texts, by the sheet's name."""
    if len(content) > LARGEST:
        raise WorkbookError(f"Файл {name} больше {LARGEST // 1024 // 1024} МБ: это не справочник.")
    try:
        found = workbook_bounds.sheets(content, most_cells=_MOST_CELLS, largest=_LARGEST_UNPACKED)
    except UnreadableError as error:
        raise WorkbookError(
            f"Файл {name} не читается как книга Excel (.xlsx): {error}. Скачайте справочник заново и правьте его."
        ) from error
    return {sheet: [[text_of(cell) for cell in row] for row in rows] for sheet, rows in found.items()}
