"""Part of load: how many people the work takes, by the record and by a simulation of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from calendar_rules.vocabulary import Role
from service.access.deadline import lift_deadline
from service.load.asked import AskedLoad, Calculation, Past, made
from service.load.observed import last_weeks
from service.load.question import Question
from service.messages.lists import MessageLists
from service.runs.rules import Rules
from store.people.persons import Actor

READERS: Final = (Role.HEAD, Role.DEPUTY_POLICY)
"""Who decides how many people there are."""


@dataclass(frozen=True, slots=True)
class Load:
    """Of one process; what it says is made by a worker, and the same for all who read it."""

    rules: Rules
    lists: MessageLists
    clock: Callable[[], datetime]

    @classmethod
    def assemble(cls, rules: Rules, lists: MessageLists) -> Self:
        """By the clock of the wall."""
        return cls(rules, lists, lambda: datetime.now(UTC))

    async def past(self, caller: Actor) -> Past:
        """The record of the last four whole weeks, and what a simulation would have said of them.

        Raises ConflictError where it could not be made.
        """
        return Past.model_validate_json(await self._made(caller, None))

    async def calculated(self, caller: Actor, question: Question) -> Calculation:
        """What a simulation says to a question. Raises as `past`."""
        return Calculation.model_validate_json(await self._made(caller, question))

    async def _made(self, caller: Actor, question: Question | None) -> bytes:
        lift_deadline()
        _, until = last_weeks(self.clock().astimezone(self.rules.zone).date())
        return await made(self.lists, self.rules, AskedLoad(until, question))
