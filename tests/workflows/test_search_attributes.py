"""Search attributes: what the Temporal Web UI shows of a message, and what it is found by."""

from functools import partial
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from calendar_rules.vocabulary import DraftKind, Importance, Network
from tests.recorded import written_within_its_step
from tests.workflows.road import Road, msk
from tests.workflows.stages import (
    MONDAY,
    Arrange,
    Begin,
    approved,
    clarification,
    contributed,
    published,
    returned,
    routed,
)
from workflows.identity import first_attributes

OURS = {"Stage", "Body", "Network", "Importance", "NextDue", "Overdue"}


async def attributes(road: Road) -> dict[str, Any]:
    found = (await road.handle.describe()).typed_search_attributes
    return {pair.key.name: pair.value for pair in found if pair.key.name in OURS}


async def test_a_registered_message_shows_stage_network_and_next_due(begin: Begin) -> None:
    road = await begin(MONDAY, network=Network.FORUM)
    assert await attributes(road) == {
        "Stage": "routing",
        "Network": "forum",
        "NextDue": msk("2026-11-23 10:30"),
        "Overdue": False,
    }


async def upserts(road: Road) -> int:
    events = (await history(road)).events
    return sum(event.HasField("upsert_workflow_search_attributes_event_attributes") for event in events)


@pytest.mark.server
async def test_what_a_message_was_started_with_is_not_set_once_more(begin: Begin) -> None:
    given = first_attributes(Network.FORUM, msk("2026-11-23 10:30"))
    road = await begin(MONDAY, network=Network.FORUM, search_attributes=given)
    assert await upserts(road) == 0
    await road.route("roads")
    found = await attributes(road)
    assert (found["Stage"], found["Body"], found["NextDue"]) == (
        "preparation",
        "roads",
        road.run("return").due_at,
    )
    assert await upserts(road) == 1


async def test_what_does_not_hold_when_a_message_begins_is_put_right(begin: Begin) -> None:
    given = first_attributes(Network.FORUM, msk("2026-11-23 10:30"))
    road = await begin(
        "2026-11-23 11:00", detected=msk(MONDAY), network=Network.FORUM, search_attributes=given
    )
    assert await attributes(road) == {
        "Stage": "routing",
        "Network": "forum",
        "NextDue": msk("2026-11-24 09:45"),
        "Overdue": True,
    }


async def test_a_routed_message_shows_its_body_and_importance(begin: Begin) -> None:
    road = await routed(begin, "roads", "housing", importance=Importance.HIGH)
    found = await attributes(road)
    assert (found["Stage"], found["Body"], found["Importance"]) == ("preparation", "roads", "high")


@pytest.mark.parametrize(
    ("arrange", "stage", "body", "due"),
    [
        (contributed, "preparation", "housing", "return"),
        (returned, "routing", None, "routing"),
        (approved, "publication", "roads", "publication"),
        (clarification, "awaiting_author", "roads", None),
        (partial(published, kind=DraftKind.ANSWER), "closed", None, None),
    ],
)
async def test_whose_turn_it_is_and_the_earliest_open_moment_are_shown(
    begin: Begin, arrange: Arrange, stage: str, body: str | None, due: str | None
) -> None:
    road = await arrange(begin)
    if stage == "closed":
        await road.handle.result()
    found = await attributes(road)
    assert (found["Stage"], found.get("Body")) == (stage, body)
    assert found.get("NextDue") == (road.run(due).due_at if due is not None else None)


async def test_a_breached_message_is_overdue_until_the_duty_is_done_and_next_due_skips_what_has_passed(
    begin: Begin,
) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:31")
    found = await attributes(road)
    assert (found["Overdue"], found["NextDue"]) == (True, msk("2026-11-24 09:45"))
    await road.route("roads")
    assert (await attributes(road))["Overdue"] is False


@pytest.mark.server
async def test_messages_are_found_by_their_attributes(begin: Begin, temporal: Client) -> None:
    road = await routed(begin, "archive-office", importance=Importance.RAISED)
    query = "Stage='preparation' AND Body='archive-office' AND Importance='raised' AND Overdue=false"
    found: list[str] = []
    while not found:
        found = [workflow.id async for workflow in temporal.list_workflows(query)]
    assert found == [road.handle.id]


# ---- summaries


def text(payload: Payload) -> str:
    said: str = pydantic_data_converter.payload_converter.from_payload(payload, str)
    return said


