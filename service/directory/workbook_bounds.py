"""Cells of a stranger's workbook, within bounds.

calamine holds each sheet as a rectangle up to its last row and column, and unpacks what the archive holds.
"""

import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from functools import reduce
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

Cell = str | int | float | bool | datetime | date | time | timedelta | None

_PLACE = re.compile(rb'<(?:\w+:)?(?:row|c)\b[^>]*\br="([A-Z]*)(\d+)"')
"""Where a row or cell says that it stands."""
_UNREADABLE = (
    *(CalamineError, zipfile.BadZipFile, zlib.error, RuntimeError),
    *(KeyError, ValueError, OSError, EOFError),
)
"""What broken or invented parts of a workbook raise in `zipfile` and in calamine."""


class UnreadableError(Exception):
    """The content is not read as a workbook; the text is Russian and says why."""


def sheets(content: bytes, *, most_cells: int, largest: int) -> dict[str, list[list[Cell]]]:
    """The rows of every sheet by its name, from its first row on.

    `most_cells`: of the rectangle of a sheet; `largest`: bytes that the file may unpack to. Raises UnreadableError.
    """
    try:
        _check(content, most_cells, largest)
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
            return {
                name: [list[Cell](row) for row in book.get_sheet_by_name(name).iter_rows()] for name in names
            }
    except BaseException as error:
        # A panic of calamine's is an exception that no class of its own names, and no Exception either.
        if not isinstance(error, _UNREADABLE) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(str(error)) from None


def _check(content: bytes, most_cells: int, largest: int) -> None:
    """Raises ValueError for a workbook that unpacks to more than a table of texts does."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > largest:
            raise ValueError("она слишком велика в распакованном виде")
        for part in parts:
            places = set(_PLACE.findall(archive.read(part)))
            last_row = max((int(row) for _, row in places), default=0)
            last_column = max((_number(column) for column, _ in places), default=0)
            if last_row * last_column > most_cells:
                raise ValueError("её лист слишком велик, удалите лишние строки и столбцы")


def _number(column: bytes) -> int:
    """The number of a column by its letters: 27 for AA."""
    return reduce(lambda number, letter: number * 26 + letter - 64, column, 0)


def text_of(cell: Cell) -> str:
    """A value as it is written, without spaces around it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
