"""The default template of the weekly summary in Word: made by a program, edited by a region, filled in by docxtpl."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from service.reports.weekly import contents
from service.reports.weekly.layout import Column, Contents, Kind, Section, Table
from service.reports.weekly.sample import sample

_FONT: Final = "Times New Roman"
_WIDTH: Final = 17.5  # centimetres between the margins
_QUIET: Final = RGBColor(0x4B, 0x55, 0x65)
BLANK: Final = "_" * 24
"""A line to be filled in by hand."""


def made(read: Contents | None = None) -> bytes:
    """The template, with the fields that docs/use/weekly-documents.md lists; of a report, with just its tables."""
    document = docx.Document()
    _set_up(document)
    _letterhead(document)
    _head(document)
    for section in (read or contents.of(sample())).sections:
        if section.key == "definitions":
            # An annex: the signature stands below what is told, never on a page of its own.
            _signature(document)
            annex = document.add_paragraph("Приложение")
            annex.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            annex.paragraph_format.page_break_before = True
        _section(document, section)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _set_up(document: Document) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.5), Cm(1.0)
    page.top_margin, page.bottom_margin = Cm(2), Cm(2)
    for name, size in (("Normal", 12), ("Heading 1", 13), ("Heading 2", 12), ("Title", 14)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn(kind), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            style.element.rPr.rFonts.attrib.pop(qn(theme), None)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "ru-RU")
        style.element.rPr.append(language)
    normal = document.styles["Normal"].paragraph_format
    normal.space_after = Pt(4)
    for name in ("Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.bold = True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(4)
        style.paragraph_format.keep_with_next = True
    document.core_properties.title = "{{ title }}"
    document.core_properties.author = "Отклик"
    document.core_properties.language = "ru-RU"
    _footer(page.footer.paragraphs[0])


def _footer(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text in ("Страница ", "PAGE", " из ", "NUMPAGES"):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        if text.isupper():
            for kind in ("begin", None, "end"):
                run._r.append(_field(kind, text))
        else:
            run.text = text


def _field(kind: str | None, name: str) -> Any:
    if kind is None:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = f" {name} "
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    return part


def _letterhead(document: Document) -> None:
    """Who issues it, with room for number and date; to whom it goes."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    own, other = table.rows[0].cells
    own.width, other.width = Cm(8.25), Cm(8.75)
    own.paragraphs[0].add_run("{{ authority }}").bold = True
    number = own.add_paragraph("_____________ № _____________")
    number.paragraph_format.space_before = Pt(10)
    place = own.add_paragraph("{{ place }}")
    for paragraph in (own.paragraphs[0], number, place):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    other.paragraphs[0].add_run("{{ addressee_office }}")
    other.add_paragraph("{{ addressee_name }}").runs[0].bold = True
    for paragraph in (other.paragraphs[0], other.paragraphs[1]):
        paragraph.paragraph_format.left_indent = Cm(0.75)


