"""Task of a process that calculates and ends, and what it answers: both travel as JSON."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import Regulation
from calendar_rules.schedules import Schedules
from service.load.given import Change, Given, Plan
from service.load.results import Result
from service.runs.rules import Rules


class Task(BaseModel):
    """What is given, the rules, what is asked of them (`asked`), and changes of that to be tried."""

    model_config = ConfigDict(frozen=True)

    given: Given
    regulation: Regulation
    schedules: Schedules
    production: ProductionCalendar
    plan: Plan
    asked: Change = Change()
    changes: tuple[Change, ...] = ()
    search: bool = True

    @classmethod
    def of(
        cls,
        given: Given,
        rules: Rules,
        plan: Plan,
        asked: Change = Change(),  # noqa: B008  frozen
        changes: tuple[Change, ...] = (),
        *,
        search: bool = True,
    ) -> Self:
        """By the rules in force; their hours carry the rules of their zones."""
        return cls(
            given=given,
            regulation=rules.regulation,
            schedules=rules.schedules,
            production=rules.production,
            plan=plan,
            asked=asked,
            changes=changes,
            search=search,
        )

    @property
    def rules(self) -> Rules:
        """The rules again."""
        return Rules(self.regulation, self.schedules, self.production)


class Done(BaseModel):
    """The result, or why there is none, in Russian."""

    model_config = ConfigDict(frozen=True)

    result: Result | None = None
    refused: str | None = None
