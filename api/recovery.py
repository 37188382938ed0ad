"""Makes a restored database and Temporal one again, each from what the other knows (docs/backup.md).

Where the database is older, the histories of the workflows have every record it lacks. Where Temporal is older, or
empty, messages go on from the state the database has. Worker and API are not running meanwhile.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.records import Records
from api import rules
from api.message_view import state_of
from api.rules import Rules
from settings import Settings
from store import messages, outbox, recovery, tables
from store.blocking import BlockingDatabase
from store.database import Database
from workflows.message import OpenSourceMessage
from workflows.process import TASK_QUEUE, WRITE_RECORD, workflow_id
from workflows.state import Calendars, Carried, CommandOutcome, MessageInput, Record
from workflows.vocabulary import Stage
from workflows.wording import about, title

_Decoded = TypeVar("_Decoded", MessageInput, Record)

_OF_MESSAGES = f"WorkflowType = '{OpenSourceMessage.__name__}'"


@dataclass
class Report:
    """What was healed: numbers of messages, and how many journal rows were written."""

    rows: int = 0
    healed: list[int] = field(default_factory=list)
    without_texts: list[int] = field(default_factory=list)
    lost_texts: list[int] = field(default_factory=list)
    restarted: list[int] = field(default_factory=list)
    last_step_unsure: list[int] = field(default_factory=list)
    lost_rows: list[str] = field(default_factory=list)
    other_act: dict[int, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """In Russian, for whoever restores."""
        told: list[tuple[str, Sequence[object], int]] = [
            ("Дописано по данным Temporal строк журнала: {}; сообщения: ", self.healed, self.rows),
            (
                "Сообщения, от которых остался только ход (автор, ссылка и текст утрачены): ",
                self.without_texts,
                0,
            ),
            ("Сообщения, в которых утрачены тексты отдельных шагов: ", self.lost_texts, 0),
            ("Сообщения, продолженные по данным базы: ", self.restarted, 0),
            ("Из них проверьте сроки последнего шага: ", self.last_step_unsure, 0),
            ("Строки журнала, которых нет ни в базе, ни в Temporal: ", self.lost_rows, 0),
        ]
        lines = [text.format(number) + ", ".join(map(str, found)) for text, found, number in told if found]
        lines += [
            f"Сообщение {number} не продолжено: оно идёт по порядку {act}. Укажите файл этой редакции "
            "в OTKLIK_REGULATION и повторите команду."
            for number, act in self.other_act.items()
        ]
        return lines or ["База данных и Temporal согласны, исправлять нечего."]


async def main(settings: Settings) -> None:
    """Heal the installation of `settings` and print what was done."""
    client = await Client.connect(**settings.temporal_connection(), data_converter=pydantic_data_converter)
    report = await recover(settings, client, rules.load(settings.regulation, settings.schedules))
    print(*report.lines(), sep="\n")  # noqa: T201


async def recover(settings: Settings, client: Client, current: Rules) -> Report:
    """Heal both sides; a second time changes nothing. What is lost for good is in the report."""
    database, writing = Database(settings.database_url), BlockingDatabase(settings.database_url, 1)
    try:
        return await _Recovery(client, current, database, Records(writing)).run()
    finally:
        writing.dispose()
        await database.dispose()


class _Recovery:
    def __init__(self, client: Client, current: Rules, database: Database, records: Records) -> None:
        self._client = client
        self._rules = current
        self._db = database
        self._records = records
        self._report = Report()

    async def run(self) -> Report:
        runs: dict[int, list[WorkflowExecution]] = defaultdict(list)
        async for execution in self._client.list_workflows(_OF_MESSAGES):
            runs[int(execution.id.removeprefix("message-"))].append(execution)
        for number, executions in sorted(runs.items()):
            await self._from_temporal(number, sorted(executions, key=lambda run: run.start_time))
        async with self._db.write() as session:
            await recovery.keep_numbers_apart(session)
            await recovery.send_again(session)
            self._report.lost_texts = await recovery.mark_lost_texts(session, self._report.healed)
            known = await recovery.known_messages(session)
        for number in sorted(known.keys() - runs.keys()):
            await self._from_database(known[number])
        return self._report

    async def _from_temporal(self, number: int, runs: Sequence[WorkflowExecution]) -> None:
        """Write what the workflow has recorded and the database lacks, or restart a workflow that knows less."""
        starts: list[MessageInput] = []
        records: list[Record] = []
        for run in runs:
            handle = self._client.get_workflow_handle(run.id, run_id=run.run_id)
            async for event in handle.fetch_history_events():
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                    started = event.workflow_execution_started_event_attributes
                    starts += await self._decoded(started.input, MessageInput)
                elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                    scheduled = event.activity_task_scheduled_event_attributes
                    if scheduled.activity_type.name == WRITE_RECORD:
                        records += await self._decoded(scheduled.input, Record)
        row = await self._row(number) or await self._add_row(number, starts[0])
        missing = [record for record in records if record.rows[-1].number > row.recorded]
        carried = [start.carried.state.rows for start in starts if start.carried]
        if missing:
            await self._write(row, missing)
        elif row.recorded > max([*carried, *(record.rows[-1].number for record in records)], default=0):
            await self._from_database(row)

    async def _write(self, row: tables.Message, missing: Sequence[Record]) -> None:
        assert row.number is not None  # noqa: S101
        before = missing[0].rows[0].number - 1
        if before > row.recorded:  # of a run that Temporal keeps no more
            self._report.lost_rows.append(f"{row.number} ({row.recorded + 1}–{before})")
            async with self._db.write() as session:
                await recovery.go_on_after(session, row.number, before)
        for record in missing:
            await asyncio.to_thread(self._records.write, record)
        self._report.healed.append(row.number)
        self._report.rows += missing[-1].rows[-1].number - max(row.recorded, before)

    async def _decoded(self, payloads: Payloads, kind: type[_Decoded]) -> list[_Decoded]:
        return await self._client.data_converter.decode(payloads.payloads, [kind])

    async def _row(self, number: int) -> tables.Message | None:
        async with self._db.read() as session:
            return await messages.by_number(session, number)

    async def _add_row(self, number: int, start: MessageInput) -> tables.Message:
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

    async def _from_database(self, row: tables.Message) -> None:
        """Start the workflow from the state the database has, in place of one that knows less."""
        assert row.number is not None  # noqa: S101
        async with self._db.write() as session:
            if row.stage == Stage.CLOSED or await recovery.is_to_be_started(session, row.number):
                return
            runs = await messages.limits(session, [row.number])
            settled = await recovery.outcomes(session, row.number)
            state = state_of(row, runs[row.number])
            act = self._rules.regulation.act
            if (state.act, state.edition) != (act.key, act.edition.isoformat()):
                self._report.other_act[row.number] = f"{state.act} в редакции {state.edition}"
                return
            # A snapshot may be one step ahead of the limits and the journal: that step's rows are in neither.
            if row.rows > row.recorded:
                self._report.last_step_unsure.append(row.number)
                state.rows = row.recorded
                await recovery.go_on_after(session, row.number, row.recorded)
        calendars = self._rules.calendars(row.detected_at)
        hours = {body: self._rules.schedules.of(body) for body in state.bodies}
        start = MessageInput(
            id=state.id,
            network=state.network,
            detected_at=state.detected_at,
            registered_at=state.registered_at,
            registered_by=row.registered_by,
            regulation=self._rules.regulation,
            calendars=calendars,
            carried=Carried(
                state=state,
                calendars=Calendars(
                    production=calendars.production, department=calendars.department, bodies=hours
                ),
                outcomes={row.id: _outcome(row) for row in settled},
                records=row.recorded,
            ),
        )
        await self._client.start_workflow(
            OpenSourceMessage.run,
            start,
            id=workflow_id(start.id),
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            static_summary=title(start.id, start.network),
            static_details=about(state.detected_at, state.act, state.edition),
        )
        self._report.restarted.append(row.number)


def _outcome(row: tables.CommandRow) -> CommandOutcome:
    return CommandOutcome(accepted=row.status == outbox.ACCEPTED, detail=row.detail)
