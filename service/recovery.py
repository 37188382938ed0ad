"""Makes a restored database and Temporal one again, each from what the other knows (docs/backup.md).

Where the database is older, the histories of the workflows have every record it lacks. Where Temporal is older, or
empty, messages go on from the state the database has. Worker and API are not running meanwhile.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from activities.records import Records, all_of
from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Stage
from service import carried_run, command_keys, rules, run_history, working_hours
from service.message_view import named_texts
from service.recovery_report import Report
from service.rules import Rules
from service.sealed_runs import first_events, is_own
from settings import Settings
from store import messages, records, recovery, tables
from store.blocking import BlockingDatabase
from store.database import Database
from store.session import DatabaseError
from telemetry import tls_advice
from telemetry.logs import reason
from workflows.identity import WORKFLOW_TYPE, workflow_id
from workflows.sealing import Sealing
from workflows.seals import CommandKeys
from workflows.state import MessageInput, MessageState
from workflows.vocabulary import Command

_OF_MESSAGES = f"WorkflowType = '{WORKFLOW_TYPE}'"


async def main(settings: Settings) -> int:
    """Heal the installation of `settings` and print what was done.

    Gives the exit code: 0 if both sides agree now, 1 if something is left to do, 2 if a file cannot be used; the last
    line says what to do.
    """
    try:
        current = rules.load(settings.regulation, settings.schedules)
    except rules.RulesError as error:
        return _failed(str(error), code=2)
    temporal = f"Temporal ({settings.temporal_address}, пространство имён {settings.temporal_namespace})"
    try:
        keys = command_keys.load(settings)
    except command_keys.KeysError as error:
        return _failed(str(error), code=2)
    try:
        client = await Client.connect(
            **settings.temporal_connection(),
            data_converter=pydantic_data_converter,
            interceptors=[Sealing(keys)],
        )
    except RuntimeError as error:
        return _failed(
            tls_advice.for_temporal(error)
            or f"{temporal} не отвечает. Запустите его или исправьте TEMPORAL_ADDRESS и повторите команду."
        )
    report = Report()
    try:
        await recover(settings, client, current, report)
    except RPCError as error:
        return _failed(
            f"{temporal} не отвечает или отказал: {error}. Проверьте TEMPORAL_NAMESPACE и повторите команду.",
            report,
        )
    except DatabaseError as error:
        return _failed(
            tls_advice.for_database(error)
            or f"База данных не отвечает или не подготовлена ({reason(error)}). Проверьте её адрес, выполните "
            "otklik prepare и повторите команду.",
            report,
        )
    print(*report.lines(), sep="\n")  # noqa: T201
    return 0 if report.is_complete else 1


def _failed(told: str, done: Report | None = None, *, code: int = 1) -> int:
    # The next run does not tell again what this one has healed, and found lost.
    if done is not None and done != Report():
        print(*done.lines(), sep="\n")  # noqa: T201
    print(told, file=sys.stderr)  # noqa: T201
    return code


async def recover(settings: Settings, client: Client, current: Rules, report: Report | None = None) -> Report:
    """Heal both sides; a second time changes nothing. What is lost for good is in the report.

    `report` is filled as it goes, for where it breaks off.
    """
    database, writing = Database(settings.database_url), BlockingDatabase(settings.database_url, 1)
    try:
        keys = command_keys.load(settings)
        await working_hours.bring(database, current)
        return await _Recovery(client, keys, current, database, Records(writing), report or Report()).run()
    finally:
        writing.dispose()
        await database.dispose()


class _Recovery:
    def __init__(
        self,
        client: Client,
        keys: CommandKeys,
        current: Rules,
        database: Database,
        writing: Records,
        report: Report,
    ) -> None:
        self._client = client
        self._keys = keys
        self._rules = current
        self._db = database
        self._records = writing
        self._report = report
        self._running: set[int] = set()

    async def run(self) -> Report:
        executions: dict[int, list[WorkflowExecution]] = defaultdict(list)
        async for execution in self._client.list_workflows(_OF_MESSAGES):
            # Whoever reaches Temporal may have started one under any id.
            if (name := execution.id.removeprefix("message-")).isdecimal():
                executions[int(name)].append(execution)
        async with self._db.read() as session:
            known_open = {row.number for row in await messages.open_ones(session) if row.number is not None}
        # A run that has just begun may be missing from the list.
        found = [
            number
            for number in sorted(executions.keys() | known_open)
            if await self._from_temporal(number, executions[number])
        ]
        async with self._db.write() as session:
            await recovery.keep_numbers_apart(session)
            known = await recovery.known_messages(session)
        for number in sorted(known.keys() - set(found)):
            await self._from_database(known[number], self._rules.regulation)
        async with self._db.write() as session:
            await recovery.send_again(session, self._running)
            self._report.erased = await recovery.erase_again(session, Command.RECORD_ERASURE)
        return self._report

    async def _from_temporal(self, number: int, listed: Sequence[WorkflowExecution]) -> bool:
        """Write what the workflow has recorded and the database lacks, or restart one that knows less, or has ended.

        False if Temporal keeps no history of the message after all. `listed`: the runs as Temporal lists them, which
        is a moment behind; the last run is asked for by itself.
        """
        last = await run_history.current(self._client, number)
        executions = [execution for execution in listed if last is None or execution.run_id != last.run_id]
        if last is not None:
            executions.append(last)
        own = [execution for execution in executions if await self._is_own(execution)]
        is_running = last is not None and last.status is WorkflowExecutionStatus.RUNNING
        if is_running and last not in own:
            await carried_run.end_forged(self._client, self._keys, number)
            self._report.forged.append(number)
            is_running = False
        runs = [run for execution in own if (run := await run_history.read(self._client, execution))]
        if not runs:
            return False
        # A moved clock dates a run by the message's own time: rows alone tell which run came first.
        runs.sort(key=lambda run: (run.before, run.started_at))
        row = await self._row(number) or await self._add_row(number, runs[0].start)
        known, recorded = max(run.last for run in runs), row.recorded
        if known > recorded:
            await self._write(number, recorded, runs)
            row = await self._row(number) or row
        if is_running and known >= recorded:
            self._running.add(number)
        elif row.recorded > 0:
            if is_running and row.stage == Stage.CLOSED:
                await self._end(number)
            await self._from_database(row, runs[-1].start.regulation)
        return True

    async def _is_own(self, execution: WorkflowExecution) -> bool:
        """Whether the program has started the run; what somebody else has started is not believed."""
        events = await first_events(self._client, execution.id, execution.run_id)
        return not events or is_own(self._keys, execution.id, events)

    async def _write(self, number: int, recorded: int, runs: Sequence[run_history.Run]) -> None:
        """Write the records after `recorded`; for a run that is kept no more stands what the next one began with."""
        named: set[str] = set()
        for run in runs:
            if run.before > recorded and run.start.carried:
                self._report.lost_rows.setdefault(number, []).append((recorded + 1, run.before))
                await self._go_on_from(run.start.carried.state)
                named |= named_texts(run.start.carried.state)
                recorded = run.before
            for record in run.records:
                if (last := record.rows[-1].number) > recorded:
                    await asyncio.to_thread(self._records.write, record)
                    self._report.rows += last - recorded
                    recorded = last
        self._report.healed.append(number)
        async with self._db.write() as session:
            if await recovery.mark_lost_texts(session, number, named):
                self._report.lost_texts.append(number)

    async def _go_on_from(self, state: MessageState) -> None:
        """Put the state with all its limits in the place of journal rows that nobody has."""
        async with self._db.write() as session:
            await recovery.go_on_after(session, int(state.id), state.rows)
            connection = await session.connection()
            await records.run(session, await connection.run_sync(all_of, state, self._db.dialect))

    async def _row(self, number: int) -> tables.MessageRow | None:
        async with self._db.read() as session:
            return await messages.by_number(session, number)

    async def _add_row(self, number: int, start: MessageInput) -> tables.MessageRow:
        row = recovery.message_without_texts(
            number,
            start.network,
            start.detected_at,
            start.registered_at,
            start.registered_by or recovery.LOST,
        )
        async with self._db.write() as session:
            session.add(row)
        self._report.without_texts.append(number)
        return row

    async def _from_database(self, row: tables.MessageRow, regulation: Regulation) -> None:
        """Start the workflow from the state the database has, in place of one that knows less.

        `regulation`: of the older workflow, or the installation's; where it is another act than the message's, the
        message is left alone and reported.
        """
        assert row.number is not None  # noqa: S101
        if row.recorded == 0:
            async with self._db.write() as session:
                await recovery.begin_again(session, row.number)
            return
        if row.stage == Stage.CLOSED:
            await self._check_last_step(row)
            return
        async with self._db.read() as session:
            state = await carried_run.known_state(session, row)
            if not carried_run.is_of(state, regulation):
                self._report.other_act[row.number] = f"{state.act} в редакции {state.edition}"
                return
            start = await carried_run.carried_input(session, row, state, regulation, self._rules)
        await self._check_last_step(row)
        await carried_run.start(self._client, start)
        self._running.add(row.number)
        self._report.restarted.append(row.number)

    async def _check_last_step(self, row: tables.MessageRow) -> None:
        """A snapshot may be one step ahead of the limits and the journal: that step's rows are in neither."""
        assert row.number is not None  # noqa: S101
        if row.rows > row.recorded:
            self._report.last_step_unsure.append(row.number)
            async with self._db.write() as session:
                await recovery.go_on_after(session, row.number, row.recorded)

    async def _end(self, number: int) -> None:
        """A message that was closed since has no workflow any more, which would go on and write over it."""
        handle = self._client.get_workflow_handle(workflow_id(str(number)))
        try:
            await handle.terminate(reason="closed, by a database that is newer")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        else:
            self._report.ended.append(number)
