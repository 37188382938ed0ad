"""Temporal as a stranger's machine: whoever reaches it without a key can only stop it (docs/run/security.md)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.command.v1 import Command
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError

from service.journal.verification import verify
from service.recovery.report import Report
from service.recovery.restore import recover
from service.runs import rules
from store.messages import finding
from tests.api.messages.case import Case, registration, routing
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.attacks.stranger import CLAIMED, OfMyOwn, Stranger, Tasking, ending, garbling, noting, writing
from tests.faults.restoring import run_at_rest
from tests.patience import PATIENCE
from tests.recorded import records_of
from worker import message_worker, networks_worker, office_worker
from workflows.alarms import Alarm, AlarmKind, listening
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from workflows.office import OFFICE_WORK, OfficeTask
from workflows.polling import POLL_SOURCE
from workflows.publication import PUBLICATION
from workflows.seals import Flaw

THEIRS = "a queue of theirs"
SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
LATER = timedelta(minutes=2)


@pytest.fixture(scope="module")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """The installation, whose workers run as long as a test wants them."""
    return await made(temporal_address, temporal, tmp_path_factory.mktemp("attacks"))


async def made(address: str, temporal: Client, folder: Path) -> Installation:
    namespace = await open_namespace(temporal, folder.name)
    installation = Installation(folder, address, namespace, training=False)
    await installation.prepare()
    return installation


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as office:
        yield office


@pytest.fixture(scope="module")
async def stranger(installation: Installation) -> Stranger:
    return await Stranger.of(installation)


@pytest.fixture
def alarms() -> Iterator[list[Alarm]]:
    heard: list[Alarm] = []
    with listening(heard.append):
        yield heard


@asynccontextmanager
async def working(installation: Installation) -> AsyncIterator[None]:
    """The program's worker of messages."""
    async with message_worker(await installation.client(), installation.settings):
        yield


async def begun(office: Office) -> Case:
    """A message that was registered, with its first record written and the step behind it, which ends later."""
    case = Case(office, taken(await office.post("curator", "/messages", registration()), 201))
    await until(case, "registered")
    await run_at_rest(office.service.runs.workflows.handle(int(case.id)))
    return case


async def in_approval(office: Office) -> Case:
    case = await begun(office)
    await case.route()
    await case.submit()
    await until(case, "registered", "route", "submit_draft")
    return case


async def kinds(case: Case) -> list[tuple[str, str | None]]:
    return [(row["kind"], row["person"]) for row in await case.journal()]


async def until(case: Case, *expected: str) -> None:
    """Wait until the journal has these rows; the message goes on by itself, and commands that wait are delivered."""
    async with asyncio.timeout(PATIENCE):
        while [row["kind"] for row in await case.journal()] != list(expected):  # noqa: ASYNC110  another task writes
            await asyncio.sleep(0.05)


async def given(case: Case, person: str, path: str, body: object) -> None:
    """A command, taken at once or later: it is never refused, and never lost."""
    with nobody_there(case.office):
        answer = await case.post(person, path, body, key=uuid4().hex)
    assert answer.status_code in (200, 202), answer.text


@contextmanager
def nobody_there(office: Office) -> Iterator[None]:
    """What is taken and not answered yet is not asked for again."""
    office.worker_is_there = False
    try:
        yield
    finally:
        office.worker_is_there = True


async def registered_unled(installation: Installation, office: Office) -> tuple[Case, Case]:
    """A message that is led, and one that is registered while no worker of the program is there."""
    async with working(installation):
        before = await begun(office)
    with nobody_there(office):
        answer = await office.post("curator", "/messages", registration(), key=uuid4().hex)
    assert answer.status_code == 202
    return before, Case(office, {"id": str(int(before.id) + 1)})


async def registered_unled_with_a_forged_record(
    installation: Installation, office: Office, stranger: Stranger
) -> tuple[Case, Payload]:
    """And what its own run would write first, were it the governor who registered it."""
    before, case = await registered_unled(installation, office)
    record = await true_claim(stranger, before)
    record["rows"][0]["person"] = "governor"
    [forged] = await stranger.client.data_converter.encode([record | {"message": case.id}])
    return case, forged


