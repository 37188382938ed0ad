"""A body whose turn falls away learns of it, whatever took it away."""

import pytest

from calendar_rules.vocabulary import CloseReason, DraftKind
from tests.workflows.stages import MONDAY, Begin, contributed, drafted, published, returned, routed
from workflows.notice_facts import Recalled
from workflows.vocabulary import Command


async def test_a_body_routed_past_is_recalled(begin: Begin) -> None:
    road = await routed(begin)
    await road.route("housing")
    assert await road.told("recalled") == ["executors roads"]
    assert [fact.facts for fact in await road.notices("recalled")] == [
        Recalled(body="roads", by=Command.ROUTE)
    ]


async def test_a_body_that_stays_is_not_recalled(begin: Begin) -> None:
    road = await routed(begin)
    await road.route("roads", "housing")
    assert await road.told("recalled") == []


async def test_a_body_that_gave_it_back_is_not_recalled(begin: Begin) -> None:
    road = await returned(begin)
    await road.route("housing")
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


@pytest.mark.parametrize("kind", [DraftKind.INTERIM, DraftKind.CLARIFICATION])
async def test_a_closed_message_is_recalled(begin: Begin, kind: DraftKind) -> None:
    road = await published(begin, kind)
    await road.close(CloseReason.DELETED)
    assert [fact.facts for fact in await road.notices("recalled")] == [
        Recalled(body="roads", by=Command.CLOSE, reason=CloseReason.DELETED)
    ]


async def test_the_person_to_whom_it_was_assigned_learns_of_it(begin: Begin) -> None:
    road = await routed(begin)
    await road.assign("roads", "ivanova")
    await road.route("housing")
    assert await road.told("recalled") == ["executors roads ivanova"]


async def test_nobody_is_recalled_from_a_message_that_nobody_has(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.close(CloseReason.DELETED)
    assert await road.told("recalled") == []


async def test_an_answered_message_recalls_nobody(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    assert await road.told("recalled") == []
