"""Clause 21: a message of social significance is reported to the Governor at once, at any stage."""

from tests.workflows.stages import Begin, routed


async def test_a_report_waits_for_no_opening_changes_nothing_on_the_road_and_may_be_repeated(
    begin: Begin,
) -> None:
    road = await routed(begin, at="2026-11-28 23:00")
    before = road.state
    for _ in range(2):
        await road.report_to_governor()
    assert road.state.model_copy(update={"rows": before.rows, "last_moment": before.last_moment}) == before
    facts = await road.notices("governor_report")
    assert [fact.deliver_from == fact.at for fact in facts] == [True, True]
    assert await road.told("governor_report") == ["governor", "governor"]
    # The reason is a text.
    rows = await road.rows("report_to_governor")
    assert [set(row.data["texts"]) for row in rows] == [{"reason"}] * 2  # type: ignore[arg-type]
