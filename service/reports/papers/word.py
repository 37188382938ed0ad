"""Filling in Word templates, the program's own and those that an installation has changed.

A changed template is somebody else's text: it is rendered in Jinja's sandbox, and whoever renders one limits the time.
"""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

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


def fill(template: bytes, fields: Callable[[DocxTemplate], Mapping[str, Any]]) -> bytes:
    """Return the document. `fields` returns what the opened template may name. Raises TemplateFaultError."""
    opened = _opened(template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    content = BytesIO()
    try:
        known = fields(opened)
        unknown = sorted(set(opened.get_undeclared_template_variables(environment)) - set(known))
        if unknown:
            what = "неизвестные поля" if len(unknown) > 1 else "неизвестное поле"
            raise TemplateFaultError(f"В шаблоне {what}: {', '.join(unknown)}. {HELP}")
        opened.render(known, environment, autoescape=True)
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
