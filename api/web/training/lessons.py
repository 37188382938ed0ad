"""A newcomer's first message as pages show it; who leads it is above the API (`embedded/demo/lessons/`)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fastapi import Request

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role, Stage
from service.journal.reading import JournalRowView
from service.messages.targets import Target
from service.messages.view import MessageView
from store.people.persons import Actor
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Lived:
    """What has happened with a message: its stage, the kinds of its journal's rows, the limits that were broken."""

    stage: Stage
    kinds: Collection[str]
    broken: Collection[LimitName]

    def had(self, *commands: Command) -> bool:
        """Whether any of these was done."""
        return any(command in self.kinds for command in commands)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `is_over` tells by what has happened. `link` is a page to look at, with its title."""

    title: str
    text: str
    clause: int
    is_over: Callable[[Lived], bool]
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """Where in the lesson one is: `number` of `total`, the step, and as whom the program can act (None: nobody)."""

    role: Role
    number: int
    total: int
    step: Step
    plays: Role | None

    @property
    def is_over(self) -> bool:
        return self.number == self.total


@dataclass(frozen=True, slots=True)
class Registering:
    """The first step of a curator, with what to type, by the labels of the form."""

    step: Step
    values: Sequence[tuple[str, str]]


class Lessons(Protocol):
    """What leads a newcomer."""

    def offered(self, viewer: Actor, moment: datetime) -> Sequence[Role]:
        """The roles of the person for which a lesson can begin, in the order in which they are offered."""

    def registering(self) -> Registering:
        """What a curator types for a first message."""

    async def guide(
        self, target: Target, message: MessageView, journal: Sequence[JournalRowView]
    ) -> Guide | None:
        """Where the lesson of whoever looks stands; None where the message or the person has none."""


def lessons_of(request: Request) -> Lessons | None:
    """Those of the installation; None outside training."""
    found: Lessons | None = request.app.state.lessons
    return found
