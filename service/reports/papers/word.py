"""Filling in Word templates, the program's own and those that an installation has changed.

A changed template is somebody else's program: it gets strings and no objects, since any object may lead out of Jinja's
sandbox, and whoever renders one limits the time.
"""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final, NamedTuple

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Length
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError
from markupsafe import Markup

HELP: Final = (
    "Исправьте файл шаблона и проверьте его командой otklik report check; исходный шаблон сохраняет команда "
    "otklik report template."
)
_MISSING_KEY: Final = re.compile(r"has no attribute '([^']*)'")
_MISSING_NAME: Final = re.compile(r"'([^']*)' is undefined")
_FAULTS: Final = (
    TemplateError,
    LxmlError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
)
"""What expressions of a template raise, and the XML that they make."""


class TemplateFaultError(Exception):
    """A template cannot be filled in; the text is Russian and says what is wrong in it and what to do."""


class Photo(NamedTuple):
    """A picture (PNG), its width in the document, and words for those who cannot see it."""

    content: bytes
    width: Length
    words: str


_NO_PHOTOS: Final[Mapping[str, Photo | None]] = {}


def fill(
    template: bytes, fields: Mapping[str, object], photos: Mapping[str, Photo | None] = _NO_PHOTOS
) -> bytes:
    """Return the document. Raises TemplateFaultError.

    `fields`: what the template may name, of strings, numbers, lists and dictionaries; `photos`: pictures for the body
    of the document, None for one that the paper does not have.
    """
    opened = _opened(template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    content = BytesIO()
    try:
        named = set(opened.get_undeclared_template_variables(environment))
        pictures = {name: _inserted(opened, photo) for name, photo in photos.items() if name in named}
        unknown = sorted(named - {*fields, *pictures})
        if unknown:
            what = "неизвестные поля" if len(unknown) > 1 else "неизвестное поле"
            raise TemplateFaultError(f"В шаблоне {what}: {', '.join(unknown)}. {HELP}")
        opened.render({**fields, **pictures}, environment, autoescape=True)
        opened.save(content)
    except TemplateSyntaxError as error:
        raise TemplateFaultError(f"В шаблоне ошибка записи: {error.message}. {HELP}") from error
    except UndefinedError as error:
        text = str(error)
        found = _MISSING_KEY.search(text) or _MISSING_NAME.search(text)
        raise TemplateFaultError(
            f"В шаблоне неизвестное поле: {found[1] if found else text}. {HELP}"
        ) from error
    except SecurityError as error:
        raise TemplateFaultError(f"В шаблоне недопустимое действие: {error}. {HELP}") from error
    except _FAULTS as error:
        raise TemplateFaultError(f"Шаблон не заполняется: {error}. {HELP}") from error
    return content.getvalue()


def _inserted(opened: DocxTemplate, photo: Photo | None) -> str:
    """Return a picture as the XML that stands for it in the body of the document; empty for None."""
    if photo is None:
        return ""
    inline = opened.docx.part.new_pic_inline(BytesIO(photo.content), photo.width, None)
    inline.docPr.set("descr", photo.words)
    return Markup(  # noqa: S704  made here, of a picture that the program has drawn
        f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'
    )


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
            f"Файл шаблона повреждён или не является документом Word (.docx): {error}. "
            "Сохраните его в Word как «Документ Word (.docx)»."
        ) from error
    return opened
