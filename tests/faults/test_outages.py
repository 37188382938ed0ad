"""A person whose request meets an outage gets a clear answer within seconds, and nothing is done twice afterwards."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from httpx import Response
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from store.commands import outbox
from tests.api.messages.case import Case, registration
from tests.api.messages.office import PASSWORD, Installation, Office, open_namespace, refused, taken
from tests.faults.postgresql import PostgreSQL, mortal_server
from tests.patience import PATIENCE, SLOWER
from tests.postgresql import new_database
from workflows.state import OutcomeAnswer
from workflows.vocabulary import Command

SHORTLY = timedelta(seconds=6 * SLOWER)
DRAFT = {"kind": "answer", "text": "Яму засыпали."}

Open = Callable[[str, str | None], Awaitable[Office]]


@pytest.fixture(scope="module")
async def open_office(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Open]:
    """Opens an installation with its worker on a database."""
    async with AsyncExitStack() as open_ones:

        async def open_one(name: str, database_url: str | None) -> Office:
            namespace = await open_namespace(temporal, f"outages-{name}")
            folder = tmp_path_factory.mktemp(name)
            installation = Installation(folder, temporal_address, namespace, database_url=database_url)
            await installation.prepare()
            await open_ones.enter_async_context(installation.worker())
            return await open_ones.enter_async_context(installation.office())

        yield open_one


@pytest.fixture(scope="module")
def mortal() -> Iterator[PostgreSQL]:
    with mortal_server() as server:
        yield server


@pytest.fixture(scope="module")
async def on_postgresql(open_office: Open, mortal: PostgreSQL) -> Office:
    return await open_office("postgresql", await asyncio.to_thread(mortal.new_database, "outages"))


@pytest.fixture(scope="module")
async def on_sqlite(open_office: Open) -> Office:
    return await open_office("sqlite", None)


async def routed(office: Office) -> Case:
    """With `roads`, and everything written."""
    case = await Case.begin(office)
    await case.route("roads")
    await until_recorded(case)
    await office.token("executor-roads")
    office.worker_is_there = False
    return case


async def until_recorded(case: Case) -> None:
    """Nothing is under way any more: the database alone says whose the message is."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with case.office.database.lookup() as session:
                if not await outbox.waits(session, int(case.id), tuple(Command)):
                    return
            await asyncio.sleep(0.02)


async def settled(office: Office, ask: Callable[[], Awaitable[Response]]) -> Response:
    """The answer once there is an outcome."""
    async with asyncio.timeout(PATIENCE):
        while (answer := await ask()).status_code in (202, 503):  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.1)
    office.worker_is_there = True
    return answer


async def count(case: Case, kind: str) -> int:
    return [row["kind"] for row in await case.journal()].count(kind)


def sign_in(office: Office) -> Awaitable[Response]:
    return office.http.post("/api/token", data={"username": "curator", "password": PASSWORD})


# ---- PostgreSQL


@pytest.mark.installation
async def test_a_database_that_hangs_keeps_nobody_waiting(on_postgresql: Office, mortal: PostgreSQL) -> None:
    office = on_postgresql
    case = await routed(office)
    body = registration()

    def draft() -> Awaitable[Response]:
        return case.post("executor-roads", "/drafts", DRAFT, key="hang")

    def register() -> Awaitable[Response]:
        return office.post("curator", "/messages", body, key="hang")

    mortal.hang()
    try:
        answers = await asyncio.gather(
            draft(),
            register(),
            case.get("curator"),
            case.get("curator", "/journal"),
            office.get("curator", "/messages"),
            office.get("curator", "/notices"),
            sign_in(office),
            *(case.get("executor-roads") for _ in range(25)),  # more than there are connections
        )
        assert (await office.http.get("/healthz")).status_code == 200
        refused(await office.http.get("/readyz"), 503, "База данных")
    finally:
        mortal.go_on()
    for answer in answers:
        refused(answer, 503, "Повторите")
        assert answer.headers["retry-after"]
    refused(answers[0], 503, "пока неизвестно", "Idempotency-Key")
    assert taken(await settled(office, draft))["stage"] == "approval"
    assert await count(case, "submit_draft") == 1
    first = taken(await settled(office, register), 201)
    assert taken(await register(), 201)["id"] == first["id"]
    found = taken(await office.get("curator", "/messages", q=body["url"]))["items"]
    assert [item["id"] for item in found] == [first["id"]]


async def test_without_a_free_connection_people_are_told_that_the_database_is_busy(
    open_office: Open, postgresql: str
) -> None:
    office = await open_office("busy", await asyncio.to_thread(new_database, postgresql))
    case = await routed(office)
    async with AsyncExitStack() as held:
        for _ in range(20):
            await held.enter_async_context(office.database.write())
        answer = await case.post("executor-roads", "/drafts", DRAFT, key="pool")
        refused(answer, 503, "База данных сейчас занята")
    taken(await settled(office, lambda: case.post("executor-roads", "/drafts", DRAFT, key="pool")))
    assert await count(case, "submit_draft") == 1


async def breached(handle: WorkflowHandle[Any, Any]) -> list[datetime | None]:
    """When the limit for the draft was missed, by the workflow itself."""
    answer: OutcomeAnswer = await handle.query("state", result_type=OutcomeAnswer)
    return [run.breached_at for run in answer.state.limits if run.name == "draft"]


