"""Open messages that no run of the program leads: what somebody who reaches the Temporal server can bring about."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from service.keys import command_keys, key_files
from service.keys.key_files import KeysError
from service.runs.sealed_runs import first_events, is_own, own_start
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.journal import whole as journals
from store.journal import written
from store.journal.written import Leading, Led
from telemetry.logs import reason
from workflows.identity import WORKFLOW_TYPE, is_message, message_of, workflow_id
from workflows.seals import CommandKeys, MissingKeyError

_RUNNING = f"WorkflowType = '{WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
_AT_ONCE = 16

_FORGED = "в Temporal под его номером идёт запуск, начатый не программой (или её ключ утрачен)"
_MISSING = "открыто, а в Temporal его никто не ведёт"
WAITS = "зарегистрировано и ждёт начала"
"""Nothing is wrong with it: the outbox has its registration, and starts it once API and worker are there."""


class RunsUnknownError(Exception):
    """Temporal cannot be asked; the text is Russian and says why."""


async def unled(settings: Settings, database: BlockingDatabase) -> AsyncIterator[tuple[int, str]]:
    """Messages, each with what is wrong, in Russian, or `WAITS`. Raises RunsUnknownError."""
    keys = _keys(settings)
    try:
        client = await Client.connect(**settings.temporal_connection())
        under_way = await running(client)
        known: set[int] = set()
        for portion in journals.open_messages(database):
            known.update(portion)
            numbers = list(portion)
            for start in range(0, len(numbers), _AT_ONCE):
                part = numbers[start : start + _AT_ONCE]
                found = await asyncio.gather(
                    *(
                        _flaw(client, keys, database, number, number in under_way, portion[number] > 0)
                        for number in part
                    )
                )
                for number, flaw in zip(part, found, strict=True):
                    # It may have been closed since it was read.
                    if flaw and journals.is_open(database, number):
                        yield number, flaw
        for number in sorted(under_way.keys() - known):
            if not is_own(
                keys, workflow_id(str(number)), await first_events(client, workflow_id(str(number)))
            ):
                yield number, _FORGED
    except RuntimeError:
        raise RunsUnknownError(f"Temporal ({settings.temporal_address}) не отвечает") from None
    except RPCError as error:
        raise RunsUnknownError(f"Temporal отказал ({reason(error)})") from None


def _keys(settings: Settings) -> CommandKeys:
    try:
        if settings.keys is None and not key_files.is_there(settings.keys_file):
            raise RunsUnknownError("ключей здесь нет")
        return command_keys.load(settings)
    except KeysError as error:
        raise RunsUnknownError(str(error).rstrip(".")) from None


async def running(client: Client) -> dict[int, str]:
    """The numbers under which runs of messages are under way, each with the run's id; somebody else's may have any.

    Raises RPCError.
    """
    return {
        int(message_of(run.id)): run.run_id
        async for run in client.list_workflows(_RUNNING)
        if is_message(run.id) and message_of(run.id).isdecimal()
    }


async def _flaw(
    client: Client, keys: CommandKeys, database: BlockingDatabase, number: int, listed: bool, begun: bool
) -> str | None:
    """What is wrong with the run of an open message; `begun`: its first record has reached the database.

    One that has not begun waits in the outbox, whatever ended in its place.
    """
    events = await first_events(client, workflow_id(str(number)))
    is_running = bool(events) and (listed or await _runs(client, number))
    if events and not await _leads(client, keys, database, number, events):
        return _FORGED if begun or is_running else WAITS
    if is_running:
        return None
    return _MISSING if begun else WAITS


async def _leads(
    client: Client, keys: CommandKeys, database: BlockingDatabase, number: int, events: Sequence[HistoryEvent]
) -> bool:
    """Whether the last run, which begins with these events, is the one that leads the message."""
    try:
        start = own_start(keys, workflow_id(str(number)), events)
    except MissingKeyError:
        return True
    if start is None:
        return False
    described = await client.get_workflow_handle(workflow_id(str(number))).describe()
    led = await asyncio.to_thread(_led, database, number)
    return led is None or Leading(start.restarts, described.run_id, start.after).leads(led)


def _led(database: BlockingDatabase, number: int) -> Led | None:
    with database.lookup() as connection:
        return written.led(connection, number)


async def _runs(client: Client, number: int) -> bool:
    """Whether the run is under way, where the list does not have it: that may lag."""
    try:
        described = await client.get_workflow_handle(workflow_id(str(number))).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.raw_description.workflow_execution_info.status == (
        WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
    )
