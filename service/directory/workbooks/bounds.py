"""Bounds of a workbook before its XML is read: 242 KB of it can be half a gigabyte when unpacked.

The sizes an archive states bind: `zipfile` unpacks no more of a part than its stated size.
"""

import zipfile
from collections.abc import Generator
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

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
_NOT_READ = ("xl/media/", "xl/drawings/", "xl/charts/", "xl/embeddings/", "xl/printerSettings/", "docProps/")
_ONE_TEXT = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}si"
_MOST_IN_A_TEXT = 10_000
"""Elements: a run of letters of one look is up to ten."""
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
    for part in parts:
        _check_part(part)
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as source:
                if b"<!doctype" in source.read(_PROLOGUE).lower():
                    raise WorkbookError("в ней есть описание типа документа (DTD)")
    for part in parts:
        if part.filename.lower().startswith(_TEXTS.lower()):
            with archive.open(part) as source:
                _count_texts(source)


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


def _count_texts(source: IO[bytes]) -> None:
    for count, _ in enumerate(whole_elements(source, _ONE_TEXT, most_inside=_MOST_IN_A_TEXT), start=1):
        if count > _MOST_TEXTS:
            raise WorkbookError("в ней слишком много разных текстов; разделите её на части")


def whole_elements(source: IO[bytes], tag: str, *, most_inside: int) -> Generator[Element]:
    """Each element of this tag, whole, and let go of when the next is asked for.

    Raises WorkbookError for more than `most_inside` elements in one, or too deep within each other; ValueError or
    ParseError for what is no XML, has a DTD or entities.
    """
    around: list[Element] = []
    inside: int | None = None
    depth = 0
    for event, element in iterparse(source, ("start", "end"), forbid_dtd=True):
        if event == "start":
            depth += 1
            if inside is not None:
                inside += 1
            elif element.tag == tag:
                inside = 0
            else:
                around.append(element)
            if depth > _DEEPEST or (inside or 0) > most_inside:
                raise WorkbookError("в одной из её строк слишком много частей")
            continue
        depth -= 1
        if inside is None:
            around.pop()
            element.clear()
        elif element.tag == tag:
            yield element
            inside = None
            if around:
                around[-1].clear()
