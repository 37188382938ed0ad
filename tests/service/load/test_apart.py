"""Calculation in a process that ends: the same as here, and what does not fit is refused in words."""

from datetime import date

import pytest

from service.load import asked, observed
from service.load.apart import done
from service.load.given import Change, Plan
from service.load.task import Done, Task
from service.runs.apart import done_apart
from service.runs.rules import load

RULES = load(None, None)
PLAN = Plan(begins=date(2026, 11, 9), days=5, warm_up=0, runs=2)
TASK = Task.of(
    observed.assumed(RULES).with_per_day(5), RULES, PLAN, Change(curators=1), (Change(curators=1),)
)


async def test_another_process_says_the_same() -> None:
    written = await done_apart(asked.PROGRAM, TASK.model_dump_json().encode(), 120)
    found = Done.model_validate_json(written)
    assert found == done(TASK)
    assert found.result is not None
    assert found.result.outcome.curators.people == 3
    assert [one.title for one in found.result.tried] == ["ещё один куратор"]


async def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(TimeoutError):
        await done_apart(asked.PROGRAM, TASK.model_dump_json().encode(), 0)


def test_what_does_not_fit_is_refused_in_words() -> None:
    task = TASK.model_copy(update={"asked": Change(curators=-5)})
    assert done(task) == Done(refused="Убавить кураторов на 5 нельзя: в первой смене их 2.")
