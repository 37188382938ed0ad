"""Closed messages: one is opened again, or its link is corrected, in a new run of its workflow."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus

from store.messages import finding
from tests.api.messages.case import Case, View, about, registration, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office, refused, taken
from tests.patience import PATIENCE
from workflows.identity import workflow_id

pytestmark = pytest.mark.server

REASON = {"reason": "Закрыто по ошибке."}


async def numbered(case: Case) -> list[str]:
    """The kinds of the journal's rows but for moved limits."""
    return [kind for kind in await case.kinds() if kind != "limit_moved"]


async def ended(installation: Installation, case: Case) -> None:
    """Wait until the workflow is over: until then it takes commands as before."""
    handle = (await installation.client()).get_workflow_handle(workflow_id(case.id))
    async with asyncio.timeout(PATIENCE):
        while (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def recorded_up_to(office: Office, case: Case) -> tuple[int, int]:
    async with office.database.read() as session:
        row = await finding.by_number(session, int(case.id))
    assert row is not None
    return row.recorded, row.rows


def open_runs(view: View) -> dict[str, str]:
    """Names of the open limits with their due moments."""
    return {
        run["name"]: run["due_at"]
        for run in view["limits"]
        if run["met_at"] is None and run["cancelled_at"] is None
    }


async def test_a_message_goes_back_to_the_stage_it_left_with_its_clock_and_every_limit_as_it_was(
    installation: Installation, begin: Begin
) -> None:
    case = await begin(to=["roads"])
    await case.at("mon 11:00")
    before = await case.submit()
    await case.close("deleted")
    await ended(installation, case)
    view = await case.reopen("head")
    assert (view["stage"], view["outcome"], view["close_reason"]) == ("approval", None, None)
    assert about((await case.journal())[-1]["at"], case.moment("mon 11:00"))
    # But for the moment that it was closed, which counts against nobody.
    late = {name: when(due) - when(open_runs(before)[name]) for name, due in open_runs(view).items()}
    assert late.keys() == open_runs(before).keys()
    assert late["answer"] == timedelta(0) < late["approval"] < timedelta(minutes=1)
    # Whoever looks next sees it too, also before the worker has written it.
    assert (await case.look())["stage"] == "approval"
    assert "approve" in case.view["allowed"]
    # Its timers are those of the limits that are open again.
    await case.at("tue 10:00")
    assert case.run("answer")["breached_at"] == case.run("answer")["due_at"]
    await case.approve()
    await case.publish()
    assert case.view["outcome"] == "answered"
    assert [kind for kind in await numbered(case) if kind not in ("window_ended", "warning", "breach")] == [
        *("registered", "route", "submit_draft", "close_unanswered", "reopened", "approve"),
        "confirm_publication",
    ]


async def test_rows_added_after_the_end_are_counted_by_the_run_that_follows(
    installation: Installation, office: Office, begin: Begin
) -> None:
    case = await begin(to=["roads"])
    await case.close("deleted")
    await ended(installation, case)
    refused(await case.post("executor-roads", "/drafts", {"kind": "answer", "text": "Засыпали."}), 409)
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    refused(await case.post("curator", "/governor-report", REASON), 409)
    assert await recorded_up_to(office, case) == (6, 6)
    await case.reopen()
    await case.submit()
    await case.note()
    assert await numbered(case) == [
        *("registered", "route", "close_unanswered", "refused", "record_erasure", "refused", "reopened"),
        *("submit_draft", "note"),
    ]
    moved = [row for row in await case.journal() if row["kind"] == "limit_moved"]
    assert await recorded_up_to(office, case) == (9 + len(moved), 9 + len(moved))
    assert case.view["text"] == "[erased]"


async def test_of_an_answered_message_the_link_alone_is_corrected(
    installation: Installation, begin: Begin
) -> None:
    case = await begin(to=["roads"])
    await case.answer(url="https://vk.com/wall-1_2")
    await ended(installation, case)
    # The refusal is kept under its key: no second run, no second row.
    first = await case.post("curator", "/reopen", REASON, key="reopen answered")
    await ended(installation, case)
    again = await case.post("curator", "/reopen", REASON, key="reopen answered")
    assert refused(first, 409)["detail"] == refused(again, 409)["detail"]
    for number, person in enumerate(("executor-roads", "curator", "responsible-roads")):
        url = f"https://vk.com/wall-1_{number + 3}"
        view = await case.correct_link(url, person)
        assert (view["stage"], case.draft["published_url"]) == ("closed", url)
        assert (await case.look())["drafts"][0]["published_url"] == url
        await ended(installation, case)
    assert (await numbered(case))[-4:] == ["refused", *["correct_link"] * 3]
    before = [row["data"]["before"] for row in (await case.journal())[-3:]]
    assert before == [{"url": f"https://vk.com/wall-1_{number}"} for number in (2, 3, 4)]


async def test_a_message_whose_post_is_registered_again_stays_closed_on_record(
    installation: Installation, office: Office, begin: Begin
) -> None:
    case = await begin()
    url = case.view["url"]
    await case.close("registered_by_mistake")
    await ended(installation, case)
    again = taken(await office.post("curator", "/messages", registration(url=url)), 201)
    refused(await case.post("curator", "/reopen", REASON), 409, f"№ {again['id']}")
    assert await numbered(case) == ["registered", "close_unanswered", "refused"]
    assert (await case.look())["outcome"] == "void"
    # Once the other one is closed by mistake too, the post is free.
    other = Case(office, again)
    await other.close("registered_by_mistake")
    assert (await case.reopen())["stage"] == "routing"
    refused(await other.post("curator", "/reopen", REASON), 409, f"№ {case.id}")


async def test_of_two_who_open_it_at_once_one_is_refused(installation: Installation, begin: Begin) -> None:
    case = await begin()
    await case.close("deleted")
    await ended(installation, case)
    answers = await asyncio.gather(*(case.post(person, "/reopen", REASON) for person in ("curator", "head")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sorted(await numbered(case)) == ["close_unanswered", "refused", "registered", "reopened"]


async def test_in_training_a_closed_message_is_opened_at_a_moment_to_come(begin: Begin) -> None:
    """Two days after it was closed, as the one who undoes it would find it then."""
    case = await begin(to=["roads"])
    later = case.moment("wed 12:00")
    body = {**REASON, "at": later.isoformat()}
    refused(await case.post("curator", "/reopen", body), 409)
    await case.close("deleted")
    gone_by = {**REASON, "at": case.moment("mon 08:00").isoformat()}
    assert refused(await case.post("curator", "/reopen", gone_by), 422)["errors"][0]["field"] == "at"
    view = await case.step("curator", "/reopen", body)
    assert view["stage"] == "preparation"
    row = next(row for row in await case.journal() if row["kind"] == "reopened")
    assert about(row["at"], later)
    await case.at("wed 13:00")