async def history(road: Road) -> WorkflowHistory:
    await road.recorded()
    return await road.handle.fetch_history()


async def timers(road: Road) -> list[str]:
    return [
        text(event.user_metadata.summary)
        for event in (await history(road)).events
        if event.HasField("timer_started_event_attributes")
    ]


async def activities(road: Road) -> list[str]:
    return [
        text(event.user_metadata.summary)
        for event in (await history(road)).events
        if event.HasField("activity_task_scheduled_event_attributes") or written_within_its_step(event)
    ]


@pytest.mark.server
async def test_a_timer_is_named_by_its_clause_and_its_moment(begin: Begin) -> None:
    road = await begin(MONDAY)
    assert await timers(road) == [
        "п. 7 направление до 10:30, предупреждение в 10:00",
        "п. 9 ответ до 09:45 24.11.2054, предупреждение 24.11.2054 в 09:15",
    ]
    await road.at("2026-11-23 10:01")
    assert (await timers(road))[-1] == "п. 7 направление до 10:30"


@pytest.mark.server
async def test_the_wait_for_the_author_is_a_named_timer(begin: Begin) -> None:
    road = await clarification(begin)
    assert (await timers(road))[-1] == "ответ автора на запрос ожидается до 18:00 26.11.2054"


@pytest.mark.server
async def test_an_activity_is_named_by_the_rows_it_writes(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    await road.route("roads")
    assert await activities(road) == ["Запись в журнал: строка 1", "Запись в журнал: строка 2"]


# ---- the current step, at the top of the workflow's page


async def metadata(road: Road) -> WorkflowMetadata:
    await road.look()
    found: WorkflowMetadata = await road.handle.query("__temporal_workflow_metadata")
    return found


async def details(road: Road) -> str:
    return (await metadata(road)).current_details


@pytest.mark.parametrize(
    ("arrange", "awaited"),
    [
        (routed, "**Ожидается:** проект ответа (roads, п. 10)"),
        (returned, "**Ожидается:** направление сообщения (куратор, п. 7)"),
        (contributed, "**Ожидается:** проект ответа (housing, п. 10)"),
        (approved, "**Ожидается:** размещение согласованного текста (roads, п. 13)"),
    ],
)
async def test_the_current_step_is_shown(begin: Begin, arrange: Arrange, awaited: str) -> None:
    road = await arrange(begin)
    assert (await details(road)).splitlines()[0] == awaited


async def test_open_limits_are_shown_with_their_moments_and_whether_they_are_over(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:31")
    assert (await details(road)).splitlines()[1] == (
        "- срок направления (п. 7): до 10:30 23.11.2054, **не соблюдён**"
    )
    await road.route("roads", taken_at=msk(MONDAY))
    assert (await details(road)).splitlines()[1:] == [
        "- срок ответа (п. 9): до 09:45 24.11.2054",
        "- срок возврата (п. 8): до 11:31 23.11.2054",
        "- срок подготовки проекта ответа (п. 10): до 14:45 23.11.2054",
    ]
    road = await begin("2026-11-23 11:00", detected=msk(MONDAY))
    assert (await details(road)).splitlines()[1] == (
        "- срок направления (п. 7): до 10:30 23.11.2054, нарушением не считается"
    )


# ---- the names programs know a message by


async def test_a_message_is_a_workflow_of_its_type_id_and_queue(begin: Begin) -> None:
    road = await begin(MONDAY)
    found = await road.handle.describe()
    assert (found.workflow_type, found.id, found.task_queue) == (
        "OpenSourceMessage",
        f"message-{road.message}",
        "messages",
    )


async def test_a_message_takes_the_signals_and_queries_of_the_contract(begin: Begin) -> None:
    road = await begin(MONDAY)
    definition = (await metadata(road)).definition
    signals = {signal.name for signal in definition.signal_definitions}
    # The nameless one takes what a later release may send.
    assert signals == {
        *("route", "return_to_curator", "contribute", "submit_draft", "withdraw_draft", "approve"),
        *("send_for_rework", "confirm_publication", "correct_link", "decline", "author_replied", "resume"),
        *("close_unanswered", "reopen", "correct", "note", "assign", "hand_over", "report_to_governor"),
        *("transfer", "split", "refer", "redact", "keep_promise", "move_promise", "record_promise"),
        *("change_calendar", "correct_charge", "record_erasure", ""),
    }
    assert {"state", "outcome"} <= {query.name for query in definition.query_definitions}
