"""A workbook is looked at before it is unpacked, and one row of it costs no other."""

import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from service.commands.imports import table
from service.commands.imports.table import TableError, read_table
from service.directory.workbook_bounds import text_of
from tests.service.commands.imports.tables import HEADER, row, workbook

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def changed(path: Path, parts: Mapping[str, str]) -> Path:
    """The workbook with some of its parts replaced or added."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in parts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def sheet_of(rows: str, before: str = "") -> str:
    return f"{before}<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"


def head() -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
    return f"<row>{cells}</row>"


def refused(path: Path) -> str:
    with pytest.raises(TableError) as error:
        read_table(path)
    return str(error.value)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path, row(1), row(2))


def test_a_bomb_is_refused_without_being_unpacked(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some kilobytes that are 30 MB, where 20 are allowed."""
    monkeypatch.setattr(table, "_LARGEST_UNPACKED", 20_000_000)
    bomb = changed(book, {TEXTS: f"<sst {_MAIN}>{'<si><t>a</t></si>' * 1_800_000}</sst>"})
    assert bomb.stat().st_size < 200_000
    tracemalloc.start()
    try:
        assert "слишком велика" in refused(bomb)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/workbook.xml"])
@pytest.mark.parametrize("content", ["", "<a/>", "\x00" * 100, "<a>" * 100_000])
def test_a_broken_part_is_a_refusal_in_russian_or_an_empty_table(book: Path, part: str, content: str) -> None:
    try:
        read_table(changed(book, {part: content}))
    except TableError as error:
        assert "не читается" in str(error)


GOOD = '<row><c t="inlineStr"><is><t>Яма</t></is></c></row>'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>no number</v></c>", "no number"),
        (f"<c><v>{'9' * 5_000}</v></c>", "inf"),
        ('<c t="d"><v>no date</v></c>', "no date"),
        ('<c s="no style"><v>1</v></c>', "1"),
    ],
)
def test_a_value_of_no_kind_is_read_as_a_text_and_costs_no_other_row(
    book: Path, cell: str, text: str
) -> None:
    path = changed(book, {SHEET: sheet_of(f"{head()}<row>{cell}</row>{GOOD}")})
    odd, kept = read_table(path).lines
    assert (odd.number, text_of(odd.cells[0])) == (2, text)
    assert (kept.number, kept.cells[0]) == (3, "Яма")


@pytest.mark.parametrize("cell", ['<c t="s"><v>4711</v></c>', '<c r="no place"><v>1</v></c>'])
def test_a_cell_that_leads_nowhere_is_a_refusal_in_russian(book: Path, cell: str) -> None:
    assert "не читается" in refused(changed(book, {SHEET: sheet_of(f"{head()}<row>{cell}</row>{GOOD}")}))


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="ZZ1"><v>1</v></c></row>',
        '<c r="XFD1048576"><v>1</v></c>',
        '<a:row xmlns:a="other"><a:c r="XFD1048576"><v>1</v></a:c></a:row>',
    ],
)
def test_a_sheet_with_its_last_cell_far_away_is_refused(book: Path, rows: str) -> None:
    """calamine would hold the whole rectangle: 16,384 columns of a million rows."""
    assert "её лист слишком велик" in refused(changed(book, {SHEET: sheet_of(head() + rows)}))
