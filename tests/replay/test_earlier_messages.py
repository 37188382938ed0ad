"""Messages go on from the state that a stored history left: open, continued as new, closed."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from calendar_rules.schedules import assumed
from calendar_rules.vocabulary import CloseReason, Stage
from tests.recorded import records_of
from tests.replay.record import stored
from tests.workflows.road import Backend, Road
from workflows import commands
from workflows.state import Calendars, Carried, MessageInput, MessageState, Record

HISTORIES = stored()


async def recorded(name: str) -> tuple[MessageInput, list[Record]]:
    """What a stored history was started with, and the records it has written."""
    history = WorkflowHistory.from_json(json.loads(HISTORIES[name])["workflowId"], HISTORIES[name])
    starts: list[MessageInput] = []
    records: list[Record] = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            given = event.workflow_execution_started_event_attributes.input
            starts += await pydantic_data_converter.decode(given.payloads, [MessageInput])
    for payload in records_of(history.events):
        records += await pydantic_data_converter.decode([payload], [Record])
    return starts[0], records


def state_after(records: list[Record]) -> MessageState:
    """The state as a database has it: the last snapshot with every limit as it was written last."""
    runs = {run.number: run for record in records for run in record.state.limits}
    return records[-1].state.model_copy(update={"limits": tuple(runs[number] for number in sorted(runs))})


async def carried(name: str) -> MessageInput:
    start, records = await recorded(name)
    state = state_after(records)
    hours = {body: assumed().of(body) for body in state.turns}
    return start.model_copy(
        update={
            "carried": Carried(
                state=state,
                calendars=Calendars(
                    production=start.calendars.production,
                    department=start.calendars.department,
                    bodies=hours,
                ),
                outcomes={},
                records=len(records),
            )
        }
    )


async def begun_again(
    backend: Backend, start: MessageInput, give: Callable[[Road], commands.AnyCommand] | None = None
) -> Road:
    """A message in a new run, a minute after the last step it carries; the run may begin with a command."""
    assert start.carried is not None
    road = Road.of(*backend, start)
    command = give(road) if give is not None else None
    await road.begin_again(start, start.carried.state.last_moment + timedelta(minutes=1), command)
    await road.look()
    return road


async def test_an_open_message_takes_the_new_commands(backend: Backend) -> None:
    road = await begun_again(backend, await carried("still_open"))
    body = road.state.current_body
    assert body is not None
    outcomes = [
        await road.assign(body, "ivanova"),
        await road.correct(topic="snow"),
        await road.hand_over("curator2"),
        await road.note(),
    ]
    assert [outcome.detail for outcome in outcomes] == [None] * len(outcomes)
    assert (road.state.assignee, road.state.topic, road.state.curator) == ("ivanova", "snow", "curator2")


async def test_a_message_continued_as_new_goes_on_from_what_it_carried(backend: Backend) -> None:
    start, _ = await recorded("long_message.2")
    road = await begun_again(backend, start)
    before = [run.due_at for run in road.state.open_limits()]
    assert (await road.note()).accepted
    assert [run.due_at for run in road.state.open_limits()] == before


@pytest.mark.parametrize(
    ("name", "stage", "limits"),
    [
        ("closed_as_deleted", Stage.APPROVAL, {"answer", "approval"}),
        ("registered_by_mistake", Stage.ROUTING, {"answer", "routing"}),
        ("declined_for_a_threat", Stage.ROUTING, {"answer", "routing"}),
        ("author_silent", Stage.AWAITING_AUTHOR, set()),
    ],
)
async def test_a_message_closed_before_is_opened_again(
    backend: Backend, name: str, stage: Stage, limits: set[str]
) -> None:
    road = await begun_again(backend, await carried(name), Road.reopening)
    assert (await road.outcome(road.ids[-1])).accepted
    assert (road.state.stage, {run.name.value for run in road.state.open_limits()}) == (stage, limits)
    assert (await road.close(CloseReason.DELETED)).accepted
