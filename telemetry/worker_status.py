"""A worker's state, for the database by its heartbeat, and for monitors on a port of its own: `/healthz`, `/readyz` and
`/metrics`."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.client import Client

from settings import Settings
from store.database.blocking import BlockingDatabase
from store.processes.rows import Kind
from telemetry import machine, temporal_sdk
from telemetry.heartbeat import RELEASE, Heartbeat
from telemetry.process_clock import ProcessClock
from telemetry.readiness import Judge, Readiness, temporal_answers

_GRACE = 1  # seconds
_MOST_AT_ONCE = 50
"""Connections; monitoring needs a few."""


class WorkerStatus:
    """What a worker tells of itself; ready once it knows its client and both ends answer."""

    def __init__(self, database: BlockingDatabase, settings: Settings) -> None:
        self._db = database
        self._settings = settings
        clock = ProcessClock()
        self._heartbeat = Heartbeat(database, Kind.WORKER, clock)
        self._readiness = Readiness(self._heartbeat, clock)
        self.client: Client | None = None

    @classmethod
    @asynccontextmanager
    async def served(cls, settings: Settings) -> AsyncIterator[Self]:
        """Answer on `settings.worker_port` inside the block, on none where it is not set; the heartbeat beats anyway.

        Raises OSError where the port cannot be had.
        """
        status = cls(BlockingDatabase(settings.database_url, connections=1), settings)
        try:
            async with AsyncExitStack() as stack:
                if settings.worker_port is not None:
                    await stack.enter_async_context(status._answering(settings.host, settings.worker_port))
                await stack.enter_async_context(status._heartbeat.beating())
                yield status
        finally:
            status._db.dispose()

    @asynccontextmanager
    async def _answering(self, host: str, port: int) -> AsyncIterator[None]:
        server = _Server(
            uvicorn.Config(
                self._application(),
                http="httptools",
                ws="none",
                proxy_headers=False,
                limit_concurrency=_MOST_AT_ONCE,
                lifespan="off",
                access_log=False,
                server_header=False,
                log_config=None,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        with socket.create_server((host, port), backlog=16) as listening:
            serving = asyncio.create_task(server.serve([listening]), name="state of the worker")
            try:
                yield
            finally:
                server.should_exit = True
                await serving

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                Route("/metrics", self._metrics),
            ]
        )

    async def _healthz(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _readyz(self, _request: Request) -> Response:
        wrong = await self._readiness.wrong(self._asked, temporal_answers(self.client))
        if not wrong:
            return JSONResponse({"status": "ok", "version": RELEASE})
        problem = {
            "type": "about:blank",
            "title": "Временно недоступно",
            "status": 503,
            "detail": " ".join(wrong.values()),
            "errors": [{"field": field, "detail": detail} for field, detail in wrong.items()],
        }
        return JSONResponse(problem, 503, media_type="application/problem+json")

    async def _metrics(self, _request: Request) -> Response:
        of_machine = await asyncio.to_thread(machine.measures, self._settings)
        content = generate_latest() + of_machine + await temporal_sdk.measures()
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    async def _asked(self, judge: Judge) -> str | None:
        def ask() -> str | None:
            with self._db.read() as connection:
                return judge(connection)

        return await asyncio.to_thread(ask)


class _Server(uvicorn.Server):
    """Signals are the worker's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
