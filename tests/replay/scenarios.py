"""Every kind of road, in short: their stored histories must replay with the code as it is now."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from calendar_rules.schedules import Schedules, ivanovo
from tests.workflows.road import Road, msk
from workflows.vocabulary import CloseReason, DeclineGround, DraftKind

Begin = Callable[..., Awaitable[Road]]
Scenario = Callable[[Begin], Awaitable[Road]]

MONDAY = "2026-11-23 09:00"
MINUTES = timedelta(minutes=10)


async def _published(road: Road, body: str, kind: DraftKind = DraftKind.ANSWER) -> Road:
    await road.draft(body, kind)
    await road.approve()
    await road.publish(body)
    return road


async def straight(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.wait(MINUTES)
    await road.route("roads")
    await road.wait(MINUTES)
    return await _published(road, "roads")


async def every_limit_late(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.wait(timedelta(hours=3))
    await road.route("roads")
    await road.wait(timedelta(hours=24))
    await road.draft("roads")
    await road.wait(timedelta(hours=24))
    await road.rework()
    await road.wait(timedelta(hours=24))
    await road.draft("roads")
    await road.approve()
    await road.wait(timedelta(hours=24))
    await road.publish("roads")
    return road


async def returned_twice(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    await road.give_back("roads")
    await road.route("housing")
    await road.wait(timedelta(hours=2))
    await road.give_back("housing")
    await road.route("health")
    return await _published(road, "health")


async def rerouted(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", reduced_term=timedelta(hours=4))
    await road.route("housing")
    return await _published(road, "housing")


async def reworked_twice(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    for _ in range(2):
        await road.draft("roads")
        await road.rework()
    return await _published(road, "roads")


async def joint(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", "housing", "health")
    await road.contribute("roads")
    await road.rework_contribution()
    await road.contribute("roads")
    await road.give_back("housing")
    await road.route("social", "health")
    await road.contribute("social")
    return await _published(road, "health")


async def interim(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    await _published(road, "roads", DraftKind.INTERIM)
    await road.wait(timedelta(days=3))
    await _published(road, "roads", DraftKind.INTERIM)
    await road.draft("roads")
    await road.rework()
    return await _published(road, "roads")


async def clarification(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    await _published(road, "roads", DraftKind.CLARIFICATION)
    await road.wait(timedelta(days=1))
    await road.reply()
    return await _published(road, "roads")


async def clarification_without_reply(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    await _published(road, "roads", DraftKind.CLARIFICATION)
    await road.wait(timedelta(days=7))
    await road.close(CloseReason.NO_REPLY)
    return road


async def withdrawn(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    await road.draft("roads")
    await road.withdraw("roads")
    await road.at("2026-11-23 15:30")
    return await _published(road, "roads")


async def repeated(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", repeats="1")
    await road.draft("roads")
    await road.draft("roads", measures=True)
    await road.approve()
    await road.publish("roads")
    return road


async def declined(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.report_to_governor()
    await road.decline(DeclineGround.THREAT_TO_OFFICIAL)
    return road


async def registered_by_mistake(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.close(CloseReason.REGISTERED_BY_MISTAKE)
    return road


async def found_late(begin: Begin) -> Road:
    road = await begin(MONDAY, detected=msk("2026-11-19 09:00"))
    await road.route("roads")
    return await _published(road, "roads")


async def breach_withdrawn(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.at("2026-11-23 11:00")
    await road.route("roads", taken_at=msk("2026-11-23 10:00"))
    return await _published(road, "roads")


async def calendar_changed(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads")
    default = ivanovo().default
    day_off = default.model_copy(update={"exceptions": {msk("2026-11-24 00:00").date(): ()}})
    await road.change_calendar(Schedules(default=day_off))
    await road.wait(timedelta(days=2))
    return await _published(road, "roads")


async def still_open(begin: Begin) -> Road:
    road = await begin(MONDAY)
    await road.route("roads", "housing")
    await road.contribute("roads")
    await road.wait(timedelta(hours=1))
    return road


SCENARIOS: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        straight,
        every_limit_late,
        returned_twice,
        rerouted,
        reworked_twice,
        joint,
        interim,
        clarification,
        clarification_without_reply,
        withdrawn,
        repeated,
        declined,
        registered_by_mistake,
        found_late,
        breach_withdrawn,
        calendar_changed,
        still_open,
    )
}
