"""A message whose people do what chance chooses, on its workflow: late more often than in time."""

import asyncio
from datetime import datetime, timedelta
from random import Random
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from calendar_rules import production_calendar
from calendar_rules.regulation import order_238
from calendar_rules.schedules import assumed
from calendar_rules.vocabulary import CloseReason, DraftKind, Network, Stage
from store.database.engines import Database
from store.messages import finding
from tests.office import absences
from tests.office.month import Month
from tests.office.people import BODIES
from tests.patience import PATIENCE
from tests.workflows.road import CURATOR, Archive, Road, skip_to_start
from workflows import commands
from workflows.commands import Grant
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from workflows.state import Calendars, Carried, MessageInput, OutcomeAnswer
from workflows.vocabulary import Command

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
JUST = timedelta(seconds=5)
"""How far a command and the limit that is due while it is under way are from one another."""
WAITS = (1, 20, 35, 65, 95, 130, 300, 700, 1500)
STEPS = range(4, 10)
ON_THE_ROAD = (Command.ROUTE, Command.CONTRIBUTE, Command.SUBMIT_DRAFT, Command.APPROVE)
FURTHER = (Command.CONFIRM_PUBLICATION, Command.AUTHOR_REPLIED, Command.RESUME)
BESIDE = (Command.RETURN, Command.SEND_FOR_REWORK, Command.WITHDRAW_DRAFT, Command.ASSIGN, Command.HAND_OVER)


