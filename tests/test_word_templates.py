"""Templates of Word that the program comes with: files that somebody edits in Word, and commits."""

import re
import zipfile
from io import BytesIO

import docx
import pytest
from docx.shared import Cm

from tests.documents import ROOT

TEMPLATES = {path.name: path.read_bytes() for path in sorted((ROOT / "service").rglob("*.docx"))}
TAG = "Метка шаблона"
"""The style of paragraphs that fall away."""

each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def test_every_template_is_known_here() -> None:
    assert TEMPLATES.keys() == {"destruction.docx", "memo.docx", "summary.docx"}


@each_template
def test_a_template_tells_nothing_of_who_edited_it_and_where(template: bytes) -> None:
    properties = docx.Document(BytesIO(template)).core_properties
    assert properties.author == "Отклик" or properties.author.startswith("{{")
    assert (properties.last_modified_by, properties.comments) == ("", "")
    with zipfile.ZipFile(BytesIO(template)) as parts:
        assert not re.search("custom|comments|people|thumbnail", " ".join(parts.namelist()))
        inside = b"".join(parts.read(name) for name in parts.namelist())
    assert not re.findall(rb"<Company>|<Manager>|<w:ins |<w:del ", inside)
    assert len(template) < 40_000


@each_template
def test_a_template_is_a_page_of_a4_in_times(template: bytes) -> None:
    document = docx.Document(BytesIO(template))
    (page,) = document.sections
    assert (page.page_width, page.page_height) == pytest.approx((Cm(21), Cm(29.7)), abs=Cm(0.01))
    assert document.styles["Normal"].font.name == "Times New Roman"


@each_template
def test_what_falls_away_is_told_by_its_style(template: bytes) -> None:
    document = docx.Document(BytesIO(template))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    every = [*document.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    falling = {it.style and it.style.name for it in every if it.text.startswith(("{%p", "{%tr"))}
    assert falling == {TAG}
