"""Makes a restored database and Temporal one again, each from what the other knows (docs/run/backup.md).

Where the database is older, the histories of the workflows have every record it lacks. Where Temporal is older, or
empty, messages go on from the state the database has. Worker and API are not running meanwhile.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import Stage
from service.directory import working_hours
from service.journal import anchors
from service.journal.records import Records, all_of
from service.keys import command_keys
from service.messages.view import named_texts
from service.recovery import carried_run
from service.recovery.report import Report
from service.runs import rules, run_history, working_times
from service.runs.rules import Rules
from service.runs.run_history import History
from settings import Settings
from store.database import statements
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.database.session import DatabaseError
from store.messages import finding
from store.messages.tables import MessageRow
from store.promises import rows as promises
from store.recovery import rows as recovery
from telemetry import tls_advice
from telemetry.logs import reason
from workflows.identity import WORKFLOW_TYPE, workflow_id
from workflows.sealing import Sealing
from workflows.seals import CommandKeys, MissingKeyError
from workflows.state import MessageInput, MessageState
from workflows.vocabulary import Command

_KEY_IS_MISSING = (
    "Этой команде не передан ключ {key}, которым программа заверила часть сообщений. Передайте все ключи установки "
    "(docs/run/security.md) и повторите команду."
)
_OF_MESSAGES = f"WorkflowType = '{WORKFLOW_TYPE}'"


async def main(settings: Settings, after: int = 0) -> int:
    """Heal the installation of `settings` and print what was done; no number up to `after` is given again.

    Returns the exit code: 0 if both sides agree now, 1 if something is left to do, 2 if a file cannot be used; the last
    line says what to do.
    """
    try:
        current = rules.load_files(settings)
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
        await recover(settings, client, current, report, after)
    except MissingKeyError as error:
        return _failed(_KEY_IS_MISSING.format(key=error.key), report, code=2)
    except (RPCError, DatabaseError) as error:
        return _failed(_away(error, temporal), report)
    print(*report.lines(), sep="\n")  # noqa: T201
    return 0 if report.is_complete else 1


def _away(error: RPCError | DatabaseError, temporal: str) -> str:
    if isinstance(error, RPCError):
        return (
            f"{temporal} не отвечает или отказал: {error}. Проверьте TEMPORAL_NAMESPACE и повторите команду."
        )
    return tls_advice.for_database(error) or (
        f"База данных не отвечает или не подготовлена ({reason(error)}). Проверьте её адрес, выполните "
        "otklik prepare и повторите команду."
    )


def _failed(told: str, done: Report | None = None, *, code: int = 1) -> int:
    # The next run does not tell again what this one has healed, and found lost.
    if done is not None and done != Report():
        print(*done.lines(), sep="\n")  # noqa: T201
    print(told, file=sys.stderr)  # noqa: T201
    return code


async def recover(
    settings: Settings, client: Client, current: Rules, report: Report | None = None, after: int = 0
) -> Report:
    """Heal both sides; a second time changes nothing. What is lost for good is in the report.

    `report` is filled as it goes, for where it breaks off. `after`: a number that a message is known to have had; none
    up to it is given again, nor any that the anchors know of.
    """
    database, writing = Database(settings.database_url), BlockingDatabase(settings.database_url, 1)
    try:
        keys = command_keys.load(settings)
        await working_hours.bring(database, current)
        after = max(after, await asyncio.to_thread(_largest_anchored, settings.anchors_file))
        healing = _Recovery(client, keys, current, database, Records(writing), report or Report(), after)
        return await healing.run()
    finally:
        writing.dispose()
        await database.dispose()


def _largest_anchored(file: Path) -> int:
    """The largest number of a message as of the last night that the file knows, as far as it can be read: else 0."""
    with suppress(OSError):
        if (last := anchors.newest(file)) is not None:
            return last.highest
    return 0


class _Recovery:
    def __init__(
        self,
        client: Client,
        keys: CommandKeys,
        current: Rules,
        database: Database,
        writing: Records,
        report: Report,
        after: int,
    ) -> None:
        self._client = client
        self._after = after
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
            known_open = {row.number for row in await finding.open_ones(session) if row.number is not None}
        # A run that has just begun may be missing from the list.
        found = [
            number
            for number in sorted(executions.keys() | known_open)
            if await self._looked_at(number, executions[number])
        ]
        async with self._db.write() as session:
            self._report.numbers_from = await recovery.keep_numbers_apart(session, self._after)
            known = await recovery.known_messages(session)
        for number in sorted(known.keys() - set(found)):
            await self._from_database(known[number], self._rules.regulation)
        async with self._db.write() as session:
            await recovery.send_again(session, self._running)
            await promises.look_again(session)
            self._report.erased = await recovery.erase_again(session, Command.RECORD_ERASURE)
        return self._report

    async def _looked_at(self, number: int, listed: Sequence[WorkflowExecution]) -> bool:
        """As `_from_temporal`; what is odd about one message does not keep the others from being healed."""
        try:
            return await self._from_temporal(number, listed)
        except (RPCError, DatabaseError, MissingKeyError):
            raise
        except Exception as error:
            self._report.failed[number] = type(error).__name__
            return True

    async def _from_temporal(self, number: int, listed: Sequence[WorkflowExecution]) -> bool:
        """Write what the workflow has recorded and the database lacks, or restart one that knows less, or has ended.

        False if Temporal keeps no history of the message after all. `listed`: the runs as Temporal lists them, which
        is a moment behind; the last run, and the one the database knows, are asked for by themselves.
        """
        row = await self._row(number)
        last = await run_history.current(self._client, number)
        executions = {execution.run_id: execution for execution in listed}
        if row is not None and row.run_id is not None and row.run_id not in executions:
            known_run = await run_history.current(self._client, number, row.run_id)
            executions |= {row.run_id: known_run} if known_run else {}
        executions |= {last.run_id: last} if last else {}
        read = [await run_history.read(self._client, self._keys, found) for found in executions.values()]
        runs = _rightful([run for run in read if run], row)
        is_running = last is not None and last.status is WorkflowExecutionStatus.RUNNING
        if is_running and last is not None and last.run_id not in {run.run_id for run in runs}:
            await run_history.end(self._client, last)
            self._report.forged.append(number)
            is_running = False
        if not runs:
            return False
        row = row or await self._add_row(number, runs[0].start)
        async with self._db.write() as session:
            for run in runs:
                await working_times.keep_in(session, run.working_times)
        known, recorded, newest = max(run.last for run in runs), row.recorded, runs[-1]
        if known > recorded:
            await self._write(number, recorded, runs)
            row = await self._row(number) or row
        if is_running and known >= recorded and _may_go_on(runs, last, row):
            self._running.add(number)
            await self._led_by(number, newest)
        else:
            if is_running and row.stage == Stage.CLOSED:
                await self._end(number)
            await self._from_database(row, newest.start.regulation, after=newest.start.restarts)
        return True

    async def _led_by(self, number: int, run: History) -> None:
        """The run that leads the message, which the database may have forgotten."""
        async with self._db.write() as session:
            row = await finding.locked(session, number)
            row.restarts, row.run_id = run.start.restarts, run.run_id
            session.add(row)

    async def _write(self, number: int, recorded: int, runs: Sequence[History]) -> None:
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
                    try:
                        await asyncio.to_thread(self._records.write, record)
                    except ApplicationError:
                        self._report.contradicted.append(number)
                        return
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
            await statements.run(session, await connection.run_sync(all_of, state, self._db.dialect))

    async def _row(self, number: int) -> MessageRow | None:
        async with self._db.read() as session:
            return await finding.by_number(session, number)

    async def _add_row(self, number: int, start: MessageInput) -> MessageRow:
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

    async def _from_database(self, known: MessageRow, regulation: Regulation, after: int = 0) -> None:
        """Start the workflow from the state the database has, in place of one that knows less.

        `regulation`: of the older workflow, or the installation's; where it is another act than the message's, the
        message is left alone and reported. `after`: how often it had been started again by then.
        """
        number = known.number
        assert number is not None  # noqa: S101
        if known.recorded == 0:
            async with self._db.write() as session:
                await recovery.begin_again(session, number)
            self._report.registered.append(number)
            return
        if known.stage == Stage.CLOSED:
            await self._check_last_step(known)
            return
        async with self._db.write() as session:
            row = await finding.locked(session, number)
            state = await carried_run.known_state(session, row)
            if not carried_run.is_of(state, regulation):
                self._report.other_act[number] = f"{state.act} в редакции {state.edition}"
                return
            row.restarts = max(row.restarts, after)
            finding.begin_again(row)
            session.add(row)
            start = await carried_run.carried_input(session, row, state, regulation, self._rules)
        await self._check_last_step(known)
        run_id = await carried_run.start(self._client, start)
        async with self._db.write() as session:
            row = await finding.locked(session, number)
            row.run_id = run_id
            session.add(row)
        self._running.add(number)
        self._report.restarted.append(number)

    async def _check_last_step(self, row: MessageRow) -> None:
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


def _rightful(runs: Sequence[History], row: MessageRow | None) -> list[History]:
    """The runs of the program's own, in order: a sealed start that was started once more is somebody else's.

    Of runs with the same start it is the one that the database knows, else the first.
    """
    starts: dict[tuple[int, str | None], list[History]] = defaultdict(list)
    for run in runs:
        starts[run.start.restarts, run.start.after].append(run)
    known = row.run_id if row is not None else None
    own = [min(same, key=lambda run: (run.run_id != known, run.started_at)) for same in starts.values()]
    # A moved clock dates a run by the message's own time: rows alone tell which run came first.
    return sorted(own, key=lambda run: (run.start.restarts, run.before, run.started_at))


def _may_go_on(runs: Sequence[History], last: WorkflowExecution | None, row: MessageRow) -> bool:
    """Whether the newest run of the program's own is there, unspoilt, and no other one leads the message.

    The database may know one that it continues, however many runs lie between them.
    """
    *_, newest = runs
    if last is None or last.run_id != newest.run_id or newest.is_spoilt:
        return False
    after = {run.run_id: run.start.after for run in runs}
    line, run_id = {None, newest.run_id}, after[newest.run_id]
    while run_id is not None and run_id not in line:
        line.add(run_id)
        run_id = after.get(run_id)
    if newest.start.restarts == row.restarts:
        return row.run_id in line
    return newest.start.restarts > row.restarts
