"""A message from detection to its published answer, nothing late."""

from collections.abc import Awaitable, Callable

from tests.workflows.road import Road, msk

Begin = Callable[..., Awaitable[Road]]


async def test_a_straight_message_meets_every_limit(begin: Begin) -> None:
    road = await begin("2026-11-23 09:00")
    await road.at("2026-11-23 09:30")
    await road.route("roads")
    await road.at("2026-11-23 10:00")
    await road.draft("roads")
    await road.at("2026-11-23 10:30")
    await road.approve()
    await road.at("2026-11-23 10:40")
    await road.publish("roads")

    assert await road.handle.result() == "answered"
    assert {
        run.name.value: run.due_at for run in road.state.limits if run.name in ("routing", "answer", "draft")
    } == {
        "routing": msk("2026-11-23 10:30"),
        "answer": msk("2026-11-24 09:45"),
        "draft": msk("2026-11-23 14:45"),
    }
    assert not any(run.breached_at for run in road.state.limits)
    assert [run.name.value for run in road.state.limits if run.cancelled_at] == ["return"]
    assert [row.kind for row in await road.journal()] == [
        "registered",
        "route",
        "submit_draft",
        "approve",
        "confirm_publication",
    ]
