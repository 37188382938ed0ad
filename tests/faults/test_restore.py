"""A database restored from a copy made under messages under way: they go on, and what was lost is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import delete
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import TimeSkipper

from calendar_rules.regulation import LimitName
from service.journal import anchors
from service.journal.verification import FLAWED, WHOLE, verify
from service.recovery.report import Report
from store.database.blocking import BlockingDatabase
from store.database.columns import ERASED
from store.database.engines import Database
from store.messages.tables import WorkingTimeRow
from store.recovery.rows import LOST
from tests.api.messages.office import Installation, open_namespace, refused
from tests.faults.copies import Copy, SqliteCopy
from tests.faults.restoring import Place, begin, heal, kinds, prepared, the_command, to_the_end, working
from tests.ports import free_port
from workflows.identity import workflow_id
from workflows.state import OutcomeAnswer


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


@pytest.mark.installation
async def test_what_happened_after_the_copy_is_written_from_temporal(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, "restored")
    async with working(before) as office:
        idle, reworked, published = await begin(office), await begin(office), await begin(office)
        for case in (reworked, published):
            await case.route("roads")
            await case.submit()
            await case.journal()
        await idle.journal()
        await copy.make(url)
        await reworked.rework("Укажите адрес.")
        await published.approve()
        await published.publish()
        registered = await begin(office, "housing")
        cases = (idle, reworked, published, registered)
        known = {case.id: await kinds(case) for case in cases}
        for case in cases:
            await case.look()
    anchor(before)

    after = place(await copy.restore(), namespace)
    await after.prepare()
    await forget_working_time(after)
    assert await verify(after.settings, journals_only=True) == FLAWED
    report = await heal(after)
    # Rows that are written again are those that were anchored.
    assert await verify(after.settings, journals_only=True) == WHOLE
    assert report.healed == [int(case.id) for case in (reworked, published, registered)]
    assert report.rows == 1 + 2 + 2
    assert report.without_texts == [int(registered.id)]
    assert report.lost_texts == [int(case.id) for case in (reworked, published, registered)]
    assert (report.restarted, report.lost_rows) == ([], {})
    assert (await heal(after)) == Report()

    async with working(after) as office:
        for case in cases:
            case.office = office
            seen = case.view
            await case.look()
            assert await kinds(case) == known[case.id]
            for field in ("stage", "outcome", "current_body", "limits", "allowed"):
                assert case.view[field] == seen[field], (case.id, field)
        assert reworked.draft["comment"] == published.draft["published_url"] == LOST
        assert registered.view["text"] == registered.view["location"] == LOST
        await idle.route("roads")
        for case in (idle, reworked, registered):
            await to_the_end(case)
            await kinds(case)
        newest = await begin(office)
        assert int(newest.id) == report.numbers_from == 2001


async def test_messages_go_on_from_the_database_alone(copy: Copy, place: Place, temporal: Client) -> None:
    before, url, _ = await prepared(copy, place, temporal, "lost")
    async with working(before) as office:
        idle, drafted, closed = await begin(office), await begin(office), await begin(office)
        for case in (drafted, closed):
            await case.route("roads")
            await case.submit()
        await closed.approve()
        await closed.publish()
        cases = (idle, drafted, closed)
        known = {case.id: await kinds(case) for case in cases}
        for case in cases:
            await case.look()
        await copy.make(url)

    empty = await open_namespace(temporal, "empty")
    after = place(await copy.restore(), empty)
    await after.prepare()
    report = await heal(after)
    assert report.restarted == [int(idle.id), int(drafted.id)]
    assert (report.healed, report.last_step_unsure, report.other_act) == ([], [], {})
    assert (await heal(after)) == Report()

    async with working(after) as office:
        for case in cases:
            case.office = office
            seen = case.view
            assert await case.look() == seen
        assert await kinds(closed) == known[closed.id]
        await idle.route("housing")
        await idle.submit()
        await drafted.approve()
        await drafted.publish()
        assert await kinds(drafted) == [*known[drafted.id], "approve", "confirm_publication"]

        handle = (await after.client()).get_workflow_handle(workflow_id(idle.id))
        await TimeSkipper(await after.client()).fast_forward(handle, timedelta(days=14))
        answer = await handle.query("state", result_type=OutcomeAnswer)
        run = answer.state.open_limit(LimitName.ANSWER)
        assert run is not None
        assert run.breached_at == run.due_at


@pytest.mark.installation
async def test_a_temporal_older_than_the_database_goes_on_from_it(
    copy: Copy, place: Place, temporal: Client
) -> None:
    url, namespace = copy.new_place(), await open_namespace(temporal, "newer")
    before, older = place(url, namespace), await open_namespace(temporal, "older")
    await before.prepare()
    async with working(before) as office:
        idle, moved, closed = await begin(office), await begin(office), await begin(office)
        for case in (idle, moved, closed):
            await case.route("roads")
            await kinds(case)
        await copy.make(url)
        await moved.submit()
        await moved.rework()
        known = await kinds(moved)
        await closed.close("deleted")
        end = await kinds(closed)
    # A Temporal that knows what was in the copy, and no more.
    await heal(place(await copy.restore(), older))

    after = place(url, older)
    report = await heal(after)
    assert (report.restarted, report.ended) == ([int(moved.id)], [int(closed.id)])
    assert (await heal(after)) == Report()
    workflow = (await after.client()).get_workflow_handle(workflow_id(closed.id))
    assert (await workflow.describe()).status is WorkflowExecutionStatus.TERMINATED
    async with working(after) as office:
        closed.office, seen = office, closed.view
        assert await closed.look() == seen
        refused(await closed.post("curator", "/governor-report", {"reason": "Пишут снова."}), 409)
        assert await kinds(closed) == [*end, "refused"]
        for case in (idle, moved):
            case.office = office
            await to_the_end(case)
        assert (await kinds(moved))[: len(known)] == known


@pytest.mark.installation
@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_what_was_recovered_once_is_recovered_again_from_an_older_copy(
    copy: Copy, tmp_path: Path, place: Place, temporal: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "newer").mkdir()
    newer_copy = SqliteCopy(tmp_path / "newer")
    url, older = copy.new_place(), await open_namespace(temporal, "twice")
    before = place(url, await open_namespace(temporal, "once"))
    await before.prepare()
    async with working(before) as office:
        case = await begin(office, "roads")
        await case.journal()
        await copy.make(url)
        await case.submit()
        await case.journal()
        await newer_copy.make(url)
        await case.rework()
        await case.submit()
        await case.journal()
    await heal(place(await newer_copy.restore(), older))
    recovered = place(url, older)
    assert (await heal(recovered)).restarted == [int(case.id)]
    async with working(recovered) as office:
        case.office = office
        await case.approve()
        assert await kinds(case) == [
            "registered",
            "route",
            "submit_draft",
            "send_for_rework",
            "submit_draft",
            "approve",
        ]

    again = place(await copy.restore(), older)
    report = await heal(again)
    # Each run began with what the database of its time had: rows before it are in no history of this Temporal.
    assert report.lost_rows == {int(case.id): [(3, 3), (4, 5)]}
    capsys.readouterr()
    assert await verify(again.settings, journals_only=True) == FLAWED
    gap = (
        f"Сообщение {case.id}: нет строк: 3–5, и цепочка продолжена без них. Так бывает после восстановления"
    )
    assert gap in capsys.readouterr().out
    assert (report.rows, report.restarted) == (1, [])
    assert (await heal(again)) == Report()
    async with working(again) as office:
        case.office, seen = office, case.view
        await case.look()
        for field in ("stage", "current_body", "limits", "allowed"):
            assert case.view[field] == seen[field], field
        await case.publish()
        assert [row["number"] for row in await case.journal()][:3] == [1, 2, 6]


@pytest.mark.installation
@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_an_open_message_whose_workflow_was_terminated_goes_on_from_the_database(
    copy: Copy, place: Place, temporal: Client
) -> None:
    installation = place(copy.new_place(), await open_namespace(temporal, "terminated"))
    await installation.prepare()
    async with working(installation) as office:
        case = await begin(office, "roads")
        known = await kinds(case)
        await case.look()
    handle = (await installation.client()).get_workflow_handle(workflow_id(case.id))
    await handle.terminate()

    assert (await heal(installation)).restarted == [int(case.id)]
    async with working(installation) as office:
        case.office, seen = office, case.view
        assert await case.look() == seen
        await to_the_end(case)
        assert (await kinds(case))[: len(known)] == known


@pytest.mark.installation
@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_texts_erased_after_the_copy_are_erased_again(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, "erased")
    async with working(before) as office:
        case, other = await begin(office), await begin(office)
        await case.journal()
        await other.journal()
        await copy.make(url)
        await case.step("admin", "/erasure", {"basis": "subject_request"})
        known = await kinds(case)

    after = place(await copy.restore(), namespace)
    report = await heal(after)
    assert (report.healed, report.erased, report.without_texts) == ([int(case.id)], [int(case.id)], [])
    assert (await heal(after)) == Report()
    async with working(after) as office:
        case.office = other.office = office
        await case.look()
        assert {case.view[field] for field in ("url", "author", "text")} == {ERASED}
        assert (await other.look())["author"] != ERASED
        assert await kinds(case) == known
        assert (await case.journal())[-1]["data"]["ground"] == LOST


@pytest.mark.installation
@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_what_cannot_be_asked_is_named_with_what_to_do(
    copy: Copy, tmp_path: Path, place: Place, temporal: Client
) -> None:
    unprepared, url = copy.new_place(), copy.new_place()
    namespace = await open_namespace(temporal, "asked")
    await place(url, namespace).prepare()
    for installation, told in (
        (place(unprepared, namespace), ("База данных", "otklik prepare")),
        (place(url, f"no-{namespace}"), ("Temporal", "отказал", "TEMPORAL_NAMESPACE")),
        (Place(tmp_path, f"127.0.0.1:{free_port()}")(url, namespace), ("не отвечает", "TEMPORAL_ADDRESS")),
    ):
        code, lines = await the_command(installation)
        assert code == 1
        assert all(word in lines[-1] for word in told), lines


@pytest.mark.installation
@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_what_was_healed_before_a_failure_is_told_with_it(
    copy: Copy, place: Place, temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = await open_namespace(temporal, "halfway")
    before = place(copy.new_place(), namespace)
    await before.prepare()
    async with working(before) as office:
        case = await begin(office)
        await case.journal()
    after = place(copy.new_place(), namespace)
    await after.prepare()

    async def away(*_: object) -> None:
        raise OperationalError("UPDATE command", {}, Exception("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr("store.recovery.rows.send_again", away)
        code, lines = await the_command(after)
    assert code == 1
    assert any("остался только ход" in line and line.endswith(f": {case.id}") for line in lines), lines
    assert "База данных не отвечает" in lines[-1]
    assert await the_command(after) == (0, ["База данных и Temporal согласованы, исправлять нечего."])
