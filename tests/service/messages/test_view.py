"""Offers of a message to someone: an action of their role, and of their body where it belongs to one."""

from datetime import UTC, datetime

import pytest

from calendar_rules.vocabulary import Role
from service.messages.view import allowed
from store.people.persons import Capacity
from tests.message_row import message_state
from workflows.state import Admission

STATE = message_state(
    datetime(2026, 11, 25, 9, tzinfo=UTC),
    allowed=(
        Admission(command="decline", role=Role.CURATOR),
        Admission(command="submit_draft", role=Role.EXECUTOR, body="roads"),
    ),
)


@pytest.mark.parametrize(
    ("capacity", "offered"),
    [
        (Capacity(Role.CURATOR), ["decline"]),
        (Capacity(Role.CURATOR, "department"), ["decline"]),
        (Capacity(Role.EXECUTOR, "roads"), ["submit_draft"]),
        (Capacity(Role.EXECUTOR, "housing"), []),
        (Capacity(Role.EXECUTOR), []),
        (Capacity(Role.RESPONSIBLE, "roads"), []),
    ],
)
def test_an_action_is_offered_to_its_role_in_its_body(capacity: Capacity, offered: list[str]) -> None:
    assert allowed(STATE, [capacity]) == offered
