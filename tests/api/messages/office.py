"""The program under test: the API in this process with a database of its own, and a worker that can be sent away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from httpx import ASGITransport, AsyncClient, Response
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from api import wording
from api.web.session import COOKIE
from embedded.serving import create_app
from service.assembly import Service
from service.journal.verification import verify
from service.keys import command_keys
from service.messages import reader as message_reader
from service.reports.papers.wording import UNDER_WAY
from service.runs import schedules
from service.runs.background import Background
from service.runs.due_work import LOOKED_FOR, SOURCES
from settings import Settings
from store.database.engines import Database
from telemetry import traces
from tests.api.people import sign_ins
from tests.patience import PATIENCE
from tests.prepared import prepare
from tests.temporal_server import SEARCH_ATTRIBUTES
from worker import channels_worker, message_worker, networks_worker, office_worker
from workflows.sealing import Sealing

PASSWORD = "вход для проверки"
T = TypeVar("T")
_PROBLEM = "application/problem+json"
_NOT_IN_TIME = {wording.NOT_IN_TIME, wording.NOT_KNOWN_IN_TIME, UNDER_WAY}

# A busy machine may write late what a message has done; people are shown what is there by then, tests all of it.
message_reader._CATCH_UP = 15.0


@asynccontextmanager
async def working_installation(
    folder: Path, address: str, temporal: Client, **settings: Any
) -> AsyncIterator["Installation"]:
    """A new installation with its worker, in a namespace named as its folder; `settings` beside those of all tests.

    Nothing runs by the clock there: tests let it run, as of a moment of theirs.
    """
    installation = await new_installation(folder, address, temporal, **settings)
    async with installation.worker():
        yield installation
        await installation.check_tables()


async def new_installation(folder: Path, address: str, temporal: Client, **settings: Any) -> "Installation":
    """The same, whose worker comes when a test has it come."""
    installation = Installation(folder, address, await open_namespace(temporal, folder.name), **settings)
    installation.runs_by_the_clock = False
    await installation.prepare()
    return installation


class Installation:
    """Settings and a database; the API and the worker run on it as long as a test wants them."""

    def __init__(
        self,
        data: Path,
        address: str,
        namespace: str,
        *,
        training: bool = True,
        database_url: str | None = None,
        **more: Any,
    ) -> None:
        self.settings = Settings.load(
            **more,
            data=data,
            database_url=database_url,
            temporal_address=address,
            temporal_namespace=namespace,
            training=training,
            demo=True,
            demo_password=PASSWORD,
        )
        self.runs_by_the_clock = True
        """Whether Temporal has the schedules of the office, and its worker looks for more than sources."""
        self.tampered: set[str] = set()
        """Messages to which a test has done what the program does not."""

    async def check_tables(self) -> None:
        """Whatever has happened here, every journal is whole, and every table says what the journals do."""
        told = StringIO()
        with redirect_stdout(told):
            await verify(self.settings, journals_only=True)
        lines = [line for line in told.getvalue().splitlines() if line.startswith("Сообщение ")]
        others = [line for line in lines if line.split()[1].rstrip(":") not in self.tampered]
        assert not others, "\n".join(others)

    async def prepare(self) -> None:
        """Tables and the demo directory."""
        await prepare(self.settings)

    @asynccontextmanager
    async def office(self, *, worker_is_there: bool = True) -> AsyncIterator["Office"]:
        """The API of this installation, as people use it."""
        app = create_app(self.settings)
        async with AsyncExitStack() as living:
            with pytest.MonkeyPatch.context() as patch:
                if not self.runs_by_the_clock:
                    patch.setattr(schedules, "background", _no_schedules)
                await living.enter_async_context(app.router.lifespan_context(app))
            transport = ASGITransport(app, raise_app_exceptions=False)
            http = await living.enter_async_context(
                AsyncClient(transport=transport, base_url="http://otklik", timeout=PATIENCE)
            )
            office = Office(http, app.state.service.database, worker_is_there=worker_is_there)
            office.service = app.state.service
            yield office

    async def client(self) -> Client:
        return await Client.connect(
            self.settings.temporal_address,
            namespace=self.settings.temporal_namespace,
            data_converter=pydantic_data_converter,
            interceptors=[Sealing(command_keys.load(self.settings)), *traces.interceptors()],
        )

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """Real workers that write to this installation's database: the messages' and the office's."""
        client = await self.client()
        looks_for = LOOKED_FOR if self.runs_by_the_clock else {SOURCES}
        async with (
            message_worker(client, self.settings),
            office_worker(client, self.settings, looks_for=looks_for),
            channels_worker(client, self.settings, looks_for=looks_for),
            networks_worker(client, self.settings, looks_for=looks_for),
        ):
            yield


def _no_schedules(*_: object) -> Background:
    async def nothing() -> None:
        pass

    return Background("no schedules", nothing, every=3600.0, warning="", fault="")


async def open_namespace(client: Client, name: str) -> str:
    """A new namespace of the server, so that no other test's worker takes what is meant for ours.

    `name` is how its own name begins: what opens it may run more than once in a session.
    """
    name = f"{name}-{uuid4().hex}"
    opening = RegisterNamespaceRequest(
        namespace=name, workflow_execution_retention_period=Duration(seconds=24 * 60 * 60)
    )
    kinds = {
        attribute: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for attribute, kind in SEARCH_ATTRIBUTES.items()
    }
    attributes = AddSearchAttributesRequest(namespace=name, search_attributes=kinds)
    async with asyncio.timeout(PATIENCE):
        await _taken_by_the_server(lambda: client.workflow_service.register_namespace(opening))
        await _taken_by_the_server(lambda: client.operator_service.add_search_attributes(attributes))
    return name


