"""Reports in Word, from the program's template or from one that the installation has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from docx.shared import Cm, Length

from calendar_rules.moments import As, moment_text
from service.reports.papers import word
from service.reports.papers.form import BLANK, Requisites
from service.reports.weekly.contents import of as laid_out
from service.reports.weekly.contents import picture_in_words
from service.reports.weekly.layout import PICTURE_WIDTH, TIMES_SHARPER, Contents, Picture, Table, written
from service.reports.weekly.sample import sample
from service.reports.weekly.words import WORDS

_WHOLE_WIDTH: Final = Cm(17.5)


def made(
    contents: Contents, photos: Mapping[Picture, bytes], template: bytes, requisites: Requisites
) -> bytes:
    """Return the document. Raises TemplateFaultError."""
    pictures: dict[str, word.Photo | None] = {f"picture_{picture}": None for picture in Picture}
    for picture, photo in photos.items():
        words = picture_in_words(contents, picture)
        pictures[f"picture_{picture}"] = word.Photo(photo, _width(photo), words)
    return word.fill(template, fields(contents, requisites), pictures)


def _width(content: bytes) -> Length:
    """As on the page: a picture that is narrower there is narrower here. The header of a PNG says how wide it is."""
    pixels = int.from_bytes(content[16:20], "big")
    return Length(round(min(pixels / (PICTURE_WIDTH * TIMES_SHARPER), 1.0) * _WHOLE_WIDTH))


def fields(contents: Contents, requisites: Requisites) -> dict[str, object]:
    """Return what a template may name, of a report with any tables; every number is text, as it is read."""
    summary = contents.summary
    told: dict[str, object] = {
        "title": contents.title,
        "status": contents.status,
        "week": summary.week,
        "first_day": f"{summary.first_day:%d.%m.%Y}",
        "last_day": f"{summary.last_day:%d.%m.%Y}",
        "made_at": moment_text(summary.made_at, As.ROW),
        "version": str(summary.version),
        "is_preliminary": summary.preliminary,
        "is_report": summary.is_report,
        "words": asdict(WORDS[summary.unit]),
        "balance_line": contents.balance,
        "reports_line": next(section.lines[0] for section in contents.sections if section.key == "reports"),
        "gaps": list(summary.gaps),
        **official(requisites),
    }
    present = {table.key: table for table in contents.tables()}
    every = {table.key: table for table in laid_out(sample()).tables()}
    told["has"] = {key: key in present for key in every}
    for key, whole in every.items():
        table = present.get(key)
        untold = dict.fromkeys((column.key for column in whole.columns), "—")
        told[key] = [untold | _row(table, row.cells) for row in table.rows] if table else []
        told[f"{key}_total"] = untold | _row(table, table.total.cells) if table and table.total else {}
        told[f"{key}_note"] = table.note or "" if table else ""
    return told


def official(requisites: Requisites) -> dict[str, str]:
    """The form of the paper; what is not known is a line to be filled in by hand."""
    compiler = requisites.compiler
    return {
        "authority": requisites.authority,
        "ground": requisites.ground,
        "document_title": requisites.title,
        "as_of": requisites.as_of,
        "place": requisites.place,
        "addressee_office": requisites.addressee.office,
        "addressee_name": requisites.addressee.name or BLANK,
        "signatory_office": requisites.signatory.office,
        "signatory_name": requisites.signatory.name or BLANK,
        "compiler_office": compiler.office if compiler else "",
        "compiler_name": compiler.name if compiler else "",
        "executor_name": requisites.executor or BLANK,
        "telephone": requisites.telephone or BLANK,
    }


def _row(table: Table, cells: Sequence[Any]) -> dict[str, str]:
    return {column.key: written(cell, column.kind) for column, cell in zip(table.columns, cells, strict=True)}
