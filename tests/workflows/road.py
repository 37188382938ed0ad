"""A message's road in a test: its workflow at a chosen moment, by short words, in memory or on Temporal's server.

Time skipping is experimental in Temporal and used nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.common import RawValue, TypedSearchAttributes
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Interceptor, Replayer, Worker

from calendar_rules import Step, production_calendar
from calendar_rules.production_calendar import ProductionCalendar
from calendar_rules.regulation import Regulation, order_238
from calendar_rules.schedules import Schedule, Schedules, assumed
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DestructionBasis,
    DraftKind,
    Importance,
    Network,
    ReferralTo,
    Role,
)
from service.messages.explanations import Explanations
from service.runs.working_times import of_command, of_start
from tests.command_keys import SEALING
from tests.patience import PATIENCE
from tests.temporal_server import connect
from workflows import commands
from workflows.alarms import Alarm, AlarmKind
from workflows.commands import Grant
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, WRITE_RECORD, workflow_id
from workflows.open_source_message import OpenSourceMessage
from workflows.runner import runner
from workflows.sealing import given_as
from workflows.state import (
    Addressee,
    Calendars,
    Carried,
    CommandOutcome,
    Draft,
    JournalEntry,
    LimitRun,
    MessageInput,
    MessageState,
    NoticeFact,
    OutcomeAnswer,
    Record,
)
from workflows.working_time import contents

MOSCOW = assumed().default.timezone
CURATOR = Grant(role=Role.CURATOR)
HEAD = Grant(role=Role.HEAD)
ADMIN = Grant(role=Role.ADMIN)

_ids = count(1)
_SHORT_OF = timedelta(milliseconds=25)


# A workflow's clock cannot stand in the past, and chosen days must not run out: the tests live 28 years ahead,
# where every date has the same day of the week, with the production calendar moved along.
_YEARS_AHEAD = 28


async def skip_to_start(client: Client, handle: WorkflowHandle[Any, Any], at: datetime) -> None:
    """Skip the delay of a workflow that is to begin at this moment, which then comes by itself.

    Just short of it, and with no second skip: a fast-forward whose end is reached within a workflow task skips on
    without end.
    """
    once = TimeSkippingConfig(enabled=True, max_session_skip_count=1)
    await TimeSkipper(client, config=once).fast_forward(handle, at - datetime.now(UTC) - _SHORT_OF)


def ahead(day: date) -> date:
    return day.replace(year=day.year + _YEARS_AHEAD)


def msk(text: str) -> datetime:
    """A moment in Moscow time, «2026-11-23 09:00», where the tests live."""
    moment = datetime.fromisoformat(f"{text}+03:00")
    return moment.replace(year=moment.year + _YEARS_AHEAD)


def said(moment: datetime | None) -> str | None:
    """A moment in the words of `msk`, to the minute: a command counts a few milliseconds after the clock was set."""
    if moment is None:
        return None
    local = moment.astimezone(ZoneInfo(MOSCOW))
    return f"{local.replace(year=local.year - _YEARS_AHEAD):%Y-%m-%d %H:%M}"


def nearly(moment: datetime | None) -> str | None:
    """The same of a moment that is counted from commands, to the nearest minute."""
    return said(moment + timedelta(seconds=30)) if moment is not None else None


@cache
def known_years(first_year: int = 2025, last_year: int = 2027) -> ProductionCalendar:
    """The production calendar of these years where the tests live."""
    real = production_calendar.current().only(first_year, last_year)
    return ProductionCalendar(
        first_year=real.first_year + _YEARS_AHEAD,
        last_year=real.last_year + _YEARS_AHEAD,
        days_off={ahead(day): name for day, name in real.days_off.items()},
        working_weekends={ahead(day): ahead(weekday) for day, weekday in real.working_weekends.items()},
        shortened=frozenset(map(ahead, real.shortened)),
        decree_days={},
    )


def executor(body: str) -> Grant:
    return Grant(role=Role.EXECUTOR, body=body)


def responsible(body: str) -> Grant:
    return Grant(role=Role.RESPONSIBLE, body=body)


class Archive:
    """The records a worker wrote, in place of the database, in the order they came.

    It is away for the messages in `away`, and for those in `forgetful` it writes but fails to say so once. For those in
    `hangs` it does not answer.
    """

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {}
        self.away: set[str] = set()
        self.hangs: set[str] = set()
        self.forgetful: set[str] = set()

    @activity.defn(name=WRITE_RECORD)
    async def take(self, given: RawValue) -> RawValue | None:
        await self.write(given_as(Record, given))
        return given if activity.info().is_local else None

    async def write(self, record: Record) -> None:
        if record.message in self.away:
            raise ConnectionError("the database is away")
        while record.message in self.hangs:  # noqa: ASYNC110  nothing tells of a set
            await asyncio.sleep(0.02)
        self.records.setdefault(record.message, []).append(record)
        if record.message in self.forgetful:
            self.forgetful.remove(record.message)
            raise ConnectionError("the database was lost after the commit")

    def of(self, message: str) -> list[Record]:
        """What was written of a message; a repeated record counts once."""
        return list({record.number: record for record in self.records.get(message, [])}.values())


class Backend(NamedTuple):
    """A server, the real one or that in memory, with a worker of the messages' queue."""

    client: Client
    archive: Archive

    async def begin(self, at: str, **rest: Any) -> "Road":
        """Register a message at a moment such as «2026-11-23 09:00» of Moscow."""
        return await Road.begin(self.client, self.archive, msk(at), **rest)


