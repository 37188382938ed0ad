"""A table as it lies in a file: CSV, or the first sheet of an Excel workbook. It is held whole."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from service.directory import workbook_bounds
from service.directory.workbook_bounds import Cell, UnreadableError, text_of

_MOST_CELLS = 10_000_000
_LARGEST_UNPACKED = 256 * 1024 * 1024  # bytes
_DELIMITERS = {";": "точка с запятой", ",": "запятая", "\t": "табуляция"}
_ENCODINGS = {"utf-8-sig": "UTF-8", "cp1251": "Windows-1251"}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What workbooks begin with: those of today, and old or protected ones, which are refused."""


class TableError(Exception):
    """The file cannot be read as a table of messages; the text is Russian and says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its values; `number` counts lines of the file (rows of the sheet) from 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines that are not blank, below the names of the columns; `described` is what the file was recognised as."""

    described: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(path: Path) -> Table:
    """Recognise the file by its content, and read it. Raises TableError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"Файл {path} не читается ({error.strerror}). Проверьте путь и права.") from None
    described, lines = (_workbook if content.startswith(_WORKBOOKS) else _csv)(path.name, content)
    header, *below = [line for line in lines if any(map(text_of, line.cells))] or [Line(1, ())]
    names = [text_of(cell) for cell in header.cells]
    width = max((place for place, name in enumerate(names, 1) if name), default=0)
    return Table(described, tuple(names[:width]), tuple(below))


def _csv(name: str, content: bytes) -> tuple[str, list[Line]]:
    text, encoding = _decoded(name, content)
    first, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    before = 0
    try:
        for cells in reader:
            lines.append(Line(before + 1, tuple(cells)))
            before = reader.line_num
    except csv.Error:
        raise TableError(
            f"{name}, строка {before + 1}: значение в кавычках не закрыто, кавычка внутри него не удвоена, или "
            f"значение длиннее {csv.field_size_limit()} знаков. Исправьте строку, или откройте таблицу в Excel и "
            "сохраните заново."
        ) from None
    return f"CSV, кодировка {_ENCODINGS[encoding]}, разделитель — {_DELIMITERS[delimiter]}", lines


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise TableError(f"{name}: кодировка не определяется. Сохраните таблицу как CSV UTF-8 или как .xlsx.")


def _workbook(name: str, content: bytes) -> tuple[str, list[Line]]:
    try:
        sheets = workbook_bounds.sheets(content, most_cells=_MOST_CELLS, largest=_LARGEST_UNPACKED)
    except UnreadableError as error:
        raise TableError(
            f"{name} не читается как книга Excel ({error}). Сохраните таблицу в Excel заново как «Книга Excel "
            "(.xlsx)» без пароля или как CSV."
        ) from None
    if not sheets:
        raise TableError(f"{name}: в книге нет листов.")
    (first, rows), *others = sheets.items()
    passed_over = f" (другие листы не читаются: {', '.join(title for title, _ in others)})" if others else ""
    return f"книга Excel, лист «{first}»{passed_over}", [
        Line(number, tuple(row)) for number, row in enumerate(rows, start=1)
    ]
