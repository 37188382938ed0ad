"""A restore of messages that were opened again: several runs of one workflow, and rows that none of them wrote."""

import pytest
from temporalio.client import Client

from service.recovery.report import Report
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, open_namespace, refused
from tests.faults.copies import Copy
from tests.faults.restoring import Place, begin, heal, kinds, prepared, run_at_rest, to_the_end, working
from workflows.identity import workflow_id

pytestmark = [pytest.mark.installation, pytest.mark.parametrize("copy", ["sqlite"], indirect=True)]
DRAFT = {"kind": "answer", "text": "Яму засыпали."}


async def close(installation: Installation, case: Case) -> None:
    """Close the message and wait until its workflow has ended: the next command begins another run."""
    await case.close("deleted")
    await run_at_rest((await installation.client()).get_workflow_handle(workflow_id(case.id)))


async def test_a_database_older_than_the_reopening_gets_every_run(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, "reopened")
    async with working(before) as office:
        open_then, closed_then = await begin(office), await begin(office)
        for case in (open_then, closed_then):
            await case.route("roads")
        await close(before, closed_then)
        for case in (open_then, closed_then):
            await kinds(case)
        await copy.make(url)
        await close(before, open_then)
        for case in (open_then, closed_then):
            await case.reopen()
            await case.submit()
        known = {case.id: await kinds(case) for case in (open_then, closed_then)}
        for case in (open_then, closed_then):
            await case.look()

    after = place(await copy.restore(), namespace)
    report = await heal(after)
    assert report.healed == [int(open_then.id), int(closed_then.id)]
    assert (report.restarted, report.lost_rows) == ([], {})
    assert (await heal(after)) == Report()
    async with working(after) as office:
        for case in (open_then, closed_then):
            case.office, seen = office, case.view
            await case.look()
            for field in ("stage", "outcome", "limits", "allowed"):
                assert case.view[field] == seen[field], field
            assert await kinds(case) == known[case.id]
            await case.approve()
            await case.publish()
            await kinds(case)


async def test_a_message_opened_again_goes_on_from_the_database_alone(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, _ = await prepared(copy, place, temporal, "reopened-lost")
    async with working(before) as office:
        case = await begin(office, "roads")
        await close(before, case)
        await case.reopen()
        known = await kinds(case)
        await case.look()
        await copy.make(url)

    after = place(await copy.restore(), await open_namespace(temporal, "empty"))
    assert (await heal(after)).restarted == [int(case.id)]
    assert (await heal(after)) == Report()
    async with working(after) as office:
        case.office, seen = office, case.view
        assert await case.look() == seen
        await to_the_end(case)
        assert (await kinds(case))[: len(known)] == known


async def test_rows_added_after_the_end_are_no_reason_to_heal_anything(
    copy: Copy, place: Place, temporal: Client
) -> None:
    installation, _, _ = await prepared(copy, place, temporal, "refused-after")
    async with working(installation) as office:
        case = await begin(office, "roads")
        await close(installation, case)
        refused(await case.post("executor-roads", "/drafts", DRAFT), 409)
    assert (await heal(installation)) == Report()
    async with working(installation) as office:
        case.office = office
        await case.reopen()
        await to_the_end(case)
        assert (await kinds(case))[:5] == ["registered", "route", "close_unanswered", "refused", "reopened"]
    assert (await heal(installation)) == Report()


async def test_a_reopening_that_temporal_lost_is_made_good_from_the_database(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, _ = await prepared(copy, place, temporal, "reopening-lost")
    async with working(before) as office:
        case = await begin(office, "roads")
        await close(before, case)
        await kinds(case)
        await copy.make(url)
        await case.reopen()
        known = await kinds(case)
        await case.look()
    # A Temporal that knows what was in the copy: the end, and no more.
    older = await open_namespace(temporal, "knows-the-end")
    await heal(place(await copy.restore(), older))

    after = place(url, older)
    assert (await heal(after)).restarted == [int(case.id)]
    async with working(after) as office:
        case.office, seen = office, case.view
        assert await case.look() == seen
        await to_the_end(case)
        assert (await kinds(case))[: len(known)] == known