async def true_claim(stranger: Stranger, case: Case) -> dict[str, Any]:
    """The last record of the message as its history shows it to everybody."""
    *_, payload = records_of(await stranger.history(case.id))
    record: dict[str, Any] = (await stranger.client.data_converter.decode([payload]))[0]
    return record


async def forged_record(stranger: Stranger, case: Case, kind: str, person: str) -> dict[str, Any]:
    """The next record of the message as its own run would leave it, saying what nobody did."""
    record = await true_claim(stranger, case)
    number = record["rows"][-1]["number"] + 1
    record["number"] += 1
    record["rows"] = [{**record["rows"][-1], "number": number, "kind": kind, "person": person}]
    record["state"] |= {"rows": number, "stage": "publication"}
    record["notices"] = []
    return record


async def false_answer(stranger: Stranger, case: Case) -> dict[str, Any]:
    """What its own run would answer, if it stood further on."""
    record = await true_claim(stranger, case)
    return {
        "run": record.get("run"),
        "outcome": None,
        "state": record["state"] | {"stage": "publication"},
    }


def heard(alarms: list[Alarm], case: Case) -> set[tuple[AlarmKind, str]]:
    return {(alarm.kind, alarm.reason) for alarm in alarms if alarm.workflow == workflow_id(case.id)}


async def ended_as_refused(handle: Any) -> None:
    """The activity that a workflow of the stranger's has asked for was not done."""
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert isinstance(failed.value.cause, ActivityError)
    cause = failed.value.cause.cause
    assert isinstance(cause, ApplicationError) and (cause.type, cause.non_retryable) == ("Forged", True)


# ---- records


async def test_a_record_that_a_strangers_workflow_hands_to_the_worker_is_not_written(
    installation: Installation, office: Office, stranger: Stranger, alarms: list[Alarm]
) -> None:
    async with working(installation), stranger.worker(OfMyOwn, queue=THEIRS):
        case = await in_approval(office)
        name = f"forge-{uuid4().hex}"
        CLAIMED[name] = await forged_record(stranger, case, "approve", "curator")
        await ended_as_refused(
            await stranger.client.start_workflow("Strange", "write", id=name, task_queue=THEIRS)
        )
        assert [(alarm.kind, alarm.reason) for alarm in alarms if alarm.workflow == name] == [
            (AlarmKind.FORGED_ACTIVITY, Flaw.UNSEALED)
        ]
        # Nor from a run under the message's own id, with its own terminated; and nothing is begun from it.
        await stranger.terminate(case.id)
        CLAIMED[workflow_id(case.id)] = CLAIMED[name]
        await ended_as_refused(
            await stranger.client.start_workflow(
                "Strange", "write", id=workflow_id(case.id), task_queue=THEIRS
            )
        )
        assert [kind for kind, _ in await kinds(case)] == ["registered", "route", "submit_draft"]
        await given(case, "curator", "/notes", {"text": "Заметка."})
        await until(case, "registered", "route", "submit_draft", "note")
        assert (await case.look())["stage"] == "approval"


async def test_a_false_worker_writes_nothing_from_inside_the_messages_own_run(
    installation: Installation, office: Office, stranger: Stranger, alarms: list[Alarm]
) -> None:
    case, forged = await registered_unled_with_a_forged_record(installation, office, stranger)
    async with stranger.leading(writing(forged)):
        await stranger.until(case.id, SCHEDULED)
    async with working(installation):
        await stranger.until(case.id, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
        assert heard(alarms, case) >= {(AlarmKind.FORGED_ACTIVITY, Flaw.UNSEALED)}
        await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC) + LATER)
        await until(case, "registered")
        assert await kinds(case) == [("registered", "curator")]


async def test_a_record_that_a_false_worker_notes_as_written_is_not_believed(
    installation: Installation, office: Office, stranger: Stranger
) -> None:
    case, forged = await registered_unled_with_a_forged_record(installation, office, stranger)
    async with stranger.leading(noting(forged)):
        await stranger.until(case.id, EventType.EVENT_TYPE_MARKER_RECORDED)
    spoilt = await stranger.handle(case.id).describe()
    async with working(installation):
        async with asyncio.timeout(PATIENCE):
            while (await stranger.handle(case.id).describe()).run_id == spoilt.run_id:
                await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC) + LATER)
                await asyncio.sleep(0.1)
        await until(case, "registered")
        assert await kinds(case) == [("registered", "curator")]


