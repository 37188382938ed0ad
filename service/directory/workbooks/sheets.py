"""A workbook of several small sheets of texts, such as a directory: read within bounds, and written."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from service.directory.workbooks.source import BrokenLine, SourceError, read_sheets, text_of

LARGEST = 5 * 1024 * 1024  # bytes
_MOST_ROWS = 20_000
_NARROWEST, _WIDEST = 10, 60

Table = Sequence[Sequence[str]]
"""Rows of texts, the header first."""


def write(sheets: Mapping[str, Table]) -> bytes:
    """A workbook of these sheets; every cell is a text, whatever it begins with."""
    # Seldom wanted, and with numpy ten megabytes of each process.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                if text:
                    cell = sheet.cell(number, column, text)
                    cell.data_type = "s"  # a text that begins with «=» is not a formula
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                    if number == 1:
                        cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for column, texts in enumerate(zip(*rows, strict=True), start=1):
            width = max(len(line) for text in texts for line in (text.splitlines() or [""]))
            sheet.column_dimensions[get_column_letter(column)].width = min(
                max(width + 2, _NARROWEST), _WIDEST
            )
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def read(name: str, content: bytes) -> dict[str, list[tuple[int, list[str]]]]:
    """The rows of every sheet that are not blank, each with its number. Raises SourceError."""
    if len(content) > LARGEST:
        raise SourceError(f"Файл {name} больше {LARGEST // 1024 // 1024} МБ: это не справочник.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        path.write_bytes(content)
        found: dict[str, list[tuple[int, list[str]]]] = {}
        for sheet, line in read_sheets(path, name):
            rows = found.setdefault(sheet, [])
            if line is None:
                continue
            if isinstance(line, BrokenLine):
                raise SourceError(f"Лист «{sheet}», строка {line.number}: {line.reason}")
            if len(rows) >= _MOST_ROWS:
                raise SourceError(f"Лист «{sheet}»: строк больше {_MOST_ROWS}.")
            rows.append((line.number, [text_of(cell) for cell in line.cells]))
    return found
