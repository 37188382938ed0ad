"""Texts of acts, clause by clause, as they were published: `acts/texts/`, one file an edition."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from calendar_rules.regulation import Act

_TEXTS = Path(__file__).parent / "acts" / "texts"
_ANNEX = "ПОЛОЖЕНИЕ"
"""With what the part begins whose clauses are cited."""
_CLAUSE = re.compile(r"^(\d+)\. ")


@dataclass(frozen=True, slots=True)
class ActText:
    """An act: the paragraphs of the order itself, the heading of what it approves, its clauses by number."""

    order: Sequence[str]
    heading: str
    clauses: Mapping[int, Sequence[str]]
    """Paragraphs; the first without its number."""


def of(act: Act) -> ActText | None:
    """The text of this edition of an act; None where the program does not have it."""
    return _read(_TEXTS / f"{act.key}_{act.edition.isoformat()}.txt")


@cache
def _read(file: Path) -> ActText | None:
    if not file.exists():
        return None
    paragraphs = [part.strip() for part in file.read_text("utf-8").split("\n\n") if part.strip()]
    begin = paragraphs.index(_ANNEX)
    clauses: dict[int, list[str]] = {}
    for paragraph in paragraphs[begin + 2 :]:
        if found := _CLAUSE.match(paragraph):
            clauses[int(found[1])] = [paragraph[found.end() :]]
        else:
            clauses[max(clauses)].append(paragraph)
    return ActText(paragraphs[:begin], " ".join(paragraphs[begin + 1].split()), clauses)
