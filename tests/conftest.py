"""Fixtures shared by the tests: one Temporal server and one PostgreSQL for the whole session."""

from collections.abc import AsyncIterator, Iterator

import pytest
from temporalio.client import Client

from tests import (
    command_keys,
    compiled_once,
    garbage,
    in_memory,
    little_work,
    one_press,
    order,
    patience,
    plain_logs,
    profiles,
)
from tests.databases import database, empty, migrated_once, migrated_url, new_url  # noqa: F401 - fixtures
from tests.little_work import full_work  # noqa: F401 - a fixture
from tests.postgresql import postgresql_server
from tests.telemetry import captured
from tests.temporal_server import connect, temporal_server

in_memory.keep_there()
profiles.register()
command_keys.share()
compiled_once.share()
little_work.use()
one_press.use()
garbage.look_between_tests()
plain_logs.use()
captured.tell_no_outages()


def pytest_addoption(parser: pytest.Parser) -> None:
    order.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    if config.option.timeout is None:
        config.option.timeout = float(config.getini("timeout")) * patience.SLOWER


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    order.arrange(config, items)


def pytest_collection_finish() -> None:
    garbage.keep_what_is_loaded()


def pytest_runtest_logfinish() -> None:
    garbage.look()


@pytest.fixture(scope="session")
async def server_address() -> AsyncIterator[str]:
    async with temporal_server() as address:
        await connect(address)
        yield address


@pytest.fixture(scope="session")
def temporal_address(server_address: str) -> str:
    """Of the server, where a folder has nothing else: see `tests/memory/fixtures.py`."""
    return server_address


@pytest.fixture(scope="session")
async def temporal(temporal_address: str) -> Client:
    return await connect(temporal_address)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Where a PostgreSQL server listens, for `new_database`."""
    with postgresql_server() as server:
        yield server