@pytest.mark.installation
async def test_a_run_that_a_false_worker_has_ended_at_its_first_step_begins_by_itself(
    installation: Installation, office: Office, stranger: Stranger
) -> None:
    _, case = await registered_unled(installation, office)
    async with stranger.leading(ending()):
        await stranger.until(case.id, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED)
    async with working(installation):
        await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC) + LATER)
        await until(case, "registered")
        await given(case, "curator", "/route", routing())
        await until(case, "registered", "route")


@pytest.mark.installation
async def test_a_run_whose_history_a_false_worker_has_spoilt_is_found_and_goes_on_in_a_new_one(
    installation: Installation, office: Office, stranger: Stranger
) -> None:
    async with working(installation):
        case = await begun(office)
    await given(case, "curator", "/route", routing())
    completed = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    steps = sum(event.event_type == completed for event in await stranger.history(case.id))
    async with stranger.leading():
        await stranger.forget_worker(case.id)
        await stranger.until(case.id, completed, steps + 1)
    spoilt = await stranger.handle(case.id).describe()
    # Before a worker is there: it would answer by what the spoilt run says, and leave that to `otklik recover`.
    async with asyncio.timeout(PATIENCE):
        while (await stranger.handle(case.id).describe()).run_id == spoilt.run_id:
            await office.service.recovery.lost_runs.restart(int(case.id), owed=True)
            await asyncio.sleep(0.1)
    async with working(installation):
        await until(case, "registered", "route")
        assert (await case.look())["stage"] == "preparation"


@pytest.mark.parametrize("spoiling", [garbling(), writing(Payload())], ids=["marker", "activity"])
async def test_a_command_that_a_spoilt_run_leaves_unanswered_has_the_message_go_on_in_a_new_one(
    installation: Installation, office: Office, stranger: Stranger, spoiling: Command
) -> None:
    async with working(installation):
        case = await begun(office)
    spoilt = (await stranger.handle(case.id).describe()).run_id
    completed = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    steps = sum(event.event_type == completed for event in await stranger.history(case.id))
    await given(case, "curator", "/notes", {"text": "Заметка."})
    async with stranger.leading(spoiling):
        await stranger.forget_worker(case.id)
        await stranger.until(case.id, completed, steps + 1)
    async with working(installation), asyncio.timeout(PATIENCE):
        while (await stranger.handle(case.id).describe()).run_id == spoilt:
            await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC) + LATER)
            await asyncio.sleep(0.1)
        await until(case, "registered", "note")


# ---- answers


async def test_a_run_in_a_messages_place_that_answers_is_not_believed(
    installation: Installation, office: Office, stranger: Stranger, alarms: list[Alarm]
) -> None:
    async with working(installation), stranger.worker(OfMyOwn, queue=THEIRS):
        case = await in_approval(office)
        CLAIMED[workflow_id(case.id)] = await false_answer(stranger, case)
        await stranger.terminate(case.id)
        theirs = await stranger.client.start_workflow(
            "Strange", "wait", id=workflow_id(case.id), task_queue=THEIRS
        )
        assert (await case.look("executor-roads"))["stage"] == "approval"
        assert heard(alarms, case) == {(AlarmKind.FORGED_ANSWER, Flaw.UNSEALED)}
        await given(case, "curator", f"/drafts/{case.draft['id']}/rework", {"comment": "Укажите адрес."})
        await until(case, "registered", "route", "submit_draft", "send_for_rework")
        ended = await stranger.handle(case.id, theirs.first_execution_run_id).describe()
        assert ended.status is WorkflowExecutionStatus.TERMINATED


@pytest.mark.installation
async def test_a_false_worker_answers_for_no_run_of_the_programs_own(
    installation: Installation, office: Office, stranger: Stranger, alarms: list[Alarm]
) -> None:
    async with working(installation):
        case = await in_approval(office)
        claim = await false_answer(stranger, case)
        async with stranger.leading(answer=claim):
            for _ in range(10):
                await stranger.forget_worker(case.id)
                assert (await case.look())["stage"] == "approval"
    async with stranger.leading(answer=claim):
        await stranger.forget_worker(case.id)
        assert (await case.look())["stage"] == "approval"
    assert (AlarmKind.FORGED_ANSWER, Flaw.UNSEALED) in heard(alarms, case)


