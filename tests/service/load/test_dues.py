"""Due moments of the simulation are those that messages have, by every act and at any moment."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from calendar_rules.due_moments import AnswerDue, due_moment
from calendar_rules.regulation import LimitName, Regulation, order_238, shipped
from calendar_rules.schedules import Schedules
from calendar_rules.vocabulary import Importance
from calendar_rules.working_hours import WEEKDAYS
from service.load.dues import Dues, instant, moment
from tests.service.load.situation import rules

BODIES = Schedules.model_validate(
    {
        "default": {
            "timezone": "Europe/Moscow",
            "week": {day: [["09:00", "13:00"], ["13:45", "18:00"]] for day in WEEKDAYS[:5]},
        },
        "bodies": {"roads": {"timezone": "Asia/Kamchatka", "week": {"mon": [["08:00", "17:00"]]}}},
    }
)


def with_readings(**readings: str) -> Regulation:
    data = order_238().model_dump(mode="json", by_alias=True)
    data["readings"]["counting"] |= readings
    return Regulation.model_validate(data)


NAMES = {LimitName.RETURN: "window"}
ACTS = {
    **{act.act.key: act for act in shipped()},
    "at next opening": with_readings(ends_at_closing="due_at_next_opening"),
    "same day": with_readings(days_count_from="same_day"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_due_moments_are_those_of_messages(act: Regulation) -> None:
    chance, held = Random(act.act.key), rules(BODIES, act)
    dues, begin = Dues(held), datetime(2026, 1, 1, tzinfo=UTC)

    def at_random() -> datetime:
        # Quarters of an hour also hit openings and closings.
        return begin + chance.randrange(365 * 96) * timedelta(minutes=15)

    for _ in range(60):
        start = at_random()
        for name in LimitName:
            if name in (LimitName.ANSWER, LimitName.DRAFT):
                continue
            body = "roads" if act.limits[name].holder == "executor" else None
            expected = due_moment(act, held.calendar_of(body), name, start).due_at
            found = getattr(dues if body is None else dues.of(body), NAMES.get(name, name.value))
            assert moment(found(instant(start))) == expected
        for importance in (None, Importance.RAISED, Importance.HIGH):
            term = act.answer_term(importance, None)
            due = due_moment(act, held.department, LimitName.ANSWER, start, term=term).due_at
            assert moment(dues.answer_of(importance)(instant(start))) == due
            receipt = start + timedelta(hours=1)
            contribution = at_random() if chance.random() < 0.5 else None
            draft = due_moment(
                act,
                held.calendar_of("roads"),
                LimitName.DRAFT,
                receipt,
                answer=AnswerDue(term.amount, due, start),
                contribution_due=contribution,
            ).due_at
            found_draft = dues.draft_of("roads", importance)(
                instant(receipt),
                instant(start),
                instant(due),
                instant(contribution) if contribution else None,
            )
            assert moment(found_draft) == draft
