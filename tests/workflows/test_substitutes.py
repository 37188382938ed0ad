"""Clause 6: a substitute acts, the record shows both, and the work stays the absent person's."""

from collections.abc import Awaitable, Callable

from calendar_rules.vocabulary import Importance
from tests.workflows.road import CURATOR, Road
from workflows import commands

Begin = Callable[..., Awaitable[Road]]


async def test_a_message_routed_by_a_substitute_is_the_absent_curators(begin: Begin) -> None:
    road = await begin("2026-11-23 09:00")
    grant = CURATOR.model_copy(update={"acting_for": "curator2"})
    await road.send(
        commands.Route(
            **road.given("substitute", grant, None, "location"),
            bodies=("roads",),
            schedules=road.schedules_of(("roads",)),
            topic="potholes",
            importance=Importance.ORDINARY,
        )
    )
    await road.draft("roads")

    assert road.state.curator == "curator2"
    route = next(row for row in await road.journal() if row.kind == "route")
    assert (route.person, route.acting_for) == ("substitute", "curator2")
    received = (await road.notices("draft_received"))[0]
    assert [addressee.person for addressee in received.to] == ["curator2"]
