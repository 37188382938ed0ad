"""The weekly summary as PDF, by typst: tagged for screen readers (PDF/UA-1), A4."""

import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from service.reports.papers.form import Requisites
from service.reports.weekly.contents import picture_in_words
from service.reports.weekly.governor_note import GovernorNote
from service.reports.weekly.layout import PICTURE_WIDTH, Contents, Kind, Picture, Section, Table, written

STANDARD: Final = "ua-1"


def pdf(contents: Contents, drawn: Mapping[Picture, str], fonts: Path, requisites: Requisites) -> bytes:
    """The document. `drawn`: the pictures as SVG, in the colours of paper; `fonts`: a folder with the pages' font."""
    printed: bytes = typst.compile(
        files(contents, drawn, requisites), format="pdf", pdf_standards=[STANDARD], **_with(fonts)
    )
    return printed


def _with(fonts: Path) -> dict[str, Any]:
    return {"font_paths": [str(fonts)], "ignore_system_fonts": True}


def files(contents: Contents, drawn: Mapping[Picture, str], requisites: Requisites) -> dict[str, bytes]:
    """What typst is given: the template, what it says, and the pictures."""
    return {
        "main.typ": resources.files("service").joinpath("reports", "weekly", "summary.typ").read_bytes(),
        **form(),
        "data.json": json.dumps(_said(contents, drawn, requisites), ensure_ascii=False).encode(),
        **{f"{picture}.svg": svg.encode() for picture, svg in drawn.items()},
    }


def _said(contents: Contents, drawn: Mapping[Picture, str], requisites: Requisites) -> dict[str, Any]:
    summary = contents.summary
    made = summary.made_at
    return {
        "title": requisites.title,
        "author": requisites.authority or "Отклик",
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "version": summary.version,
        "preliminary": summary.preliminary,
        "requisites": requisites.model_dump(mode="json"),
        "footer": contents.title,
        "sections": [_section(section, contents, drawn) for section in contents.sections],
    }


def _section(section: Section, contents: Contents, drawn: Mapping[Picture, str]) -> dict[str, Any]:
    return {
        "key": section.key,
        "heading": section.heading,
        "lines": section.lines,
        "pictures": [
            {
                "file": f"{picture}.svg",
                "alt": picture_in_words(contents, picture),
                "width": _share_of_width(drawn[picture]),
            }
            for picture in section.pictures
            if picture in drawn
        ],
        "tables": [{**_table(table), "headed": len(section.tables) > 1} for table in section.tables],
    }


def _share_of_width(svg: str) -> float:
    found = _WIDTH.search(svg)
    return min(float(found[1]) / PICTURE_WIDTH, 1.0) if found else 1.0


_WIDTH: Final = re.compile(r' width="([\d.]+)"')


def _table(table: Table) -> dict[str, Any]:
    kinds = [column.kind for column in table.columns]

    def line(cells: tuple[Any, ...]) -> list[str]:
        return [written(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]

    return {
        "title": table.title,
        "empty": table.empty,
        "note": table.note,
        "grouped": table.grouped,
        "columns": [
            {
                "title": column.title.replace("\u00ad", ""),
                "number": column.kind is not Kind.TEXT,
                "width": column.width,
            }
            for column in table.columns
        ],
        "rows": [line(row.cells) for row in table.rows],
        "total": line(table.total.cells) if table.total else None,
    }


def note(note: GovernorNote, fonts: Path) -> bytes:
    """The note to the Governor."""
    made: bytes = typst.compile(note_files(note), format="pdf", pdf_standards=[STANDARD], **_with(fonts))
    return made


def note_files(note: GovernorNote) -> dict[str, bytes]:
    """What typst is given for it."""
    return {
        "main.typ": resources.files("service")
        .joinpath("reports", "weekly", "governor_note.typ")
        .read_bytes(),
        **form(),
        "data.json": note.model_dump_json().encode(),
    }


def form() -> dict[str, bytes]:
    """What is above and below every paper, for typst."""
    return {"form.typ": resources.files("service").joinpath("reports", "papers", "form.typ").read_bytes()}
