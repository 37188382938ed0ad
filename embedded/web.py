"""Serving the application over HTTP, the same in `otklik serve` and in production."""

import asyncio
import gc
import signal
import socket
from typing import Any

import uvicorn

from embedded.bounded_connection import BoundedConnection
from settings import Settings
from telemetry.supervised import announce_ready

GRACEFUL_SECONDS = 5
_LOOKS_EVERY = 0.5
"""Seconds between two looks whether it is to stop."""


def serve_application(application: Any, settings: Settings) -> None:
    """Serve an ASGI application on `settings.host` and `settings.port` until SIGTERM or SIGINT."""
    server = _Server(
        uvicorn.Config(
            application,
            host=settings.host,
            port=settings.port,
            http=BoundedConnection,
            ws="none",
            # What it trusts by itself is anybody on this machine; proxies are named in the settings.
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=[str(proxy) for proxy in settings.trusted_proxies],
            access_log=False,
            server_header=False,
            log_config=None,  # what it logs goes the way of all logs
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    # For a signal before uvicorn listens to them, and after its shutdown, when it raises them once more.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    # What is imported stays: looked through for garbage, it costs a fifth of a second in the middle of requests.
    gc.collect()
    gc.freeze()
    asyncio.run(_serve(server))


class _Server(uvicorn.Server):
    """uvicorn, which tells a supervisor that it listens and goes on working, and ends the streams of open pages before
    it waits for requests to be answered.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            announce_ready()

    async def main_loop(self) -> None:
        # As uvicorn's own, which turns ten times a second for a date that is told in seconds.
        while not await self.on_tick(0):  # noqa: ASYNC110
            await asyncio.sleep(_LOOKS_EVERY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        service = getattr(self.config.app.state, "service", None)  # type: ignore[union-attr]
        if service is not None:
            service.messages.live.end_all()
        await super().shutdown(sockets)


async def _serve(server: uvicorn.Server) -> None:
    await server.serve()
    # A process that ends right after its last Temporal call crashes in one run of five (sdk-python #300).
    await asyncio.sleep(0.1)
