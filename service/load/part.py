"""Part of load: how many people the work takes, by the record and by a simulation of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from calendar_rules.vocabulary import Role
from service.access.deadline import lift_deadline
from service.load.asked import MAKER, AskedLoad, Calculation, Past
from service.load.observed import last_weeks
from service.load.question import Question
from service.reports.workbooks import Workbooks
from service.runs.rules import Rules
from store.people.persons import Actor

READERS: Final = (Role.HEAD, Role.DEPUTY_POLICY)
"""Who decides how many people there are."""


@dataclass(frozen=True, slots=True)
class Load:
    """Of one process; what it says is made by a worker, and the same for all who read it."""

    rules: Rules
    workbooks: Workbooks
    clock: Callable[[], datetime]

    @classmethod
    def assemble(cls, rules: Rules, workbooks: Workbooks) -> Self:
        """By the clock of the wall."""
        return cls(rules, workbooks, lambda: datetime.now(UTC))

    async def past(self, caller: Actor) -> Past:
        """The record of the last four whole weeks, and what a simulation would have said of them.

        Raises UnderWayError while it is made, ConflictError where it could not be, or too much of the caller's is under
        way.
        """
        return Past.model_validate_json(await self._made(caller, None))

    async def calculated(self, caller: Actor, question: Question) -> Calculation:
        """What a simulation says to a question. Raises as `past`."""
        return Calculation.model_validate_json(await self._made(caller, question))

    async def _made(self, caller: Actor, question: Question | None) -> bytes:
        lift_deadline()
        _, until = last_weeks(self.clock().astimezone(self.rules.zone).date())
        return await self.workbooks.for_all(caller, MAKER, AskedLoad(until, question))
