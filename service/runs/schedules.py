"""Schedules in Temporal of what the office does once a day or once a week. What is done whenever it is due has none:
workers look for it (`due_work`).

A further one is a member of `OfficeTask`, an activity of that name in `activities.office`, and a line here.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from service.runs.background import Background
from service.runs.connection import TemporalConnection
from workflows.office import OFFICE_WORK, OfficeTask, queue_of, work_id

log = structlog.get_logger(__name__)

_LOOK_AGAIN = 3600.0
"""Seconds after which the schedules are looked at again: Temporal may have been restored, or somebody changed them."""
_OVER_HOLIDAYS = timedelta(days=14)
_CONVERTER = pydantic_data_converter.payload_converter


@dataclass(frozen=True, slots=True)
class Daily:
    """A task of every day, or of one day of the week, at a time of the Department's zone.

    A run that was missed, because Temporal was away, is made up for within `catch_up`; one that falls due while the
    one before is still at work is left out, unless `overlap` says otherwise.
    """

    task: OfficeTask
    hour: int
    minute: int
    note: str
    """What the Web UI says of the schedule, in Russian."""
    catch_up: timedelta = timedelta(hours=23)
    weekday: int | None = None
    """0 is Sunday, 1 Monday; None: every day."""
    overlap: ScheduleOverlapPolicy = ScheduleOverlapPolicy.SKIP
    ends_within: timedelta = timedelta(hours=23)
    """How long one run may take, what it waits for included."""

    @property
    def id(self) -> str:
        """The id of the schedule: the task's own name."""
        return self.task.value

    def schedule(self, zone: str) -> Schedule:
        """The schedule as Temporal has it, in the zone of this name."""
        at = ScheduleCalendarSpec(
            hour=(ScheduleRange(self.hour),),
            minute=(ScheduleRange(self.minute),),
            second=(ScheduleRange(0),),
            day_of_week=(ScheduleRange(0, 6) if self.weekday is None else ScheduleRange(self.weekday),),
        )
        return Schedule(
            action=ScheduleActionStartWorkflow(
                OFFICE_WORK,
                self.task,
                id=work_id(self.task),
                task_queue=queue_of(self.task),
                # One that somebody else has brought to a stand does not hold up the next for ever.
                run_timeout=self.ends_within,
            ),
            spec=ScheduleSpec(calendars=[at], time_zone_name=zone),
            policy=SchedulePolicy(overlap=self.overlap, catchup_window=self.catch_up),
            state=ScheduleState(note=self.note),
        )


DECLARED: tuple[Daily, ...] = (
    Daily(OfficeTask.ANCHORS, 0, 15, "Закрепление журналов: строка, по которой видно, что они не переписаны"),
    Daily(OfficeTask.RETENTION, 3, 20, "Уничтожение данных, срок хранения которых истёк"),
    # Begins with the day and waits for the Department to open.
    Daily(
        OfficeTask.DIGEST,
        0,
        5,
        "Напоминание о просроченных действиях, к началу рабочего дня",
        ends_within=_OVER_HOLIDAYS,
    ),
    Daily(
        OfficeTask.WEEKLY,
        8,
        0,
        "Сводка за неделю (п. 21); в выходной ожидает первого рабочего дня",
        catch_up=timedelta(days=6, hours=23),
        ends_within=_OVER_HOLIDAYS,
        weekday=1,
    ),
    Daily(OfficeTask.NETWORK_KEYS, 9, 0, "Ключи аккаунтов, срок действия которых истекает"),
)
"""Every schedule of the program."""


def background(temporal: TemporalConnection, zone: str) -> Background:
    """Sees to it, as long as it runs, that every schedule is there as declared; waits for Temporal first.

    `zone`: name of the Department's time zone.
    """
    return Background(
        "schedules of the office",
        lambda: ensure(temporal.office, zone),
        every=_LOOK_AGAIN,
        away=(RPCError,),
        warning="schedules are not settled yet, trying on",
        fault="schedules could not be settled",
        backs_off=True,
        before=temporal.until_reached,
    )


async def ensure(client: Client, zone: str, declared: tuple[Daily, ...] = DECLARED) -> list[str]:
    """Make every declared schedule be as declared; returns the ids of those that were not. Raises RPCError.

    One that somebody paused runs again: what the program does is decided by its settings. Several processes may do
    this at once.
    """
    changed = [item.id for item in declared if await _settled(client, item, zone)]
    if changed:
        log.info("schedules are settled", schedules=changed)
    return changed


async def _settled(client: Client, item: Daily, zone: str) -> bool:
    wanted = item.schedule(zone)
    try:
        await client.create_schedule(item.id, wanted)
    except ScheduleAlreadyRunningError:
        return await _brought_up(client, item.id, wanted)
    return True


async def _brought_up(client: Client, name: str, wanted: Schedule) -> bool:
    changed = False

    async def update(known: ScheduleUpdateInput) -> ScheduleUpdate | None:
        nonlocal changed
        if _content(known.description.schedule) == _content(wanted):
            return None
        changed = True
        return ScheduleUpdate(wanted)

    await client.get_schedule_handle(name).update(update)
    return changed


def _content(schedule: Schedule) -> tuple[object, ...]:
    """What of a schedule is declared, in a form in which two can be compared."""
    action, spec = schedule.action, schedule.spec
    started: tuple[object, ...] = ()
    if isinstance(action, ScheduleActionStartWorkflow):
        # As read from the server, arguments are payloads.
        args = tuple(
            arg.data if hasattr(arg, "metadata") else _CONVERTER.to_payload(arg).data for arg in action.args
        )
        started = (action.workflow, action.id, action.task_queue, action.run_timeout, args)
    return (
        started,
        [repr(calendar) for calendar in spec.calendars],
        (list(spec.intervals), list(spec.cron_expressions), [repr(left_out) for left_out in spec.skip]),
        (spec.start_at, spec.end_at, spec.time_zone_name),
        (schedule.policy.overlap, schedule.policy.catchup_window, schedule.policy.pause_on_failure),
        (schedule.state.paused, schedule.state.note, schedule.state.limited_actions),
    )
