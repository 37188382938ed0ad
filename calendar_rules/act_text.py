"""Texts of acts, clause by clause, as they were published: one file an edition, `texts/` beside the act's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from calendar_rules.regulation import Act

_TEXTS = Path(__file__).parent / "acts" / "texts"
_ANNEX = ("ПОЛОЖЕНИЕ", "ПОРЯДОК", "РЕГЛАМЕНТ", "ПРАВИЛА")
"""With what the part begins whose clauses are cited; a text without one is of clauses alone."""
_CLAUSE = re.compile(r"^(\d+)\. ")


@dataclass(frozen=True, slots=True)
class ActText:
    """An act: the paragraphs of the order itself, the heading of what it approves, its clauses by number."""

    order: Sequence[str]
    kind: str
    """What it approves: «Положение»; empty where the text is of clauses alone."""
    heading: str
    clauses: Mapping[int, Sequence[str]]
    """Paragraphs; the first without its number."""


def of(act: Act, beside: Path | None = None) -> ActText | None:
    """The text of this edition of an act; None where there is none.

    `beside`: the act's file, where it is not one of the program's own; its text is `texts/<key>_<edition>.txt` there.
    """
    folder = _TEXTS if beside is None else beside.parent / "texts"
    return _read(folder / f"{act.key}_{act.edition.isoformat()}.txt")


@cache
def _read(file: Path) -> ActText | None:
    if not file.exists():
        return None
    paragraphs = [part.strip() for part in file.read_text("utf-8").split("\n\n") if part.strip()]
    begin = next((place for place, part in enumerate(paragraphs) if part in _ANNEX), None)
    order, kind, heading, rest = [], "", "", paragraphs
    if begin is not None:
        order, kind, rest = paragraphs[:begin], paragraphs[begin].capitalize(), paragraphs[begin + 2 :]
        heading = " ".join(paragraphs[begin + 1].split())
    clauses: dict[int, list[str]] = {}
    for paragraph in rest:
        if found := _CLAUSE.match(paragraph):
            clauses[int(found[1])] = [paragraph[found.end() :]]
        elif clauses:
            clauses[max(clauses)].append(paragraph)
    return ActText(order, kind, heading, clauses)
