"""A worker one release behind reads what a newer API sends, and nothing unreadable stops a message."""

from tests.workflows.stages import MONDAY, Begin, routed


async def test_a_field_of_a_later_release_is_passed_over(begin: Begin) -> None:
    road = await begin(MONDAY)
    command = road.governor_report()
    payload = command.model_dump(mode="json") | {"invented_later": {"by": "a newer release"}}
    await road.handle.signal(command.name, payload)
    assert (await road.outcome(command.id)).accepted


async def test_a_signal_of_a_later_release_stops_nothing(begin: Begin) -> None:
    road = await routed(begin)
    await road.handle.signal("invented_later", {"id": "1"})
    assert (await road.report_to_governor()).accepted
