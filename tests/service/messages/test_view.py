"""View of a message: what is offered to whom, and whom a breach is charged to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Role
from service.messages.view import _whose, allowed
from store.journal.charges import Charged
from store.people.persons import Capacity
from tests.message_row import message_state
from tests.service.messages.test_time_left import run
from workflows.notice_facts import Charge
from workflows.state import Admission

STATE = message_state(
    datetime(2026, 11, 25, 9, tzinfo=UTC),
    allowed=(
        Admission(command="decline", role=Role.CURATOR),
        Admission(command="submit_draft", role=Role.EXECUTOR, body="roads"),
    ),
)


def test_an_action_is_offered_to_its_role_in_its_body() -> None:
    for capacity, offered in (
        (Capacity(Role.CURATOR), ["decline"]),
        (Capacity(Role.CURATOR, "department"), ["decline"]),
        (Capacity(Role.EXECUTOR, "roads"), ["submit_draft"]),
        (Capacity(Role.EXECUTOR, "housing"), []),
        (Capacity(Role.EXECUTOR), []),
        (Capacity(Role.RESPONSIBLE, "roads"), []),
    ):
        assert allowed(STATE, [capacity]) == offered


def test_the_time_charged_is_the_messages_own_before_the_record_of_its_last_step_is_there() -> None:
    """The database names the persons, and may be a step behind in what the limit was over by."""
    over, at = timedelta(hours=2), datetime(2026, 11, 25, 10, tzinfo=UTC)
    own = Charge(role=HolderRole.EXECUTOR, body="roads", limit=LimitName.DRAFT, over=over, at=at)
    late = run("5 10:00").model_copy(update={"charges": (own,)})
    kept = Charged(HolderRole.EXECUTOR, "roads", "executor-roads", None, LimitName.DRAFT, timedelta(0))
    (shown,) = _whose(late, [kept])
    assert (shown.person, shown.over) == ("executor-roads", over)
    (shown,) = _whose(late, [replace(kept, body="housing")])
    assert (shown.person, shown.body, shown.over) == (None, "roads", over)