# ---- starts


async def test_the_records_of_an_earlier_start_sent_again_are_refused_and_the_message_goes_on_by_itself(
    installation: Installation, office: Office, stranger: Stranger, alarms: list[Alarm]
) -> None:
    async with working(installation):
        case = await in_approval(office)
        known = await kinds(case)
        await stranger.begin_again(case.id, (await stranger.history(case.id))[0])
        await stranger.until(case.id, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
        assert (await case.look())["stage"] == "approval"
        assert heard(alarms, case) >= {
            (AlarmKind.FORGED_ACTIVITY, Flaw.SUPERSEDED),
            (AlarmKind.FORGED_ANSWER, Flaw.SUPERSEDED),
        }
        replayed = (await stranger.handle(case.id).describe()).run_id
        # Nobody gives a command, and no limit is due: the lists of both sides are compared.
        async with asyncio.timeout(PATIENCE):
            while (await stranger.handle(case.id).describe()).run_id == replayed:
                await office.service.recovery.lost_runs.restart_unled()
                await asyncio.sleep(0.1)
        assert await kinds(case) == known
        await given(case, "curator", "/notes", {"text": "Заметка."})
        await until(case, "registered", "route", "submit_draft", "note")


@pytest.mark.parametrize("given_json", [{"id": "1", "carried": 7}, None])
async def test_a_foreign_start_with_any_json_disables_no_message(
    installation: Installation, office: Office, stranger: Stranger, given_json: Any
) -> None:
    async with working(installation), stranger.worker(OfMyOwn, queue=THEIRS):
        case = await begun(office)
        await stranger.terminate(case.id)
        theirs = await stranger.client.start_workflow(
            "Strange", given_json, id=workflow_id(case.id), task_queue=THEIRS
        )
        await theirs.result()
        await given(case, "curator", "/notes", {"text": "Заметка."})
        await until(case, "registered", "note")


# ---- what is beside messages


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        (OFFICE_WORK, ["retention"]),
        (POLL_SOURCE, [1]),
        (PUBLICATION, ["1", "d"]),
    ],
)
async def test_work_beside_messages_begins_by_the_programs_seal_alone(
    installation: Installation, stranger: Stranger, alarms: list[Alarm], kind: str, args: list[Any]
) -> None:
    client = await installation.client()
    async with networks_worker(client, installation.settings):
        theirs = await stranger.client.start_workflow(
            kind, args=args, id=f"theirs-{uuid4().hex}", task_queue="networks"
        )
        with pytest.raises(WorkflowFailureError):
            await theirs.result()
    events = [event.event_type async for event in theirs.fetch_history_events()]
    assert SCHEDULED not in events


async def test_a_task_of_the_office_is_done_for_a_run_of_the_programs_own_alone(
    installation: Installation, stranger: Stranger, alarms: list[Alarm]
) -> None:
    client = await installation.client()
    async with office_worker(client, installation.settings), stranger.worker(Tasking, queue=THEIRS):
        await ended_as_refused(
            await stranger.client.start_workflow(
                "Tasking", OfficeTask.RETENTION, id=f"theirs-{uuid4().hex}", task_queue=THEIRS
            )
        )
    assert (AlarmKind.FORGED_ACTIVITY, Flaw.UNSEALED) in {(alarm.kind, alarm.reason) for alarm in alarms}


# ---- a start without a seal in the place of a registration


async def unsealed(office: Office, stranger: Stranger) -> Case:
    """A registration that the outbox knows, in whose place Temporal has a start that is not sealed by the program.

    So it is after an upgrade from a release that sealed otherwise, with lost keys, or where somebody started it.
    """
    with nobody_there(office):
        answer = await office.post("curator", "/messages", registration(), key=uuid4().hex)
    assert answer.status_code == 202, answer.text
    async with office.database.read() as session:
        row = max(await finding.open_ones(session), key=lambda row: row.number or 0)
    case = Case(office, {"id": str(row.number)})
    await stranger.terminate(case.id)
    await stranger.client.start_workflow(
        WORKFLOW_TYPE, {"id": case.id}, id=workflow_id(case.id), task_queue=TASK_QUEUE
    )
    return case


