"""The default template of the weekly summary in Word: made by a program, edited by a region, filled in by docxtpl."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from service.weekly import contents
from service.weekly.layout import Contents, Kind, Section, Table
from service.weekly.sample import sample

_FONT: Final = "Times New Roman"
_WIDTH: Final = 17.0  # centimetres between the margins
_QUIET: Final = RGBColor(0x4B, 0x55, 0x65)
_BLANK: Final = "_" * 24


def made(read: Contents | None = None) -> bytes:
    """The template, with the fields that docs/weekly-documents.md lists; of a report, with just its tables."""
    document = docx.Document()
    _set_up(document)
    _addressee(document)
    _head(document)
    for section in (read or contents.of(sample())).sections:
        _section(document, section)
    _signature(document)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _set_up(document: Document) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.5), Cm(1.5)
    page.top_margin, page.bottom_margin = Cm(2), Cm(2)
    for name, size in (("Normal", 12), ("Heading 1", 14), ("Heading 2", 12), ("Title", 16)):
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


def _addressee(document: Document) -> None:
    """Who it is for: a region writes its own title and name here."""
    paragraph = document.add_paragraph(
        "Заместителю Председателя\nПравительства Ивановской области\nпо внутренней политике\n" + _BLANK
    )
    paragraph.paragraph_format.left_indent = Cm(9)
    paragraph.paragraph_format.space_after = Pt(18)


def _head(document: Document) -> None:
    title = document.add_paragraph("{{ title }}", style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    style = document.styles["Title"]
    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
    style.font.bold = True
    title.paragraph_format.space_after = Pt(4)
    status = document.add_paragraph("{{ status }}")
    status.alignment = WD_ALIGN_PARAGRAPH.CENTER


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
    for picture in section.pictures:
        name = f"picture_{picture}"
        document.add_paragraph(f"{{%p if {name} %}}")
        document.add_paragraph(f"{{{{ {name} }}}}").paragraph_format.keep_with_next = True
        document.add_paragraph("{%p endif %}")
    for table in section.tables:
        if len(section.tables) > 1:
            document.add_heading(table.title, 2)
        _table(document, table)


def _table(document: Document, table: Table) -> None:
    document.add_paragraph(f"{{%p if {table.key} %}}")
    made = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    made.autofit = False
    share = _WIDTH / sum(column.width for column in table.columns)
    for wide, column in zip(made.columns, table.columns, strict=True):
        wide.width = Cm(column.width * share)
    head = _line(made, table, [column.title for column in table.columns])
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
    share = _WIDTH / sum(column.width for column in table.columns)
    for cell, column, text in zip(row.cells, table.columns, texts, strict=True):
        cell.width = Cm(column.width * share)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(text).font.size = Pt(8 if len(table.columns) > _MANY else 9)
        if column.kind is not Kind.TEXT:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _narrow(cell)
    return row


_MANY: Final = 7  # columns


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


@dataclass(frozen=True, slots=True)
class _Line:
    what: str
    under: str


def _signature(document: Document) -> None:
    """Who signs: their title, room for the signature, their name, the date."""
    before = document.add_paragraph()
    before.paragraph_format.space_before = Pt(24)
    before.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=3)
    for cell, line in zip(
        table.rows[0].cells,
        (
            _Line("Начальник Департамента", ""),
            _Line(_BLANK, "(подпись)"),
            _Line(_BLANK, "(инициалы, фамилия)"),
        ),
        strict=True,
    ):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(line.what)
        if line.under:
            small = cell.add_paragraph().add_run(line.under)
            small.font.size = Pt(9)
    _mark(table.rows[0], "w:cantSplit")
    document.add_paragraph("«____» ______________ 20____ г.").paragraph_format.space_before = Pt(12)
