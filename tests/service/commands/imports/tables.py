"""Tables as they are given to an import; every person, text and link in them is invented."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from service.directory.workbook_bounds import Cell

HEADER = ("Текст инцидента", "Ссылка", "Автор", "Дата", "Группа тем", "Тема", "Исполнитель", "Муниципалитет")

Values = Sequence[Cell]


def row(number: int, **changed: Cell) -> tuple[Cell, ...]:
    """A line of `HEADER`; `changed` by the names of the columns."""
    values: dict[str, Cell] = {
        "Текст инцидента": f"Во дворе дома {number} не горит фонарь.",
        "Ссылка": f"https://vk.com/wall-77_{number}",
        "Автор": f"Житель {number}",
        "Дата": "23.11.2026 09:00",
        "Группа тем": "Дороги",
        "Тема": "Ямы",
        "Исполнитель": "Дороги",
        "Муниципалитет": "Кинешма",
    }
    return tuple((values | changed).values())


def csv_text(*lines: Values, header: Values = HEADER, delimiter: str = ";") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([header, *lines])
    return buffer.getvalue()


def csv_file(folder: Path, *lines: Values, header: Values = HEADER, encoding: str = "utf-8") -> Path:
    return text_file(folder, csv_text(*lines, header=header), encoding)


def text_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "incidents.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, *lines: Values, header: Values = HEADER) -> Path:
    path = folder / "incidents.xlsx"
    book = Workbook()
    for line in (header, *lines):
        book.worksheets[0].append(list(line))
    book.save(path)
    return path