class ChanceRoad(Road):
    """`chance` chooses; `now_by` is the message's clock as it was set last."""

    database: Database
    chance: Random
    month: Month
    now_by: datetime

    @classmethod
    async def open(
        cls,
        client: Client,
        database: Database,
        month: Month,
        number: int,
        moment: datetime,
        chance: Random,
    ) -> "ChanceRoad":
        """Message `number`, detected then; its row is there already."""
        start = MessageInput(
            id=str(number),
            network=Network.FORUM,
            detected_at=moment,
            registered_at=moment,
            registered_by=chance.choice(("curator", "curator2")),
            regulation=order_238(),
            calendars=Calendars(production=production_calendar.current(), department=assumed().of(None)),
        )
        handle = await TimeSkipper(client, config=TimeSkippingConfig(enabled=False)).client.start_workflow(
            WORKFLOW_TYPE,
            start,
            id=workflow_id(str(number)),
            task_queue=TASK_QUEUE,
            start_delay=moment - datetime.now(moment.tzinfo),
        )
        road = cls(client, Archive(), handle, str(number))
        road._schedules, road.start = assumed(), start
        road.database, road.chance, road.month, road.now_by = database, chance, month, moment
        await skip_to_start(client, handle, moment)
        await road.look()
        return road

    async def ask(self, query: str, *args: str) -> OutcomeAnswer:
        """Again where a busy machine has let the query wait for too long."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await super().ask(query, *args)
                except RPCError as error:
                    if error.status not in (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED):
                        raise

    def given(self, person: str, grant: Grant, taken_at: datetime | None, *texts: str) -> dict[str, Any]:
        """Whoever is at work acts, for whom they stand in; of a body now and then the responsible."""
        if grant == CURATOR:
            person = self.state.curator or person
        elif self.chance.random() < 1 / 6:
            person = person.replace("executor-", "responsible-")
        present = absences.at_work(self.month, person, self.now_by)
        held = grant.model_copy(update={"acting_for": person if present != person else None})
        return super().given(present, held, taken_at, *texts)

    # ---- the road

    async def walk(self) -> None:
        """Some steps, each after a while, and a while after the last one."""
        for _ in range(self.chance.choice(STEPS)):
            if self.state.stage is Stage.CLOSED and not await self._opened_again():
                return
            taken_at = await self._some_time()
            await self._step(taken_at)
        if self.state.stage is not Stage.CLOSED:
            await self._pass(self.chance.choice((1, 700, 3000)) * MINUTE)
            await self._past_what_is_near()

    async def _past_what_is_near(self) -> None:
        """So that nothing is due while the test looks at it: the clock goes on."""
        while (due := (await self.look()).next_due) is not None and due < self.now_by + HOUR:
            await self._pass(due + JUST - await self.now())

    async def _some_time(self) -> datetime | None:
        """Until when a command is taken: now (None), or just before a limit that is served while it is under way."""
        due = self.state.next_due
        if due is not None and due > self.now_by + 5 * MINUTE and self.chance.random() < 1 / 6:
            await self._pass(due + JUST - await self.now())
            return due - JUST
        await self._pass(self.chance.choice(WAITS) * MINUTE)
        return None

    async def _pass(self, duration: timedelta) -> None:
        # Nobody asks where the message stands: the answer to the next command says so.
        await self._skipper.fast_forward(self.handle, duration)
        self.now_by = await self.now()

    async def _step(self, taken_at: datetime | None) -> None:  # noqa: PLR0912  one for each command
        may = {Command(item.command) for item in self.state.allowed}
        kinds = self.chance.choice((ON_THE_ROAD + FURTHER,) * 7 + (BESIDE,) * 3 + ((Command.CLOSE,),))
        able = sorted(may & set(kinds)) or sorted(may & set(ON_THE_ROAD + FURTHER + BESIDE))
        command, body = self.chance.choice(able), self.state.current_body or ""
        match command:
            case Command.ROUTE:
                bodies = self.chance.sample(BODIES, self.chance.choice((1, 1, 1, 2, 3)))
                person = self.chance.choice(("curator", "curator2"))
                await self.route(*bodies, person=person, taken_at=taken_at)
            case Command.RETURN:
                await self.give_back(body, taken_at=taken_at)
            case Command.CONTRIBUTE:
                await self.contribute(body, taken_at=taken_at)
            case Command.SUBMIT_DRAFT:
                kinds_of_drafts = (DraftKind.ANSWER,) * 4 + (DraftKind.INTERIM, DraftKind.CLARIFICATION)
                await self.draft(body, self.chance.choice(kinds_of_drafts), taken_at=taken_at)
            case Command.WITHDRAW_DRAFT:
                await self.withdraw(body, taken_at=taken_at)
            case Command.APPROVE:
                await self.approve(taken_at=taken_at)
            case Command.SEND_FOR_REWORK if self.state.stage in (Stage.APPROVAL, Stage.PUBLICATION):
                await self.rework(taken_at=taken_at)
            case Command.SEND_FOR_REWORK:
                await self.rework_contribution(taken_at=taken_at)
            case Command.CONFIRM_PUBLICATION:
                await self.publish(body, taken_at=taken_at)
            case Command.AUTHOR_REPLIED:
                await self.reply(taken_at=taken_at)
            case Command.RESUME:
                await self.resume(taken_at=taken_at)
            case Command.ASSIGN:
                assignee = self.chance.choice((f"executor-{body}", f"responsible-{body}", None))
                await self.assign(body, assignee, taken_at=taken_at)
            case Command.HAND_OVER:
                await self.hand_over(self.chance.choice(("curator", "curator2")), taken_at=taken_at)
            case Command.CLOSE:
                await self.close(
                    self.chance.choice((CloseReason.DELETED, CloseReason.REGISTERED_BY_MISTAKE)), taken_at
                )
            case _:
                raise AssertionError(command)

    async def _opened_again(self) -> bool:
        """A mistaken end is undone after a while, most times; what was answered stays so."""
        if (
            Command.REOPEN not in {item.command for item in self.state.allowed}
            or self.chance.random() < 1 / 4
        ):
            return False
        await self.handle.result()
        closed = await self.look()
        carried = Carried(
            state=closed,
            calendars=self.start.calendars.model_copy(update={"bodies": self.schedules_of(closed.turns)}),
            outcomes={},
            records=0,
        )
        self.now_by = closed.last_moment + self.chance.choice((1, 90, 400, 1600)) * MINUTE
        async with self.database.write() as session:
            row = await finding.locked(session, int(self.message))
            finding.begin_again(row)
            session.add(row)
        start = self.start.model_copy(update={"carried": carried, "restarts": row.restarts})
        reopening: commands.AnyCommand = self.reopening()
        await self.begin_again(start, self.now_by, reopening)
        assert (await self.outcome(reopening.id)).accepted
        return True
