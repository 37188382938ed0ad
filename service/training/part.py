"""Part of training: the clock that moves, lessons, and schedules driven by hand."""

from dataclasses import dataclass
from typing import Self

from service.commands.part import Commands
from service.messages.part import Messages
from service.runs.driven_schedules import DrivenSchedules
from service.runs.part import Runs
from service.training.clock import MessageClock
from service.training.lessons import Lessons


@dataclass(frozen=True, slots=True)
class Training:
    """What a training has beside work."""

    clock: MessageClock
    lessons: Lessons
    driven: DrivenSchedules

    @classmethod
    def assemble(cls, runs: Runs, messages: Messages, commands: Commands) -> Self:
        """Lessons move the clock of their message."""
        database, rules = runs.database, runs.rules
        clock = MessageClock(database, runs.workflows, messages.reader, rules)
        return cls(
            clock=clock,
            lessons=Lessons(database, messages.targets, commands.actions, clock, messages.reader, rules),
            driven=DrivenSchedules(runs.temporal, database),
        )
