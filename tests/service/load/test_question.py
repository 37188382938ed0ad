"""Questions to a simulation: what they change, and what is tried beside them."""

from datetime import timedelta

import pytest

from service.load import observed
from service.load.given import Body, Change, Crew, Given
from service.load.question import Question
from service.runs.rules import load

RULES = load(None, None)
GIVEN: Given = observed.assumed(RULES)


def test_numbers_are_those_of_all_who_would_be_there() -> None:
    given = GIVEN.changed(
        curators=(Crew(people=3), Crew(people=1, week={"sat": (("10:00", "14:00"),)})),
        bodies={observed.ALL_BODIES: Body(crews=(Crew(people=4),))},
    )
    change = Question(curators=6, executors={observed.ALL_BODIES: 3}, per_day=50).change(given, RULES)
    assert change == Change(curators=2, executors={observed.ALL_BODIES: -1}, per_day=50)


def test_a_body_without_messages_is_refused() -> None:
    with pytest.raises(ValueError, match="moon"):
        Question(executors={"moon": 2}).change(GIVEN, RULES)


def test_other_hours_keep_the_lunch() -> None:
    change = Question(opens="08:00", closes="19:00").change(GIVEN, RULES)
    assert change.week is not None
    assert change.week["fri"] == (("08:00", "13:00"), ("13:45", "19:00"))
    assert "sat" not in change.week
    morning = Question(closes="12:00").change(GIVEN, RULES)
    assert morning.week is not None
    assert morning.week["mon"] == (("09:00", "12:00"),)
    with pytest.raises(ValueError, match="позже"):
        Question(opens="19:00", closes="08:00").change(GIVEN, RULES)


def test_each_thing_that_could_help_is_tried_on_top_of_what_is_asked() -> None:
    tried = list(Question(closes="18:00", answer=timedelta(hours=6)).tried(GIVEN, RULES))
    longer = next(change.week for change in tried if change.week)
    assert longer["mon"] == (("09:00", "13:00"), ("13:45", "19:00"))
    assert [change for change in tried if not change.week] == [
        Change(curators=1),
        Change(saturday=(("10:00", "14:00"),)),
        Change(executors={observed.ALL_BODIES: 1}),
        Change(routing=timedelta(hours=2)),
        Change(answer=timedelta(hours=8)),
    ]


def test_a_duty_that_is_there_is_not_tried() -> None:
    asked = Question(saturday=(("09:00", "12:00"),))
    assert not any(change.saturday for change in asked.tried(GIVEN, RULES))
