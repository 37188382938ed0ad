"""The server of the tests starts and opens namespaces also where a process or much work is in its way."""

import socket

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from tests import temporal_server as starting
from tests.api.messages.office import open_namespace
from tests.ports import free_port


async def test_a_server_whose_port_was_taken_is_started_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        ports = iter([taken])
        monkeypatch.setattr(starting, "free_port", lambda: next(ports, None) or free_port())
        async with starting.temporal_server() as address:
            assert address != f"127.0.0.1:{taken}"
            await starting.connect(address)


@pytest.mark.parametrize("carried_out", [False, True])
async def test_a_namespace_is_opened_though_the_server_cancels_the_first_request(
    temporal: Client, monkeypatch: pytest.MonkeyPatch, carried_out: bool
) -> None:
    register, asked = temporal.workflow_service.register_namespace, 0

    async def cancelled_at_first(request: RegisterNamespaceRequest) -> None:
        nonlocal asked
        asked += 1
        if asked > 1 or carried_out:
            await register(request)
        if asked == 1:
            raise RPCError("operation was canceled", RPCStatusCode.CANCELLED, b"")

    monkeypatch.setattr(temporal.workflow_service, "register_namespace", cancelled_at_first)
    name = await open_namespace(temporal, "cancelled")
    described = await temporal.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
    assert described.namespace_info.name == name
    assert asked == 2
