"""The connection to Temporal: made in the background and kept, so the API starts and answers without it."""

import asyncio
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from service.keys import command_keys
from telemetry import alarms, temporal_sdk, tls_advice, traces
from telemetry.logs import reason
from telemetry.readiness import temporal_answers
from workflows.alarms import listening
from workflows.sealing import Sealing

if TYPE_CHECKING:
    from settings import Settings

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0  # seconds between attempts
_AT_START = 1.0  # seconds


def in_namespace(client: Client, namespace: str) -> Client:
    """A client of the same connection for another namespace."""
    return Client(**client.config() | {"namespace": namespace})


class TemporalAwayError(Exception):
    """Temporal has not been reached yet."""


class TemporalConnection:
    """Connects once and for all: a client that has connected finds its server again by itself."""

    def __init__(self, settings: "Settings") -> None:
        """Raises KeysError."""
        self._settings = settings
        self.keys = command_keys.load(settings)
        self._sealing = Sealing(self.keys)
        self._client: Client | None = None
        self._tried = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None
        self._heard = ExitStack()

    async def start(self) -> None:
        """Begin to connect; returns after the first attempt, and shortly in any case. Alarms are heard from now on."""
        self._heard.enter_context(listening(alarms.sound))
        self._connecting = asyncio.create_task(self._connect(), name="connecting to Temporal")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), _AT_START)

    async def until_reached(self) -> None:
        """Returns when Temporal has been reached, which `start` has begun to try."""
        if self._connecting is not None:
            await asyncio.shield(self._connecting)

    async def stop(self) -> None:
        self._heard.close()
        if self._connecting is not None:
            self._connecting.cancel()
            with suppress(asyncio.CancelledError):
                await self._connecting

    async def _connect(self) -> None:
        pause = _FIRST_PAUSE
        while self._client is None:
            try:
                self._client = await Client.connect(
                    **self._settings.temporal_connection(),
                    data_converter=pydantic_data_converter,
                    interceptors=[self._sealing, *traces.interceptors()],
                    runtime=temporal_sdk.runtime((self._settings.port, self._settings.worker_port)),
                )
                log.info("Temporal is reached", address=self._settings.temporal_address)
            except (RuntimeError, RPCError) as error:
                if not self._tried.is_set():
                    log.warning(
                        "Temporal is not reached yet, trying on",
                        error=reason(error),
                        **tls_advice.noted(tls_advice.for_temporal(error)),
                    )
                self._tried.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        self._tried.set()

    @property
    def client_or_none(self) -> Client | None:
        """The client, or None while Temporal has never been reached."""
        return self._client

    @property
    def client(self) -> Client:
        """The client. Raises TemporalAwayError while Temporal has never been reached."""
        if self._client is None:
            raise TemporalAwayError
        return self._client

    @property
    def office(self) -> Client:
        """The client for the namespace of the office's work. Raises TemporalAwayError as `client` does."""
        return in_namespace(self.client, self._settings.office_namespace)

    async def is_serving(self, within: timedelta) -> bool:
        """Whether the server answers now."""
        return await temporal_answers(self._client, within)
