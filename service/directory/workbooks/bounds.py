"""Bounds of a workbook before its XML is read: 242 KB of it can be half a gigabyte when unpacked.

The sizes an archive states bind: `zipfile` unpacks no more of a part than its stated size. calamine holds each sheet as
a rectangle up to its last row and column, so that is bound as well, for every part that could be read as a sheet.
"""

import zipfile
from collections.abc import Generator
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse, parse

_MIB = 1024 * 1024
_MOST_PARTS = 2_000
_ALL_PARTS = 512 * _MIB
_LARGEST_TEXTS = 128 * _MIB
_LARGEST_OTHER = 4 * _MIB
"""Bytes of a part that is read whole: styles, relations, the list of sheets."""
_RATIO, _WORTH_A_LOOK = 100, 4 * _MIB
"""How many times a part may grow, where it is larger than that; tables of messages grow eight to twenty times."""
_MOST_TEXTS = 2_000_000
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_SHEETS, _TEXTS, _LINKS = "xl/worksheets/", "xl/sharedStrings", "xl/externalLinks/"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_NOT_READ = ("xl/media/", "xl/drawings/", "xl/charts/", "xl/embeddings/", "xl/printerSettings/", "docProps/")
_ROW, _CELL, _ONE_TEXT = "row", "c", "si"
_MOST_INSIDE = {_ROW: 20_000, _ONE_TEXT: 10_000}
"""Elements: a cell of a row is two or three, a run of letters of one look is up to ten."""
WIDEST = 1_000
"""Columns; a table of messages has ten."""
_MOST_CELLS = 10_000_000
"""Of the rectangle of a sheet, empty ones too; 32 bytes each."""
_DEEPEST = 64
_PROLOGUE = 4096
"""Bytes in which a part says what it is; expat refuses entities wherever they are declared."""


class WorkbookError(Exception):
    """The workbook is not read; the text is Russian and says why."""


def check(archive: zipfile.ZipFile) -> None:
    """Raises WorkbookError for an archive that would take more memory or time than a table of messages does."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _ALL_PARTS:
        raise WorkbookError("она слишком велика в распакованном виде; разделите её на части")
    if len(set(names)) < len(names):
        raise WorkbookError("её части повторяются")
    if any(part.flag_bits & 1 or part.compress_type not in _PACKED for part in parts):
        raise WorkbookError("она зашифрована или сжата необычным способом")
    if any(_LINKS.lower() in name for name in names):
        raise WorkbookError("в ней есть ссылки на другие книги; замените их значениями")
    if {"content.xml", "xl/workbook.bin"} & set(names):
        raise WorkbookError("это таблица другого вида")
    for part in parts:
        _check_part(part)
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as source:
                if b"<!doctype" in source.read(_PROLOGUE).lower():
                    raise WorkbookError("в ней есть описание типа документа (DTD)")
    for part in parts:
        with archive.open(part) as source:
            if part.filename.lower().endswith(".xml"):
                _check_elements(source)
            elif part.filename.lower() == _RELATIONS:
                _check_relations(source)


def _check_part(part: zipfile.ZipInfo) -> None:
    name = part.filename.lower()
    if part.file_size > _WORTH_A_LOOK and part.file_size > _RATIO * max(part.compress_size, 1):
        raise WorkbookError("она сжата сильнее, чем бывает у таблиц с сообщениями")
    most = _LARGEST_OTHER
    if _SHEETS in name or name.startswith(_NOT_READ):
        most = _ALL_PARTS
    elif name.startswith(_TEXTS.lower()):
        most = _LARGEST_TEXTS
    if part.file_size > most:
        raise WorkbookError("одна из её частей слишком велика; разделите таблицу на части")


def _check_relations(source: IO[bytes]) -> None:
    """Whatever could be read as a sheet is among the parts whose elements are looked at."""
    for relation in parse(source, forbid_dtd=True).iter():
        if not relation.get("Target", ".xml").lower().endswith(".xml"):
            raise WorkbookError("в ней есть макросы или другие программы; сохраните её без них")


def _check_elements(source: IO[bytes]) -> None:
    """Raises WorkbookError for too many texts, or too large a sheet; ValueError where a cell is nowhere."""
    from openpyxl.utils import coordinate_to_tuple  # noqa: PLC0415  seldom wanted, and large

    texts = row = column = last_row = last_column = 0
    for name, element in _elements(source):
        if name == _ONE_TEXT:
            texts += 1
        elif name == _ROW:
            row, column = int(element.get("r") or row + 1), 0
        elif name == _CELL:
            place = element.get("r")
            row, column = coordinate_to_tuple(place.upper()) if place else (row, column + 1)
        last_row, last_column = max(last_row, row), max(last_column, column)
        if texts > _MOST_TEXTS:
            raise WorkbookError("в ней слишком много разных текстов; разделите её на части")
        if last_row * last_column > _MOST_CELLS:
            raise WorkbookError(
                "её лист слишком велик; удалите лишние строки и столбцы или разделите её на части"
            )


def _elements(source: IO[bytes]) -> Generator[tuple[str, Element]]:
    """Each element as it begins, with its name in whatever namespace; what is inside it is let go of.

    Raises WorkbookError for too many elements in a row or text, or too deep within each other; ValueError or
    ParseError for what is no XML, has a DTD or entities.
    """
    around: list[Element] = []
    inside, most = 0, None
    for event, element in iterparse(source, ("start", "end"), forbid_dtd=True):
        name = element.tag.rpartition("}")[2]
        if event == "end":
            around.pop()
            if around:
                del around[-1][:]
            most = None if name in _MOST_INSIDE else most
            continue
        around.append(element)
        inside, most = (0, _MOST_INSIDE[name]) if name in _MOST_INSIDE else (inside + 1, most)
        if len(around) > _DEEPEST or (most is not None and inside > most):
            raise WorkbookError("в одной из её строк слишком много частей")
        yield name, element
