"""`otklik recover` to whoever restores: acts to name, numbers that were given, what cannot be asked, what was done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from calendar_rules.regulation import ORDER_238
from service.journal.anchors import Anchor
from service.runs import rules
from tests.api.messages.case import Case, View, when
from tests.api.messages.office import Installation, Office
from tests.faults.restoring import Restoring, begin, heal, healed, numbers, the_command, working
from tests.ports import free_port

pytestmark = pytest.mark.installation

AGREED = (0, ["База данных и Temporal согласованы, исправлять нечего."])
YELIZOVO = ORDER_238.with_name("yelizovo_2129.toml")


@asynccontextmanager
async def working_under(act: Path, installation: Installation) -> AsyncIterator[Office]:
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


async def test_a_message_under_another_act_is_not_started_until_its_act_is_named(
    restoring: Restoring, tmp_path: Path
) -> None:
    newer_edition = tmp_path / "newer.toml"
    text = ORDER_238.read_text(encoding="utf-8").replace("edition = 2020-08-17", "edition = 2026-01-01")
    newer_edition.write_text(text, encoding="utf-8")
    before = await restoring.begun()
    async with working_under(newer_edition, before) as office:
        other_edition = await drafted_message(office)
    async with working_under(YELIZOVO, before) as office:
        other_act = await drafted_message(office)
        copy = await restoring.copied(before)
        await other_act.rework()
        await restoring.see(other_act)

    older = await restoring.nowhere()
    after = await restoring.restored(copy, older)
    named = {
        int(other_act.id): "yelizovo-2129 в редакции 2025-01-01",
        int(other_edition.id): "ivanovo-238 в редакции 2026-01-01",
    }
    report = await heal(after)
    assert (report.restarted, report.other_act) == ([], named)
    assert not [
        run async for run in (await after.client()).list_workflows("WorkflowType = 'OpenSourceMessage'")
    ]
    code, told = await the_command(after)
    assert code == 1
    for number, act in named.items():
        assert any(f"по порядку {act}" in line and line.endswith(f"сообщения: {number}") for line in told)
    assert "OTKLIK_REGULATION" in told[-1]
    report = await heal(after, rules.load(YELIZOVO, None))
    assert (report.restarted, list(report.other_act)) == (numbers(other_act), numbers(other_edition))
    report = await healed(after, rules.load(newer_edition, None))
    assert (report.restarted, report.other_act) == (numbers(other_edition), {})
    assert await the_command(after) == AGREED

    # A Temporal that is older than the database knows the act itself.
    after = restoring.at(before.settings.database_url, older)
    report = await healed(after)
    assert (report.restarted, report.other_act) == (numbers(other_act), {})
    async with working(after) as office:
        await restoring.is_as_seen(office, other_act)
        await other_act.submit()
        assert counted(other_act.run("approval")) == timedelta(hours=1), "by order 238 an hour and a half"
        await restoring.goes_to_its_end(other_act)


def anchored(installation: Installation, message: int) -> None:
    """What a night has left of which nothing else tells: a file kept elsewhere, put back."""
    now = datetime.now(UTC)
    last = Anchor(day=now.date(), made_at=now, journals=1, highest=message, root="0" * 64, before=None)
    file: Path = installation.settings.anchors_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{last.model_dump_json()}\n", "utf-8")


async def test_numbers_go_on_after_what_the_operator_and_anchors_know(on_each: Restoring) -> None:
    installation = await on_each.begun()
    async with working(installation) as office:
        await begin(office)
    code, told = await the_command(installation, "--after", "7204")
    assert (code, any("номера с 9001: " in line for line in told)) == (0, True), told
    anchored(installation, 17_204)
    assert (await healed(installation)).numbers_from == 19001
    async with working(installation) as office:
        assert numbers(await begin(office), await begin(office)) == [19001, 19002]


async def test_what_cannot_be_asked_is_named_with_what_to_do(restoring: Restoring) -> None:
    prepared = await restoring.begun()
    url, namespace = prepared.settings.database_url, prepared.settings.temporal_namespace
    for installation, told in (
        (restoring.at(restoring.empty(), namespace), ("База данных", "otklik prepare")),
        (restoring.at(url, f"no-{namespace}"), ("Temporal", "отказал", "TEMPORAL_NAMESPACE")),
        (restoring.at(url, namespace, f"127.0.0.1:{free_port()}"), ("не отвечает", "TEMPORAL_ADDRESS")),
    ):
        code, lines = await the_command(installation)
        assert code == 1
        assert all(word in lines[-1] for word in told), lines


async def test_what_was_healed_before_a_failure_is_told_with_it(
    restoring: Restoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await restoring.begun()
    async with working(before) as office:
        case = await begin(office)
        await case.journal()
    after = restoring.at(restoring.empty(), before.settings.temporal_namespace)
    await after.prepare()

    async def away(*_: object) -> None:
        raise OperationalError("UPDATE command", {}, Exception("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr("store.recovery.rows.send_again", away)
        code, lines = await the_command(after)
    assert code == 1
    assert any("остался только ход" in line and line.endswith(f": {case.id}") for line in lines), lines
    assert "База данных не отвечает" in lines[-1]
    assert await the_command(after) == AGREED
