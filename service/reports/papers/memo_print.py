"""The paper on escalations that nobody acknowledged, as PDF by typst and as DOCX."""

from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from service.reports.papers import word
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


def docx(memo: Memo, template: bytes) -> bytes:
    """Return the same as a Word document, to be changed before it is signed. Raises TemplateFaultError."""
    return word.fill(template, lambda _: {"memo": memo, "blank": BLANK})
