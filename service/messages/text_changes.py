"""Changes between two versions of a text, word by word (cl. 11: the curator sees what the body has done)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from rapidfuzz.distance import Indel

_PARTS = re.compile(r"\s+|\w+(?:[-’']\w+)*|[^\w\s]")


class Change(StrEnum):
    """What became of a stretch of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of which one thing became."""

    change: Change
    text: str


def changes(before: str, after: str) -> list[Stretch]:
    """The way from one text to the other: its kept and removed stretches are the first, its kept and added the second.

    Words change as wholes. Spaces and punctuation left over between two changes go with them, so that a sentence that
    was rewritten does not read as a row of islands.
    """
    old, new = _PARTS.findall(before), _PARTS.findall(after)
    found: list[Stretch] = []
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            found.append(Stretch(Change.KEPT, "".join(old[step.src_start : step.src_end])))
        else:
            if removed := old[step.src_start : step.src_end]:
                found.append(Stretch(Change.REMOVED, "".join(removed)))
            if added := new[step.dest_start : step.dest_end]:
                found.append(Stretch(Change.ADDED, "".join(added)))
    return list(_joined(list(_without_islands(found))))


def _without_islands(found: list[Stretch]) -> Iterator[Stretch]:
    for place, stretch in enumerate(found):
        between = 0 < place < len(found) - 1
        if stretch.change is Change.KEPT and between and not re.search(r"\w", stretch.text):
            yield Stretch(Change.REMOVED, stretch.text)
            yield Stretch(Change.ADDED, stretch.text)
        else:
            yield stretch


def _joined(found: list[Stretch]) -> Iterator[Stretch]:
    """Each run of changes as what was removed, then what was added."""
    for is_kept, run in groupby(found, key=lambda stretch: stretch.change is Change.KEPT):
        stretches = list(run)
        if is_kept:
            yield from stretches
            continue
        for change in (Change.REMOVED, Change.ADDED):
            text = "".join(stretch.text for stretch in stretches if stretch.change is change)
            if text:
                yield Stretch(change, text)
