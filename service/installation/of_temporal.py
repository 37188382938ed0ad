"""Condition of Temporal as the program needs it: its namespace, queues with their workers, nightly work."""

import asyncio
from datetime import datetime, timedelta, tzinfo

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleDescription,
    WorkflowExecutionStatus,
)
from temporalio.service import RPCError, RPCStatusCode

from calendar_rules.moments import As, moment_text
from calendar_rules.russian import DAY, counted, short_amount
from service.installation.condition import Line, ok, soon, wrong
from service.runs.pollers import ACTIVITIES, STEPS, asked_at, described
from service.runs.schedules import DECLARED, Daily
from telemetry.process_clock import TOLERABLE
from workflows.identity import TASK_QUEUE
from workflows.office import CHANNELS_QUEUE, NETWORKS_QUEUE, OFFICE_QUEUE

QUEUES = (TASK_QUEUE, OFFICE_QUEUE, CHANNELS_QUEUE, NETWORKS_QUEUE)
WAITS_LONG = timedelta(seconds=30)
_POLLS_EVERY = timedelta(minutes=2)
"""A worker asks for work again at least once a minute; the server remembers those that ask no more for five."""
_SPARE = timedelta(hours=2)
"""How much later than due a nightly task may have been done."""
_FAILED = (
    WorkflowExecutionStatus.FAILED,
    WorkflowExecutionStatus.TIMED_OUT,
    WorkflowExecutionStatus.TERMINATED,
)
_START_WORKERS = "Запустите otklik worker, или ещё один: этих мало."


async def lines(client: Client, office: Client, zone: tzinfo, now: datetime) -> list[Line]:
    """Moments are told in `zone`; `office` is the client of the namespace of office work.

    Raises RPCError where Temporal does not answer.
    """
    namespace, queues, nightly = await asyncio.gather(
        _namespace(client),
        asyncio.gather(*(_queue(client if name == TASK_QUEUE else office, name, now) for name in QUEUES)),
        asyncio.gather(*(_nightly(office, item, zone, now) for item in DECLARED)),
    )
    return [namespace, *queues, _together(nightly)]


async def _namespace(client: Client) -> Line:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    found = await client.workflow_service.describe_namespace(request)
    kept = found.config.workflow_execution_retention_ttl.ToTimedelta()
    return ok(
        "temporal",
        "Temporal",
        f"отвечает, пространство {client.namespace}, завершённое хранится {counted(kept.days, DAY)}",
    )


async def _queue(client: Client, name: str, now: datetime) -> Line:
    steps, activities = await asyncio.gather(
        described(client, name, STEPS), described(client, name, ACTIVITIES)
    )
    asked = [asked_at(steps), asked_at(activities)]
    ahead = max((at for kind in asked for at in kind.values()), default=now) - now
    waiting = sum(one.stats.approximate_backlog_count for one in (steps, activities))
    oldest = max(one.stats.approximate_backlog_age.ToTimedelta() for one in (steps, activities))
    title, key = f"Очередь {name}", f"queue_{name}"
    if ahead > TOLERABLE:
        return wrong(
            key,
            title,
            f"часы Temporal спешат на {short_amount(ahead)}",
            "Настройте синхронизацию времени на сервере Temporal (chrony, NTP).",
        )
    serve_steps, serve_activities = (sum(now - at < _POLLS_EVERY for at in kind.values()) for kind in asked)
    if not serve_steps and not serve_activities:
        return wrong(key, title, f"её никто не обслуживает, ждут: {waiting}", "Запустите otklik worker.")
    if not serve_steps or not serve_activities:
        lacking = "шаги процессов (workflow)" if not serve_steps else "действия (activity)"
        return wrong(
            key, title, f"{lacking} никто не выполняет, ждут: {waiting}", "Перезапустите otklik worker."
        )
    told = f"обслуживают: {min(serve_steps, serve_activities)}, ждут: {waiting}"
    if waiting and oldest > WAITS_LONG:
        return soon(key, title, f"{told}, дольше всех {short_amount(oldest)}", _START_WORKERS)
    return ok(key, title, told)


async def _nightly(client: Client, item: Daily, zone: tzinfo, now: datetime) -> tuple[str, str] | None:
    """The task and what is wrong with it in Russian; None where it is done in time."""
    try:
        found = await client.get_schedule_handle(item.id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return item.id, "расписания нет"
    if found.schedule.state.paused:
        return item.id, "расписание приостановлено"
    every = timedelta(days=1 if item.weekday is None else 7)
    last = max((action.started_at for action in found.info.recent_actions), default=found.info.created_at)
    if now - last > every + _SPARE:
        return item.id, f"не выполнялось с {moment_text(last.astimezone(zone), As.ROW)}"
    if await _has_failed(client, found):
        return item.id, f"не удалось {moment_text(last.astimezone(zone), As.ROW)}"
    return None


async def _has_failed(client: Client, found: ScheduleDescription) -> bool:
    """Whether the last run has; one that is still at work has not."""
    if not found.info.recent_actions:
        return False
    last = found.info.recent_actions[-1].action
    if not isinstance(last, ScheduleActionExecutionStartWorkflow):
        return False
    handle = client.get_workflow_handle(last.workflow_id, run_id=last.first_execution_run_id)
    try:
        return (await handle.describe()).status in _FAILED
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False  # past its retention


def _together(found: list[tuple[str, str] | None]) -> Line:
    name, title = "nightly", "Ночные работы"
    flaws = [flaw for flaw in found if flaw is not None]
    if not flaws:
        return ok(name, title, f"по расписанию: {len(found)}")
    told = "; ".join(f"{task}: {says}" for task, says in flaws)
    return wrong(
        name,
        title,
        told,
        "Веб-сервис восстанавливает расписания раз в час. Если он работает, посмотрите запуск office-… в "
        "веб-интерфейсе Temporal и журнал рабочего процесса.",
    )
