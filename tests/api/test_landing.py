"""Each lands where their work is; whoever was going somewhere goes there."""

from datetime import UTC, datetime, timedelta

import pytest

from api.web.sign_in.landing import landing
from calendar_rules.vocabulary import Role
from store.people.persons import Actor, RoleHeld, Substitution

BODY = {Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY}


def person(*roles: Role) -> Actor:
    """A person with these roles, in an office where a curator is at work."""
    held = tuple(RoleHeld("p", role, "roads" if role in BODY else None) for role in roles)
    return Actor("p", "", "", (*held, RoleHeld("c", Role.CURATOR, None)), ())


@pytest.mark.parametrize(
    ("roles", "address"),
    [
        *(((role,), "/") for role in (Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE)),
        *(((role,), "/overview") for role in (Role.DEPUTY, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR)),
        ((Role.ADMIN,), "/admin"),
        ((Role.HEAD, Role.ADMIN), "/overview"),
        ((Role.CURATOR, Role.HEAD), "/"),
        ((), "/"),
    ],
)
def test_each_lands_where_their_work_is(roles: tuple[Role, ...], address: str) -> None:
    assert landing(person(*roles), None) == landing(person(*roles), "/") == address


def test_whoever_was_going_somewhere_goes_there() -> None:
    head = person(Role.HEAD)
    assert landing(head, "/messages/12") == "/messages/12"
    assert landing(head, "//elsewhere.example") == "/overview"


def test_who_stands_in_for_a_curator_lands_in_the_queue() -> None:
    since = datetime.now(UTC) - timedelta(days=1)
    held = (RoleHeld("p", Role.HEAD, None), RoleHeld("c", Role.CURATOR, None))
    assert landing(Actor("p", "", "", held, (Substitution("c", "p", since, None),)), None) == "/"


def test_the_head_lands_in_the_queue_while_no_curator_is_at_work() -> None:
    since = datetime.now(UTC) - timedelta(days=1)
    held = (RoleHeld("p", Role.HEAD, None), RoleHeld("c", Role.CURATOR, None))
    assert landing(Actor("p", "", "", held, (Substitution("c", None, since, None),)), None) == "/"
