"""A table of messages as it lies in a file: CSV in any of its usual forms, or a workbook of Excel.

CSV is read line by line; a workbook is held whole, within bounds.
"""

import csv
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

from service.directory import workbook_bounds
from service.directory.workbook_bounds import Cell, UnreadableError, text_of

_MOST_CELLS = 10_000_000
_LARGEST_UNPACKED = 256 * 1024 * 1024  # bytes

_SAMPLE = 256 * 1024  # bytes
_LONGEST_LINE = 1_000_000  # characters
_DELIMITERS = {";": "точка с запятой", ",": "запятая", "\t": "табуляция", "|": "вертикальная черта"}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1251": "Windows-1251"}
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

BROKEN_QUOTES = (
    "кавычки расставлены неверно: значение в кавычках не закрыто, или кавычка внутри него не удвоена."
)
TOO_LONG = "строка слишком длинная: проверьте разделители и переносы строк."


class SourceError(Exception):
    """The file cannot be read as a table; the text is Russian and says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its values; `number` counts lines of the file (rows of the sheet) from 1."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        return not any(text_of(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that has no values because it cannot be taken apart."""

    number: int
    reason: str
    text: str


class Table(Protocol):
    """A table that can be read from its beginning any number of times."""

    described: str
    """What it was recognised as, in Russian."""

    def lines(self) -> Generator[Line | BrokenLine]:
        """Every line that is not blank, in order; the first is the header. Raises SourceError."""
        ...


def open_table(path: Path, known: Callable[[Sequence[str]], int] = len) -> Table:
    """Recognise the file by its content; `known` says how many names of a first line are known. Raises SourceError."""
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
    except OSError as error:
        raise SourceError(f"Файл {path} не читается ({error.strerror}). Проверьте путь и права.") from None
    if sample.startswith(_OLD_WORKBOOK):
        raise SourceError(
            f"Файл {path.name} записан в старом виде Excel (.xls) или закрыт паролем. "
            "Сохраните его как «Книга Excel (.xlsx)» без пароля или как CSV."
        )
    if not sample.strip():
        raise SourceError(f"Файл {path.name} пуст.")
    return _Workbook(path) if sample.startswith(_WORKBOOK) else _Csv(path, sample, known)


# ---- CSV


class _Csv:
    def __init__(self, path: Path, sample: bytes, known: Callable[[Sequence[str]], int]) -> None:
        self._path, self._known = path, known
        self._encoding = _encoding(sample)
        self._delimiter = self._delimiter_of_header()
        self.described = (
            f"CSV, кодировка {_ENCODINGS[self._encoding]}, разделитель — {_DELIMITERS[self._delimiter]}"
        )

    def lines(self) -> Generator[Line | BrokenLine]:
        return self._lines(self._delimiter)

    def _delimiter_of_header(self) -> str:
        """The one that makes the most known names of columns out of the first line; else the most columns."""

        def known(delimiter: str) -> tuple[int, int]:
            with closing(self._lines(delimiter)) as lines:
                first = next(lines, None)
            cells = [text_of(cell) for cell in first.cells] if isinstance(first, Line) else []
            return self._known(cells), len(cells)

        return max(_DELIMITERS, key=known)

    def _lines(self, delimiter: str) -> Generator[Line | BrokenLine]:
        # Bytes that are not characters come through as surrogates, and are refused with their line alone.
        with self._path.open(encoding=self._encoding, errors="surrogateescape", newline="") as file:
            records = _Records(chain(iter(lambda: file.readline(_LONGEST_LINE), "")))
            try:
                while (found := records.next(delimiter)) is not None:
                    if isinstance(found, BrokenLine) or not found.is_blank:
                        yield found
            except UnicodeDecodeError:
                # Where a character takes two bytes, one that is missing spoils all that follows.
                raise SourceError(
                    f"Файл {self._path.name} повреждён: он не читается в кодировке {_ENCODINGS[self._encoding]}. "
                    "Сохраните таблицу заново, лучше в кодировке UTF-8."
                ) from None


class _Records:
    """Takes records off lines. After a broken one it goes on with the next line, which is a record of its own again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._taken: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            yield line

    def next(self, delimiter: str) -> Line | BrokenLine | None:
        self._taken = []
        try:
            cells = next(csv.reader(iter(self), delimiter=delimiter, strict=True))
        except StopIteration:
            return None
        except csv.Error:
            return self._broken()
        number = self._number + 1
        self._number += len(self._taken)
        return Line(number, tuple(cells))

    def _broken(self) -> BrokenLine:
        first, *rest = self._taken
        self._lines = chain(rest, self._lines)
        self._number += 1
        reason = TOO_LONG if len(first) > csv.field_size_limit() else BROKEN_QUOTES
        return BrokenLine(self._number, reason, first.strip())


def _encoding(sample: bytes) -> str:
    """By its mark, else by what most of the letters outside ASCII are: UTF-8, or single bytes of Windows-1251.

    A file in UTF-8 with a few spoilt bytes stays UTF-8.
    """
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark):
            return encoding
    decoded = sample.decode("utf-8", "surrogateescape")
    spoilt = sum("\udc80" <= letter <= "\udcff" for letter in decoded)
    good = sum(letter > "\x7f" for letter in decoded) - spoilt
    return "cp1251" if spoilt > good else "utf-8"


# ---- Excel


class _Workbook:
    """The first sheet of a workbook, which is held whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            sheets = workbook_bounds.sheets(
                path.read_bytes(), most_cells=_MOST_CELLS, largest=_LARGEST_UNPACKED
            )
        except (UnreadableError, OSError) as error:
            raise SourceError(
                f"Файл {path.name} не читается как книга Excel ({error}). "
                "Откройте его в Excel и сохраните заново как .xlsx или как CSV."
            ) from None
        if not sheets:
            raise SourceError(f"Файл {path.name}: в книге нет листов.")
        (first, self._rows), *others = sheets.items()
        self.described = f"книга Excel, лист «{first}»" + (
            f" (другие листы не читаются: {', '.join(f'«{name}»' for name, _ in others)})" if others else ""
        )

    def lines(self) -> Generator[Line | BrokenLine]:
        """Rows as wide as the header: Excel leaves out empty cells at the end of a row, and keeps some once touched."""
        width = 0
        for number, row in enumerate(self._rows, start=1):
            last = max((place for place, cell in enumerate(row, start=1) if cell != ""), default=0)
            line = Line(number, tuple(None if cell == "" else cell for cell in row[: max(last, width)]))
            if not line.is_blank:
                width = width or len(line.cells)
                yield line
