"""A copy made between a command's outcome and its record: the person was told it is done, so it is done."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from temporalio.client import Client

from service.recovery.report import Report
from tests.api.messages.office import Installation, Office, open_namespace
from tests.faults.copies import Copy
from tests.faults.restoring import Place, begin, heal, kinds, prepared, to_the_end, working

pytestmark = [pytest.mark.installation, pytest.mark.parametrize("copy", ["sqlite"], indirect=True)]


@asynccontextmanager
async def working_without_records(
    installation: Installation, elsewhere: Installation
) -> AsyncIterator[Office]:
    """People get outcomes, which the outbox keeps; the records go to a database that refuses them."""
    await elsewhere.prepare()
    async with elsewhere.worker(), installation.office() as office:
        yield office


async def test_a_message_whose_registration_was_not_on_record_begins_again(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, "unrecorded")
    async with working_without_records(before, place(copy.new_place(), namespace)) as office:
        case = await begin(office, "roads")

    after = place(url, await open_namespace(temporal, "anew"))
    assert await heal(after) == Report(registered=[int(case.id)])
    async with working(after) as office:
        case.office = office
        await case.submit()
        assert [run["name"] for run in case.view["limits"]] == [
            "routing",
            "answer",
            "return",
            "draft",
            "approval",
        ]
        await case.rework()
        await to_the_end(case)
        assert (await kinds(case))[:3] == ["registered", "route", "submit_draft"]


async def test_a_step_that_neither_the_journal_nor_an_older_temporal_has_is_done_again(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, namespace = await prepared(copy, place, temporal, "told")
    async with working(before) as office:
        case = await begin(office)
        await case.journal()
        await copy.make(url)
    async with working_without_records(before, place(copy.new_place(), namespace)) as office:
        case.office = office
        await case.route("roads")
    older = await open_namespace(temporal, "untold")
    await heal(place(await copy.restore(), older))

    after = place(url, older)
    assert await heal(after) == Report()
    async with working(after) as office:
        case.office = office
        await case.submit()
        assert await kinds(case) == ["registered", "route", "submit_draft"]


async def test_a_step_that_only_the_outbox_has_is_done_again_on_an_empty_temporal(
    copy: Copy, place: Place, temporal: Client
) -> None:
    before, url, _ = await prepared(copy, place, temporal, "outbox")
    async with working(before) as office:
        case = await begin(office)
        await case.journal()
        await copy.make(url)
        await case.route("roads")
    restored = await copy.restore()
    # As the copy is, made between the outcome and the message's row.
    with contextlib.closing(sqlite3.connect(f"/{restored.rpartition('///')[2].lstrip('/')}")) as database:
        database.execute("ATTACH ? AS live", (f"/{url.rpartition('///')[2].lstrip('/')}",))
        database.execute("INSERT INTO command SELECT * FROM live.command WHERE name = 'route'")
        database.execute("INSERT INTO message_text SELECT * FROM live.message_text")
        database.execute("INSERT INTO message_body SELECT * FROM live.message_body")
        database.commit()

    after = place(restored, await open_namespace(temporal, "empty-outbox"))
    report = await heal(after)
    assert (report.restarted, report.last_step_unsure) == ([int(case.id)], [])
    async with working(after) as office:
        case.office = office
        await case.submit()
        assert await kinds(case) == ["registered", "route", "submit_draft"]
