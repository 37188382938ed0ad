"""Faults in the region's template of the weekly summary."""

from typing import Final

HELP: Final = "Поля шаблона перечислены на странице «Документы» раздела «Управление»; там же исходный шаблон."


class TemplateFaultError(Exception):
    """It cannot be filled in; the text is Russian: what is wrong in it, and what to do."""
