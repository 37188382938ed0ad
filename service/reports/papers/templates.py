"""Word templates of papers: files in the installation's folder, else the ones that come with the program."""

from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final


class Template(StrEnum):
    """Papers that are made from a Word template; the value is the name of the file without its ending."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"
    MEMO = "memo"
    DESTRUCTION = "destruction"


_PROVIDED: Final = {
    Template.MEMO: "papers/memo.docx",
    Template.DESTRUCTION: "papers/destruction.docx",
}
_PROVIDED_REPORT: Final = "weekly/summary.docx"
"""One template serves the reports of every period."""


def provided(template: Template) -> bytes:
    """Return the template that comes with the program."""
    path = _PROVIDED.get(template, _PROVIDED_REPORT)
    return resources.files("service").joinpath("reports", *path.split("/")).read_bytes()


def named(file: Path) -> Template:
    """Return the paper that a file is the template of, by its name; any other name stands for a weekly report."""
    return Template(file.stem) if file.stem in set(Template) else Template.WEEK


class Templates:
    """The templates of an installation, read at each use: a changed file counts from the next paper on."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where the installation keeps its own, as `week.docx`, `memo.docx` and so on; need not exist."""
        self._folder = folder

    def read(self, template: Template) -> bytes:
        """Return the installation's template, else the provided one. Raises OSError for a file that cannot be read."""
        try:
            return (self._folder / f"{template}.docx").read_bytes()
        except FileNotFoundError:
            return provided(template)
