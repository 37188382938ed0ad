"""Documents of a summary, read back by other programs than those that wrote them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

import docx
import openpyxl
import pypdf
import pytest
import pytest_asyncio

from service.reports.papers.form import Requisites
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.samples import REQUISITES
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Template, Templates, provided
from service.reports.weekly import contents, workbook
from service.reports.weekly.documents import Form, WeeklyDocuments
from service.reports.weekly.layout import Contents, Kind, Sheet, Table, written
from service.reports.weekly.press import DocxJob, Job, PdfJob, Pictures, PicturesJob
from service.reports.weekly.summary import BodyFigures, Figures, WeeklySummary
from store.database.engines import Database
from tests.service.reports.weekly.summaries import empty, full, report_of_body


class Made(NamedTuple):
    contents: Contents
    requisites: Requisites
    docx: bytes
    xlsx: bytes
    pdf: bytes
    pictures: Pictures


async def _made(documents: WeeklyDocuments, summary: WeeklySummary, drawn: Pictures) -> Made:
    """All there is of a summary, made here and not by the press."""
    read, requisites = contents.of(summary), await documents._requisites(summary)
    given: Any = {"summary": summary, "requisites": requisites}
    return Made(
        read,
        requisites,
        DocxJob(template=provided(Template.WEEK), pictures=drawn.photos, **given).made(),
        workbook.made(read, requisites),
        PdfJob(pictures=drawn.on_paper, **given).made(),
        drawn,
    )


@pytest_asyncio.fixture(scope="module")
async def made(documents: WeeklyDocuments, pictures: Pictures) -> Made:
    return await _made(documents, full(), pictures)


@pytest_asyncio.fixture(scope="module")
async def made_of_nothing(documents: WeeklyDocuments) -> Made:
    summary = empty().model_copy(update={"version": 0})
    return await _made(documents, summary, Pictures.model_validate_json(PicturesJob(summary=summary).made()))


def _shown(table: Table) -> list[list[str]]:
    rows = [row.cells for row in table.rows] + ([table.total.cells] if table.total else [])
    kinds = [column.kind for column in table.columns]
    return [
        [column.title.replace("\u00ad", "") for column in table.columns],
        *([written(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows),
    ]


# ---- Word


def test_word_has_title_moment_and_a_balance_that_adds_up(made: Made) -> None:
    texts = [paragraph.text for paragraph in docx.Document(BytesIO(made.docx)).paragraphs]
    assert {made.requisites.title, made.requisites.as_of, made.contents.balance} <= set(texts)
    left, right = re.sub(r"; всего.*", "", made.contents.balance).split(" = ")
    assert sum(map(int, re.findall(r"\d+", left))) == sum(map(int, re.findall(r"\d+", right))) == 15
    shapes = docx.Document(BytesIO(made.docx)).inline_shapes
    assert len(shapes) == 3
    assert all("в таблице ниже" in shape._inline.docPr.get("descr") for shape in shapes)


def test_word_is_fit_to_be_signed(made: Made) -> None:
    document = docx.Document(BytesIO(made.docx))
    own, addressee = (_plain(cell.text) for cell in document.tables[0].rows[0].cells)
    assert own.startswith("Департамент внутренней политики Ивановской области\n")
    assert "№ ____" in own
    assert addressee == "Заместителю Председателя Правительства Ивановской области\nКопылову А. М."
    signed = [_plain(cell.text) for cell in document.tables[-2].rows[0].cells]
    assert signed[0] == "Начальник Департамента внутренней политики Ивановской области"
    assert "(подпись)" in signed[1] and signed[2] == "И. В. Лобанова"
    texts = [_plain(paragraph.text) for paragraph in document.paragraphs]
    assert "Основание: пункт 21 Положения, утверждённого приказом № 238 от 17.08.2020." in texts
    assert any(text.startswith("Сводную информацию сформировал куратор: консультант") for text in texts)
    (executor,) = [text for text in texts if text.startswith("Исполнитель: ")]
    assert executor.startswith("Исполнитель: Соколова Вера Андреевна\nтел. ____")
    assert texts.index("Определения") > texts.index("Приложение") > texts.index(executor)


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_no_field_of_the_template_is_left(made: Made, made_of_nothing: Made) -> None:
    for document in (made.docx, made_of_nothing.docx):
        body = docx.Document(BytesIO(document)).element.xml
        assert not re.search(r"\{\{|\{%|%\}|\}\}", body)


# ---- Excel


def _numbers(table: Table) -> Iterator[tuple[Any, ...]]:
    """Rows as a workbook has them: times in days."""
    for row in (*table.rows, *((table.total,) if table.total else ())):
        yield tuple({None: "—", "": None}.get(cell, _in_days(cell)) for cell in row.cells)


def test_the_workbook_has_every_number_as_a_number(made: Made) -> None:
    book = openpyxl.load_workbook(BytesIO(made.xlsx))
    of_it = {section.sheet for section in made.contents.sections}
    assert book.sheetnames == [sheet.value for sheet in Sheet if sheet in of_it]
    for section in made.contents.sections:
        lines = list(book[section.sheet.value].iter_rows(values_only=True))
        for table in section.tables:
            # openpyxl reads a number with a format of hours as a timedelta.
            start = next(place for place, line in enumerate(lines) if line[0] == table.title) + 2
            for line, expected in zip(lines[start:], _numbers(table), strict=False):
                assert [_in_days(cell) for cell in line[: len(expected)]] == pytest.approx(list(expected))
    # Headings stay, and are printed on every page.
    sheet = book["Органы"]
    assert sheet.freeze_panes == "B7"
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.page_setup.orientation == "landscape"
    assert all(
        each.page_setup.paperSize == 9 and each.sheet_properties.pageSetUpPr.fitToPage for each in book
    )


def _in_days(cell: Any) -> Any:
    return cell / timedelta(days=1) if isinstance(cell, timedelta) else cell


def test_a_title_that_looks_like_a_formula_stays_a_text(made: Made) -> None:
    strange = full(bodies=(full().bodies[0].model_copy(update={"title": "=1+1"}),))
    sheet = openpyxl.load_workbook(BytesIO(workbook.made(contents.of(strange), REQUISITES)))["Органы"]
    assert (sheet["A7"].value, sheet["A7"].data_type) == ("=1+1", "s")


# ---- PDF


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


@cache
def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def _read(pdf: bytes) -> str:
    return _squeezed("".join(_pages(pdf)))


def test_the_pdf_has_every_row_with_every_number(made: Made) -> None:
    text = _read(made.pdf)
    for table in made.contents.tables():
        for row in _shown(table)[1:]:
            # Of a group the first column is written once.
            assert _squeezed("".join(row[1:] if table.grouped else row)) in text
    for said in (made.requisites.title, made.requisites.as_of, made.contents.balance):
        assert _squeezed(said) in text


def test_the_pdf_is_tagged_for_screen_readers(made: Made) -> None:
    reader = pypdf.PdfReader(BytesIO(made.pdf))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("ru")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and reader.metadata.title == made.requisites.title
    tags = list(_tags(catalog["/StructTreeRoot"]))
    kinds = [tag.get("/S") for tag in tags]
    tables = [table for table in made.contents.tables() if table.rows]
    assert kinds.count("/Table") == len(tables)
    assert kinds.count("/TH") == sum(len(table.columns) + 1 for table in tables)
    figures = [tag for tag in tags if tag.get("/S") == "/Figure"]
    assert len(figures) == 3 and all("в таблице ниже" in str(tag["/Alt"]) for tag in figures)
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def _tags(tag: Any) -> Iterator[Any]:
    tag = tag.get_object()
    if not isinstance(tag, dict):
        return
    yield tag
    below = tag.get("/K", [])
    for each in below if isinstance(below, list) else [below]:
        yield from _tags(each)


def test_pages_are_a4_numbered_and_few(made: Made) -> None:
    pages = pypdf.PdfReader(BytesIO(made.pdf)).pages
    assert 4 <= len(pages) <= 7
    for place, page in enumerate(pages, 1):
        assert f"Страница {place} из {len(pages)}" in _pages(made.pdf)[place - 1]
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)


def test_it_is_signed_below_what_is_told_and_definitions_are_an_annex(made: Made) -> None:
    *_, gaps, last = made.contents.sections
    assert (gaps.key, last.key) == ("gaps", "definitions")
    text = _read(made.pdf)
    assert text.rindex("Определения") > text.rindex("(подпись)") > text.rindex(_squeezed(gaps.heading))
    (page,) = [page for page in _pages(made.pdf) if "(подпись)" in page]
    assert gaps.heading in page
    for said in (
        "Департамент внутренней политики Ивановской области",
        "Заместителю Председателя Правительства Ивановской области Копылову А. М.",
        "Основание: пункт 21 Положения, утверждённого приказом № 238 от 17.08.2020.",
        "Начальник Департамента внутренней политики Ивановской области",
        "И. В. Лобанова",
        "Исполнитель: Соколова Вера Андреевна тел.",
    ):
        assert _squeezed(said) in text


def test_no_word_of_a_table_is_broken(made: Made) -> None:
    words = {
        word
        for table in made.contents.tables()
        for column in table.columns
        for word in column.title.replace("\u00ad", "").split()
    }
    printed = " ".join(_pages(made.pdf))
    assert "\u00ad" not in printed
    assert {word for word in words if word not in printed} == set()


def test_a_week_in_which_nothing_was_is_told_all_the_same(made_of_nothing: Made) -> None:
    assert not made_of_nothing.pictures.of_pages
    text = _read(made_of_nothing.pdf)
    assert "Предварительныесведенияпосостояниюна11:0023.11.2026" in text
    assert "Органамсообщениянепоступали." in text
    assert openpyxl.load_workbook(BytesIO(made_of_nothing.xlsx)).sheetnames
    assert "Органам сообщения не поступали." in [
        paragraph.text for paragraph in docx.Document(BytesIO(made_of_nothing.docx)).paragraphs
    ]


# ---- made once, and kept


class _IdlePress(Press):
    async def make(self, job: Job) -> bytes:
        raise AssertionError("nothing is made any more")


async def test_documents_are_made_behind_a_summary_and_served_as_they_were(
    documents: WeeklyDocuments, demo: Database, office: Office, templates: Templates
) -> None:
    summary = empty().model_copy(update={"version": 5})
    await documents.prepare(summary)
    other = WeeklyDocuments(Shelf(demo), _IdlePress(), office, templates)
    assert (await other.made(summary, Form.PDF)).startswith(b"%PDF")
    assert docx.Document(BytesIO(await other.made(summary, Form.DOCX))).tables
    assert openpyxl.load_workbook(BytesIO(await other.made(summary, Form.XLSX))).sheetnames


# ---- what is told and what is not


def _of_bodies(*bodies: BodyFigures) -> Table:
    return next(table for table in contents.of(full(bodies=bodies)).tables() if table.key == "bodies")


def test_shares_of_fewer_than_five_are_not_told() -> None:
    few = full().bodies[0].model_copy(update={"in_time": 3, "breached": 1})
    enough = few.model_copy(update={"breached": 2})
    shares = [row.cells[8] for row in _of_bodies(few, enough).rows]
    assert shares[:2] == [None, 0.6]
    assert [written(share, Kind.SHARE) for share in shares[:2]] == ["—", "60\u00a0%"]


def test_a_line_of_noughts_alone_is_left_out() -> None:
    noughts = dict.fromkeys(Figures.model_fields, 0) | {"body": "none", "previous": Figures()}
    nothing = full().bodies[0].model_copy(update=noughts)
    assert "none" not in [row.key for row in _of_bodies(*full().bodies, nothing).rows]


def test_what_is_not_quite_all_is_not_100_percent() -> None:
    assert written(0.9999, Kind.SHARE) == "99\u00a0%"
    assert written(0.0001, Kind.SHARE) == "1\u00a0%"
    assert written(1.0, Kind.SHARE) == "100\u00a0%"


def test_a_balance_that_does_not_add_up_says_so() -> None:
    wrong = full().balance.model_copy(update={"closing": 70})
    assert contents.of(full(balance=wrong)).balance.endswith("Баланс не сходится: слева 15, справа 81.")


def test_a_report_of_a_body_has_its_own_tables_in_every_document() -> None:
    report = report_of_body()
    read = contents.of(report)
    assert not {"bodies", "surges", "curators"} & {table.key for table in read.tables()}
    word = docx.Document(
        BytesIO(DocxJob(summary=report, template=provided(Template.WEEK), requisites=REQUISITES).made())
    )
    in_word = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    book = openpyxl.load_workbook(BytesIO(workbook.made(read, REQUISITES)))
    in_excel = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    printed = _read(PdfJob(summary=report, requisites=REQUISITES).made())
    for said in ("Сергеев\u00a0С.\u00a0С.", "Автор сообщения № 1"):
        assert said in in_word
        assert said in in_excel
        assert _squeezed(said) in printed
    assert "2,4" in in_word  # steps a day
    # Its month is over: the numbers are what they were then.
    assert _squeezed("Предварительные сведения") not in printed
    assert "Предварительные сведения" not in [it.text for it in word.paragraphs]
