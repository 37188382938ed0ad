"""A body whose turn falls away learns of it, whatever took it away."""

import pytest

from calendar_rules.vocabulary import CloseReason, DraftKind
from tests.workflows.stages import (
    Arrange,
    Begin,
    clarification,
    contributed,
    drafted,
    interim,
    published,
    registered,
    returned,
)
from workflows.notice_facts import Recalled
from workflows.vocabulary import Command


async def test_a_body_routed_past_is_recalled_and_one_that_stays_or_gave_it_back_is_not(begin: Begin) -> None:
    road = await returned(begin)
    await road.route("housing")
    await road.route("housing", "health")
    assert await road.told("recalled") == []
    await road.route("roads")
    assert await road.told("recalled") == ["executors housing"]
    assert [fact.facts for fact in await road.notices("recalled")] == [
        Recalled(body="housing", by=Command.ROUTE)
    ]
    # The person to whom it was assigned learns of it.
    await road.assign("roads", "ivanova")
    await road.route("health")
    assert (await road.told("recalled"))[1:] == ["executors roads ivanova"]


async def test_nobody_is_recalled_from_what_was_answered_or_nobody_has(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    assert await road.told("recalled") == []
    road = await registered(begin)
    await road.close(CloseReason.DELETED)
    assert await road.told("recalled") == []


async def test_a_body_called_back_learns_where_the_message_is(begin: Begin) -> None:
    road = await contributed(begin)
    await road.rework_contribution()
    assert await road.told("recalled") == ["executors housing"]
    assert [fact.facts for fact in await road.notices("recalled")] == [
        Recalled(body="housing", by=Command.SEND_FOR_REWORK, back_to="roads")
    ]


async def test_a_declined_message_is_recalled(begin: Begin) -> None:
    road = await drafted(begin)
    await road.decline()
    assert await road.told("recalled") == ["executors roads"]


@pytest.mark.parametrize("arrange", [interim, clarification])
async def test_a_closed_message_is_recalled(begin: Begin, arrange: Arrange) -> None:
    road = await arrange(begin)
    await road.close(CloseReason.DELETED)
    assert [fact.facts for fact in await road.notices("recalled")] == [
        Recalled(body="roads", by=Command.CLOSE, reason=CloseReason.DELETED)
    ]
