"""The act of destruction as a document: what order 179 of Roskomnadzor (28.10.2022) wants of an act and of the extract
from the journal that goes with it where the machine destroys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import resources
from io import BytesIO
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined

from calendar_rules.moments import As, moment_text

_BLANK = "_" * 40


class Line(NamedTuple):
    """A line of the extract: when, of which message, what, and how much."""

    at: datetime
    message: str | None
    category: str
    amount: int


@dataclass(frozen=True, slots=True)
class Document:
    """What an act says; moments in the zone of the Department. Where the operator is not named, there is a blank."""

    number: int
    operator: str | None
    address: str | None
    place: str
    """Of the office; empty where the act does not say."""
    person: tuple[str, str] | None
    """Name and position; None where it was the machine."""
    begun_at: datetime
    ended_at: datetime
    ground: str
    categories: Sequence[tuple[str, int, int]]
    """Title, how much, of how many messages."""
    messages: Sequence[str]
    where: Sequence[str]
    not_there: str
    how: str
    backups_until: datetime
    lines: Sequence[Line]


def draw_up(act: Document) -> bytes:
    """The act with its extract as DOCX, of the template `act.docx`; for a thread of its own."""
    from docxtpl import DocxTemplate  # noqa: PLC0415  seldom wanted, and large

    template = DocxTemplate(
        BytesIO(resources.files("service").joinpath("personal_data", "act.docx").read_bytes())
    )
    fields = {
        "act": act,
        "blank": _BLANK,
        "day": "{:%d.%m.%Y}".format,
        "moment": partial(moment_text, form=As.ROW_TO_THE_SECOND),
    }
    content = BytesIO()
    template.render(fields, Environment(undefined=StrictUndefined, autoescape=True))
    template.save(content)
    return content.getvalue()
