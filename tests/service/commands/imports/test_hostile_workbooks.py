"""A workbook is looked at before it is unpacked, and one row of it costs no other."""

import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from service.directory.workbooks import bounds as workbook_bounds
from service.directory.workbooks.source import TOO_WIDE, BrokenLine, Line, SourceError, open_table, text_of
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


def texts_of(items: str) -> str:
    return f"<sst {_MAIN}>{items}</sst>"


def head() -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
    return f"<row>{cells}</row>"


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as error:
        list(open_table(path).lines())
    return str(error.value)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path, row(1), row(2))


def test_a_bomb_is_refused_without_being_unpacked(book: Path) -> None:
    """242 KB that were half a gigabyte."""
    bomb = changed(book, {TEXTS: texts_of("<si><t>a</t></si>" * 15_000_000)})
    assert bomb.stat().st_size < 2_000_000
    tracemalloc.start()
    try:
        assert "сжата сильнее" in refused(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_text_of_parts_without_number_is_refused(book: Path) -> None:
    runs = "".join(f"<r><t>{number}</t></r>" for number in range(20_000))
    assert "слишком много частей" in refused(changed(book, {TEXTS: texts_of(f"<si>{runs}</si>")}))


def test_a_row_of_cells_without_number_is_refused(book: Path) -> None:
    cells = "".join(f"<c><v>{number}</v></c>" for number in range(20_000))
    assert "слишком много частей" in refused(changed(book, {SHEET: sheet_of(f"{head()}<row>{cells}</row>")}))


def test_elements_deep_within_each_other_are_refused(book: Path) -> None:
    assert "слишком много частей" in refused(changed(book, {SHEET: sheet_of("<a>" * 1000 + "</a>" * 1000)}))


DTD = '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/workbook.xml", "[Content_Types].xml"])
def test_a_document_type_is_refused(book: Path, part: str) -> None:
    assert "DTD" in refused(changed(book, {part: DTD + sheet_of(head())}))


def test_entities_behind_a_long_beginning_are_refused(book: Path) -> None:
    text = f'<?xml version="1.0"?><!-- {"a" * 10_000} --><!DOCTYPE worksheet [<!ENTITY a "aaaa">]>'
    assert "не читается" in refused(changed(book, {SHEET: text + sheet_of(head())}))


def test_links_to_other_books_are_refused(book: Path) -> None:
    assert "ссылки на другие книги" in refused(changed(book, {"xl/externalLinks/externalLink1.xml": "<a/>"}))


def test_too_many_parts_are_refused(book: Path) -> None:
    assert "слишком велика" in refused(changed(book, {f"xl/media/{n}.png": "" for n in range(2_001)}))


def test_too_many_texts_are_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_bounds, "_MOST_TEXTS", 10)
    items = "".join(f"<si><t>{number}</t></si>" for number in range(11))
    assert "разных текстов" in refused(changed(book, {TEXTS: texts_of(items)}))


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", ["", "no xml", "<a/>", "<a>", "\x00" * 100, "<a>" * 100_000])
def test_a_broken_part_is_a_refusal_in_russian_or_an_empty_table(book: Path, part: str, content: str) -> None:
    try:
        list(open_table(changed(book, {part: content})).lines())
    except SourceError as error:
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
    header, odd, kept = open_table(path).lines()
    assert isinstance(header, Line) and header.cells == HEADER
    assert isinstance(odd, Line) and odd.number == 2 and text_of(odd.cells[0]) == text
    assert isinstance(kept, Line) and kept.cells[0] == "Яма" and kept.number == 3


def test_a_row_that_is_too_wide_costs_no_other(book: Path) -> None:
    path = changed(book, {SHEET: sheet_of(f'{head()}<row><c r="XFD2"><v>1</v></c></row>{GOOD}')})
    header, broken, kept = open_table(path).lines()
    assert isinstance(header, Line) and header.cells == HEADER
    assert broken == BrokenLine(2, TOO_WIDE, "")
    assert isinstance(kept, Line) and kept.cells[0] == "Яма" and kept.number == 3


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
    assert "лист слишком велик" in refused(changed(book, {SHEET: sheet_of(head() + rows)}))


@pytest.mark.parametrize(("part", "why"), [("a.xml", "лист слишком велик"), ("a.png", "макросы")])
def test_a_sheet_in_an_unusual_part_is_not_read_unseen(book: Path, part: str, why: str) -> None:
    relations = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(book) as archive:
        named = archive.read(relations).decode().replace("worksheets/sheet1.xml", f"media/{part}")
    far = sheet_of('<row><c r="XFD1048576"><v>1</v></c></row>')
    assert why in refused(changed(book, {relations: named, f"xl/media/{part}": far}))


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin"])
def test_a_table_of_another_program_is_refused(book: Path, part: str) -> None:
    assert "таблица другого вида" in refused(changed(book, {part: "<a/>"}))


def test_no_more_than_one_row_is_held_outside_of_calamine(book: Path) -> None:
    def peak(rows: int) -> int:
        line = '<row><c t="inlineStr"><is><t>Яма у дома</t></is></c></row>'
        path = changed(book, {SHEET: sheet_of(head() + line * rows)})
        tracemalloc.start()
        try:
            assert sum(1 for _ in open_table(path).lines()) == rows + 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # A row that stays costs 160 bytes at least: five megabytes.
    assert peak(32_000) < 2_000_000
