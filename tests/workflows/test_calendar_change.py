"""Working time changes under a running message: what is open moves, on record; what is closed stays."""

from datetime import date, timedelta

from calendar_rules.production_calendar import ProductionCalendar
from tests.workflows.acts import hours, schedules
from tests.workflows.road import Road, ahead, known_years, msk, said
from tests.workflows.stages import MONDAY, Begin, clarification, drafted, interim, routed

TUESDAY_OFF = schedules(exceptions={f"{ahead(date(2026, 11, 24))}": []})


def with_day(day: str, **fields: object) -> ProductionCalendar:
    """The production calendar with one day more in the named field."""
    changed = {
        name: {**getattr(known_years(), name), ahead(date.fromisoformat(day)): value}
        for name, value in fields.items()
    }
    known = {name: getattr(known_years(), name) for name in ProductionCalendar.model_fields}
    return ProductionCalendar(**{**known, **changed})


async def moved(road: Road) -> dict[str, tuple[str, str]]:
    return {
        str(row.data["limit"]): (str(row.data["due_before"])[5:16], str(row.data["due_at"])[5:16])
        for row in await road.rows("limit_moved")
    }


async def test_a_day_off_by_schedule_moves_what_is_open_on_record_and_it_fires_at_its_new_moment(
    begin: Begin,
) -> None:
    road = await begin(MONDAY)
    assert (await road.change_calendar(TUESDAY_OFF)).accepted
    assert [said(run.due_at) for run in road.state.open_limits()] == ["2026-11-23 10:30", "2026-11-25 09:45"]
    assert await moved(road) == {"answer": ("11-24T09:45", "11-25T09:45")}
    row = (await road.rows("change_calendar"))[0]
    assert (row.person, row.data["production"]) == (None, known_years().version)
    steps = road.explained(road.run("answer"))
    assert said(steps[-1].end) == "2026-11-25 09:45"
    assert sum((step.counted for step in steps), timedelta()) == timedelta(hours=9)
    await road.at("2026-11-24 12:00")
    early = road.run("answer").breached_at
    await road.at("2026-11-25 09:46")
    assert (early, said(road.run("answer").breached_at)) == (None, "2026-11-25 09:45")
    assert [said(fact.at) for fact in await road.notices("warning", "answer")] == ["2026-11-25 09:15"]