@asynccontextmanager
async def message_worker(
    client: Client,
    archive: Archive,
    *,
    task_queue: str = TASK_QUEUE,
    workflow: type[OpenSourceMessage] = OpenSourceMessage,
    **options: Any,
) -> AsyncIterator[Worker]:
    """A worker of the messages' queue with the archive for a database; `workflow`: the code it runs."""
    worker = Worker(
        client,
        task_queue=task_queue,
        workflows=[workflow],
        activities=[archive.take],
        workflow_runner=runner(),
        **options,
    )
    async with worker:
        yield worker


@asynccontextmanager
async def backend_at(address: str) -> AsyncIterator[Backend]:
    """The server of an address, with a worker and an archive of its own."""
    client, archive = await connect(address), Archive()
    async with message_worker(client, archive):
        yield Backend(client, archive)


def replayer(*more: Interceptor, workflow: type[OpenSourceMessage] = OpenSourceMessage) -> Replayer:
    """Replays histories of messages by this code, with more interceptors than those of the program."""
    return Replayer(
        workflows=[workflow],
        workflow_runner=runner(),
        interceptors=[SEALING, *more],
        data_converter=pydantic_data_converter,
    )


async def assert_replays(history: WorkflowHistory) -> None:
    """No task of the message has failed, and the code replays what it did."""
    assert not [event for event in history.events if event.HasField("workflow_task_failed_event_attributes")]
    await replayer().replay_workflow(history)


