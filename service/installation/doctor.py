"""`otklik doctor`: how everything of an installation stands, a line for each thing, with what to do about it."""

import asyncio
from datetime import UTC, datetime, tzinfo

from temporalio.client import Client
from temporalio.service import RPCError

from service.installation import of_database, of_machine, of_servers, of_temporal
from service.installation.condition import Line, State, worst, wrong
from service.runs import rules
from service.runs.connection import in_namespace
from settings import Settings
from store.database.engines import Database
from store.database.session import DatabaseError
from telemetry import tls_advice
from telemetry.readiness import DATABASE_SILENT, TEMPORAL_SILENT

_WITHIN = 10.0
"""Seconds for each part: one that hangs is not waited for."""
_CODES = {State.OK: 0, State.SOON: 1, State.WRONG: 2}
_WORDS = {State.OK: "в порядке", State.SOON: "скоро", State.WRONG: "НЕВЕРНО"}
_WIDTH = max(map(len, _WORDS.values()))


async def examine(
    settings: Settings, zone: tzinfo, database: Database, client: Client | None, now: datetime
) -> list[Line]:
    """Every line; what does not answer is a line too. `client`: of Temporal, None where it is not reached."""
    of_files, shown, known, of_runs = await asyncio.gather(
        asyncio.to_thread(of_machine.lines, settings, zone, now),
        of_servers.lines(settings, zone, now),
        _of_database(database, zone, now),
        _of_temporal(client, settings.office_namespace, zone, now),
    )
    return [*of_files, *shown, *known, *of_runs]


async def _of_database(database: Database, zone: tzinfo, now: datetime) -> list[Line]:
    title = "База данных"
    try:
        async with asyncio.timeout(_WITHIN):
            return await of_database.lines(database, zone, now)
    except (DatabaseError, OSError, TimeoutError) as error:
        return [
            wrong(
                "database",
                title,
                "не отвечает, остальное по ней не проверено",
                tls_advice.for_database(error) or DATABASE_SILENT,
            )
        ]


async def _of_temporal(client: Client | None, office: str, zone: tzinfo, now: datetime) -> list[Line]:
    silent = wrong(
        "temporal", "Temporal", "не отвечает, очереди и ночные работы не проверены", TEMPORAL_SILENT
    )
    if client is None:
        return [silent]
    try:
        async with asyncio.timeout(_WITHIN):
            return await of_temporal.lines(client, in_namespace(client, office), zone, now)
    except (RPCError, RuntimeError, TimeoutError):
        return [silent]


async def main(settings: Settings) -> int:
    """Examine the installation and print it; the exit code: 0 all is as it should be, 1 soon, 2 wrong."""
    database = Database(settings.database_url)
    try:
        found = await examine(
            settings, rules.zone_of(settings), database, await _client(settings), datetime.now(UTC)
        )
    finally:
        await database.dispose()
    state = worst(found)
    print(_as_text(found, state), flush=True)  # noqa: T201
    return _CODES[state]


async def _client(settings: Settings) -> Client | None:
    try:
        async with asyncio.timeout(_WITHIN):
            return await Client.connect(**settings.temporal_connection())
    except (RuntimeError, RPCError, TimeoutError):
        return None


def _as_text(found: list[Line], state: State) -> str:
    lines = []
    for one in found:
        lines.append(f"{_WORDS[one.state]:<{_WIDTH}}  {one.title}: {one.says}")
        if one.cure:
            lines.append(f"{'':<{_WIDTH}}  → {one.cure}")
    counts = {of: sum(one.state is of for one in found) for of in State}
    summary = {
        State.OK: "Всё в порядке.",
        State.SOON: f"Требует внимания: {counts[State.SOON]}.",
        State.WRONG: f"Неверно: {counts[State.WRONG]}, требует внимания: {counts[State.SOON]}.",
    }
    return "\n".join([*lines, summary[state]])
