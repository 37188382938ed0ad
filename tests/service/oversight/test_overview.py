"""The overview that is read once for all who see every message."""

from collections.abc import Iterator
from typing import Any

import pytest

from calendar_rules.vocabulary import Role
from service.messages.lists import MessageLists
from service.oversight import overview
from service.runs.rules import load
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.people.persons import Actor, RoleHeld
from tests.rows import actor_of

HEAD = actor_of("head", Role.HEAD)
IN_CHARGE = Actor(
    "other", "", "", (RoleHeld("other", Role.HEAD, None), RoleHeld("other", Role.RESPONSIBLE, "roads")), ()
)
RULES = load(None, None)


@pytest.fixture
def lists(database: Database) -> Iterator[MessageLists]:
    opened = MessageLists(BlockingDatabase(database.url, 1), RULES)
    yield opened
    opened.close()


@pytest.mark.parametrize("readers", [(HEAD, IN_CHARGE), (IN_CHARGE, HEAD)])
async def test_work_to_distribute_is_that_of_whoever_asks(
    lists: MessageLists, readers: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "to_assign", lambda _, __, caller, ___: [f"of {caller.key}"])
    found: dict[str, Any] = {
        reader.key: (await overview.read(lists, RULES, reader)).to_assign for reader in readers
    }
    assert found == {"head": [], "other": ["of other"]}
