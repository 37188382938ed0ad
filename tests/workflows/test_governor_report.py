"""Clause 21: a message of social significance is reported to the Governor at once, at any stage."""

from tests.workflows.stages import MONDAY, Begin, routed


async def test_a_report_does_not_wait_for_the_opening(begin: Begin) -> None:
    road = await begin("2026-11-28 23:00")
    await road.report_to_governor()
    assert [fact.deliver_from == fact.at for fact in await road.notices("governor_report")] == [True]


async def test_a_report_changes_nothing_on_the_road(begin: Begin) -> None:
    road = await routed(begin)
    before = road.state
    await road.report_to_governor()
    assert road.state.model_copy(update={"rows": before.rows, "last_moment": before.last_moment}) == before


async def test_a_message_may_be_reported_again(begin: Begin) -> None:
    road = await routed(begin)
    await road.report_to_governor()
    await road.report_to_governor()
    assert await road.told("governor_report") == ["governor", "governor"]


async def test_the_reason_is_on_record_as_a_text(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.report_to_governor()
    assert [set(row.data["texts"]) for row in await road.rows("report_to_governor")] == [{"reason"}]  # type: ignore[arg-type]
