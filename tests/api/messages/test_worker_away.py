"""With every worker away, or Temporal itself, nothing a person sends is lost, and nobody is late for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response
from temporalio.client import Client

from service.access import deadline
from store.commands import outbox
from tests.api.messages.case import Case, about, registration, routing, when
from tests.api.messages.office import Installation, Office, new_installation, refused, taken, until
from tests.api.messages.week import at
from tests.patience import SLOWER
from tests.ports import free_port
from tests.temporal_server import temporal_server

SHORTLY = timedelta(seconds=6 * SLOWER)
DRAFT = {"kind": "answer", "text": "Яму засыпали."}


@pytest.fixture(autouse=True)
def soon_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a command is told sooner that it is taken than people are."""
    monkeypatch.setattr(deadline, "_TO_SAY_TAKEN", deadline.ANSWER_WITHIN - 1.0)


@pytest.fixture(scope="module")
async def deserted(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An installation whose worker comes and goes."""
    return await new_installation(tmp_path_factory.mktemp("worker-away"), temporal_address, temporal)


@pytest.fixture(scope="module")
async def office(deserted: Installation) -> AsyncIterator[Office]:
    async with deserted.office(worker_is_there=False) as office:
        yield office


async def routed(deserted: Installation, office: Office, moment: str = "mon 09:01") -> Case:
    """With `roads`, and the worker gone since."""
    async with attended(deserted, office):
        case = await Case.begin(office, to=["roads"])
        await case.at(moment)
        await case.journal()
    return case


def is_taken(answer: Response) -> str:
    """The id of a command that is stored and will be applied."""
    content = taken(answer, 202)
    assert content == {"command": content["command"], "status": "taken"}
    command: str = content["command"]
    return command


@asynccontextmanager
async def attended(installation: Installation, office: Office) -> AsyncIterator[None]:
    """A worker is there; whoever repeats a command under its key learns what became of it."""
    async with installation.worker():
        office.worker_is_there = True
        try:
            yield
        finally:
            office.worker_is_there = False


# ---- every worker away


async def test_a_command_is_taken_and_its_key_tells_the_outcome_later(
    deserted: Installation, office: Office
) -> None:
    case = await routed(deserted, office)

    def ask() -> Awaitable[Response]:
        return case.post("executor-roads", "/drafts", DRAFT, key="draft-1")

    command = is_taken(await ask())
    assert is_taken(await ask()) == command
    another = case.post("executor-roads", "/drafts", {**DRAFT, "text": "Другой."}, key="draft-1")
    refused(await another, 422, "Idempotency-Key")
    # So is a command that will be refused.
    link = {"url": "https://vk.com/wall-1_2"}
    is_taken(await case.post("executor-roads", "/publication", link, key="early"))
    async with attended(deserted, office):
        view = taken(await ask())
        refused(await case.post("executor-roads", "/publication", link, key="early"), 409, "проекту ответа")
        assert [draft["text"] for draft in view["drafts"]] == ["Яму засыпали."]
        assert (await case.kinds()).count("submit_draft") == 1


async def test_a_draft_still_under_way_is_left_to_the_workflow_and_one_never_sent_is_unknown(
    deserted: Installation, office: Office
) -> None:
    case = await routed(deserted, office)
    sent = is_taken(await case.post("executor-roads", "/drafts", DRAFT, key="under way"))
    async with office.database.read() as session:
        command = await outbox.by_id(session, sent)
    assert command is not None
    draft = command.payload["draft"]

    def approve() -> Awaitable[Response]:
        return case.post("curator", f"/drafts/{draft}/approve", key="approved under way")

    refused(await case.post("curator", "/drafts/unknown/approve"), 404, "проект")
    is_taken(await approve())
    async with attended(deserted, office):
        [approved] = taken(await approve())["drafts"]
        assert (approved["id"], approved["status"]) == (draft, "approved")
        refused(await case.post("curator", "/drafts/unknown/approve"), 404, "проект")


async def test_a_body_is_not_told_that_there_is_no_message_while_nobody_knows_whose_it_is(
    deserted: Installation, office: Office
) -> None:
    async with attended(deserted, office):
        case = await Case.begin(office)
        await case.journal()
    is_taken(await case.post("curator", "/route", routing("roads"), key="routed"))
    refused(await case.get("executor-roads"), 503, "Повторите")
    async with attended(deserted, office):
        taken(await case.post("curator", "/route", routing("roads"), key="routed"))
        taken(await case.get("executor-roads"))
        refused(await case.get("executor-housing"), 404)


# ---- Temporal itself away


class OwnServer:
    """A Temporal server that is stopped and started again on the same data."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._data = str(data / "temporal.db")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with temporal_server("--db-filename", self._data, port=self.port):
            yield


@pytest.fixture
def server(tmp_path: Path) -> OwnServer:
    return OwnServer(tmp_path)


@pytest.fixture
async def bereft(server: OwnServer, tmp_path: Path) -> AsyncIterator[tuple[Office, Case]]:
    """A message shortly before `draft` is due, with its API and its worker, whose server has just gone."""
    installation = Installation(tmp_path, server.address, "default")
    await installation.prepare()
    async with AsyncExitStack() as living:
        async with server.running():
            await living.enter_async_context(installation.worker())
            office = await living.enter_async_context(installation.office())
            case = await Case.begin(office, to=["roads"])
            await case.journal()
            await case.until(case.moment("mon 14:45") - SHORTLY)
            office.worker_is_there = False
        yield office, case


async def test_with_temporal_away_a_command_is_taken_and_delivered_once_it_is_back(
    server: OwnServer, bereft: tuple[Office, Case]
) -> None:
    office, case = bereft
    passed = asyncio.ensure_future(asyncio.sleep(SHORTLY.total_seconds()))
    body = registration(starts_at=at("mon 09:00").isoformat())
    is_taken(await case.post("executor-roads", "/drafts", DRAFT, key="away"))
    is_taken(await office.post("curator", "/messages", body, key="away"))
    # Everything is read from the database.
    assert (await case.look())["stage"] == "preparation"
    assert taken(await office.get("executor-roads", "/messages", q=case.view["url"]))["items"]
    assert "route" in await case.kinds()
    await passed
    async with server.running():
        office.worker_is_there = True
        answer = await case.post("executor-roads", "/drafts", DRAFT, key="away")
        assert taken(answer)["stage"] == "approval"
        await case.look()
        assert when(case.run("draft")["met_at"]) < case.moment("mon 14:45")
        assert case.run("draft")["breached_at"] is None
        kinds = await case.kinds()
        assert kinds.count("breach") == kinds.count("breach_withdrawn")
        told = len(await case.notices("executor-roads", "breach"))
        assert len(await case.notices("executor-roads", "withdrawn_breach")) == told

        registered = await office.post("curator", "/messages", body, key="away")
        late = Case(office, taken(registered, 201))

        async def begun() -> object:
            return (await late.look())["limits"]

        await until(begun)
        assert about(late.view["registered_at"], at("mon 09:00"))
