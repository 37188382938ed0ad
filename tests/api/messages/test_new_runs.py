"""A new run of a closed message's workflow begins once, from everything the database has, whatever ends a process."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from calendar_rules import regulation
from calendar_rules.regulation import Regulation
from service.recovery import carried_run
from service.runs.workflows import Sent
from store.commands import outbox
from store.commands.tables import CommandRow
from store.messages import finding
from store.messages.tables import MessageRow
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office, refused, taken, until
from tests.api.messages.test_after_the_end import ended, numbered
from tests.command_keys import KEYS
from workflows.identity import workflow_id

pytestmark = pytest.mark.server

REASON = {"reason": "Закрыто по ошибке."}
LINK = {"url": "https://vk.com/wall-1_3", **REASON}


@pytest.fixture
async def closed(installation: Installation, begin: Begin) -> Case:
    """Closed without an answer, its workflow at an end."""
    case = await begin(to=["roads"])
    await case.close("deleted")
    await ended(installation, case)
    return case


@pytest.fixture
async def answered(installation: Installation, begin: Begin) -> Case:
    case = await begin(to=["roads"])
    await case.answer()
    await ended(installation, case)
    return case


async def runs(installation: Installation, case: Case, *, at_least: int = 0) -> int:
    """How many runs of the message Temporal lists; the list lags a little."""
    client = await installation.client()

    async def listed() -> list[object]:
        query = f"WorkflowId = '{workflow_id(case.id)}'"
        found: list[object] = [run async for run in client.list_workflows(query)]
        return found if len(found) >= at_least else []

    return len(await until(listed))


async def given(
    office: Office, case: Case, path: str, body: object, monkeypatch: pytest.MonkeyPatch
) -> CommandRow:
    """A command that is taken by a process that ends before it delivers it."""

    async def dies(*_: object, **__: object) -> None:
        return None

    with monkeypatch.context() as process:
        process.setattr(office.service.commands.delivery, "deliver", dies)
        request = office.http.post(
            f"/api/messages/{case.id}{path}",
            json=body,
            headers={"Authorization": f"Bearer {await office.token('curator')}"},
        )
        command = taken(await request, 202)["command"]
    async with office.database.read() as session:
        row = await outbox.by_id(session, command)
    assert row is not None
    return row


async def status(office: Office, row: CommandRow) -> str:
    async with office.database.read() as session:
        found = await outbox.by_id(session, row.id)
    assert found is not None
    return found.status


async def test_a_process_that_ends_after_the_start_leaves_nothing_to_be_done_twice(
    installation: Installation, office: Office, closed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await given(office, closed, "/reopen", REASON, monkeypatch)
    assert await office.service.commands.delivery._signal(row) is Sent.DELIVERED
    # Whoever comes next finds the command as if it had not been sent.
    await office.service.commands.delivery.deliver(row)
    assert await status(office, row) == outbox.ACCEPTED
    assert (await numbered(closed))[-2:] == ["close_unanswered", "reopened"]
    assert await runs(installation, closed, at_least=2) == 2


async def test_what_the_last_run_applied_is_not_applied_by_the_next_one(
    installation: Installation, office: Office, answered: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/drafts/{answered.draft['id']}/link"
    first = await given(office, answered, path, LINK, monkeypatch)
    assert await office.service.commands.delivery._signal(first) is Sent.DELIVERED
    await ended(installation, answered)
    # Whoever comes after the run has ended settles by the journal.
    assert await office.service.commands.delivery.deliver(first) is None
    assert await status(office, first) == outbox.ACCEPTED
    # A second run, which is sent the first command again.
    second = await given(office, answered, path, {**LINK, "url": "https://vk.com/wall-1_4"}, monkeypatch)
    assert await office.service.commands.delivery._signal(second) is Sent.DELIVERED
    await office.service.runs.workflows.signal(int(answered.id), first.name, first.payload)
    await office.service.commands.delivery.deliver(second)
    assert (await answered.look())["drafts"][0]["published_url"] == "https://vk.com/wall-1_4"
    assert (await numbered(answered)).count("correct_link") == 2


async def test_nothing_begins_for_whoever_may_not_have_the_command_any_more(
    installation: Installation, office: Office, closed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await given(office, closed, "/reopen", REASON, monkeypatch)
    row.lease_until = datetime.now(UTC) + timedelta(seconds=1)
    assert await office.service.commands.delivery._signal(row) is Sent.NOT_NOW
    assert await runs(installation, closed) == 1


async def test_a_run_waits_until_the_database_has_everything_of_the_one_before(
    installation: Installation, office: Office, closed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await given(office, closed, "/reopen", REASON, monkeypatch)

    async def let_it_have(recorded: int) -> None:
        async with office.database.write() as session:
            of_message = col(MessageRow.number) == int(closed.id)
            await session.exec(sa.update(MessageRow).where(of_message).values(recorded=recorded))

    await let_it_have(2)
    assert await office.service.commands.delivery._signal(row) is Sent.NOT_NOW
    assert await runs(installation, closed) == 1
    await let_it_have(3)
    assert await office.service.commands.delivery._signal(row) is Sent.DELIVERED


# ---- the act


def other_act() -> Regulation:
    return regulation.load(regulation.ORDER_238.with_name("yelizovo_2129.toml"))


async def test_a_message_goes_on_by_the_act_it_was_started_by(
    office: Office, closed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflows = office.service.runs.workflows
    monkeypatch.setattr(workflows, "rules", replace(workflows.rules, regulation=other_act()))
    await closed.reopen()
    await closed.submit()
    approval = closed.run("approval")
    # An hour and a half of order 238, not the hour of the other act.
    assert [step["counted"] for step in approval["explanation"]][-1] == "PT1H30M"


async def test_where_temporal_keeps_no_history_only_the_installations_act_is_left(
    installation: Installation, office: Office, closed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await installation.client()
    async with office.database.read() as session:
        row = await finding.by_number(session, int(closed.id))
    assert row is not None
    found = await carried_run.last_regulation(client, KEYS, row)
    # What papers say of the act goes with no message.
    assert found is not None
    assert found.model_dump() == office.service.rules.regulation.model_dump()
    gone = row.model_copy(update={"run_id": "11111111-1111-4111-8111-111111111111"})
    assert await carried_run.last_regulation(client, KEYS, gone) is None

    async def kept_no_more(*_: object) -> None:
        """Of a message that is there: to delete a history takes the server its time."""

    monkeypatch.setattr(carried_run, "last_regulation", kept_no_more)
    workflows = office.service.runs.workflows
    with monkeypatch.context() as installed:
        installed.setattr(workflows, "rules", replace(workflows.rules, regulation=other_act()))
        refused(await closed.post("curator", "/reopen", REASON), 409, "ivanovo-238", "OTKLIK_REGULATION")
    assert (await numbered(closed))[-1] == "refused"
    assert (await closed.reopen())["stage"] == "preparation"
    assert (await numbered(closed))[-2:] == ["refused", "reopened"]
