"""Private parts of libraries that the program stands on: each is still there, and works as it did.

docs/change/dependencies.md names each part with its reason and its test. A test that fails here, after a library was
updated, says which of them has gone, before anything that stands on it fails in a way that is harder to understand.
"""

import ast
import inspect
import re
import sqlite3

import aiosqlite
import pytest
from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import solve_dependencies
from fastapi.routing import APIRoute
from temporalio.bridge.proto.workflow_activation import (
    InitializeWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from tests.documents import ROOT, text
from tests.test_layout import MODULES, PACKAGES

DOCUMENT = "docs/change/dependencies.md"


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


# ---- each part


async def test_aiosqlite_hands_every_call_to_its_thread_by_execute() -> None:
    called = []

    class Watched(aiosqlite.Connection):
        async def _execute(self, fn, *args, **kwargs):  # type: ignore[no-untyped-def]
            called.append(fn)
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    connection = Watched(lambda: sqlite3.connect(":memory:"), iter_chunk_size=64)
    connection._thread.daemon = True
    assert connection._connection is None
    async with connection:
        assert isinstance(connection._connection, sqlite3.Connection)
        assert connection._conn is connection._connection
        await connection.execute("SELECT 1")
        await connection.commit()
        own = connection._conn
        assert called == [own.execute, own.commit]


def test_urllib3_connects_by_new_conn_with_the_host_of_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> None:
        asked.append(address)

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    for kind in (HTTPConnection, HTTPSConnection):
        connection = kind("name.example", 8080)
        connection.host = "192.0.2.1"
        connection._new_conn()
    assert asked == [("192.0.2.1", 8080)] * 2
    assert issubclass(HTTPConnectionPool.ConnectionCls, HTTPConnection)
    assert issubclass(HTTPSConnectionPool.ConnectionCls, HTTPSConnection)


def test_uvicorn_calls_what_the_bounded_connection_overrides() -> None:
    for name in (
        *("connection_made", "connection_lost", "data_received", "pause_writing", "resume_writing"),
        *("on_message_begin", "on_headers_complete", "on_body", "on_message_complete"),
        *("on_response_complete", "send_400_response"),
    ):
        assert callable(getattr(HttpToolsProtocol, name)), name
    made = inspect.getsource(HttpToolsProtocol.__init__)
    for name in ("loop", "connections", "flow", "transport", "cycle"):
        assert f"self.{name}" in made, name
    assert "self.response_complete = False" in inspect.getsource(RequestResponseCycle.__init__)
    assert "self.read_paused = False" in inspect.getsource(FlowControl.__init__)
    assert STATUS_LINE[503] == b"HTTP/1.1 503 Service Unavailable\r\n"


async def test_fastapi_solves_dependencies_of_a_route_without_its_parameters() -> None:
    router = APIRouter()

    def guard() -> str:
        return "guarded"

    @router.get("/{number}", dependencies=[Depends(guard)])
    def route(number: int) -> None: ...

    (made,) = router.routes
    assert isinstance(made, APIRoute) and isinstance(made.dependant, Dependant)
    assert [one.name for one in made.dependant.path_params] == ["number"]
    assert [one.call for one in made.dependant.dependencies] == [guard]
    for name in ("path_params", "query_params", "header_params", "cookie_params", "body_params"):
        assert name in Dependant.__dataclass_fields__
    assert {"request", "dependant", "body", "async_exit_stack", "embed_body_fields"} <= set(
        parameters(solve_dependencies)
    )


def test_temporal_hands_an_activation_to_an_instance_of_a_workflow() -> None:
    start = InitializeWorkflow()
    start.arguments.add()
    act = WorkflowActivation(jobs=[WorkflowActivationJob(initialize_workflow=start)])
    (job,) = act.jobs
    assert job.HasField("initialize_workflow")
    del job.initialize_workflow.arguments[:]
    assert not job.initialize_workflow.arguments
    assert parameters(WorkflowInstance.activate) == ["self", "act"]
    assert parameters(UnsandboxedWorkflowRunner.create_instance) == ["self", "det"]


# ---- their list


def test_every_private_module_that_is_imported_is_named() -> None:
    named = text(ROOT / DOCUMENT)
    paths = [
        path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "node_modules" not in path.parts
    ]
    paths += [ROOT / f"{name}.py" for name in MODULES]
    imported = {
        node.module
        for path in paths
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.partition(".")[0] not in PACKAGES | MODULES
    }
    private = {name for name in imported if re.search(r"\._(?!_)|\.bridge\.|\.dependencies\.|_impl$", name)}
    assert private and {name for name in private if f"`{name}" not in named} == set()


def test_the_document_names_every_test_of_a_part() -> None:
    named = set(re.findall(r"`(test_\w+)`", text(ROOT / DOCUMENT)))
    own = {name for name in globals() if name.startswith("test_")}
    assert named & own == own - {
        "test_every_private_module_that_is_imported_is_named",
        "test_the_document_names_every_test_of_a_part",
    }
