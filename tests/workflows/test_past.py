"""A message that comes with its past: commands given long before its workflow was started."""

from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from calendar_rules.schedules import assumed
from calendar_rules.vocabulary import CloseReason, DraftKind, Importance
from tests.workflows.road import CURATOR, Archive, Road, executor, message_worker, msk, said
from tests.workflows.stages import Begin
from workflows import commands
from workflows.notice_facts import Assigned

DETECTED = "2026-11-09 09:00"
NOW = "2026-11-23 12:00"


def given(person: str, at: str, *texts: str) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "person": person,
        "grants": (CURATOR if person == "curator" else executor(person),),
        "taken_at": msk(f"2026-11-{at}"),
        **{field: uuid4().hex for field in texts},
    }


def routing(at: str) -> commands.Route:
    return commands.Route(
        **given("curator", at, "location"),
        bodies=("roads",),
        schedules={"roads": assumed().of("roads")},
        topic="potholes",
        importance=Importance.ORDINARY,
    )


def answering(
    kind: DraftKind, drafted: str, approved: str, published: str
) -> tuple[commands.AnyCommand, ...]:
    draft = uuid4().hex
    return (
        commands.SubmitDraft(**given("roads", drafted, "text"), draft=draft, kind=kind),
        commands.Approve(**given("curator", approved), draft=draft),
        commands.ConfirmPublication(**given("roads", published, "url")),
    )


async def taken_over(begin: Begin, *past: commands.AnyCommand) -> Road:
    """Registered two weeks before its clock, and started with its commands."""
    return await begin(NOW, registered=msk(DETECTED), past=past)


async def test_what_was_in_time_then_is_in_time(begin: Begin) -> None:
    past = (routing("09 09:30"), *answering(DraftKind.ANSWER, "09 12:00", "09 14:00", "09 14:20"))
    road = await taken_over(begin, *past)

    assert await road.handle.result() == "answered"
    assert not any(run.breached_at for run in road.state.limits)
    assert [(row.kind, said(row.at)) for row in await road.journal()] == [
        ("registered", "2026-11-09 09:00"),
        ("route", "2026-11-09 09:30"),
        ("window_ended", "2026-11-09 10:30"),
        ("submit_draft", "2026-11-09 12:00"),
        ("approve", "2026-11-09 14:00"),
        ("confirm_publication", "2026-11-09 14:20"),
    ]
    # The notice names what was owed then.
    facts = (await road.notices("assigned"))[0].facts
    assert isinstance(facts, Assigned)
    assert (facts.owed, facts.clause, said(facts.due_at)) == ("draft", 10, "2026-11-09 14:45")


@pytest.mark.parametrize(
    ("routed", "window", "breached"),
    [
        ("23 11:20", ("2026-11-23 11:20", "2026-11-23 12:20"), ["routing", "answer", "draft"]),
        ("09 09:30", ("2026-11-09 09:30", "2026-11-09 10:30"), ["answer", "draft"]),
    ],
)
async def test_what_a_command_starts_counts_from_that_command_and_what_is_owed_is_breached(
    begin: Begin, routed: str, window: tuple[str, str], breached: list[str]
) -> None:
    road = await taken_over(begin, routing(routed))
    run = road.run("return")
    assert (said(run.started_at), said(run.due_at)) == window
    assert [run.name.value for run in road.state.limits if run.breached_at] == breached


async def test_what_was_late_then_is_breached_at_its_own_moment(begin: Begin) -> None:
    past = (routing("09 11:00"), *answering(DraftKind.ANSWER, "09 12:00", "09 15:00", "09 15:10"))
    road = await taken_over(begin, *past)

    assert {run.name.value: said(run.breached_at) for run in road.state.limits if run.breached_at} == {
        "routing": "2026-11-09 10:30",
        "approval": "2026-11-09 14:15",
    }
    assert "breach_withdrawn" not in [row.kind for row in await road.journal()]


async def test_the_author_s_silence_is_told_before_the_command_that_came_after_it(begin: Begin) -> None:
    past = (
        routing("09 09:30"),
        *answering(DraftKind.CLARIFICATION, "09 10:00", "09 10:20", "09 10:30"),
        commands.Close(**given("curator", "13 11:00"), reason=CloseReason.NO_REPLY),
    )
    road = await taken_over(begin, *past)

    assert await road.handle.result() == "unanswered"
    rows = [(row.kind, said(row.at)) for row in await road.journal()]
    assert rows[-2:] == [("no_reply", "2026-11-12 18:00"), ("close_unanswered", "2026-11-13 11:00")]
    assert await road.told("no_reply") == ["curator curator"]


async def test_a_command_there_at_the_start_is_applied_before_a_limit_fires(
    temporal: Client, archive: Archive
) -> None:
    queue = uuid4().hex
    road = await Road.register(temporal, archive, msk(NOW), registered=msk(DETECTED), task_queue=queue)
    await road.signal(routing("09 09:30"))
    async with message_worker(temporal, archive, task_queue=queue):
        await road.look()
        assert [row.kind for row in await road.journal()][:2] == ["registered", "route"]
        assert road.run("routing").breached_at is None
