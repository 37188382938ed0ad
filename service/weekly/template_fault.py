"""What is wrong in the region's template of the weekly summary."""

from typing import Final

HELP: Final = (
    "Поля шаблона перечислены в docs/weekly-documents.md; исходный шаблон сохраняет команда "
    "otklik report template."
)


class TemplateFaultError(Exception):
    """It cannot be filled in; the text is Russian: what is wrong in it, and what to do."""