def _head(document: Document) -> None:
    title = document.add_paragraph("{{ document_title }}", style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    style = document.styles["Title"]
    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
    style.font.bold = True
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(18), Pt(4)
    document.add_paragraph("{%p if is_preliminary %}")
    document.add_paragraph("Предварительные сведения").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{{ as_of }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("Основание: {{ ground }}.")


def _section(document: Document, section: Section) -> None:
    document.add_heading(section.heading, 1)
    if section.key == "movement":
        document.add_paragraph("{{ balance_line }}")
    elif section.key == "reports":
        document.add_paragraph("{{ reports_line }}")
    elif section.key == "gaps":
        document.add_paragraph("{%p for gap in gaps %}")
        document.add_paragraph("– {{ gap }}")
        document.add_paragraph("{%p endfor %}")
        document.add_paragraph("{%p if not gaps %}")
        document.add_paragraph("Неполнота сведений не выявлена.")
        document.add_paragraph("{%p endif %}")
    for table in section.tables:
        if len(section.tables) > 1:
            document.add_heading(table.title, 2)
        _table(document, table)
    # Below: one too tall for what is left of a page would take the heading with it to the next.
    for picture in section.pictures:
        name = f"picture_{picture}"
        document.add_paragraph(f"{{%p if {name} %}}")
        document.add_paragraph(f"{{{{ {name} }}}}")
        document.add_paragraph("{%p endif %}")


def _table(document: Document, table: Table) -> None:
    document.add_paragraph(f"{{%p if {table.key} %}}")
    made = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    made.autofit = False
    for wide, width in zip(made.columns, widths(table), strict=True):
        wide.width = Cm(width)
    head = _line(made, table, [_head_of(column) for column in table.columns])
    _mark(head, "w:tblHeader")
    _only(made, table, f"{{%tr for row in {table.key} %}}")
    _line(made, table, [f"{{{{ row.{column.key} }}}}" for column in table.columns])
    _only(made, table, "{%tr endfor %}")
    if table.total:
        total = _line(made, table, [f"{{{{ {table.key}_total.{column.key} }}}}" for column in table.columns])
        for cell in total.cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True
    if table.note:
        note = document.add_paragraph(table.note)
        note.runs[0].font.size, note.runs[0].font.color.rgb = Pt(9), _QUIET
    document.add_paragraph("{%p else %}")
    document.add_paragraph(table.empty)
    document.add_paragraph("{%p endif %}")


def _line(made: Any, table: Table, texts: list[str]) -> Any:
    row = made.add_row()
    _mark(row, "w:cantSplit")
    for cell, column, width, text in zip(row.cells, table.columns, widths(table), texts, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(text).font.size = Pt(_size(table))
        if column.kind is not Kind.TEXT:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _narrow(cell)
    return row


_MANY, _VERY_MANY = 7, 10
"""Columns, from which on letters are smaller."""


def widths(table: Table) -> list[float]:
    """Of the columns, in centimetres: no word of a head or number is broken, and texts share the rest by weights."""
    size = _size(table)
    least = [
        max(_wide(word, size) for word in (*_head_of(column).split(), *_WIDEST[column.kind])) + _BESIDE
        for column in table.columns
    ]
    texts = [place for place, column in enumerate(table.columns) if column.kind is Kind.TEXT]
    if not texts:
        return [width * _WIDTH / sum(least) for width in least]
    if len(table.columns) <= _MANY:
        share = _WIDTH / sum(column.width for column in table.columns)
        least = [
            max(width, min(column.width * share, _ROOMY))
            for width, column in zip(least, table.columns, strict=True)
        ]
    left = _WIDTH - sum(width for place, width in enumerate(least) if place not in texts)
    together = sum(table.columns[place].width for place in texts)
    for place in texts:
        least[place] = left * table.columns[place].width / together
    return least


def _head_of(column: Column) -> str:
    return column.title.replace("\u00ad", "")


def _size(table: Table) -> float:
    """Points of the letters."""
    return 9 if len(table.columns) <= _MANY else 8 if len(table.columns) <= _VERY_MANY else 7


def _wide(word: str, size: float) -> float:
    """Centimetres of a word in letters of Times."""
    return sum(_LETTERS.get(letter, 0.72 if letter.isupper() else 0.5) for letter in word) * size * _POINT


_LETTERS: Final = {
    **dict.fromkeys("мфы", 0.66),
    **dict.fromkeys("жшщю", 0.77),
    **dict.fromkeys("МФЖШЩЮ", 1.0),
}
"""Of the size of the letters, where that is not a half."""
_WIDEST: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TEXT: ("",),
    Kind.COUNT: ("1\u00a0000",),
    Kind.MEAN: ("000,0",),
    Kind.SHARE: ("100\u00a0%",),
    Kind.TIME: ("00\u00a0ч\u00a000\u00a0мин",),
}
"""What cells hold that must not be broken, by kind."""
_POINT: Final = 0.0353  # centimetres
_ROOMY: Final = 2.8
"""Centimetres that a number takes where there are few columns."""
_BESIDE: Final = 0.25
"""Centimetres beside the text of a cell."""


def _narrow(cell: Any) -> None:
    """Less room beside the text, so that ten columns find place."""
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "50")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    cell._tc.get_or_add_tcPr().append(margins)


def _only(made: Any, table: Table, tag: str) -> None:
    """A row that is a tag of the template and falls away."""
    made.add_row().cells[0].text = tag


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _signature(document: Document) -> None:
    """Who signs, with room for the signature; who drew it up, and how to reach them."""
    before = document.add_paragraph()
    before.paragraph_format.space_before = Pt(24)
    before.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=3)
    table.autofit = False
    office, sign, name = table.rows[0].cells
    office.width, sign.width, name.width = Cm(8), Cm(4.5), Cm(4.5)
    office.paragraphs[0].add_run("{{ signatory_office }}")
    sign.paragraphs[0].add_run("_" * 16)
    under = sign.add_paragraph()
    under.add_run("(подпись)").font.size = Pt(9)
    name.paragraphs[0].add_run("{{ signatory_name }}")
    for paragraph in (sign.paragraphs[0], under, name.paragraphs[0]):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for cell in (office, sign, name):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
    _mark(table.rows[0], "w:cantSplit")
    document.add_paragraph("{%p if compiler_name %}")
    compiler = document.add_paragraph(
        "Сводную информацию сформировал куратор: {{ compiler_office }} {{ compiler_name }}"
    )
    compiler.paragraph_format.space_before = Pt(12)
    compiler.runs[0].font.size = Pt(10)
    compiler.paragraph_format.keep_with_next = True
    document.add_paragraph("{%p endif %}")
    foot = document.add_paragraph("Исполнитель: {{ executor_name }}\nтел. {{ telephone }}")
    foot.paragraph_format.space_before = Pt(12)
    foot.runs[0].font.size = Pt(10)
