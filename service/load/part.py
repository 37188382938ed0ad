"""Part of load: what the record says of four weeks, and a calculation of how many people the act takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from calendar_rules.vocabulary import Role
from service.load.results import LoadView, Question
from service.load.task import AskedLoad, last_weeks
from service.runs.rules import Rules
from store.database.engines import Database
from store.load import calculations

READERS: Final = (Role.HEAD, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class LoadPart:
    """Shows what a worker made; the same for all who read it."""

    rules: Rules
    database: Database
    clock: Callable[[], datetime]

    async def shown(self) -> LoadView:
        """Return the last four whole weeks with the calculation asked for last; where it is not there, it is begun."""
        now = self.clock()
        until = self._until(now)
        async with self.database.read() as session:
            row = await calculations.last(session, until, now)
        if row is None:
            async with self.database.write() as session:
                row = await calculations.ask(session, until, None, now)
        if row.result is not None:
            return LoadView.model_validate(row.result)
        return AskedLoad.from_row(row).load(under_way=row.share)

    async def ask(self, question: Question) -> None:
        """Have a calculation made, unless it is the one asked for last."""
        now = self.clock()
        until, asked = self._until(now), question.model_dump(mode="json")
        async with self.database.write() as session:
            last = await calculations.last(session, until, now)
            if last is None or last.question != asked:
                await calculations.ask(session, until, asked, now)

    def _until(self, now: datetime) -> date:
        return last_weeks(now.astimezone(self.rules.zone).date()).until
