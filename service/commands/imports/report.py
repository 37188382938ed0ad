"""The report of an import as a workbook: what was not taken and why, what became which message, and the sum."""

import os
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from service.commands.imports.columns import Field
from service.commands.imports.known_words import KnownWords
from service.commands.imports.rows import Entry, RefusedLine
from store.database import private_files

_SHOWN = 300  # characters of a value
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
    """Grows line by line; `save` puts it where it belongs."""

    def __init__(self, path: Path, directory: KnownWords) -> None:
        """Raises ReportError where nothing can be written."""
        self.path = path
        self._directory = directory
        writable = os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
        if not writable or path.is_dir():
            raise ReportError(f"Отчёт {path} записать нельзя. Укажите другой путь ключом --report.")
        self._content = BytesIO()
        self._book = xlsxwriter.Workbook(self._content, {"in_memory": True})
        # What a citizen wrote is not a formula, nor becomes one where the report is edited or saved as CSV.
        self._text = self._book.add_format({"quote_prefix": True})
        self._bold = self._book.add_format({"bold": True})
        self._next: dict[Worksheet, int] = {}
        self._sums = self._sheet("Итоги", {"Итоги": 110})
        self._refused = self._sheet("Не принято", _REFUSED)
        self._taken = self._sheet("Сообщения", _TAKEN)

    def _sheet(self, title: str, columns: Mapping[str, int]) -> Worksheet:
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for place, (name, width) in enumerate(columns.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, self._bold)
        self._next[sheet] = 1
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

    def _append(self, sheet: Worksheet, values: Sequence[str | int]) -> None:
        for place, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(self._next[sheet], place, value)
            elif shown := _NOT_IN_XML.sub("", value):
                text = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
                sheet.write_string(self._next[sheet], place, text, self._text)
        self._next[sheet] += 1

    def save(self, sums: Sequence[str]) -> None:
        """Write the file, with the sum in front. Raises ReportError."""
        for line in sums:
            self._append(self._sums, (line,))
        self._book.close()
        try:
            # The names of citizens are in it: its reader is whoever ran the import.
            with private_files.replacing(self.path) as unfinished:
                unfinished.write_bytes(self._content.getvalue())
        except OSError as error:
            raise ReportError(f"Отчёт {self.path} не записан ({error.strerror}).") from None


def _remarks(entry: Entry) -> list[str]:
    remarks = {
        "время не указано: моментом выявления считается момент импорта": entry.detected_at is None,
        "ссылка не указана": not entry.url,
        "автор не указан": not entry.author,
        "сеть не указана, определена по умолчанию": entry.network_is_assumed,
        "разметка HTML удалена": entry.was_marked_up,
    }
    return [remark for remark, fits in remarks.items() if fits]
