"""Limits as a message's page draws and explains them; of a draft what is subtracted (cl. 10, 15)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.web.message.limits import ShownLimit, reckoning, shown_limits
from calendar_rules import Step
from calendar_rules.due_moments import AnswerDue, Stood, due_moment
from calendar_rules.regulation import HolderRole, LimitName
from service.messages.explanations import Explanations
from service.runs import rules
from service.runs.working_times import of_calendars
from tests.message_row import message_state
from tests.working_seconds import at, worked
from workflows.state import Counted, Holder, LimitRun, MessageState
from workflows.working_time import WorkingTime, contents

_RULES = rules.load(None, None)
_HOUR = timedelta(hours=1)
_BODY = Holder(role=HolderRole.EXECUTOR, body="roads")


def drafted(contribution: str | None = None, stood: tuple[Stood, ...] = ()) -> MessageState:
    """A message found on Tuesday the third at 15:00, with a draft, and maybe a contribution that started then."""
    answer = _RULES.answer(at("3 15:00"), reduced_term=None)
    working_time = WorkingTime(_RULES.calendars(at("3 15:00")), _RULES.regulation)
    runs: list[LimitRun] = []

    def started(name: LimitName, start: str, **more: Any) -> LimitRun:
        due = due_moment(_RULES.regulation, _RULES.department, name, at(start), **more)
        runs.append(
            LimitRun(
                number=len(runs) + 1,
                name=name,
                clause=_RULES.regulation.limits[name].clause,
                holder=_BODY,
                calendar="roads",
                term=due.term,
                started_at=at(start),
                due_at=due.due_at,
                counted=Counted(
                    calendar=working_time.named(None),
                    back_from=due.back_from,
                    pauses=len(more.get("stood", ())),
                ),
                stood=more.get("stood", ()),
                waits_for=1 if name is LimitName.DRAFT and contribution else None,
            )
        )
        return runs[-1]

    awaited = started(LimitName.CONTRIBUTION, contribution) if contribution else None
    started(
        LimitName.DRAFT,
        "3 15:10",
        answer=AnswerDue(answer.term.amount, answer.due_at, at("3 15:00")),
        contribution_due=awaited.due_at if awaited else None,
        stood=stood,
    )
    return message_state(at("3 15:00"), limits=tuple(runs), time=working_time.reading)


def explained(state: MessageState) -> list[Sequence[Step]]:
    known = Explanations(contents(of_calendars(_RULES.calendars(at("3 15:00")))))
    return [known.of(run, state.time) for run in state.limits]


def shown(state: MessageState, now: datetime) -> ShownLimit:
    """The only limit of the message, as its page shows it."""
    (found,) = shown_limits(state, explained(state), _RULES, now)
    return found


def told(state: MessageState) -> tuple[str | None, list[tuple[str, str, timedelta]], str | None]:
    found = reckoning(state.limits[-1], explained(state)[-1], state)
    assert found is not None
    steps = [(f"{it.start:%d %H:%M}", f"{it.end:%d %H:%M}", it.counted) for it in found.steps]
    return found.before, steps, found.behind


def test_of_a_draft_it_is_said_what_is_subtracted_from_what_in_the_order_of_the_count() -> None:
    before, steps, behind = told(drafted())
    assert before == "Срок ответа — чт 5 ноября, 16:45; за 4 рабочих часа до него:"
    assert steps == [
        ("05 13:45", "05 16:45", 3 * _HOUR),
        ("05 13:00", "05 13:45", timedelta(0)),
        ("05 12:00", "05 13:00", _HOUR),
    ]
    assert behind == "Срок подготовки проекта ответа — чт 5 ноября, 12:00."


def test_a_draft_that_waits_for_its_contribution_says_what_is_left_of_the_answer() -> None:
    before, steps, behind = told(drafted(contribution="5 11:00"))
    assert before == (
        "Проект представляется не ранее окончания срока представления информации (п. 15) — чт 5 ноября, 13:00. "
        "До срока ответа, чт 5 ноября, 16:45, остаётся:"
    )
    assert steps[-1][1] == "05 16:45"
    assert behind == "Итого до срока ответа: 3 рабочих часа."


def test_a_draft_that_waits_past_the_answer_is_explained_by_what_it_waits_for() -> None:
    before, steps, behind = told(drafted(contribution="5 15:30"))
    assert before == (
        "Срок ответа истекает не позднее срока представления информации (п. 15); проект представляется к его "
        "окончанию, чт 5 ноября, 17:30:"
    )
    assert (steps[0][0], steps[-1][1], behind) == ("03 15:10", "05 17:30", None)


@pytest.mark.parametrize("now", ["3 16:10", "4 12:00", "5 17:00"])
def test_the_bar_of_a_draft_goes_from_its_start_to_its_due_moment(now: str) -> None:
    state, moment = drafted(), at(now)
    limit = shown(state, moment)
    width = {kind: sum(piece.width for piece in limit.bar if piece.kind == kind) for kind in ("past", "left")}
    run = state.limits[0]
    passed, whole = worked(run.started_at, min(moment, run.due_at)), worked(run.started_at, run.due_at)
    assert width["past"] / (width["past"] + width["left"]) == pytest.approx(passed / whole, abs=0.002)
    assert sum(piece.kind == "skipped" for piece in limit.bar) == 3  # two nights and a holiday between
    assert limit.duty is not None
    assert limit.duty.left.total_seconds() == worked(moment, run.due_at)


def test_a_run_that_is_over_has_nothing_left_and_one_that_fell_away_no_bar() -> None:
    state = drafted()
    met = state.limits[0].model_copy(update={"met_at": at("5 09:30")})
    limit = shown(state.model_copy(update={"limits": (met,)}), at("5 17:00"))
    assert limit.duty is None
    assert {piece.kind for piece in limit.bar} == {"past", "skipped", "left"}
    fallen = state.limits[0].model_copy(update={"cancelled_at": at("5 09:30")})
    limit = shown(state.model_copy(update={"limits": (fallen,)}), at("5 17:00"))
    assert (limit.duty, list(limit.bar)) == (None, [])


def test_a_draft_that_stood_still_says_why_it_is_due_later_and_draws_it() -> None:
    pause = Stood(start=at("3 16:00"), end=at("3 16:40"), reason="сообщение было закрыто ошибочно")
    state = drafted(stood=(pause,))
    before, steps, behind = told(state)
    assert before == (
        "Срок подготовки проекта ответа, за 4 рабочих часа до срока ответа, продлён (сообщение было закрыто ошибочно) "
        "— чт 5 ноября, 12:40. До срока ответа, чт 5 ноября, 16:45, остаётся:"
    )
    assert (steps[0][0], behind) == ("05 12:40", "Итого до срока ответа: 3 ч 20 мин рабочего времени.")
    limit = shown(state, at("3 17:00"))
    lengths = [round(piece.width) for piece in limit.bar if piece.kind == "past"]
    assert len(lengths) == 2  # before the pause and after it
    assert lengths[0] / lengths[1] == pytest.approx(50 / 20, rel=0.02)
    assert limit.duty is not None
    assert limit.duty.left == timedelta(hours=3, minutes=40)
