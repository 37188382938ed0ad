"""The report of an import as a workbook: what was not taken and why, what became which message, and the sum."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from service.commands.imports.columns import Field
from service.commands.imports.known_words import KnownWords
from service.commands.imports.rows import Entry, RefusedLine
from store.database import private_files

_SHOWN = 300  # characters of a value
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEGIN_A_FORMULA = ("=", "+", "-", "@")
_NOT_IN_DIRECTORY = "нет в справочнике"

_REFUSED = {"Строка": 9, "Столбец": 24, "Что неверно": 70, "Значение": 60}
_TAKEN = {
    "Строка": 9,
    "Сообщение №": 13,
    "Что сделано": 24,
    Field.URL.value: 34,
    Field.GROUP.value: 26,
    Field.TOPIC.value: 34,
    "Ключ темы": 20,
    Field.BODY.value: 34,
    "Ключ органа": 20,
    Field.MUNICIPALITY.value: 26,
    "Замечания": 60,
}


class ReportError(Exception):
    """The report cannot be written; the text is Russian."""


class Report:
    """Grows line by line, on disk; `save` puts it where it belongs."""

    def __init__(self, path: Path, directory: KnownWords) -> None:
        """Raises ReportError where nothing can be written."""
        self.path = path
        self._directory = directory
        writable = os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
        if not writable or path.is_dir():
            raise ReportError(f"Отчёт {path} записать нельзя. Укажите другой путь ключом --report.")
        self._book = Workbook(write_only=True)
        self._sums = self._sheet("Итоги", {"Итоги": 110})
        self._refused = self._sheet("Не принято", _REFUSED)
        self._taken = self._sheet("Сообщения", _TAKEN)

    def _sheet(self, title: str, columns: Mapping[str, int]) -> WriteOnlyWorksheet:
        sheet = self._book.create_sheet(title)
        for place, width in enumerate(columns.values()):
            sheet.column_dimensions["ABCDEFGHIJK"[place]].width = width
        sheet.freeze_panes = "A2"
        header = [WriteOnlyCell(sheet, name) for name in columns]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        return sheet

    def refuse(self, refused: RefusedLine) -> None:
        """A row for each reason."""
        for problem in refused.problems:
            self._append(self._refused, (refused.line, problem.column, problem.reason, problem.value))

    def take(self, entry: Entry, number: int | None, done: str) -> None:
        """What became of a line; `number` is None where nothing is registered yet."""
        words = entry.for_routing
        topic, body = words.get(Field.TOPIC, ""), words.get(Field.BODY, "")
        self._append(
            self._taken,
            (
                entry.line,
                number or "",
                done,
                entry.url,
                words.get(Field.GROUP, ""),
                topic,
                topic and (self._directory.topic(topic) or _NOT_IN_DIRECTORY),
                body,
                body and (self._directory.body(body) or _NOT_IN_DIRECTORY),
                words.get(Field.MUNICIPALITY, ""),
                "; ".join(_remarks(entry)),
            ),
        )

    def _append(self, sheet: WriteOnlyWorksheet, values: Sequence[str | int]) -> None:
        sheet.append([_cell(sheet, value) for value in values])

    def close(self) -> None:
        """Let go of what was not saved."""
        for sheet in (self._sums, self._refused, self._taken):
            if not sheet.closed:
                sheet.close()

    def save(self, sums: Sequence[str]) -> None:
        """Write the file, with the sum in front. Raises ReportError."""
        for line in sums:
            self._append(self._sums, (line,))
        try:
            # The names of citizens are in it: its reader is whoever ran the import.
            with private_files.replacing(self.path) as unfinished:
                self._book.save(unfinished)
        except OSError as error:
            raise ReportError(f"Отчёт {self.path} не записан ({error.strerror}).") from None


def _cell(sheet: WriteOnlyWorksheet, value: str | int) -> object:
    if isinstance(value, int):
        return value
    shown = _NOT_IN_XML.sub("", value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    if not shown.lstrip().startswith(_BEGIN_A_FORMULA):
        return shown
    # What a citizen wrote is not a formula, nor becomes one where the report is edited or saved as CSV.
    cell = WriteOnlyCell(sheet, shown)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _remarks(entry: Entry) -> list[str]:
    remarks = {
        "время не указано: моментом выявления считается момент импорта": entry.detected_at is None,
        "ссылка не указана": not entry.url,
        "автор не указан": not entry.author,
        "сеть не указана, определена по умолчанию": entry.network_is_assumed,
        "разметка HTML удалена": entry.was_marked_up,
    }
    return [remark for remark, fits in remarks.items() if fits]
