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
from tests.api.messages.case import Case, View, about, registration, routing, when
from tests.api.messages.office import Installation, Office, open_namespace, refused, taken
from tests.api.messages.test_after_the_end import ended
from tests.api.messages.week import at
from tests.patience import PATIENCE, SLOWER
from tests.ports import free_port
from tests.temporal_server import temporal_server

SHORTLY = timedelta(seconds=6 * SLOWER)
REASON = {"reason": "Улица не наша."}
DRAFT = {"kind": "answer", "text": "Яму засыпали."}


@pytest.fixture(autouse=True)
def soon_taken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a command is told sooner that it is taken; a test of the `whole_patience` is told as people are."""
    if "whole_patience" not in request.fixturenames:
        monkeypatch.setattr(deadline, "_TO_SAY_TAKEN", deadline.ANSWER_WITHIN - 1.0)


@pytest.fixture
def whole_patience() -> None:
    """See `soon_taken`."""


@pytest.fixture(scope="module")
async def deserted(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An installation whose worker comes and goes."""
    namespace = await open_namespace(temporal, "api-worker-away")
    installation = Installation(tmp_path_factory.mktemp("worker-away"), temporal_address, namespace)
    installation.runs_by_the_clock = False
    await installation.prepare()
    return installation


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


@pytest.mark.usefixtures("whole_patience")
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
        assert [row["kind"] for row in await case.journal()].count("submit_draft") == 1


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


async def test_commands_are_applied_in_the_order_in_which_they_were_taken(
    deserted: Installation, office: Office
) -> None:
    case = await routed(deserted, office)
    given: list[tuple[str, str, View]] = [
        ("executor-roads", "/return", REASON),
        ("curator", "/route", routing("roads")),
        ("executor-roads", "/drafts", DRAFT),
    ]
    for number, (person, path, body) in enumerate(given):
        is_taken(await case.post(person, path, body, key=f"in-order-{number}"))
    async with attended(deserted, office):
        for number, (person, path, body) in enumerate(given):
            taken(await case.post(person, path, body, key=f"in-order-{number}"))
        given_by_people = [row["kind"] for row in await case.journal() if row["person"]]
        assert given_by_people == ["registered", "route", "return_to_curator", "route", "submit_draft"]


async def test_everything_is_read_from_the_database(deserted: Installation, office: Office) -> None:
    async with attended(deserted, office):
        case = await Case.begin(office, to=["housing", "roads"])
        await case.contribute("Трубы меняем.")
        known = await case.look()
        journal, notices = await case.journal(), await case.notices("executor-roads")
    answers = await asyncio.gather(
        case.get("curator"),
        case.get("curator", "/journal"),
        office.get("executor-roads", "/notices", message=case.id),
        office.get("curator", "/messages", q=known["url"]),
        case.get("executor-roads"),
    )
    message, rows, told, listed, seen = map(taken, answers)
    assert message == known
    assert rows["items"][::-1] == journal
    assert told["items"] == notices
    assert listed["items"] == [known]
    assert set(seen["allowed"]) == {"return_to_curator", "submit_draft", "note", "assign"}
    refused(await case.get("executor-health"), 404)


async def test_a_registration_is_taken_and_begins_once_a_worker_is_there(
    deserted: Installation, office: Office
) -> None:
    body = registration(starts_at=at("mon 09:00").isoformat())

    def ask() -> Awaitable[Response]:
        return office.post("curator", "/messages", body, key="register")

    is_taken(await ask())
    async with attended(deserted, office):
        (listed,) = taken(await office.get("curator", "/messages", q=body["url"]))["items"]
        case = Case(office, listed)
        await until_begun(case)
        assert about(case.view["registered_at"], at("mon 09:00"))
        assert taken(await ask(), 201) == case.view


async def until_begun(case: Case) -> None:
    async with asyncio.timeout(PATIENCE):
        while not (await case.look())["limits"]:  # noqa: ASYNC110  the dispatcher tells nobody
            await asyncio.sleep(0.05)


@pytest.mark.server
async def test_a_closed_message_is_opened_again_once_a_worker_is_there(
    deserted: Installation, office: Office
) -> None:
    async with attended(deserted, office):
        case = await Case.begin(office, to=["roads"])
        await case.close("deleted")
        await ended(deserted, case)

    def reopen() -> Awaitable[Response]:
        return case.post("curator", "/reopen", REASON, key="reopened with nobody there")

    command = is_taken(await reopen())
    assert is_taken(await reopen()) == command
    is_taken(await case.post("executor-roads", "/drafts", DRAFT, key="after the reopening"))
    async with attended(deserted, office):
        taken(await reopen())
        taken(await case.post("executor-roads", "/drafts", DRAFT, key="after the reopening"))
        assert (await case.look())["stage"] == "approval"
        rows = await case.journal()
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        given_by_people = [row["kind"] for row in rows if row["person"]]
        assert given_by_people[-3:] == ["close_unanswered", "reopened", "submit_draft"]


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
    assert (await case.look())["stage"] == "preparation"
    await passed
    async with server.running():
        office.worker_is_there = True
        answer = await case.post("executor-roads", "/drafts", DRAFT, key="away")
        assert taken(answer)["stage"] == "approval"
        await case.look()
        assert when(case.run("draft")["met_at"]) < case.moment("mon 14:45")
        assert case.run("draft")["breached_at"] is None
        kinds = [row["kind"] for row in await case.journal()]
        assert kinds.count("breach") == kinds.count("breach_withdrawn")
        told = len(await case.notices("executor-roads", "breach"))
        assert len(await case.notices("executor-roads", "withdrawn_breach")) == told

        registered = await office.post("curator", "/messages", body, key="away")
        late = Case(office, taken(registered, 201))
        await until_begun(late)
        assert about(late.view["registered_at"], at("mon 09:00"))
