"""The paper on escalations that nobody acknowledged, as PDF by typst and as DOCX."""

from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import typst
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

from service.reports.papers.form import BLANK
from service.reports.papers.memo import Memo

_PAPERS: Final = resources.files("service").joinpath("reports", "papers")


def pdf(memo: Memo, fonts: Path) -> bytes:
    """PDF/UA-1, A4."""
    files = {
        "main.typ": _PAPERS.joinpath("memo.typ").read_bytes(),
        "form.typ": _PAPERS.joinpath("form.typ").read_bytes(),
        "data.json": memo.model_dump_json().encode(),
    }
    options: dict[str, Any] = {"font_paths": [str(fonts)], "ignore_system_fonts": True}
    made: bytes = typst.compile(files, format="pdf", pdf_standards=["ua-1"], **options)
    return made


def docx(memo: Memo) -> bytes:
    """The same to be changed before it is signed, of the template `memo.docx`."""
    template = DocxTemplate(BytesIO(_PAPERS.joinpath("memo.docx").read_bytes()))
    content = BytesIO()
    template.render({"memo": memo, "blank": BLANK}, Environment(undefined=StrictUndefined, autoescape=True))
    template.save(content)
    return content.getvalue()