async def found_out(stranger: Stranger, case: Case) -> None:
    """The program's worker has found the start to be nobody's of its own."""
    async with asyncio.timeout(PATIENCE):
        while (await stranger.handle(case.id).describe()).status is WorkflowExecutionStatus.RUNNING:  # noqa: ASYNC110  it ends elsewhere
            await asyncio.sleep(0.05)


async def test_an_unsealed_registration_begins_by_itself_once_a_worker_is_there(
    installation: Installation, office: Office, stranger: Stranger
) -> None:
    case = await unsealed(office, stranger)
    async with working(installation):
        await found_out(stranger, case)
        await office.service.recovery.lost_runs.restart_unserved(datetime.now(UTC) + LATER)
        await until(case, "registered")
        assert taken(await case.get("curator"))["limits"]


async def verified(installation: Installation) -> list[str]:
    """What `otklik verify` says."""
    said = StringIO()
    with redirect_stdout(said):
        await verify(installation.settings)
    return said.getvalue().splitlines()


@pytest.mark.installation
async def test_recover_says_what_it_has_queued_and_verify_says_the_same(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> None:
    installation = await made(temporal_address, temporal, tmp_path)
    stranger = await Stranger.of(installation)
    async with installation.office() as office:
        case = await unsealed(office, stranger)
    async with working(installation):
        await found_out(stranger, case)
    before, report = await verified(installation), await recovered(installation)
    assert report.registered == [int(case.id)]
    assert any(case.id in line and "начнутся с запуском" in line for line in report.lines())
    waits = f"Ждут начала, зарегистрированы и ещё никем не ведутся: {case.id}."
    for lines in (before, await verified(installation)):
        assert not [line for line in lines if line.startswith("Сообщение")], lines
        assert any(line.startswith(waits) for line in lines)
    async with working(installation), installation.office() as office:
        await until(Case(office, {"id": case.id}), "registered")
        assert "Все открытые сообщения ведёт программа." in await verified(installation)


# ---- recovery


async def recovered(installation: Installation) -> Report:
    client = await installation.client()
    return await recover(installation.settings, client, rules.load(None, None), Report())


@pytest.mark.installation
async def test_recovery_mends_every_one_of_these_and_a_second_time_changes_nothing(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> None:
    """In an installation of its own: what another test has left behind would be mended too."""
    installation = await made(temporal_address, temporal, tmp_path)
    stranger = await Stranger.of(installation)
    async with installation.office() as office:
        await recovered_twice(installation, office, stranger)


async def recovered_twice(installation: Installation, office: Office, stranger: Stranger) -> None:
    async with working(installation), stranger.worker(OfMyOwn, queue=THEIRS):
        ended, replaced, replayed, odd = [await in_approval(office) for _ in range(4)]
        await stranger.terminate(ended.id)
        await stranger.terminate(replaced.id)
        CLAIMED[workflow_id(replaced.id)] = {}
        await stranger.client.start_workflow(
            "Strange", "wait", id=workflow_id(replaced.id), task_queue=THEIRS
        )
        await stranger.terminate(odd.id)
        theirs = await stranger.client.start_workflow(
            "Strange", [{"id": 1}], id=workflow_id(odd.id), task_queue=THEIRS
        )
        await theirs.result()
        await stranger.begin_again(replayed.id, (await stranger.history(replayed.id))[0])
        await stranger.until(replayed.id, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
    cases = [ended, replaced, replayed, odd]
    known = [await kinds(case) for case in cases]
    report = await recovered(installation)
    assert report.restarted == sorted(int(case.id) for case in cases)
    assert (report.failed, report.contradicted, report.rows) == ({}, [], 0)
    assert sorted(report.forged) == sorted([int(replaced.id), int(replayed.id)])
    assert await recovered(installation) == Report()
    async with working(installation):
        assert [await kinds(case) for case in cases] == known
        for case in cases:
            await given(case, "curator", "/notes", {"text": "Заметка."})
            await until(case, "registered", "route", "submit_draft", "note")
