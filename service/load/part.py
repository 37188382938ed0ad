"""Part of load: what the record says of four weeks, and a calculation of how many people the act takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Self

from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError, UnderWayError
from service.load.results import LoadView, Question
from service.load.task import MAKER, AskedLoad, last_weeks
from service.reports.workbooks import Workbooks
from service.runs.rules import Rules
from store.people.persons import Actor

READERS: Final = (Role.HEAD, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class LoadPart:
    """Of one process; what it shows is made by a worker, and the same for all who read it."""

    rules: Rules
    workbooks: Workbooks
    clock: Callable[[], datetime]

    @classmethod
    def assemble(cls, rules: Rules, workbooks: Workbooks) -> Self:
        """By the clock of the wall."""
        return cls(rules, workbooks, lambda: datetime.now(UTC))

    async def shown(self, caller: Actor) -> LoadView:
        """The last four whole weeks, with the calculation asked for last; where it is not there, it is begun."""
        asked = await self._asked_last()
        try:
            return LoadView.model_validate_json(await self.workbooks.for_all(caller, MAKER, asked))
        except UnderWayError as error:
            return asked.load(under_way=error.share)
        except ConflictError as error:
            return asked.load(refused=error.detail)

    async def ask(self, caller: Actor, question: Question) -> None:
        """Have a calculation made, unless it is the one asked for last.

        Raises ConflictError where nothing is on record, or too much of the caller's is under way.
        """
        asked = await self._asked_last()
        if asked.question != question:
            try:
                await self.workbooks.for_all(
                    caller, MAKER, replace(asked, question=question, at=self.clock())
                )
            except UnderWayError:
                return

    async def _asked_last(self) -> AskedLoad:
        weeks = last_weeks(self.clock().astimezone(self.rules.zone).date())
        last = await self.workbooks.asked_last(MAKER)
        return last if last is not None and last.until == weeks.until else weeks
