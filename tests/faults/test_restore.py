"""A restore from copies made under messages under way: they go on as they were, and what was lost is named.

Four walks, by who knows less: the database, Temporal, the one copy that is left of both, and neither.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import delete, select
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper

from calendar_rules.regulation import LimitName
from service.journal import anchors
from service.journal.verification import FLAWED, WHOLE, verify
from service.keys.command_keys import new
from service.recovery.report import Report
from service.recovery.restore import recover
from store.commands.tables import CommandRow
from store.database.blocking import BlockingDatabase
from store.database.columns import ERASED
from store.database.engines import Database
from store.messages.tables import MessageBodyRow, MessageTextRow, WorkingTimeRow
from store.recovery.rows import LOST
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, refused, taken
from tests.faults.restoring import (
    RULES,
    Restoring,
    begin,
    close,
    handle_of,
    heal,
    healed,
    numbers,
    until_listed,
    working,
)
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from workflows.state import OutcomeAnswer

DRAFT = {"kind": "answer", "text": "Яму засыпали."}


# ---- the database knows less


def anchor(installation: Installation) -> None:
    """As in the night to come."""
    database = BlockingDatabase(installation.settings.database_url, 1)
    anchors.append(database, installation.settings.anchors_file, datetime.now(UTC) + timedelta(days=1))
    database.dispose()


async def forget_working_time(installation: Installation) -> None:
    """As in a copy from before anybody counted by it."""
    database = Database(installation.settings.database_url)
    async with database.write() as session:
        await session.exec(delete(WorkingTimeRow))
    await database.dispose()


async def promised(office: Office) -> dict[str, str]:
    """The one promise there is."""
    (promise,) = taken(await office.get("executor-roads", "/promises"))["items"]
    return dict(promise)


@pytest.mark.installation
async def test_what_happened_after_the_copy_is_written_from_temporal(on_each: Restoring) -> None:
    before = await on_each.begun()
    async with working(before) as office:
        idle, reworked, published, erased, opened, reopened, promising = cases = [
            await begin(office) for _ in range(7)
        ]
        for case in (reworked, published, opened, reopened, promising):
            await case.route("roads")
        for case in (reworked, published):
            await case.submit()
        await close(before, reopened)
        until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
        await promising.answer(promises=[{"what": "Засыпать яму.", "by": until}])
        await on_each.see(*cases)
        copy, rows = await on_each.copied(before), on_each.rows(*cases)

        await reworked.rework("Укажите адрес.")
        await published.approve()
        await published.publish()
        await erased.step("admin", "/erasure", {"basis": "subject_request"})
        await close(before, opened)
        for case in (opened, reopened):
            await case.reopen()
            await case.submit()
        kept = {"evidence": "https://vk.com/wall-1_9"}
        taken(await office.post("executor-roads", f"/promises/{(await promised(office))['id']}/kept", kept))
        registered = await begin(office, "housing")
        cases.append(registered)
        await on_each.see(*cases)
    anchor(before)

    after = await on_each.restored(copy, before.settings.temporal_namespace)
    await forget_working_time(after)
    assert await verify(after.settings, journals_only=True) == FLAWED
    report = await healed(after)
    # Rows that are written again are those that were anchored.
    assert await verify(after.settings, journals_only=True) == WHOLE
    assert report.healed == numbers(*(case for case in cases if case is not idle))
    assert report.rows == on_each.rows(*cases) - rows
    assert (report.without_texts, report.erased) == (numbers(registered), numbers(erased))
    assert set(numbers(reworked, published, registered)) <= set(report.lost_texts)
    assert (report.restarted, report.lost_rows) == ([], {})

    async with working(after) as office:
        await on_each.is_as_seen(office, *cases, texts=False)
        assert reworked.draft["comment"] == published.draft["published_url"] == LOST
        assert registered.view["text"] == registered.view["location"] == LOST
        assert {erased.view[field] for field in ("url", "author", "text")} == {ERASED}
        assert idle.view["author"] != ERASED
        assert (await erased.journal())[-1]["data"]["ground"] == LOST
        assert (await promised(office))["state"] == "kept"
        await on_each.goes_to_its_end(idle, reworked, registered, opened, reopened)
        newest = await begin(office)
        assert int(newest.id) == report.numbers_from == 2001


# ---- nothing is left but the copy of the database


async def put_outcome(of: Installation, into: Installation, case: Case) -> None:
    """What the database has of the route of a message, put into one whose copy was made just then: no row of it."""
    source, target = Database(of.settings.database_url), Database(into.settings.database_url)
    number = int(case.id)
    async with source.read() as session:
        route = select(CommandRow).where(CommandRow.message == number, CommandRow.name == "route")
        texts = select(MessageTextRow).where(MessageTextRow.message == number)
        bodies = select(MessageBodyRow).where(MessageBodyRow.message == number)
        rows = [row for statement in (route, texts, bodies) for row in await session.exec(statement)]
    async with target.write() as session:
        for row in rows:
            await session.merge(type(row)(**row.model_dump()))
    await source.dispose()
    await target.dispose()


async def test_messages_go_on_from_the_database_alone(on_each: Restoring) -> None:
    """Copy, go on, lose everything, restore, recover, verify, work: Temporal is empty."""
    before = await on_each.begun()
    async with working(before) as office:
        idle, drafted, closed, reopened, stepping = [await begin(office) for _ in range(5)]
        for case in (drafted, closed, reopened):
            await case.route("roads")
        for case in (drafted, closed):
            await case.submit()
        await closed.approve()
        await closed.publish()
        await close(before, reopened)
        await reopened.reopen()
        await on_each.see(idle, drafted, closed, reopened)
        await stepping.journal()
        copy = await on_each.copied(before)
        await stepping.route("roads")
        lost = [await begin(office) for _ in range(3)]

    after = await on_each.restored(copy, await on_each.nowhere())
    await put_outcome(before, after, stepping)
    report = await healed(after)
    assert report.restarted == numbers(idle, drafted, reopened, stepping)
    assert (report.healed, report.last_step_unsure, report.other_act) == ([], [], {})

    async with working(after) as office:
        await on_each.is_as_seen(office, idle, drafted, closed, reopened)
        later = [await begin(office) for _ in range(3)]
        assert numbers(*later) == [2001, 2002, 2003], f"{numbers(*lost)} were given already"
        stepping.office = office
        await stepping.submit()
        assert await stepping.kinds() == ["registered", "route", "submit_draft"]
        await on_each.goes_to_its_end(drafted, reopened, stepping)
        await idle.route("housing")
        await idle.submit()

        handle = await handle_of(after, idle)
        await TimeSkipper(await after.client()).fast_forward(handle, timedelta(days=14))
        answer = await handle.query("state", result_type=OutcomeAnswer)
        run = answer.state.open_limit(LimitName.ANSWER)
        assert run is not None
        assert run.breached_at == run.due_at
    assert await verify(after.settings, journals_only=True) == WHOLE


# ---- Temporal knows less


@asynccontextmanager
async def working_without_records(restoring: Restoring, installation: Installation) -> AsyncIterator[Office]:
    """People get outcomes, which the outbox keeps; the records go to a database that refuses them."""
    elsewhere = restoring.at(restoring.empty(), installation.settings.temporal_namespace)
    await elsewhere.prepare()
    async with elsewhere.worker(), installation.office() as office:
        yield office


@pytest.mark.installation
async def test_a_temporal_older_than_the_database_goes_on_from_it(on_each: Restoring) -> None:
    before = await on_each.begun()
    async with working(before) as office:
        idle, moved, closed, reopened = cases = [await begin(office, "roads") for _ in range(4)]
        told = await begin(office)
        await close(before, reopened)
        await on_each.see(*cases, told)
        copy = await on_each.copied(before)
        await moved.submit()
        await moved.rework()
        await closed.close("deleted")
        await reopened.reopen()
        await on_each.see(*cases)
    # Whoever was told that it is done finds it done, whatever was on record.
    async with working_without_records(on_each, before) as office:
        told.office = office
        await told.route("roads")
        unrecorded = await begin(office, "roads")
    # A Temporal that knows what was in the copy, and no more.
    older = await on_each.nowhere()
    await heal(await on_each.restored(copy, older))

    after = on_each.at(before.settings.database_url, older)
    report = await healed(after)
    assert report == Report(
        restarted=numbers(moved, reopened), ended=numbers(closed), registered=numbers(unrecorded)
    )
    assert (await (await handle_of(after, closed)).describe()).status is WorkflowExecutionStatus.TERMINATED
    async with working(after) as office:
        await on_each.is_as_seen(office, *cases)
        refused(await closed.post("curator", "/governor-report", {"reason": "Пишут снова."}), 409)
        assert (await closed.kinds())[-2:] == ["close_unanswered", "refused"]
        for case in (told, unrecorded):
            case.office = office
            await case.submit()
            assert await case.kinds() == ["registered", "route", "submit_draft"]
        names = [run["name"] for run in unrecorded.view["limits"]]
        assert names == ["routing", "answer", "return", "draft", "approval"]
        await on_each.goes_to_its_end(idle, moved, reopened, told, unrecorded)


@pytest.mark.installation
async def test_what_was_recovered_once_is_recovered_again_from_an_older_copy(
    restoring: Restoring, capsys: pytest.CaptureFixture[str]
) -> None:
    before, older = await restoring.begun(), await restoring.nowhere()
    async with working(before) as office:
        case = await begin(office, "roads")
        await case.journal()
        copy = await restoring.copied(before)
        await case.submit()
        await case.journal()
        newer_copy = await restoring.copied(before)
        await case.rework()
        await case.submit()
        await restoring.see(case)
    await heal(await restoring.restored(newer_copy, older))
    recovered = restoring.at(before.settings.database_url, older)
    assert (await heal(recovered)).restarted == numbers(case)
    async with working(recovered) as office:
        await restoring.is_as_seen(office, case)
        await case.approve()
        assert (await case.kinds())[2:] == ["submit_draft", "send_for_rework", "submit_draft", "approve"]

    again = await restoring.restored(copy, older)
    report = await healed(again)
    # Each run began with what the database of its time had: rows before it are in no history of this Temporal.
    assert (report.rows, report.restarted) == (1, [])
    assert report.lost_rows == {int(case.id): [(3, 3), (4, 5)]}
    capsys.readouterr()
    assert await verify(again.settings, journals_only=True) == FLAWED
    gap = (
        f"Сообщение {case.id}: нет строк: 3–5, и цепочка продолжена без них. Так бывает после восстановления"
    )
    assert gap in capsys.readouterr().out
    async with working(again) as office:
        case.office, seen = office, case.view
        await case.look()
        for field in ("stage", "current_body", "limits", "allowed"):
            assert case.view[field] == seen[field], field
        await case.publish()
        assert [row["number"] for row in await case.journal()][:3] == [1, 2, 6]


# ---- neither knows less


@pytest.mark.installation
async def test_runs_that_are_gone_or_not_the_programs_own_are_replaced_from_the_database(
    restoring: Restoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = await restoring.begun()
    async with working(installation) as office:
        terminated, replaced, untouched, refusing = cases = [await begin(office, "roads") for _ in range(4)]
        await close(installation, refusing)
        # A row that no run has written.
        refused(await refusing.post("executor-roads", "/drafts", DRAFT), 409)
        await restoring.see(*cases)

    async def nothing_listed(*_: object, **__: object) -> AsyncIterator[WorkflowExecution]:
        none: list[WorkflowExecution] = []
        for run in none:
            yield run

    assert await heal(installation) == Report()
    with monkeypatch.context() as behind:
        behind.setattr(Client, "list_workflows", nothing_listed)
        assert await recover(installation.settings, await installation.client(), RULES) == Report()

    settings = installation.settings
    stranger = await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=pydantic_data_converter,
    )
    for case in (terminated, replaced):
        await stranger.get_workflow_handle(workflow_id(case.id)).terminate()
    names = (workflow_id(replaced.id), "message-999", "message-of-mine")
    for name in names:
        await stranger.start_workflow(WORKFLOW_TYPE, {}, id=name, task_queue=TASK_QUEUE)
    await until_listed(stranger, *names)
    report = await healed(installation)
    assert report == Report(restarted=numbers(terminated, replaced), forged=[*numbers(replaced), 999])

    monkeypatch.setenv("OTKLIK_KEYS", new().written())
    after = restoring.at(settings.database_url, settings.temporal_namespace)
    report = await healed(after)
    assert report.restarted == report.forged == numbers(terminated, replaced, untouched)
    async with working(after) as office:
        await restoring.is_as_seen(office, *cases)
        await refusing.reopen()
        await restoring.goes_to_its_end(*cases)
    assert await heal(after) == Report()
