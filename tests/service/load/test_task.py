"""Work of the load on a record: the replay that may be wrong, and a calculation with other numbers of people."""

from collections.abc import Sequence
from datetime import date

import pytest

from calendar_rules.regulation import LimitName
from service.load import task, wording
from service.load.results import LoadView, Question, Record
from service.load.task import AskedLoad
from tests.service.load.test_simulation import RULES, arrived, figures

WEEKS = AskedLoad(date(2026, 4, 13))
RECORD = Record(messages=4, per_day=1, curators=1, bodies=(), tables=())
QUESTION = Question(per_day=0.5, goal=90, bodies={"roads": 1})


@pytest.fixture(autouse=True)
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "RUNS", 3)


def made(
    question: Question | None = None, told: list[float] | None = None, **kept: Sequence[bool]
) -> LoadView:
    """Four messages that one curator and one executor have time for."""
    found = figures(
        arrived("09:00", "10:00", "11:00", "14:00"),
        kept={LimitName(name): decided for name, decided in kept.items()},
        staff={None: 1, "roads": 1},
    )
    asked = AskedLoad(WEEKS.until, question)
    return task.simulated(found, RECORD, RULES, asked, (told if told is not None else []).append)


def test_where_the_model_is_wrong_it_is_said_by_how_much() -> None:
    load = made(routing=[False, False, False, True], answer=[True, True, True, False], approval=[True])
    assert load.replay is not None
    assert {one.limit: one.off for one in load.replay} == {
        LimitName.ROUTING: 0.75,
        LimitName.APPROVAL: 0,
        LimitName.ANSWER: 0,  # one message makes nobody wrong
    }
    assert all((one.model.low, one.model.median, one.model.high) == (1, 1, 1) for one in load.replay)
    doubts = [str(row[-1]).replace("\u00a0", " ") for row in wording.replay(load).rows]
    assert doubts[0] == "модель ошибается на 75 п. п., доверять ей в этом нельзя"
    assert doubts[1:] == ["в пределах модели"] * 2


def test_a_calculation_has_the_number_asked_for_first_then_others_near_it() -> None:
    told: list[float] = []
    load = made(QUESTION, told)
    assert load.calculation is not None
    assert [(one.curators, one.bodies) for one in load.calculation.variants] == [
        (1, {"roads": 1}),
        (2, {"roads": 1}),
        (3, {"roads": 1}),
        (1, {"roads": 2}),
    ]
    assert all(one.reaches and one.routing is not None for one in load.calculation.variants)
    assert told == pytest.approx([number / 15 for number in range(1, 16)])
    assert "достигается: Кураторов 1; roads: исполнителей 1 · " in wording.verdict(load)


def test_a_goal_that_nobody_reaches_is_said() -> None:
    load = made(Question(curators=1, per_day=40))
    assert load.calculation is not None
    first = load.calculation.variants[0]
    assert first.routing is not None
    assert first.routing.low <= first.routing.median <= first.routing.high < 0.95
    assert wording.verdict(load).startswith("Ни при одном")


def test_the_last_four_weeks_are_whole_ones() -> None:
    for today in (date(2026, 11, 30), date(2026, 12, 6)):
        load = task.last_weeks(today).load()
        assert (load.first_day, load.last_day) == (date(2026, 11, 2), date(2026, 11, 29))