async def test_a_day_off_by_the_production_calendar_moves_what_is_open(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.change_calendar(schedules(), with_day("2026-11-24", days_off="Траур"))
    assert said(road.run("answer").due_at) == "2026-11-25 09:45"


async def test_the_draft_moves_with_the_answer_it_counts_from(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-23 14:00")
    await road.change_calendar(TUESDAY_OFF)
    assert (said(road.run("answer").due_at), said(road.run("draft").due_at)) == (
        "2026-11-25 14:45",
        "2026-11-25 10:00",
    )


async def test_what_was_over_before_keeps_its_explanation(begin: Begin) -> None:
    road = await routed(begin)
    before = road.explained(road.run("routing"))
    await road.change_calendar(schedules(), with_day("2026-11-23", decree_days="Указ № 1"))
    assert road.explained(road.run("routing")) == before
    # Of what is open the explanation changes, without a word of a move.
    assert road.explained(road.run("answer"))[0].reason == "рабочее время: Указ № 1 — по норме рабочий день"
    assert await moved(road) == {}


async def test_a_breach_that_the_new_calendar_disproves_is_withdrawn_and_may_come_again(begin: Begin) -> None:
    later = schedules(hours(("10:00", "13:00"), ("13:45", "18:00")))
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    await road.change_calendar(later)
    run = road.run("routing")
    assert (run.breached_at, said(run.due_at)) == (None, "2026-11-23 11:30")
    assert len(await road.notices("withdrawn_breach", "routing")) == 1
    await road.at("2026-11-23 11:31")
    assert said(road.run("routing").breached_at) == "2026-11-23 11:30"
    assert len(await road.rows("breach", "routing")) == 2
    # By hours that are no later for it the breach stands, and so does its moment.
    before = road.run("routing")
    await road.change_calendar(schedules())
    assert road.run("routing") == before


async def test_a_limit_moved_into_the_past_blames_nobody(begin: Begin) -> None:
    road = await drafted(begin, at="2026-11-23 12:30")
    await road.at("2026-11-23 14:20")
    # Without lunch the approval would have been due at 14:00.
    await road.change_calendar(schedules(hours(("09:00", "18:00"))))
    run = road.run("approval")
    assert (run.inherited, said(run.due_at), said(run.breached_at)) == (
        True,
        "2026-11-23 14:00",
        "2026-11-23 14:20",
    )
    assert (await road.told("breach", "approval"), await road.told("escalation", "approval")) == (
        [],
        ["head"],
    )


async def test_a_limit_due_while_the_change_is_under_way_fires_only_by_the_new_hours(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:30:05")
    assert len(await road.rows("breach", "routing")) == 1
    later = schedules(hours(("10:00", "13:00"), ("13:45", "19:00")))
    await road.change_calendar(later, taken_at=msk("2026-11-23 10:29:55"))
    assert (said(road.run("routing").due_at), road.run("routing").breached_at) == ("2026-11-23 11:30", None)
    assert len(await road.rows("breach_withdrawn", "routing")) == 1


async def test_a_window_that_ends_while_the_change_is_under_way_is_open_by_the_new_hours(
    begin: Begin,
) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 10:00:20")
    later = schedules(roads={"week": hours(("11:00", "20:00"))})
    assert (await road.change_calendar(later, taken_at=msk("2026-11-23 09:59:50"))).accepted
    run = road.run("return")
    assert (said(run.due_at), run.cancelled_at) == ("2026-11-23 12:00", None)
    assert (await road.give_back("roads")).accepted
    assert road.run("return").breached_at is None


async def test_a_limit_that_new_hours_moved_into_the_past_blames_nobody_though_it_fired_on_the_way(
    begin: Begin,
) -> None:
    road = await begin("2026-11-23 12:30")
    await road.at("2026-11-23 14:45:05")
    without_lunch = schedules(hours(("09:00", "18:00")))
    await road.change_calendar(without_lunch, taken_at=msk("2026-11-23 14:44:55"))
    run = road.run("routing")
    assert (said(run.due_at), run.inherited) == ("2026-11-23 14:00", True)
    assert run.breached_at == msk("2026-11-23 14:44:55")
    assert len(await road.rows("breach_withdrawn", "routing")) == 1


async def test_hours_of_a_body_move_its_limits_only(begin: Begin) -> None:
    road = await routed(begin)
    await road.change_calendar(schedules(roads={"week": hours(("09:30", "18:00"))}))
    # The lead of `draft` is time of the curator's.
    assert set(await moved(road)) == {"return"}


async def test_the_next_limits_count_by_the_new_hours_and_what_is_over_stays(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 12:00")
    await road.route("roads")
    late = road.run("routing")
    await road.change_calendar(schedules(hours(("10:00", "19:00"))))
    await road.draft("roads")
    assert said(road.run("approval").due_at) == "2026-11-23 13:30"
    assert road.run("routing") == late


async def test_the_wait_for_the_author_moves_though_a_draft_is_with_the_curator_or_was_taken_back(
    begin: Begin,
) -> None:
    road = await clarification(begin)
    await road.change_calendar(TUESDAY_OFF)
    assert said(road.state.no_reply_at) == "2026-11-27 16:45"
    await road.draft("roads")
    await road.change_calendar(schedules())
    assert said(road.state.no_reply_at) == "2026-11-26 18:00"
    await road.withdraw("roads")
    await road.change_calendar(TUESDAY_OFF)
    assert said(road.state.no_reply_at) == "2026-11-27 16:45"


async def test_the_final_draft_moves_by_a_day(begin: Begin) -> None:
    road = await interim(begin)
    await road.change_calendar(TUESDAY_OFF)
    assert said(road.run("final_draft").due_at) == "2026-12-08 18:00"


async def test_the_same_calendar_again_moves_nothing(begin: Begin) -> None:
    road = await routed(begin)
    before = road.state.limits
    await road.change_calendar(schedules())
    assert road.state.limits == before


async def test_hours_that_make_no_week_are_refused_and_change_nothing(begin: Begin) -> None:
    road = await routed(begin)
    before = road.state.limits
    broken = schedules().default.model_copy(update={"week": {"mon": (("18:00", "09:00"),)}})
    outcome = await road.change_calendar(schedules().model_copy(update={"default": broken}))
    assert (outcome.accepted, "18:00–09:00" in (outcome.detail or "")) == (False, True)
    assert road.state.limits == before
