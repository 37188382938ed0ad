"""`otklik verify` on a running installation: whole journals, and messages that the program does not lead any more."""

import pytest
from temporalio.client import Client

from service.journal.verification import WHOLE, verify
from tests.api.messages.apart import installation, office
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, until
from workflows.identity import WORKFLOW_TYPE, workflow_id

pytestmark = pytest.mark.server

__all__ = ["installation", "office"]
# An installation of these tests alone: others leave tables that somebody has changed.


async def told_of(
    installation: Installation, capsys: pytest.CaptureFixture[str], *messages: str
) -> dict[str, str]:
    """What is said of each of the messages, and at the end of it all; the journals are whole."""
    assert await verify(installation.settings) == WHOLE
    lines = capsys.readouterr().out.splitlines()
    assert "Все журналы целы." in lines
    said = {
        message: " ".join(line for line in lines if line.startswith(f"Сообщение {message}:"))
        for message in messages
    }
    return said | {"end": lines[-1]}


async def test_open_messages_that_the_program_does_not_lead_are_named(
    begin: Begin, installation: Installation, stranger: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    led, gone, taken = await begin(), await begin(), await begin()
    for case in (gone, taken):
        await case.look()
        await stranger.get_workflow_handle(workflow_id(case.id)).terminate()
    await stranger.start_workflow(WORKFLOW_TYPE, {}, id=workflow_id(taken.id), task_queue="of nobody")
    told = await told_of(installation, capsys, led.id, gone.id, taken.id)
    assert told[led.id] == ""
    assert told[gone.id] == f"Сообщение {gone.id}: открыто, а в Temporal его никто не ведёт."
    assert told[taken.id] == (
        f"Сообщение {taken.id}: в Temporal под его номером идёт запуск, начатый не программой "
        "(или её ключ утрачен)."
    )
    assert "выполните otklik recover: он продолжит их по данным базы" in told["end"]


async def test_a_run_under_the_number_of_a_closed_message_is_named(
    begin: Begin, installation: Installation, stranger: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await begin()
    await case.close("deleted")
    await (await installation.client()).get_workflow_handle(workflow_id(case.id)).result()
    forged = await stranger.start_workflow(WORKFLOW_TYPE, {}, id=workflow_id(case.id), task_queue="of nobody")
    described = await forged.describe()
    assert described.run_id == forged.first_execution_run_id

    async def named() -> bool:
        return "начатый не программой" in (await told_of(installation, capsys, case.id))[case.id]

    await until(named)  # it is found by the list of what runs, which lags
    await forged.terminate()
