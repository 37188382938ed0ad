"""Readiness of a process: both the database and Temporal answer."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

PATIENCE = timedelta(seconds=2)
"""How long an answer is waited for."""

DATABASE_SILENT = "База данных не отвечает: проверьте, что она запущена, и адрес OTKLIK_DATABASE_URL."
TEMPORAL_SILENT = "Сервер Temporal не отвечает: проверьте, что он запущен, и адрес TEMPORAL_ADDRESS."


async def temporal_answers(client: Client | None, within: timedelta = PATIENCE) -> bool:
    """Whether the server answers now; not where it has never been reached."""
    if client is None:
        return False
    try:
        return await client.service_client.check_health(timeout=within)
    except (RuntimeError, RPCError):
        return False


async def what_is_silent(database: Awaitable[bool], temporal: Awaitable[bool]) -> dict[str, str]:
    """What does not answer, by name, each with what to do about it in Russian; empty where everything does."""
    database_answers, temporal_answers = await asyncio.gather(database, temporal)
    found = {}
    if not database_answers:
        found["database"] = DATABASE_SILENT
    if not temporal_answers:
        found["temporal"] = TEMPORAL_SILENT
    return found
