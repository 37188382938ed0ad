"""The program's own template of reports in Word, `summary.docx`, and faults of those that a region edits."""

from importlib import resources
from typing import Final

HELP: Final = "Поля шаблона перечислены на странице «Документы» раздела «Управление»; там же исходный шаблон."


class TemplateFaultError(Exception):
    """It cannot be filled in; the text is Russian: what is wrong in it, and what to do."""


def original() -> bytes:
    """The program's own template, with the fields that docs/use/weekly-documents.md lists."""
    return resources.files("service").joinpath("reports", "weekly", "summary.docx").read_bytes()
