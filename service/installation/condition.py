"""Condition of one thing of an installation: whether it is as it should be, and what to do where it is not."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing stands: as it should, not for long any more, or wrong."""

    OK = "ok"
    SOON = "soon"
    WRONG = "wrong"


_ORDER = tuple(State)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: its name for programs, and in Russian its title, how it stands, and what to do if it is not right."""

    name: str
    title: str
    state: State
    says: str
    cure: str = ""


def ok(name: str, title: str, says: str) -> Line:
    """A thing that is as it should be."""
    return Line(name, title, State.OK, says)


def soon(name: str, title: str, says: str, cure: str) -> Line:
    """A thing that needs somebody before long."""
    return Line(name, title, State.SOON, says, cure)


def wrong(name: str, title: str, says: str, cure: str) -> Line:
    """A thing that is wrong now."""
    return Line(name, title, State.WRONG, says, cure)


def worst(lines: list[Line]) -> State:
    """The state of the whole."""
    return max((line.state for line in lines), key=_ORDER.index, default=State.OK)