class Road:
    """One message. Every step sends the signal and returns what became of it."""

    def __init__(
        self, client: Client, archive: Archive, handle: WorkflowHandle[Any, Any], message: str
    ) -> None:
        self.message = message
        self.handle = handle
        self._client = client
        self._archive = archive
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=True))
        self.state: MessageState
        self.ids: list[str] = []
        self._counts_by: dict[str, str] = {}
        self.first_runs = [handle.first_execution_run_id]
        self._task_queue = TASK_QUEUE

    @classmethod
    async def begin(cls, client: Client, archive: Archive, at: datetime, **rest: Any) -> "Road":
        """Register a message whose clock stands at `at`; `rest` as of `register`."""
        road = await cls.register(client, archive, at, **rest)
        await road.look()
        return road

    @classmethod
    async def register(
        cls,
        client: Client,
        archive: Archive,
        at: datetime,
        *,
        detected: datetime | None = None,
        registered: datetime | None = None,
        regulation: Regulation | None = None,
        schedules: Schedules | None = None,
        network: Network = Network.VKONTAKTE,
        registered_by: str = "curator",
        years: tuple[int, int] = (2025, 2027),
        task_queue: str = TASK_QUEUE,
        past: tuple[commands.AnyCommand, ...] = (),
        search_attributes: TypedSearchAttributes | None = None,
    ) -> "Road":
        """Start the workflow at `at` and ask nothing of it: it may have refused to begin.

        It was detected and registered then too, unless said otherwise.
        """
        message = f"t{next(_ids)}-{uuid4().hex[:6]}"
        schedules = schedules or assumed()
        start = MessageInput(
            id=message,
            network=network,
            detected_at=detected or registered or at,
            registered_at=registered or at,
            registered_by=registered_by,
            regulation=regulation or order_238(),
            calendars=Calendars(production=known_years(*years), department=schedules.of(None)),
            past=past,
        )
        delay = at - datetime.now(UTC)
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        handle = await skipper.client.start_workflow(
            WORKFLOW_TYPE,
            start,
            id=workflow_id(message),
            task_queue=task_queue,
            start_delay=delay,
            search_attributes=search_attributes,
        )
        road = cls(client, archive, handle, message)
        road._schedules, road.start, road._task_queue = schedules, start, task_queue
        road._learn(of_start(start))
        await skip_to_start(client, handle, at)
        return road

    @classmethod
    def of(cls, client: Client, archive: Archive, start: MessageInput) -> "Road":
        """A message known by what a run of it starts with; `begin_again` starts it."""
        message = f"t{next(_ids)}-{uuid4().hex[:6]}"
        road = cls(client, archive, client.get_workflow_handle(workflow_id(message)), message)
        road._schedules, road.start, road.first_runs = assumed(), start, []
        return road

    _schedules: Schedules
    start: MessageInput

    def heard(self, alarms: Iterable[Alarm]) -> list[tuple[AlarmKind, str, str | None]]:
        """Kind, reason and command of the alarms of this message."""
        return [(it.kind, it.reason, it.command) for it in alarms if it.workflow == self.handle.id]

    async def ask(self, query: str, *args: str) -> OutcomeAnswer:
        """The answer to a query; a run that has just continued as new takes a moment to be ready for one."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer: OutcomeAnswer = await self.handle.query(
                        query, args=args, result_type=OutcomeAnswer
                    )
                except RPCError as error:
                    if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                        raise
                    await asyncio.sleep(0.01)
                else:
                    self.state = answer.state
                    return answer

    async def look(self) -> MessageState:
        """The state now."""
        return (await self.ask("state")).state

    async def now(self) -> datetime:
        return await self._skipper.get_current_time(self.handle)

    async def wait(self, duration: timedelta) -> MessageState:
        """Let the message's clock run; every timer up to then fires."""
        # Asking for the time first is not idle: two fast-forwards right after one another can add up wrongly.
        goal = await self.now() + duration
        await self._skipper.fast_forward(self.handle, duration)
        assert await self.now() - goal < timedelta(seconds=30), "the server skipped past the moment"
        return await self.look()

    async def until(self, moment: datetime) -> MessageState:
        return await self.wait(moment - await self.now())

    async def at(self, moment: str) -> MessageState:
        """Like `until`, by the words of `msk`."""
        return await self.until(msk(moment))

    async def passed(self, moment: datetime) -> None:
        """Wait until the clock has run past a moment by itself, with nobody to serve its timers."""
        async with asyncio.timeout(PATIENCE):
            while await self.now() <= moment:  # noqa: ASYNC110  nothing tells of a clock on the server
                await asyncio.sleep(0.02)

    async def send(self, command: commands.AnyCommand) -> CommandOutcome:
        """Signal a command and ask what became of it."""
        await self.signal(command)
        return await self.outcome(command.id)

    async def signal(self, command: commands.AnyCommand) -> None:
        """Signal a command and ask nothing."""
        self.ids.append(command.id)
        self._learn(of_command(command.name, command.model_dump(mode="json", by_alias=True)))
        await self.handle.signal(command.name, command)

    async def outcome(self, command: str) -> CommandOutcome:
        answer = await self.ask("outcome", command)
        assert answer.outcome is not None, "the command has no outcome yet"
        return answer.outcome

    def given(self, person: str, grant: Grant, taken_at: datetime | None, *texts: str) -> dict[str, Any]:
        return {
            "id": uuid4().hex,
            "person": person,
            "grants": (grant,),
            "taken_at": taken_at,
            **{field: uuid4().hex for field in texts},
        }

    def schedules_of(self, bodies: tuple[str, ...]) -> dict[str, Schedule]:
        return {body: self._schedules.of(body) for body in bodies}

    def routing(
        self,
        *bodies: str,
        importance: Importance = Importance.ORDINARY,
        reduced_term: timedelta | None = None,
        repeats: str | None = None,
        person: str = "curator",
        grant: Grant = CURATOR,
        taken_at: datetime | None = None,
        titles: dict[str, str] | None = None,
    ) -> commands.Route:
        return commands.Route(
            **self.given(person, grant, taken_at, "location"),
            bodies=bodies,
            schedules=self.schedules_of(bodies),
            titles=titles or {},
            topic="potholes",
            importance=importance,
            reduced_term=reduced_term,
            repeats=repeats,
        )

    async def route(self, *bodies: str, **rest: Any) -> CommandOutcome:
        """`rest` as of `routing`."""
        return await self.send(self.routing(*bodies, **rest))

    async def give_back(
        self, body: str, *, competent_body: str | None = None, taken_at: datetime | None = None
    ) -> CommandOutcome:
        given = self.given(f"executor-{body}", executor(body), taken_at, "reason")
        return await self.send(commands.Return(**given, competent_body=competent_body))

    async def contribute(self, body: str, taken_at: datetime | None = None) -> CommandOutcome:
        given = self.given(f"executor-{body}", executor(body), taken_at, "text")
        return await self.send(commands.Contribute(**given, contribution=uuid4().hex))

    def drafting(
        self,
        body: str,
        kind: DraftKind = DraftKind.ANSWER,
        *,
        measures: bool = False,
        person: str | None = None,
        grant: Grant | None = None,
        taken_at: datetime | None = None,
    ) -> commands.SubmitDraft:
        """By an executor of the body, unless another is named."""
        fields = ("text", "measures") if measures else ("text",)
        given = self.given(person or f"executor-{body}", grant or executor(body), taken_at, *fields)
        return commands.SubmitDraft(**given, draft=uuid4().hex, kind=kind)

    async def draft(self, body: str, kind: DraftKind = DraftKind.ANSWER, **rest: Any) -> CommandOutcome:
        """`rest` as of `drafting`."""
        return await self.send(self.drafting(body, kind, **rest))

    async def answer(self, body: str, kind: DraftKind = DraftKind.ANSWER, **rest: Any) -> "Road":
        """The body drafts, the curator approves, the text is published; `rest` as of `drafting`."""
        for step in (self.draft(body, kind, **rest), self.approve(), self.publish(body)):
            assert (await step).accepted
        return self

    async def withdraw(self, body: str, taken_at: datetime | None = None) -> CommandOutcome:
        given = self.given(f"executor-{body}", executor(body), taken_at)
        return await self.send(commands.WithdrawDraft(**given, draft=self.last_draft.id))

    async def approve(self, taken_at: datetime | None = None, person: str = "curator") -> CommandOutcome:
        given = self.given(person, CURATOR, taken_at)
        return await self.send(commands.Approve(**given, draft=self.last_draft.id))

    async def rework(self, taken_at: datetime | None = None) -> CommandOutcome:
        given = self.given("curator", CURATOR, taken_at, "comment")
        return await self.send(commands.SendForRework(**given, draft=self.last_draft.id))

    async def rework_contribution(self, taken_at: datetime | None = None) -> CommandOutcome:
        given = self.given("curator", CURATOR, taken_at, "comment")
        contribution = self.state.contributions[-1].id
        return await self.send(commands.SendForRework(**given, contribution=contribution))

    async def publish(self, body: str, taken_at: datetime | None = None) -> CommandOutcome:
        return await self.send(
            commands.ConfirmPublication(**self.given(f"executor-{body}", executor(body), taken_at, "url"))
        )

    async def decline(
        self, ground: DeclineGround = DeclineGround.OBSCENE_OR_INSULTING, taken_at: datetime | None = None
    ) -> CommandOutcome:
        return await self.send(commands.Decline(**self.given("curator", CURATOR, taken_at), ground=ground))

    def link(self, body: str | None = None, draft: str | None = None) -> commands.CorrectLink:
        """A correction of the link of a published text; by the curator unless a body is named."""
        given = self.given(
            f"executor-{body}" if body else "curator",
            executor(body) if body else CURATOR,
            None,
            "url",
            "reason",
        )
        return commands.CorrectLink(**given, draft=draft or self.last_draft.id)

    def reopening(self, grant: Grant = CURATOR, taken_at: datetime | None = None) -> commands.Reopen:
        return commands.Reopen(**self.given(grant.role.value, grant, taken_at, "reason"))

    async def resume(self, taken_at: datetime | None = None) -> CommandOutcome:
        return await self.send(commands.Resume(**self.given("curator", CURATOR, taken_at)))

    async def correct(self, taken_at: datetime | None = None, **fields: Any) -> CommandOutcome:
        given = self.given("curator", CURATOR, taken_at, "reason")
        return await self.send(commands.Correct(**given, **fields))

    async def note(
        self, grant: Grant = CURATOR, *attachments: str, taken_at: datetime | None = None
    ) -> CommandOutcome:
        given = self.given("someone", grant, taken_at, "text")
        return await self.send(commands.Note(**given, attachments=attachments))

    async def assign(self, body: str, person: str | None, taken_at: datetime | None = None) -> CommandOutcome:
        given = self.given(f"responsible-{body}", responsible(body), taken_at)
        return await self.send(commands.Assign(**given, assignee=person))

    async def hand_over(
        self, curator: str, taken_at: datetime | None = None, grant: Grant = CURATOR
    ) -> CommandOutcome:
        given = self.given(grant.role.value, grant, taken_at)
        return await self.send(commands.HandOver(**given, curator=curator))

    def transferring(
        self,
        body: str | None,
        successor: str,
        grant: Grant = CURATOR,
        taken_at: datetime | None = None,
        **rest: Any,
    ) -> commands.Transfer:
        given = self.given(grant.role.value, grant, taken_at, "reason")
        schedules = {successor: self._schedules.of(successor)}
        return commands.Transfer(**given, body=body, successor=successor, schedules=schedules, **rest)

    async def transfer(self, body: str | None, successor: str, *rest: Any, **more: Any) -> CommandOutcome:
        """`rest` and `more` as of `transferring`."""
        return await self.send(self.transferring(body, successor, *rest, **more))

    def splitting(self, message: str, grant: Grant = CURATOR) -> commands.Split:
        return commands.Split(**self.given("curator", grant, None), message=message)

    def referring(self, to: ReferralTo, grant: Grant = CURATOR, **rest: Any) -> commands.Refer:
        given = self.given(grant.role.value, grant, None, "document", "note")
        return commands.Refer(**given, referral=uuid4().hex, to=to, **rest)

    def redacting(self, grant: Grant = HEAD) -> commands.Redact:
        given = self.given(grant.role.value, grant, None)
        return commands.Redact(**given, basis=DestructionBasis.SUBJECT_REQUEST)

    async def begin_again(
        self, start: MessageInput, at: datetime, command: commands.AnyCommand | None = None
    ) -> None:
        """Start a new run of the workflow, whose clock stands at `at`, with a command if there is one."""
        self._learn(of_start(start))
        skipper = TimeSkipper(self._client, config=TimeSkippingConfig(enabled=False))
        self.handle = await skipper.client.start_workflow(
            WORKFLOW_TYPE,
            start,
            id=workflow_id(self.message),
            task_queue=self._task_queue,
            start_delay=at - datetime.now(UTC),
            start_signal=command.name if command else None,
            start_signal_args=[command] if command else [],
        )
        self.first_runs.append(self.handle.first_execution_run_id)
        if command is not None:
            self.ids.append(command.id)
        await skip_to_start(self._client, self.handle, at)

    async def gone_on(self, client: Client, archive: Archive) -> "Road":
        """Another message, which goes on from where this one stands, as a long one does in a new run."""
        road = Road.of(client, archive, self.start)
        carried = self._carried(self.state.model_copy(update={"id": road.message}))
        road.start = self.start.model_copy(update={"id": road.message, "carried": carried})
        await road.begin_again(road.start, self.state.last_moment + timedelta(seconds=1))
        await road.look()
        return road

    def _carried(self, state: MessageState) -> Carried:
        """All that was recorded of it is in the archive."""
        return Carried(
            state=state,
            calendars=Calendars(
                production=self.start.calendars.production,
                department=self._schedules.of(None),
                bodies=self.schedules_of(state.turns),
            ),
            outcomes={},
            records=len(self._archive.of(self.message)),
        )

    async def goes_on(
        self, command: commands.AnyCommand, at: str | None = None, **state: Any
    ) -> CommandOutcome:
        """A new run of the closed message, which begins with a command, at `at` or where the last one ended.

        `state`: what the database has otherwise than the last run.
        """
        await self.handle.result()
        closed = await self.look()
        carried = self._carried(closed.model_copy(update=state))
        moment = msk(at) if at else closed.last_moment + timedelta(seconds=1)
        await self.begin_again(self.start.model_copy(update={"carried": carried}), moment, command)
        return await self.outcome(command.id)

    async def reply(self, taken_at: datetime | None = None) -> CommandOutcome:
        return await self.send(commands.AuthorReplied(**self.given("curator", CURATOR, taken_at, "text")))

    async def close(
        self, reason: CloseReason, taken_at: datetime | None = None, **referral: Any
    ) -> CommandOutcome:
        given = self.given("curator", CURATOR, taken_at)
        return await self.send(commands.Close(**given, reason=reason, **referral))

    def governor_report(self, taken_at: datetime | None = None) -> commands.ReportToGovernor:
        return commands.ReportToGovernor(**self.given("curator", CURATOR, taken_at, "reason"))

    async def report_to_governor(self, taken_at: datetime | None = None) -> CommandOutcome:
        return await self.send(self.governor_report(taken_at))

    async def change_calendar(
        self,
        schedules: Schedules,
        production: ProductionCalendar | None = None,
        *,
        taken_at: datetime | None = None,
    ) -> CommandOutcome:
        self._schedules = schedules
        return await self.send(
            commands.ChangeCalendar(
                id=uuid4().hex,
                person=None,
                taken_at=taken_at,
                production=production or known_years(),
                department=schedules.of(None),
                bodies={body: schedules.of(body) for body in self.state.bodies},
            )
        )

    @property
    def last_draft(self) -> Draft:
        assert self.state.draft is not None
        return self.state.draft

    def run(self, name: str, number: int = -1) -> LimitRun:
        """The runs of one limit in order; the last by default."""
        return [run for run in self.state.limits if run.name == name][number]

    def _learn(self, given: Iterable[ProductionCalendar | Schedule]) -> None:
        self._counts_by |= contents(given)

    def explained(self, run: LimitRun) -> Sequence[Step]:
        """The explanation of a run, by what the message was told to count by."""
        return Explanations(self._counts_by).of(run, self.state.time)

    async def recorded(self) -> list[Record]:
        """Everything the workflow left in the archive, once it is all there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                records = self._archive.of(self.message)
                if records and records[-1].state.rows == self.state.rows:
                    return records
                await asyncio.sleep(0.01)

    async def journal(self) -> list[JournalEntry]:
        return [row for record in await self.recorded() for row in record.rows]

    async def kinds(self) -> list[str]:
        """The journal, by the kinds of its rows."""
        return [row.kind for row in await self.journal()]

    async def rows(self, kind: str, limit: str | None = None) -> list[JournalEntry]:
        return [
            row
            for row in await self.journal()
            if row.kind == kind and (limit is None or row.data.get("limit") == limit)
        ]

    async def notices(self, kind: str | None = None, limit: str | None = None) -> list[NoticeFact]:
        return [
            fact
            for record in await self.recorded()
            for fact in record.notices
            if (kind is None or fact.kind == kind) and (limit is None or fact.limit == limit)
        ]

    async def told(self, kind: str, limit: str | None = None) -> list[str]:
        """Who got notices of a kind, such as «executors roads», «curator curator2» or «head»."""
        return [office(to) for fact in await self.notices(kind, limit) for to in fact.to]


def office(to: Addressee) -> str:
    return " ".join(part for part in (to.audience.value, to.body, to.person) if part)
