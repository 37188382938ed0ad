"""A database restored from before a promise was kept: the history of its message says that it was."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from service.journal.verification import WHOLE, verify
from store.promises import rows as promises
from tests.api.messages.office import Office, taken
from tests.faults.copies import SqliteCopy
from tests.faults.restoring import Place, begin, heal, prepared, working
from tests.patience import PATIENCE

pytestmark = pytest.mark.installation


async def promise_of(office: Office, number: str) -> dict[str, Any]:
    return dict(taken(await office.get("executor-roads", "/promises"))["items"][0])


async def until_looked_at(office: Office, promise: str) -> None:
    """Until the workflow of the promise has done what it was told to do."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with office.database.read() as session:
                row = await promises.by_id(session, promise)
            if row is not None and not row.to_look:
                return
            await asyncio.sleep(0.05)


async def test_a_promise_kept_after_the_copy_is_kept_again_by_its_history(
    tmp_path: Path, place: Place, temporal: Client
) -> None:
    copy = SqliteCopy(tmp_path)
    before, url, namespace = await prepared(copy, place, temporal, "promised")
    link = {"evidence": "https://vk.com/wall-1_9"}
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    async with working(before) as office:
        case = await begin(office, "roads")
        await case.submit(promises=[{"what": "Засыпать яму.", "by": until}])
        await case.approve()
        await case.publish()
        given = await promise_of(office, case.id)
        assert given["state"] == "given"
        await until_looked_at(office, given["id"])
        await case.journal()
        await copy.make(url)
        taken(await office.post("executor-roads", f"/promises/{given['id']}/kept", link))

    after = place(await copy.restore(), namespace)
    await after.prepare()
    await heal(after)
    assert await verify(after.settings, journals_only=True) == WHOLE
    async with after.office(worker_is_there=False) as office:
        assert (await promise_of(office, case.id))["state"] == "kept"
    assert await verify(after.settings, journals_only=True) == WHOLE
