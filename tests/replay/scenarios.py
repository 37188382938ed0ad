"""Every kind of road, by name: recorded, replayed, and searched for what must not be in a history."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from inspect import iscoroutinefunction

from calendar_rules.schedules import Schedules, assumed
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Importance
from tests.workflows.acts import act, hours, schedules
from tests.workflows.road import CURATOR, Road, msk
from tests.workflows.stages import (
    HOUR,
    MONDAY,
    Begin,
    approved,
    clarification,
    drafted,
    interim,
    joint,
    routed,
)

Scenario = Callable[[Begin], Awaitable[Road]]

CLARIFICATION, INTERIM = DraftKind.CLARIFICATION, DraftKind.INTERIM
EVENINGS: Schedules = schedules(roads={"week": hours(("11:00", "20:00"))})


async def straight(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.at("2026-11-23 09:30")
    await road.route("roads")
    await road.at("2026-11-23 11:15")
    return await road.answer("roads")


async def everything_late(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    await road.route("roads")
    await road.at("2026-11-23 15:00")
    await road.draft("roads")
    await road.at("2026-11-23 16:45")
    await road.rework()
    await road.at("2026-11-24 09:05")
    await road.draft("roads")
    await road.at("2026-11-24 11:00")
    await road.approve()
    await road.at("2026-11-24 12:00")
    await road.publish("roads")
    return road


async def wrong_route_taken_back(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", "health")
    await road.route("housing", importance=Importance.RAISED)
    return await road.answer("housing")


async def returned_again_and_again(begin: Begin) -> Road:
    road = await begin(MONDAY)
    for body in ("roads", "housing"):
        await road.route(body)
        await road.give_back(body, competent_body="health")
    await road.route("health")
    await road.at("2026-11-23 10:20")
    await road.give_back("health")
    await road.route("social")
    return await road.answer("social")


async def reduced_term(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", reduced_term=4 * HOUR, importance=Importance.HIGH)
    await road.at("2026-11-23 13:50")
    return await road.answer("roads")


async def rounds_of_rework(begin: Begin) -> Road:
    road = await drafted(begin)
    await road.at("2026-11-23 16:30")
    await road.rework()
    await road.draft("roads")
    await road.rework()
    return await road.answer("roads")


async def drafts_withdrawn(begin: Begin) -> Road:
    road = await drafted(begin)
    await road.withdraw("roads")
    await road.draft("roads")
    await road.rework()
    await road.draft("roads")
    await road.at("2026-11-23 10:10")
    await road.withdraw("roads")
    return await road.answer("roads")


async def interim_answers(begin: Begin) -> Road:
    road = await interim(begin)
    await road.at("2026-11-25 10:00")
    await road.answer("roads", INTERIM)
    await road.draft("roads")
    await road.rework()
    await road.draft("roads", INTERIM)
    await road.withdraw("roads")
    return await road.answer("roads")


async def final_draft_late(begin: Begin) -> Road:
    road = await interim(begin)
    await road.at("2026-12-08 10:00")
    return await road.answer("roads")


async def author_replied(begin: Begin) -> Road:
    road = await clarification(begin)
    await road.at("2026-11-24 10:00")
    await road.reply()
    return await road.answer("roads")


async def author_silent(begin: Begin) -> Road:
    road = await clarification(begin)
    await road.at("2026-11-26 18:01")
    await road.close(CloseReason.NO_REPLY)
    return road


async def answered_without_waiting(begin: Begin) -> Road:
    road = await clarification(begin)
    return await road.answer("roads")


async def joint_answer(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", "housing", "health", "social")
    for body in ("roads", "housing", "health"):
        await road.contribute(body)
    return await road.answer("social")


async def joint_answer_with_returns(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", "housing", "health")
    await road.contribute("roads")
    await road.give_back("housing")
    await road.route("social", "health")
    await road.contribute("social")
    await road.rework_contribution()
    await road.contribute("social")
    await road.give_back("health")
    await road.route("roads", "education")
    await road.contribute("roads")
    return await road.answer("education")


async def late_contribution(begin: Begin) -> Road:
    road = await joint(begin)
    await road.at("2026-11-23 11:10")
    await road.contribute("roads")
    return await road.answer("housing")


async def declined_for_a_threat(begin: Begin) -> Road:
    road = await begin("2026-11-28 23:00")
    await road.decline(DeclineGround.THREAT_TO_OFFICIAL)
    return road


async def closed_as_deleted(begin: Begin) -> Road:
    road = await drafted(begin)
    await road.close(CloseReason.DELETED)
    return road


async def registered_by_mistake(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    return road


async def reported_to_the_governor(begin: Begin) -> Road:
    road = await begin("2026-11-23 20:00")
    await road.report_to_governor()
    await road.route("roads")
    return await road.answer("roads")


async def repeated_message(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", repeats="t-earlier")
    await road.draft("roads")
    return await road.answer("roads", measures=True)


async def found_late(begin: Begin) -> Road:
    road = await begin("2026-11-24 11:00", detected=msk(MONDAY))
    await road.at("2026-11-24 11:30")
    await road.route("roads")
    return await road.answer("roads")


async def commands_out_of_turn(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.reply()
    await road.route("roads", reduced_term=9 * HOUR)
    await road.route("roads")
    await road.publish("roads")
    await road.close(CloseReason.NO_REPLY)
    return await road.answer("roads")


async def breaches_withdrawn(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:40")
    await road.route("roads", taken_at=msk("2026-11-23 10:20"))
    await road.at("2026-11-24 10:00")
    await road.draft("roads", taken_at=msk("2026-11-23 14:00"))
    await road.approve(taken_at=msk("2026-11-23 14:30"))
    await road.publish("roads", taken_at=msk("2026-11-23 14:50"))
    return road


async def calendar_changed(begin: Begin) -> Road:
    road = await routed(begin)
    await road.change_calendar(
        schedules(hours(("10:00", "19:00")), roads={"week": hours(("11:00", "20:00"))})
    )
    await road.answer("roads", CLARIFICATION)
    await road.change_calendar(assumed())
    await road.at("2026-11-27 12:00")
    await road.close(CloseReason.NO_REPLY)
    return road


async def another_act(begin: Begin) -> Road:
    other = act(
        limits__answer__starts=["routing"],
        limits__answer__by_importance={"high": "PT2H"},
        limits__draft__unit="clock_hours",
        limits__draft__amount="PT4H",
        limits__final_draft__amount="P7D",
        limits__final_draft__unit="calendar_days",
        readings__breaks_stop_the_clock=False,
        readings__clarification__meets_answer=False,
    )
    road = await begin(MONDAY, regulation=other, schedules=EVENINGS)
    await road.route("roads", importance=Importance.HIGH)
    await road.answer("roads", CLARIFICATION)
    await road.reply()
    await road.answer("roads", INTERIM)
    await road.at("2026-12-01 12:00")
    return await road.answer("roads")


async def still_open(begin: Begin) -> Road:
    road = await begin("2026-11-27 16:00")
    await road.route("roads")
    await road.at("2026-11-30 09:30")
    return road


async def long_message(begin: Begin) -> Road:
    """For a server that calls a history long early: it goes over to a new run at least once."""
    road = await joint(begin)
    for _ in range(5):
        await road.wait(timedelta(minutes=7))
        await road.report_to_governor()
        await road.recorded()
    await road.contribute("roads")
    await road.at("2026-11-23 13:50")
    return await road.answer("housing")


async def approvals_taken_back(begin: Begin) -> Road:
    road = await approved(begin)
    await road.withdraw("roads")
    await road.draft("roads")
    await road.approve()
    await road.at("2026-11-23 09:20")
    await road.rework()
    return await road.answer("roads")


async def one_hour_for_a_return(begin: Begin) -> Road:
    road = await routed(begin)
    await road.route("roads", "housing")
    await road.give_back("roads")
    await road.route("roads")
    await road.at("2026-11-23 10:20")
    await road.give_back("roads")
    await road.route("housing", "roads")
    await road.contribute("housing")
    await road.rework_contribution()
    await road.contribute("housing")
    return await road.answer("roads")


async def last_body_in_a_hurry(begin: Begin) -> Road:
    road = await joint(begin)
    await road.at("2026-11-23 14:00")
    await road.contribute("roads")
    await road.at("2026-11-23 16:10")
    return await road.answer("housing")


async def refused_by_a_rule(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:20")
    await road.route("roads", reduced_term=HOUR)
    await road.route("roads")
    await road.answer("roads", INTERIM)
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    return await road.answer("roads")


async def resumed_without_a_reply(begin: Begin) -> Road:
    road = await clarification(begin)
    await road.at("2026-11-26 18:01")
    await road.resume()
    return await road.answer("roads")


async def corrected_and_handed_over(begin: Begin) -> Road:
    road = await begin(MONDAY, regulation=act(limits__answer__by_importance={"high": "PT4H30M"}))
    await road.route("roads")
    await road.assign("roads", "ivanova")
    await road.note(CURATOR, "screenshot")
    await road.correct(url="u", importance=Importance.HIGH)
    await road.hand_over("curator2")
    await road.at("2026-11-23 11:40")
    await road.answer("roads", INTERIM)
    await road.send(road.link("roads"))
    return await road.answer("roads")


async def opened_again(begin: Begin) -> Road:
    road = await drafted(begin)
    await road.close(CloseReason.DELETED)
    await road.goes_on(road.reopening(), at="2026-11-23 11:00")
    await road.decline()
    await road.goes_on(road.reopening(), at="2026-11-23 12:00")
    await road.approve()
    await road.publish("roads")
    await road.goes_on(road.link())
    return road


async def counted_past_the_calendar(begin: Begin) -> Road:
    road = await begin("2026-12-25 10:00", years=(2026, 2026))
    await road.route("roads")
    await road.answer("roads", INTERIM)
    await road.change_calendar(assumed())
    return await road.answer("roads")


SCENARIOS: dict[str, Scenario] = {
    name: found
    for name, found in vars().copy().items()
    if iscoroutinefunction(found) and found.__module__ == __name__ and found is not long_message
}
LONG: dict[str, Scenario] = {long_message.__name__: long_message}
"""Scenarios for a server started with `SHORT_HISTORIES`."""

SHORT_HISTORIES = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")
