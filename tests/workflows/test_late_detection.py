"""A message found late: a limit that begins past its due moment is inherited, and blames nobody who comes after."""

from tests.workflows.road import Road, msk, said
from tests.workflows.stages import Begin
from workflows.state import LimitRun


async def found_late(begin: Begin, at: str = "2026-11-24 11:00", detected: str = "2026-11-23 09:00") -> Road:
    """Detected on Monday morning, registered on Tuesday after everything was due."""
    return await begin(at, detected=msk(detected))


def dates(run: LimitRun) -> tuple[bool, str | None, str | None]:
    return run.inherited, said(run.due_at), said(run.breached_at)


async def test_routing_and_answer_of_a_late_detection_are_inherited_and_told_once_to_the_head_alone(
    begin: Begin,
) -> None:
    road = await found_late(begin)
    assert dates(road.run("routing")) == (True, "2026-11-23 10:30", "2026-11-24 11:00")
    assert dates(road.run("answer")) == (True, "2026-11-24 09:45", "2026-11-24 11:00")
    assert (road.state.overdue, road.state.next_due) == (True, None)
    row = (await road.rows("registered"))[0]
    assert (said(row.at), row.data["detected_at"]) == (
        "2026-11-24 11:00",
        msk("2026-11-23 09:00").isoformat(),
    )
    assert [(row.data["limit"], row.data["due_at"]) for row in await road.rows("inherited")] == [
        ("routing", msk("2026-11-23 10:30").isoformat()),
        ("answer", msk("2026-11-24 09:45").isoformat()),
    ]
    await road.at("2026-11-24 17:00")
    assert [(fact.kind, fact.limit) for fact in await road.notices()] == [
        ("escalation", "routing"),
        ("escalation", "answer"),
    ]
    assert await road.told("escalation") == ["head", "head"]


async def test_an_inherited_limit_is_met_when_its_duty_is_done_and_the_body_is_blamed_for_nothing(
    begin: Begin,
) -> None:
    road = await found_late(begin)
    await road.at("2026-11-24 11:30")
    await road.route("roads")
    run = road.run("routing")
    assert (said(run.met_at), run.inherited) == ("2026-11-24 11:30", True)
    assert dates(road.run("draft")) == (True, "2026-11-23 14:45", "2026-11-24 11:30")
    # What counts from its receipt is nobody's inheritance.
    assert dates(road.run("return")) == (False, "2026-11-24 12:30", None)
    assert road.run("answer").holder.body == "roads"
    await road.answer("roads")
    assert await road.told("breach") == []


async def test_a_limit_not_yet_due_at_registration_is_not_inherited(begin: Begin) -> None:
    road = await found_late(begin, at="2026-11-23 11:00")
    assert dates(road.run("routing"))[0] is True
    assert dates(road.run("answer")) == (False, "2026-11-24 09:45", None)


async def test_a_detection_within_the_term_leaves_what_is_left_of_it(begin: Begin) -> None:
    road = await found_late(begin, at="2026-11-23 09:40", detected="2026-11-23 09:00")
    await road.at("2026-11-23 10:31")
    run = road.run("routing")
    assert dates(run) == (False, "2026-11-23 10:30", "2026-11-23 10:30")


async def test_a_warning_whose_moment_passed_before_registration_goes_out_at_once(begin: Begin) -> None:
    road = await found_late(begin, at="2026-11-23 10:10")
    assert [said(fact.at) for fact in await road.notices("warning", "routing")] == ["2026-11-23 10:10"]


async def test_slow_routing_leaves_the_drafting_body_an_inherited_draft_and_its_own_answer(
    begin: Begin,
) -> None:
    road = await begin("2026-11-23 09:00")
    await road.at("2026-11-23 17:00")
    await road.route("roads")
    assert dates(road.run("draft")) == (True, "2026-11-23 14:45", "2026-11-23 17:00")
    assert dates(road.run("answer")) == (False, "2026-11-24 09:45", None)
