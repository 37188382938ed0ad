"""Whatever people do and whenever, the record of a message stays consistent with itself."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from temporalio.client import Client

from tests.workflows.acts import act, hours, schedules
from tests.workflows.road import Archive, Road, msk
from tests.workflows.stages import HOUR, Begin
from workflows.state import LimitRun
from workflows.vocabulary import CloseReason, Command, DraftKind, Importance

BODIES = ("roads", "housing", "health", "social")
MOMENTS = ("2026-11-23 09:00", "2026-11-27 15:00", "2026-11-28 12:00", "2026-11-03 15:00", "2026-12-29 16:00")
ACTS = (
    None,
    act(readings__clarification__meets_answer=False),
    act(limits__answer__starts=["routing"]),
    act(readings__calendars="department", limits__answer__by_importance={"high": "PT3H"}),
)
HOURS = (
    None,
    schedules(roads={"week": hours(("11:00", "20:00"))}, health={"timezone": "Asia/Yekaterinburg"}),
)
ENDS = (Command.CLOSE, Command.DECLINE)


async def walked(begin: Begin, seed: int) -> Road:
    """A road of fifteen steps chosen by the seed among those allowed, each after a while, some of them held up."""
    chance = Random(seed)
    at = chance.choice(MOMENTS)
    detected = msk(at) - timedelta(minutes=chance.choice((0, 0, 30, 3000)))
    road = await begin(at, detected=detected, regulation=chance.choice(ACTS), schedules=chance.choice(HOURS))
    for _ in range(15):
        if not road.state.allowed:
            break
        if chance.random() < 0.5:
            await road.wait(timedelta(minutes=chance.choice((1, 10, 31, 61, 125, 900, 3500))))
        await step(road, chance)
    return road


async def step(road: Road, chance: Random) -> None:  # noqa: PLR0912  one for each command
    taken_at = await road.now() - timedelta(minutes=chance.choice((0, 1, 5, 120)))
    on = [item for item in road.state.allowed if item.command not in ENDS]
    item = chance.choice(on if chance.random() < 0.95 else road.state.allowed)
    body = item.body or ""
    match item.command:
        case Command.ROUTE:
            await road.route(
                *chance.sample(BODIES, chance.choice((1, 1, 2, 3))),
                importance=chance.choice(list(Importance)),
                reduced_term=chance.choice((None, None, HOUR, 4 * HOUR)),
                repeats=chance.choice((None, "t-1")),
                taken_at=taken_at,
            )
        case Command.RETURN:
            await road.give_back(body, taken_at=taken_at)
        case Command.CONTRIBUTE:
            await road.contribute(body, taken_at=taken_at)
        case Command.SUBMIT_DRAFT:
            await road.draft(body, chance.choice(list(DraftKind)), measures=True, taken_at=taken_at)
        case Command.WITHDRAW_DRAFT:
            await road.withdraw(body, taken_at=taken_at)
        case Command.APPROVE:
            await road.approve(taken_at=taken_at)
        case Command.SEND_FOR_REWORK if road.state.stage == "approval":
            await road.rework(taken_at=taken_at)
        case Command.SEND_FOR_REWORK:
            await road.rework_contribution(taken_at=taken_at)
        case Command.CONFIRM_PUBLICATION:
            await road.publish(body, taken_at=taken_at)
        case Command.AUTHOR_REPLIED:
            await road.reply(taken_at=taken_at)
        case Command.DECLINE:
            await road.decline(taken_at=taken_at)
        case Command.CLOSE:
            await road.close(CloseReason.DELETED, taken_at=taken_at)
        case _:
            await road.report_to_governor(taken_at=taken_at)


def contradictions(run: LimitRun) -> list[str]:
    """What a run says against itself."""
    ended = run.met_at or run.cancelled_at
    late = ended is not None and ended > run.due_at
    breached = run.breached_at is not None
    counted = sum((step.counted for step in run.explanation), timedelta())
    said = {
        "met and cancelled": run.met_at is not None and run.cancelled_at is not None,
        "breached at another moment than due": breached
        and not run.inherited
        and run.breached_at != run.due_at,
        "inherited before it was due": run.inherited
        and (run.breached_at is None or run.breached_at < run.due_at),
        "late and not breached, or breached in time": ended is not None
        and not run.inherited
        and run.name != "return"
        and breached != late,
        "explained with a gap": any(a.end != b.start for a, b in pairwise(run.explanation)),
        "explained by another amount": counted != run.term.amount,
    }
    return [f"{run.name} {number}" for number, found in said.items() if found]


@pytest.fixture(scope="module")
async def roads(temporal: Client, archive: Archive) -> list[Road]:
    """Roads walked by chance, the same on every run."""

    async def begin(at: str, **rest: Any) -> Road:
        return await Road.begin(temporal, archive, msk(at), **rest)

    return await asyncio.gather(*(walked(begin, seed) for seed in range(8)))


async def test_no_run_contradicts_itself(roads: list[Road]) -> None:
    assert [said for road in roads for run in road.state.limits for said in contradictions(run)] == []


async def test_no_limit_runs_twice_at_once(roads: list[Road]) -> None:
    for road in roads:
        assert set(Counter(run.name for run in road.state.open_limits()).values()) <= {1}


async def test_no_task_of_a_workflow_fails(roads: list[Road]) -> None:
    failed = [
        event.workflow_task_failed_event_attributes.failure.message
        for road in roads
        for event in (await road.handle.fetch_history()).events
        if event.HasField("workflow_task_failed_event_attributes")
    ]
    assert failed == []


async def test_the_journal_has_no_gaps(roads: list[Road]) -> None:
    for road in roads:
        numbers = [row.number for row in await road.journal()]
        assert numbers == list(range(1, road.state.rows + 1))
