"""The report of an import as a workbook: the sums, what was not taken and why, and what became which message."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import xlsxwriter

from service.commands.imports.row import ImportRow, Refusal
from store.database import private_files

_SHOWN = 300  # characters of a value
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_SUMS = {"Итоги": 110}
_REFUSED = {"Строка": 9, "Столбец": 24, "Что неверно": 70, "Значение": 60}
_TAKEN = {
    "Строка": 9,
    "Сообщение №": 13,
    "Что сделано": 24,
    "Ссылка": 34,
    "Группа тем": 26,
    "Тема": 34,
    "Исполнитель": 34,
    "Муниципалитет": 26,
}

Taken = tuple[ImportRow, int | None, str]
"""A row, the number of its message where it has one, and what was done."""


class ReportError(Exception):
    """The report cannot be written; the text is Russian."""


def check_writable(path: Path) -> None:
    """Raises ReportError where no report can be written."""
    writable = os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
    if not writable or path.is_dir():
        raise ReportError(
            f"Отчёт {path} записать нельзя. Скопируйте таблицу в каталог, доступный для записи."
        )


def write_report(path: Path, sums: Sequence[str], refused: Iterable[Refusal], taken: Iterable[Taken]) -> None:
    """Write the report in place of an earlier one. Raises ReportError."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheets = _Sheets(book)
        sheets.add("Итоги", _SUMS, ((line,) for line in sums))
        sheets.add("Не принято", _REFUSED, ((one.line, one.column, one.reason, one.value) for one in refused))
        messages = (
            (row.line, number, done, row.url, row.group, row.topic, row.body, row.municipality)
            for row, number, done in taken
        )
        sheets.add("Сообщения", _TAKEN, messages)
    try:
        # The names of citizens are in it: its reader is whoever ran the import.
        with private_files.replacing(path) as unfinished:
            unfinished.write_bytes(content.getvalue())
    except OSError as error:
        raise ReportError(f"Отчёт {path} не записан ({error.strerror}).") from None


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True})
        # What a citizen wrote is not a formula, nor becomes one where the report is edited or saved as CSV.
        self._text = book.add_format({"quote_prefix": True})

    def add(self, title: str, columns: Mapping[str, int], rows: Iterable[Sequence[str | int | None]]) -> None:
        """`columns`: the width of each, by its name."""
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for place, (name, width) in enumerate(columns.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, self._bold)
        for at, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(at, place, value)
                elif value and (shown := _NOT_IN_XML.sub("", value)):
                    text = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
                    sheet.write_string(at, place, text, self._text)
