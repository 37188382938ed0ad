"""Nobody acts over the HTTP ports of the embedded Temporal server: its API refuses, its Web UI only shows."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from embedded.read_only_ui import read_only_ui
from embedded.temporal_server import TemporalPorts, TemporalServer
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.temporal_server import connect

START = json.dumps({"workflowType": {"name": "Anything"}, "taskQueue": {"name": "messages"}})
WORKFLOWS = "/api/v1/namespaces/default/workflows"


class Running(NamedTuple):
    client: Client
    http: int
    ui: int


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    ports = TemporalPorts(grpc=free_port(), ui=free_port())
    server = TemporalServer(tmp_path_factory.mktemp("temporal") / "temporal.db", ports, training=False)
    command = server.command()
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with read_only_ui(ports.ui, lambda: server.ui_port):
            await server.until_ready()
            http_port = int(command[command.index("--http-port") + 1])
            yield Running(await connect(ports.address), http_port, ports.ui)
    finally:
        process.terminate()
        await process.wait()


async def asked(
    port: int, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[int, bytes]:
    """Status and page; a server that refuses before it has read the request may break off after the status."""

    def ask() -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request(
            method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = connection.getresponse()
        try:
            return answer.status, answer.read()
        except ConnectionResetError:
            return answer.status, b""

    return await asyncio.to_thread(ask)


async def is_there(client: Client, workflow: str) -> bool:
    try:
        await client.get_workflow_handle(workflow).describe()
    except RPCError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "otklik.invalid", "/"])
async def test_the_http_port_of_temporal_starts_nothing(running: Running, host: str) -> None:
    status, _ = await asked(running.http, "POST", f"{WORKFLOWS}/by-http", START, Host=host)
    assert status in {400, 403}
    status, _ = await asked(running.http, "POST", f"{WORKFLOWS}/by-http", START)
    assert status == 403
    assert not await is_there(running.client, "by-http")


async def test_the_web_ui_shows(running: Running) -> None:
    status, page = await asked(running.ui, "GET", "/")
    assert (status, b"<html" in page) == (200, True)
    assert (await asked(running.ui, "GET", WORKFLOWS))[0] == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{WORKFLOWS}/message-1/signal/approve"),
        ("POST", f"{WORKFLOWS}/message-1%2Fsignal/query"),
        ("POST", f"{WORKFLOWS}/message-1/signal/approve?/query/state"),
        ("PUT", f"{WORKFLOWS}/message-1"),
        ("DELETE", f"{WORKFLOWS}/message-1"),
        ("CONNECT", "127.0.0.1:7233"),
    ],
)
async def test_the_web_ui_passes_on_nothing_that_acts(running: Running, method: str, path: str) -> None:
    # With the token that the UI's own page would send, which it hands to everybody.
    token = {"Cookie": "_csrf=0123", "X_CSRF_Token": "0123", "Content_Type": "application/json"}
    status, answer = await asked(running.ui, method, path, START, **token)
    assert status == 403
    assert "только для просмотра" in answer.decode()


async def test_a_workflow_is_still_queried_through_the_web_ui(running: Running) -> None:
    status, answer = await asked(running.ui, "POST", f"{WORKFLOWS}/message-1/query/state", "{}")
    assert "только для просмотра" not in answer.decode()
    assert status in {400, 404}  # the UI's own answer: it wants its token


async def test_a_page_under_another_name_reads_nothing(running: Running) -> None:
    status, _ = await asked(running.ui, "GET", WORKFLOWS, Host="rebound.invalid")
    assert status == 421


async def test_no_second_request_rides_behind_the_first(running: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.ui)
    smuggled = f"POST {WORKFLOWS}/smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(START)}\r\n\r\n{START}"
    writer.write(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{smuggled}".encode())
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not await is_there(running.client, "smuggled")
