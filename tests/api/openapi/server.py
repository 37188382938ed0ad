"""The API on a port of its own with a worker, in a thread: a client that generates requests blocks its own."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from embedded.serving import create_app
from tests.api.messages.office import Installation, Office, open_namespace
from tests.ports import free_port
from tests.temporal_server import connect

T = TypeVar("T")


class ServedApi:
    """Serves until it is stopped; `office` are its people, `run` does something in their thread."""

    def __init__(self, data: Path, temporal_address: str) -> None:
        self._data, self._temporal_address = data, temporal_address
        self.url = f"http://127.0.0.1:{free_port()}"
        self.office: Office
        self.app: Any
        self._loop = asyncio.new_event_loop()
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def start(self) -> None:
        self._thread.start()
        self._ready.result(60)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(100)

    async def _serve(self) -> None:
        try:
            await self._serve_until_stopped()
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    async def _serve_until_stopped(self) -> None:
        temporal = await connect(self._temporal_address)
        namespace = await open_namespace(temporal, self._data.name)
        installation = Installation(self._data, self._temporal_address, namespace)
        await installation.prepare()
        self.app = create_app(installation.settings)
        port = int(self.url.rpartition(":")[2])
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, host="127.0.0.1", port=port, http="httptools", log_level="error")
        )
        async with installation.worker(), installation.office() as self.office:
            serving = asyncio.create_task(self._server.serve())
            while not self._server.started and not serving.done():  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.02)
            self._ready.set_result(None)
            await serving
        await asyncio.sleep(0.1)
