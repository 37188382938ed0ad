"""Reports in Word, from the program's own template or from one that the region edited.

A template is rendered in a sandbox, and for a process of its own: a loop in it may go on for long.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Cm, Length
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from calendar_rules.moments import As, moment_text
from service.reports.papers.form import BLANK, Requisites
from service.reports.weekly import word_template
from service.reports.weekly.contents import of as laid_out
from service.reports.weekly.contents import picture_in_words
from service.reports.weekly.layout import PICTURE_WIDTH, TIMES_SHARPER, Contents, Picture, Table, written
from service.reports.weekly.sample import sample
from service.reports.weekly.word_template import HELP, TemplateFaultError
from service.reports.weekly.words import WORDS

_WHOLE_WIDTH: Final = Cm(17.5)
_MISSING_KEY: Final = re.compile(r"has no attribute '([^']*)'")
_MISSING_NAME: Final = re.compile(r"'([^']*)' is undefined")


def made(
    contents: Contents, photos: Mapping[Picture, bytes], template: bytes | None, requisites: Requisites
) -> bytes:
    """The document. `template`: the region's, None for the program's own. Raises TemplateFaultError."""
    rendered = _opened(word_template.original() if template is None else template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    content = BytesIO()
    try:
        fields = filled(contents, photos, rendered, requisites)
        _require_known(rendered, environment, fields)
        rendered.render(fields, environment, autoescape=True)
        rendered.save(content)
    except TemplateSyntaxError as error:
        raise TemplateFaultError(f"В шаблоне сводки ошибка записи: {error.message}. {HELP}") from error
    except UndefinedError as error:
        raise TemplateFaultError(_of_undefined(str(error))) from error
    except SecurityError as error:
        raise TemplateFaultError(f"В шаблоне сводки недопустимое действие: {error}. {HELP}") from error
    except _FAULTS as error:
        raise TemplateFaultError(f"Шаблон сводки не заполняется: {error}. {HELP}") from error
    return content.getvalue()


_FAULTS: Final = (
    TemplateError,
    LxmlError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
)
"""What the expressions of a template come to, and the XML that they make."""


def _opened(template: bytes) -> DocxTemplate:
    opened = DocxTemplate(BytesIO(template))
    try:
        opened.init_docx()
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        LxmlError,
        LookupError,
        ValueError,
        AttributeError,
    ) as error:
        raise TemplateFaultError(
            f"Файл шаблона сводки повреждён или не является документом Word (.docx): {error}. "
            "Сохраните его в Word как «Документ Word (.docx)»."
        ) from error
    return opened


def _require_known(
    template: DocxTemplate, environment: SandboxedEnvironment, fields: Mapping[str, Any]
) -> None:
    unknown = sorted(set(template.get_undeclared_template_variables(environment)) - set(fields))
    if unknown:
        what = "неизвестные поля" if len(unknown) > 1 else "неизвестное поле"
        raise TemplateFaultError(f"В шаблоне сводки {what}: {', '.join(unknown)}. {HELP}")


def _of_undefined(said: str) -> str:
    found = _MISSING_KEY.search(said) or _MISSING_NAME.search(said)
    return f"В шаблоне сводки неизвестное поле: {found[1] if found else said}. {HELP}"


class _Described(InlineImage):  # type: ignore[misc]  # docxtpl says nothing of its types
    """A picture with words for those who cannot see it."""

    def __init__(self, template: DocxTemplate, content: bytes, words: str) -> None:
        super().__init__(template, BytesIO(content), width=_width(content))
        self._words = words

    def _insert_image(self) -> str:
        inserted: str = super()._insert_image()
        return inserted.replace("<wp:docPr ", f"<wp:docPr descr={quoteattr(self._words)} ", 1)


def _width(content: bytes) -> Length:
    """As on the page: a picture that is narrower there is narrower here. The header of a PNG says how wide it is."""
    pixels = int.from_bytes(content[16:20], "big")
    return Length(round(min(pixels / (PICTURE_WIDTH * TIMES_SHARPER), 1.0) * _WHOLE_WIDTH))


def filled(
    contents: Contents, photos: Mapping[Picture, bytes], template: DocxTemplate, requisites: Requisites
) -> dict[str, Any]:
    """What a template may name, of a report with any tables; every number is text, as it is read."""
    summary = contents.summary
    fields: dict[str, Any] = {
        "title": contents.title,
        "status": contents.status,
        "week": summary.week,
        "first_day": f"{summary.first_day:%d.%m.%Y}",
        "last_day": f"{summary.last_day:%d.%m.%Y}",
        "made_at": moment_text(summary.made_at, As.ROW),
        "version": str(summary.version),
        "is_preliminary": summary.preliminary,
        "is_report": summary.is_report,
        "words": WORDS[summary.unit],
        "balance_line": contents.balance,
        "reports_line": next(section.lines[0] for section in contents.sections if section.key == "reports"),
        "gaps": list(summary.gaps),
        **official(requisites),
    }
    for picture in Picture:
        photo = photos.get(picture)
        fields[f"picture_{picture}"] = (
            _Described(template, photo, picture_in_words(contents, picture)) if photo is not None else ""
        )
    present = {table.key: table for table in contents.tables()}
    every = {table.key: table for table in laid_out(sample()).tables()}
    fields["has"] = {key: key in present for key in every}
    for key, whole in every.items():
        table = present.get(key)
        untold = dict.fromkeys((column.key for column in whole.columns), "—")
        fields[key] = [untold | _row(table, row.cells) for row in table.rows] if table else []
        fields[f"{key}_total"] = untold | _row(table, table.total.cells) if table and table.total else {}
        fields[f"{key}_note"] = table.note or "" if table else ""
    return fields


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
