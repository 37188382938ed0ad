"""Load as it is asked for: calculated in a process that ends, and kept for an hour for all who may read it.

The same question of the same four weeks has the same answer, and is calculated once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from service.access.errors import ConflictError
from service.load import figures, observed, replay, summary, wording
from service.load.figures import Figures, Recorded
from service.load.given import Plan
from service.load.question import Question
from service.load.replay import Replay
from service.load.results import Result
from service.load.summary import RecordFigures
from service.load.task import Done, Task
from service.messages.lists import MessageLists
from service.runs.apart import done_apart
from service.runs.rules import Rules
from store.database.session import Connection
from store.people.titles import short_titles_on
from store.reports.period import Span

LONGEST: Final = 480.0
"""Seconds; a portion of the office's work has ten minutes."""
PROGRAM: Final = "service.load.apart"
RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class AskedLoad:
    """The four weeks before `until`, a Monday: replayed, or where there is a question, calculated."""

    until: date
    question: Question | None = None

    @property
    def since(self) -> date:
        """The first of the days."""
        return self.until - timedelta(weeks=observed.WEEKS)

    def span(self, rules: Rules) -> Span:
        """From the first moment of these days to the first after them."""
        return _moment(self.since, rules), _moment(self.until, rules)


class Past(BaseModel):
    """Записи за четыре недели и их повтор моделью; null, если за это время ничего не направлялось."""

    model_config = ConfigDict(frozen=True)

    first_day: date
    last_day: date
    record: RecordFigures | None
    replay: Replay | None


class Calculation(BaseModel):
    """Расчёт: вопрос и ответ модели."""

    model_config = ConfigDict(frozen=True)

    question: Question
    assumed: bool = Field(
        description="Записей нет: часы поступления, время шагов и число исполнителей взяты условно."
    )
    result: Result


async def made(lists: MessageLists, rules: Rules, asked: AskedLoad) -> bytes:
    """What is asked for, as JSON. Raises ConflictError."""
    span = asked.span(rules)
    found, titles = await lists.read(lambda connection: _read(connection, span, rules))
    if asked.question is None:
        return (await _past(asked, found, titles, rules)).model_dump_json().encode()
    return (await _calculated(asked, asked.question, found, titles, rules)).model_dump_json().encode()


def _moment(day: date, rules: Rules) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=rules.zone)


def _read(connection: Connection, span: Span, rules: Rules) -> tuple[Figures, Mapping[str, str]]:
    recorded = Recorded.read(connection, span, observed.WARM_UP)
    return figures.of(recorded, rules.calendar_of, rules.zone), short_titles_on(connection, span[1].date())


async def _past(asked: AskedLoad, found: Figures, titles: Mapping[str, str], rules: Rules) -> Past:
    days = {"first_day": asked.since, "last_day": asked.until - timedelta(days=1)}
    drawn, arrived = observed.given(found, titles), observed.replayed(found, titles)
    if drawn is None or arrived is None:
        return Past(**days, record=None, replay=None)
    plan = Plan(begins=asked.since, runs=RUNS)
    result = await _result(Task.of(arrived, rules, plan, search=False))
    compared = replay.beside(found, result.outcome, plan.runs, rules.department)
    record = summary.of(found, drawn)
    return Past(
        **days,
        record=record,
        replay=Replay(**days, messages=record.messages, runs=plan.runs, figures=compared),
    )


async def _calculated(
    asked: AskedLoad, question: Question, found: Figures, titles: Mapping[str, str], rules: Rules
) -> Calculation:
    recorded = observed.given(found, titles)
    given = recorded or observed.assumed(rules)
    plan = Plan(begins=asked.since, runs=RUNS, goal=question.goal / 100)
    try:
        task = Task.of(given, rules, plan, question.change(given, rules), tuple(question.tried(given, rules)))
    except ValueError as error:
        raise ConflictError(str(error)) from error
    return Calculation(question=question, assumed=recorded is None, result=await _result(task))


async def _result(task: Task) -> Result:
    try:
        done = Done.model_validate_json(await done_apart(PROGRAM, task.model_dump_json().encode(), LONGEST))
    except TimeoutError as error:
        raise ConflictError(wording.TOO_LONG.format(minutes=int(LONGEST // 60))) from error
    if done.result is None:
        raise ConflictError(done.refused or "")
    return done.result
