"""A restored message that goes by another act, or another edition, than the installation has now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from calendar_rules.regulation import ORDER_238
from service.recovery.report import Report
from service.runs import rules
from tests.api.messages.case import Case, View, when
from tests.api.messages.office import Installation, Office, open_namespace
from tests.faults.copies import Copy
from tests.faults.restoring import Place, begin, heal, kinds, the_command, working

pytestmark = pytest.mark.installation

YELIZOVO = ORDER_238.with_name("yelizovo_2129.toml")


@pytest.fixture
def newer_edition(tmp_path: Path) -> Path:
    """Order 238 in an edition to come."""
    file = tmp_path / "newer.toml"
    text = ORDER_238.read_text(encoding="utf-8")
    changed = text.replace("edition = 2020-08-17", "edition = 2026-01-01")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    return file


@asynccontextmanager
async def working_under(act: Path | None, installation: Installation) -> AsyncIterator[Office]:
    """The installation with this act in force for what is registered."""
    known = installation.settings
    installation.settings = known.model_copy(update={"regulation": act})
    async with working(installation) as office:
        yield office
    installation.settings = known


async def drafted_message(office: Office) -> Case:
    case = await begin(office, "roads")
    await case.submit()
    await case.journal()
    return case


def counted(run: View) -> timedelta:
    """The working time the limit gives."""
    steps = [step for step in run["explanation"] if step["counted"] != "PT0S"]
    return sum((when(step["to"]) - when(step["from"]) for step in steps), timedelta(0))


async def known_to(client: Client) -> set[str]:
    return {run.id async for run in client.list_workflows("WorkflowType = 'OpenSourceMessage'")}


@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_a_message_under_another_act_is_not_started_until_its_act_is_named(
    copy: Copy, place: Place, temporal: Client, newer_edition: Path
) -> None:
    url = copy.new_place()
    before = place(url, await open_namespace(temporal, "acts"))
    await before.prepare()
    async with working_under(YELIZOVO, before) as office:
        other_act = await drafted_message(office)
    async with working_under(newer_edition, before) as office:
        other_edition = await drafted_message(office)
    async with working(before) as office:
        present = await drafted_message(office)
        other_act.office = office
        await other_act.look()
        known = await kinds(other_act)

    after = place(url, await open_namespace(temporal, "no-acts"))
    client = await after.client()
    report = await heal(after)
    assert report.restarted == [int(present.id)]
    assert report.other_act == {
        int(other_act.id): "yelizovo-2129 в редакции 2025-01-01",
        int(other_edition.id): "ivanovo-238 в редакции 2026-01-01",
    }
    assert await known_to(client) == {f"message-{present.id}"}

    code, told = await the_command(after)
    assert code == 1
    for case, act in (
        (other_act, "yelizovo-2129 в редакции 2025-01-01"),
        (other_edition, "ivanovo-238 в редакции 2026-01-01"),
    ):
        assert any(f"по порядку {act}" in line and line.endswith(f"сообщения: {case.id}") for line in told)
    assert "OTKLIK_REGULATION" in told[-1]

    report = await heal(after, rules.load(YELIZOVO, None))
    assert report.restarted == [int(other_act.id)]
    assert list(report.other_act) == [int(other_edition.id)]
    report = await heal(after, rules.load(newer_edition, None))
    assert (report.restarted, report.other_act) == ([int(other_edition.id)], {})
    assert (await heal(after)) == Report()
    assert await the_command(after) == (0, ["База данных и Temporal согласованы, исправлять нечего."])

    async with working(after) as office:
        other_act.office, seen = office, other_act.view
        assert await other_act.look() == seen
        await other_act.rework()
        await other_act.submit()
        assert counted(other_act.run("approval")) == timedelta(hours=1), "by order 238 an hour and a half"
        await other_act.approve()
        await other_act.publish()
        assert (await kinds(other_act))[: len(known)] == known


@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
async def test_a_temporal_that_is_older_knows_the_act_itself(
    copy: Copy, place: Place, temporal: Client
) -> None:
    url, older = copy.new_place(), await open_namespace(temporal, "older-act")
    before = place(url, await open_namespace(temporal, "newer-act"))
    await before.prepare()
    async with working_under(YELIZOVO, before) as office:
        case = await drafted_message(office)
        await copy.make(url)
        await case.rework()
        known = await kinds(case)
        await case.look()
    # A Temporal that knows what was in the copy, and no more.
    await heal(place(await copy.restore(), older), rules.load(YELIZOVO, None))

    after = place(url, older)
    report = await heal(after)
    assert (report.restarted, report.other_act) == ([int(case.id)], {})
    assert (await heal(after)) == Report()
    async with working(after) as office:
        case.office, seen = office, case.view
        assert await case.look() == seen
        await case.submit()
        assert counted(case.run("approval")) == timedelta(hours=1)
        await case.approve()
        await case.publish()
        assert (await kinds(case))[: len(known)] == known