@pytest.mark.installation
async def test_a_limit_fires_while_the_database_is_down_and_it_is_used_again_once_it_is_back(
    on_postgresql: Office, mortal: PostgreSQL
) -> None:
    office = on_postgresql
    case = await routed(office)
    office.worker_is_there = True
    due = case.moment("mon 14:45")
    await case.until(due - SHORTLY)
    await case.journal()
    passed = asyncio.ensure_future(asyncio.sleep(SHORTLY.total_seconds() + 1))
    office.worker_is_there = False

    def draft() -> Awaitable[Response]:
        return case.post("executor-roads", "/drafts", DRAFT, key="died")

    await asyncio.to_thread(mortal.kill)
    try:
        for answer in await asyncio.gather(draft(), case.get("curator"), sign_in(office)):
            refused(answer, 503, "База данных сейчас недоступна")
        await passed
        handle = office.service.runs.workflows.handle(int(case.id))
        async with asyncio.timeout(PATIENCE):
            while await breached(handle) != [due]:  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.1)
        fired = [
            event.event_time.ToDatetime(due.tzinfo)
            for event in (await handle.fetch_history()).events
            if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED
        ]
        assert fired[-1] >= due
    finally:
        await asyncio.to_thread(mortal.start)
    taken(await settled(office, draft))
    assert await count(case, "submit_draft") == 1
    async with asyncio.timeout(PATIENCE):
        while not await count(case, "breach"):  # noqa: ASYNC110  the record comes when it can
            await asyncio.sleep(0.1)
    (breach,) = [row for row in await case.journal() if row["kind"] == "breach"]
    assert (breach["at"], breach["data"]["limit"]) == (due.isoformat(), "draft")
    for person in ("executor-roads", "responsible-roads", "curator"):
        assert len(await case.notices(person, "breach")) == 1
    assert len(await case.notices("deputy", "escalation")) == 1


# ---- Temporal


class Wire:
    """Between the program and the Temporal server: hung, it takes what is sent and passes nothing on."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._near: list[asyncio.StreamWriter] = []
        self._open = asyncio.Event()
        self._open.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """The address of its near end."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        async with server:
            yield "{}:{}".format(*server.sockets[0].getsockname())
            # From Python 3.12 on a server is closed only once its connections are, and a client keeps its own.
            for near in self._near:
                near.close()

    def hang(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._near.append(writer)
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while received := await reader.read(65536):
                await self._open.wait()
                writer.write(received)
                await writer.drain()
        writer.close()


@pytest.mark.installation
async def test_a_temporal_server_that_hangs_keeps_nobody_waiting(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> None:
    wire = Wire(temporal_address)
    async with wire.laid() as address, AsyncExitStack() as living:
        installation = Installation(tmp_path, address, await open_namespace(temporal, "outages-wire"))
        await installation.prepare()
        await living.enter_async_context(installation.worker())
        office = await living.enter_async_context(installation.office())
        case = await routed(office)
        await office.token("executor-health")

        def draft() -> Awaitable[Response]:
            return case.post("executor-roads", "/drafts", DRAFT, key="hang")

        def report() -> Awaitable[Response]:
            return case.post("curator", "/governor-report", {"reason": "Город обсуждает."}, key="behind")

        wire.hang()
        drafted, registered, seen, journal, notices, unseen, listed, in_line = await asyncio.gather(
            draft(),
            office.post("curator", "/messages", registration(), key="hang"),
            case.get("curator"),
            case.get("curator", "/journal"),
            office.get("executor-roads", "/notices", message=case.id),
            case.get("executor-health"),
            office.get("curator", "/messages"),
            report(),
        )
        ready = await office.http.get("/readyz")
        wire.go_on()
        assert {taken(answer, 202)["status"] for answer in (drafted, registered, in_line)} == {"taken"}
        for answer in (seen, journal, notices, listed):
            taken(answer)
        refused(unseen, 404)
        # The process takes commands all the same: no balancer is to leave it aside.
        assert (taken(ready)["status"], ready.json()["errors"][0]["field"]) == ("degraded", "temporal")
        assert taken(await settled(office, draft))["stage"] == "approval"
        taken(await settled(office, report))
        assert [await count(case, kind) for kind in ("submit_draft", "report_to_governor")] == [1, 1]


# ---- SQLite


async def test_a_locked_file_stops_nobody_from_reading_and_tells_who_writes(on_sqlite: Office) -> None:
    office = on_sqlite
    case = await routed(office)

    def draft() -> Awaitable[Response]:
        return case.post("executor-roads", "/drafts", DRAFT, key="locked")

    other = sqlite3.connect(file_of(office), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        wrote, read, signed_in = await asyncio.gather(draft(), case.get("curator"), sign_in(office))
    finally:
        other.close()
    assert taken(read)["id"] == case.id
    refused(wrote, 503, "Повторите", "Idempotency-Key")
    refused(signed_in, 503, "Повторите")
    assert any("База данных сейчас занята" in answer.json()["detail"] for answer in (wrote, signed_in))
    taken(await settled(office, draft))
    assert await count(case, "submit_draft") == 1


async def test_a_full_disk_is_named_and_work_goes_on_when_there_is_space_again(on_sqlite: Office) -> None:
    office = on_sqlite
    case = await routed(office)
    # Of many words, as what repeats takes little space.
    long = {"text": " ".join(str(number) for number in Random(1).sample(range(10**6), 2600))}

    def note() -> Awaitable[Response]:
        return case.post("executor-roads", "/notes", long, key="full")

    await bound(office, 1)
    try:
        wrote, read = await asyncio.gather(note(), case.get("curator"))
    finally:
        await bound(office, 2**31)
    assert taken(read)["id"] == case.id
    refused(wrote, 503, "закончилось место на диске")
    taken(await settled(office, note))
    assert await count(case, "note") == 1


async def bound(office: Office, pages: int) -> None:
    """The file may grow no further than this, or than it is: as on a disk that is full, of SQLite's own accord."""
    async with office.database.write() as session:
        await (await session.connection()).exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def file_of(office: Office) -> Path:
    file = office.database.file
    assert file is not None
    return file
