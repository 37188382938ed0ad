"""Stages and commands are said once, and nothing is missing there."""

from typing import get_type_hints

import pytest

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, Stage
from workflows.amending import Amendments
from workflows.commands import COMMANDS
from workflows.message import MessageRoad
from workflows.passing_on import PassingOn
from workflows.promise_steps import Promises
from workflows.stages import AFTER_THE_END, LEADS_TO, ONCE_PUBLISHED, RULES, STEPS
from workflows.vocabulary import Command


@pytest.mark.parametrize("command", Command)
def test_a_command_is_served_by_one_method_that_takes_its_payload(command: Command) -> None:
    [serving] = [
        getattr(part, command)
        for part in (MessageRoad, Amendments, PassingOn, Promises)
        if hasattr(part, command)
    ]
    assert get_type_hints(serving)["command"] is COMMANDS[command]


def test_every_stage_has_a_step_and_every_kind_of_draft_a_stage_that_follows_it() -> None:
    assert set(STEPS) == set(Stage)
    assert set(ONCE_PUBLISHED) == set(DraftKind)


def test_every_limit_but_the_window_of_a_return_and_the_answer_is_of_one_stage() -> None:
    limits = [limit for step in STEPS.values() for limit in step.limits]
    assert sorted(limits) == sorted(set(LimitName) - {LimitName.RETURN, LimitName.ANSWER})


def test_everybodys_commands_have_a_rule_and_calendar_and_clock_are_the_machines_alone() -> None:
    assert set(Command) - {rule.command for rule in RULES} == {
        Command.CHANGE_CALENDAR,
        Command.CORRECT_CHARGE,
        Command.RECORD_PROMISE,
    }


def test_what_a_stage_is_there_for_may_be_given_in_it() -> None:
    given = {(rule.command, stage) for rule in RULES for stage in rule.stages}
    assert {(command, stage) for stage, step in STEPS.items() for command in step.commands} <= given


def test_no_command_of_the_road_is_taken_after_the_end() -> None:
    assert not set(AFTER_THE_END) & set(LEADS_TO)
