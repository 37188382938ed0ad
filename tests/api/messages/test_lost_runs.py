"""A run that somebody has ended at the Temporal server is not an end of the message: it goes on by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from sqlmodel import col
from temporalio.client import Client, WorkflowExecutionStatus

from service.recovery.after_the_end import AfterTheEnd
from service.runs.sealed_runs import first_events, is_own
from store.journal import written
from store.messages.tables import LimitRunRow, MessageRow
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office, taken, until
from tests.command_keys import KEYS
from workflows.identity import WORKFLOW_TYPE, workflow_id

pytestmark = pytest.mark.server


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("otklik_lost_runs_total", {"outcome": outcome}) or 0.0


async def recorded(office: Office, case: Case) -> None:
    """Wait until the worker has written all that the message has on record."""

    async def written_out() -> bool:
        async with office.database.read() as session:
            row = await session.get_one(MessageRow, int(case.id))
        return row.recorded == row.rows == len(await case.journal())

    await until(written_out)


async def terminated(office: Office, stranger: Client, case: Case) -> None:
    await recorded(office, case)
    await stranger.get_workflow_handle(workflow_id(case.id)).terminate()


async def test_a_command_to_a_run_that_was_terminated_is_taken_by_a_new_one(
    begin: Begin, office: Office, stranger: Client
) -> None:
    case, before = await begin(), counted("restarted")
    await case.route()
    await terminated(office, stranger, case)
    view = await case.submit()
    assert view["stage"] == "approval"
    assert [run["name"] for run in view["limits"] if run["met_at"]] == ["routing", "draft"]
    # The run that was begun again may be terminated too.
    await terminated(office, stranger, case)
    await case.approve()
    await case.publish()
    assert await case.kinds() == ["registered", "route", "submit_draft", "approve", "confirm_publication"]
    assert counted("restarted") == before + 2


async def test_a_new_run_that_is_slow_to_be_moved_skips_no_limit(
    begin: Begin, office: Office, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = AfterTheEnd.catch_up

    async def slowly(self: AfterTheEnd, number: int) -> bool:
        await asyncio.sleep(0.04)  # a busy machine
        return await move(self, number)

    monkeypatch.setattr(AfterTheEnd, "catch_up", slowly)
    case = await begin(to=["roads"])
    await terminated(office, stranger, case)
    await case.submit()
    assert await case.kinds() == ["registered", "route", "submit_draft"]


async def test_commands_that_somebody_elses_run_has_swallowed_are_applied(
    begin: Begin, office: Office, stranger: Client
) -> None:
    case = await begin()
    await terminated(office, stranger, case)
    forged = await stranger.start_workflow(
        WORKFLOW_TYPE, {}, id=workflow_id(case.id), task_queue=f"of nobody {uuid4()}"
    )
    answers = await asyncio.gather(
        case.post("curator", "/notes", {"text": "Первая."}),
        case.post("head", "/notes", {"text": "Вторая."}),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert await case.kinds() == ["registered", "note", "note"]
    name = workflow_id(case.id)
    described = await stranger.get_workflow_handle(name, run_id=forged.first_execution_run_id).describe()
    assert described.status is WorkflowExecutionStatus.TERMINATED
    assert is_own(KEYS, name, await first_events(stranger, name))


async def test_what_only_the_lost_run_knew_is_written_from_its_history(
    begin: Begin, office: Office, stranger: Client
) -> None:
    case = await begin(to=["roads"])
    await terminated(office, stranger, case)
    async with office.database.write() as session:
        this = col(MessageRow.number) == int(case.id)
        await session.exec(sa.update(MessageRow).where(this).values(recorded=1))
    await case.note()
    assert await case.kinds() == ["registered", "route", "note"]


async def test_what_the_lost_run_has_not_left_is_no_beginning_and_is_left_to_the_operator(
    begin: Begin, office: Office, stranger: Client
) -> None:
    case, before = await begin(), counted("left")
    await case.route()
    await terminated(office, stranger, case)
    now = datetime.now(UTC)
    async with office.database.write() as session:
        await written.append_row(session, int(case.id), now, "approve", "curator", {"id": uuid4().hex}, now)
    office.worker_is_there = False
    try:
        answer = await case.post("curator", "/notes", {"text": "Заметка."})
    finally:
        office.worker_is_there = True
    assert taken(answer, 202)["status"] == "taken"
    assert counted("left") > before
    described = await stranger.get_workflow_handle(workflow_id(case.id)).describe()
    assert described.status is WorkflowExecutionStatus.TERMINATED


async def test_limits_go_on_where_nobody_gives_a_command(
    begin: Begin, installation: Installation, office: Office, stranger: Client
) -> None:
    case = await begin("mon 09:00")
    installation.tampered.add(case.id)
    await terminated(office, stranger, case)
    due = datetime.now(UTC) - timedelta(minutes=5)
    async with office.database.write() as session:
        this = col(LimitRunRow.message) == int(case.id)
        await session.exec(sa.update(LimitRunRow).where(this).values(due_at=due))
    assert int(case.id) in await office.service.recovery.lost_runs.unserved(datetime.now(UTC))
    await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC))
    name = workflow_id(case.id)
    described = await stranger.get_workflow_handle(name).describe()
    assert described.status is WorkflowExecutionStatus.RUNNING
    assert is_own(KEYS, name, await first_events(stranger, name))
