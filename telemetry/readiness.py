"""Readiness of a process: a database of its schema that answers and takes writes, a right clock, Temporal there."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from store.database.session import Connection, DatabaseError
from store.migrations.revision import Standing
from telemetry import tls_advice
from telemetry.heartbeat import Heartbeat
from telemetry.logs import reason
from telemetry.process_clock import ProcessClock

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=2)
"""How long an answer is waited for."""

DATABASE_SILENT = "База данных не отвечает: проверьте, что она запущена, и адрес OTKLIK_DATABASE_URL."
TEMPORAL_SILENT = "Сервер Temporal не отвечает: проверьте, что он запущен, и адрес TEMPORAL_ADDRESS."

DATABASE, TEMPORAL, CLOCK = "database", "temporal", "clock"
"""Names of what may be wrong."""

Judge = Callable[[Connection], str | None]


async def temporal_answers(client: Client | None, within: timedelta = PATIENCE) -> bool:
    """Whether the server answers now; not where it has never been reached."""
    if client is None:
        return False
    try:
        return await client.service_client.check_health(timeout=within)
    except (RuntimeError, RPCError):
        return False


class Readiness:
    """What keeps a process from working."""

    def __init__(self, heartbeat: Heartbeat, clock: ProcessClock) -> None:
        self._heartbeat = heartbeat
        self._clock = clock
        self._schema = Standing()

    async def wrong(
        self, ask: Callable[[Judge], Awaitable[str | None]], temporal: Awaitable[bool]
    ) -> dict[str, str]:
        """What is wrong, by name, each with what to do about it in Russian; empty where nothing is.

        `ask` has a connection to the database judged; `temporal`: whether that answers.
        """
        database_flaw, temporal_answers = await asyncio.gather(self._of_database(ask), temporal)
        found = {}
        if flaw := database_flaw or self._heartbeat.flaw:
            found[DATABASE] = flaw
        if not temporal_answers:
            found[TEMPORAL] = TEMPORAL_SILENT
        if flaw := self._clock.flaw:
            found[CLOCK] = flaw
        return found

    async def _of_database(self, ask: Callable[[Judge], Awaitable[str | None]]) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await ask(self._schema.flaw)
        except (DatabaseError, TimeoutError) as error:
            log.warning(
                "database unavailable",
                error=reason(error),
                **tls_advice.noted(tls_advice.for_database(error)),
            )
            return DATABASE_SILENT
