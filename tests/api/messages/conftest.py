"""One installation for the whole session: the API, its database, a worker, and a namespace of the Temporal server."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from service.oversight.governor_notes import GovernorNotes
from service.reports.weekly.documents import WeeklyDocuments
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, working_installation

Begin = Callable[..., Awaitable[Case]]

OF_PAPERS = ("test_papers", "test_weekly")
"""Modules whose tests are about what is pressed behind an answer."""


@pytest.fixture(autouse=True)
def nothing_pressed_ahead(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes and summaries are printed when they are asked for: ahead of that they would hold up what follows."""

    async def nothing(*_: object) -> None:
        pass

    if not request.module.__name__.endswith(OF_PAPERS):
        monkeypatch.setattr(GovernorNotes, "_prepared", nothing)
        monkeypatch.setattr(WeeklyDocuments, "prepare", nothing)


@pytest.fixture(scope="session")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """The installation with its worker."""
    folder = tmp_path_factory.mktemp("api-messages")
    async with working_installation(folder, temporal_address, temporal) as installation:
        yield installation


@pytest.fixture(scope="session")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as office:
        yield office


@pytest.fixture(scope="module")
async def plain(installation: Installation) -> AsyncIterator[Office]:
    """The same installation without training."""
    settings = installation.settings
    ordinary = Installation(
        settings.data, settings.temporal_address, settings.temporal_namespace, training=False
    )
    async with ordinary.office() as office:
        yield office


@pytest.fixture
async def stranger(installation: Installation) -> Client:
    """A client of somebody who reaches the server, and has no key."""
    settings = installation.settings
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=pydantic_data_converter,
    )


@pytest.fixture
def begin(office: Office) -> Begin:
    """Registers a message; see `Case.begin`."""

    async def begin(*args: object, **fields: object) -> Case:
        return await Case.begin(office, *args, **fields)  # type: ignore[arg-type]

    return begin