async def _taken_by_the_server(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask until it is done: a busy server learns of a namespace late, and cancels requests, also one it carries out."""
    while True:
        try:
            await ask()
        except RPCError as error:
            if error.status is RPCStatusCode.ALREADY_EXISTS:
                return
            await asyncio.sleep(0.05)
        else:
            return


class Office:
    """People who call the API; each signs in once, by the sign-in that is their name.

    Where a worker is always there, requests are repeated, commands under their key, until they are answered: on a busy
    machine it may take more than the seconds a request waits.
    """

    service: Service

    def __init__(
        self,
        http: AsyncClient,
        database: Database | None = None,
        *,
        worker_is_there: bool = True,
        password: str = PASSWORD,
    ) -> None:
        self.http = http
        self._database = database
        self.worker_is_there = worker_is_there
        self._password = password
        self._tokens: dict[str, str] = {}
        self._signing_in = asyncio.Lock()

    @property
    def database(self) -> Database:
        """What the API writes to, where it runs in this process."""
        assert self._database is not None
        return self._database

    async def token(self, person: str) -> str:
        # Once for each person, however many of their requests begin together.
        async with self._signing_in:
            if person not in self._tokens:
                self._tokens[person] = await self.sign_in(person)
        return self._tokens[person]

    async def sign_in(self, person: str) -> str:
        """The token of a sign-in of its own: put into the database where it is at hand, which is sooner."""
        if self._database is not None:
            return await sign_ins.open_for(self._database, person)
        answer = await self._answer("POST", "/token", data={"username": person, "password": self._password})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def forget_sign_ins(self) -> None:
        """Everybody signs in again before the next request."""
        self._tokens.clear()

    async def call(
        self,
        person: str | None,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        **rest: Any,
    ) -> Response:
        """One request of a person, or of someone without a token; `rest` goes to the client as it is."""
        headers = dict(rest.pop("headers", {}))
        if person is not None:
            headers["Authorization"] = f"Bearer {await self.token(person)}"
        if key is None and self.worker_is_there and method != "GET":
            key = uuid4().hex
        if key is not None:
            headers.setdefault("Idempotency-Key", key)
        if body is not None:
            rest["json"] = body
        return await self._answer(method, path, headers=headers, **rest)

    async def _answer(self, method: str, path: str, **rest: Any) -> Response:
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.http.request(method, f"/api{path}", **rest)
                if not self.worker_is_there or not _is_to_be_repeated(answer):
                    return answer

    async def post(
        self, person: str | None, path: str, body: object = None, *, key: str | None = None
    ) -> Response:
        return await self.call(person, "POST", path, body, key=key)

    async def get(self, person: str | None, path: str, /, **params: Any) -> Response:
        return await self.call(person, "GET", path, params=params)

    async def pages(self, person: str, path: str, /, **sought: Any) -> list[dict[str, Any]]:
        """Everything that a list has, page after page."""
        page = taken(await self.get(person, path, **sought))
        found: list[dict[str, Any]] = page["items"]
        while page["next"] is not None:
            page = taken(await self.get(person, path, **sought, cursor=page["next"]))
            found += page["items"]
        return found

    async def drive(self, schedule: str, moment: datetime) -> int:
        """In training: do what the clock would have done by a moment; returns how much that was."""
        body = {"at": moment.isoformat()}
        done: int = taken(await self.post("curator", f"/training/schedules/{schedule}", body))["done"]
        return done

    async def page(self, person: str, address: str, **form: Any) -> str:
        """What is read at an address; with a form, what sending it leads to."""
        answer = await self.browse(person, address, **form)
        if answer.status_code == 303:
            answer = await self.browse(person, answer.headers["location"])
        return answer.text

    async def browse(self, person: str, address: str, **form: Any) -> Response:
        """A page as somebody's browser gets it; with a form, what comes of sending it.

        A busy machine makes some pages for longer than a request waits: a browser asks for them again.
        """
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        headers["Cookie"] = f"{COOKIE}={await self.token(person)}"
        if form:
            return await self.http.post(address, headers=headers, data=form)
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.http.get(address, headers=headers)).status_code == 503:
                pass
        return answer


async def until(condition: Callable[[], Awaitable[T | None]]) -> T:
    """Ask until there is an answer, and return it: others get the patience of all tests to bring it about."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await condition()):  # noqa: ASYNC110 - what is waited for is on a server
            await asyncio.sleep(0.02)
        return found


def _is_to_be_repeated(answer: Response) -> bool:
    late = answer.status_code == 503 and answer.headers["content-type"] == _PROBLEM
    return answer.status_code == 202 or (late and answer.json()["detail"] in _NOT_IN_TIME)


def refused(answer: Response, status: int, *words: str) -> dict[str, Any]:
    """The problem the answer is: in Russian, with the words in its detail."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == _PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert any("а" <= letter <= "я" for letter in problem["detail"].lower()), problem
    for word in words:
        assert word in problem["detail"], problem["detail"]
    return problem


def taken(answer: Response, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer with this status."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    content: dict[str, Any] = answer.json()
    return content
