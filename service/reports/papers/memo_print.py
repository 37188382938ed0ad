"""The paper on escalations that nobody acknowledged, as PDF by typst and as DOCX."""

from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import docx as python_docx
import typst
from docx.document import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from service.reports.papers.form import Requisites
from service.reports.papers.memo import Memo

_HEADS: Final = (
    "Сообщение",
    "Нарушенный срок",
    "За кем учтено",
    "Кому направлены сведения",
    "Направлены",
    "Срок подтверждения",
)
_WIDTHS: Final = (2.4, 3.2, 3.5, 3.2, 2.4, 2.8)  # centimetres
_BLANK: Final = "_" * 24


def pdf(memo: Memo, fonts: Path) -> bytes:
    """PDF/UA-1, A4."""
    papers = resources.files("service").joinpath("reports", "papers")
    files = {
        "main.typ": papers.joinpath("memo.typ").read_bytes(),
        "form.typ": papers.joinpath("form.typ").read_bytes(),
        "data.json": memo.model_dump_json().encode(),
    }
    options: dict[str, Any] = {"font_paths": [str(fonts)], "ignore_system_fonts": True}
    made: bytes = typst.compile(files, format="pdf", pdf_standards=["ua-1"], **options)
    return made


def docx(memo: Memo) -> bytes:
    """The same to be changed before it is signed."""
    document = python_docx.Document()
    form = memo.requisites
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.5), Cm(1.0)
    page.top_margin, page.bottom_margin = Cm(2), Cm(2)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "Times New Roman", Pt(12)
    document.core_properties.title, document.core_properties.author = form.title, form.authority
    document.core_properties.language = "ru-RU"
    _letterhead(document, form)
    for text, bold in (("Служебная записка", True), (form.title, False)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = bold
    document.add_paragraph(memo.opening).paragraph_format.first_line_indent = Cm(1.25)
    _lines(document, memo)
    closing = document.add_paragraph(memo.closing)
    closing.paragraph_format.first_line_indent = Cm(1.25)
    closing.paragraph_format.space_before = Pt(10)
    _signature(document, form)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _letterhead(document: Document, form: Requisites) -> None:
    own, other = document.add_table(rows=1, cols=2).rows[0].cells
    own.paragraphs[0].add_run(form.authority).bold = True
    for text in ("_____________ № _____________", form.place):
        own.add_paragraph(text)
    for paragraph in own.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    other.paragraphs[0].add_run(form.addressee.office)
    other.add_paragraph().add_run(form.addressee.name or _BLANK).bold = True
    for paragraph in other.paragraphs:
        paragraph.paragraph_format.left_indent = Cm(0.75)
    document.add_paragraph()


def _lines(document: Document, memo: Memo) -> None:
    table = document.add_table(rows=0, cols=len(_HEADS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
    rows = [_HEADS, *((it.message, it.limit, it.charged, it.told, it.told_at, it.until) for it in memo.lines)]
    for number, texts in enumerate(rows):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
            cell.width = Cm(width)
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(8.5 if number == 0 else 9.5), number == 0


def _signature(document: Document, form: Requisites) -> None:
    before = document.add_paragraph()
    before.paragraph_format.space_before = Pt(18)
    before.paragraph_format.keep_with_next = True
    cells = document.add_table(rows=1, cols=3).rows[0].cells
    for cell, text in zip(
        cells, (form.signatory.office, "_" * 16, form.signatory.name or _BLANK), strict=True
    ):
        cell.paragraphs[0].add_run(text)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    foot = document.add_paragraph()
    foot.paragraph_format.space_before = Pt(14)
    foot.add_run(f"Исполнитель: {form.executor or _BLANK}\nтел. {form.telephone or _BLANK}").font.size = Pt(
        10
    )
