"""Two workers and two processes of the API over one PostgreSQL and one Temporal, one of each killed midway.

Both are reached by TLS, with certificates made by the installation's own command, and the database by the passwords of
the file. The parts run as the role of the program, which owns nothing in the database.
"""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from httpx import AsyncClient, HTTPError, Response
from temporalio.client import Client

from cli import NOT_RECORDED
from service.keys.certificates import make
from tests.api.messages.office import open_namespace
from tests.deploy import compose
from tests.deploy.installation import Installation, Part, ask_for_passwords
from tests.deploy.test_scripts import as_role, on_postgresql
from tests.postgresql import postgresql_server
from tests.tls.servers import before_postgresql, before_temporal

PASSWORD = "вход для проверки"
MESSAGES = 6
WITHIN = 60.0  # seconds
ROAD = ["registered", "route", "submit_draft", "approve", "confirm_publication"]
MIDWAY = MESSAGES * len(ROAD) // 2
PASSWORDS = ("OTKLIK_DB_PASSWORD", "OTKLIK_OWNER_DB_PASSWORD", "TEMPORAL_DB_PASSWORD")
MARK = "q7zx"
"""Part of every text: no log may hold it."""


@pytest.fixture(scope="module")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    namespace = await open_namespace(temporal, "installation")
    with postgresql_server() as server:
        given = compose.environment()
        on_postgresql("postgres/roles.sh", server, **{name: given[name] for name in PASSWORDS})
        ask_for_passwords(server)
        socket = Path(parse_qs(urlsplit(server).query)["host"][0]) / ".s.PGSQL.5432"
        certificates = tmp_path_factory.mktemp("certificates")
        make(certificates)
        async with (
            before_postgresql(socket, certificates / "postgres") as database,
            before_temporal(temporal_address, certificates / "temporal") as temporal_port,
        ):
            installation = Installation(
                f"postgresql://otklik@postgres:{database}/otklik?hostaddr=127.0.0.1",
                f"127.0.0.1:{temporal_port}",
                namespace,
                certificates / "otklik",
                tmp_path_factory.mktemp("installation"),
            )
            installation.owner = f"postgresql://otklik_owner@postgres:{database}/otklik?hostaddr=127.0.0.1"
            installation.administrator = as_role(server, "postgres")
            async with installation.running():
                yield installation


class People:
    """Everyone, each command through the next process of the API, and through another where one is gone."""

    def __init__(self, apis: list[Part]) -> None:
        self._ways = [
            AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=20, trust_env=False) for api in apis
        ]
        self._turn = itertools.count()
        self._keys = itertools.count()
        self._tokens: dict[str, str] = {}
        self.answered = asyncio.Semaphore(0)

    async def sign_in(self, *people: str) -> None:
        for person in people:
            answer = await self._ways[0].post("/api/token", data={"username": person, "password": PASSWORD})
            self._tokens[person] = answer.raise_for_status().json()["access_token"]

    async def close(self) -> None:
        for way in self._ways:
            await way.aclose()

    async def give(self, person: str, path: str, body: Any = None) -> dict[str, Any]:
        """A command, repeated under its key until its outcome is known; returns the message."""
        key = f"key-{next(self._keys)}"
        async with asyncio.timeout(WITHIN):
            while True:
                try:
                    answer = await self._call("POST", person, path, json=body, key=key)
                except HTTPError:
                    pass
                else:
                    if answer.status_code in (200, 201):
                        self.answered.release()
                        message: dict[str, Any] = answer.json()
                        return message
                    assert answer.status_code in (202, 503), answer.text
                await asyncio.sleep(0.05)

    async def journal(self, message: str) -> list[dict[str, Any]]:
        """The rows in order, once all of the road are written."""
        async with asyncio.timeout(WITHIN):
            while True:
                answer = await self._call("GET", "curator", f"/messages/{message}/journal")
                rows = answer.raise_for_status().json()["items"][::-1]
                if len(rows) >= len(ROAD):
                    return list(rows)
                await asyncio.sleep(0.05)

    def drop(self, index: int) -> None:
        """Nobody goes this way any more."""
        del self._ways[index]

    async def _call(
        self, method: str, person: str, path: str, *, json: Any = None, key: str = ""
    ) -> Response:
        way = self._ways[next(self._turn) % len(self._ways)]
        headers = {"Authorization": f"Bearer {self._tokens[person]}"} | (
            {"Idempotency-Key": key} if key else {}
        )
        return await way.request(method, f"/api{path}", json=json, headers=headers)


async def lead(people: People, number: int) -> str:
    """One message the straight road; every step by way of another process than the one before."""
    url = f"https://vk.com/{MARK}_{number}"
    message = await people.give(
        "curator",
        "/messages",
        {"network": "vkontakte", "url": url, "author": MARK, "text": f"Яма {MARK}."},
    )
    path = f"/messages/{message['id']}"
    route = {"bodies": ["roads"], "topic": "potholes", "location": MARK, "importance": "ordinary"}
    await people.give("curator", f"{path}/route", route)
    message = await people.give(
        "executor-roads", f"{path}/drafts", {"kind": "answer", "text": f"Засыпали. {MARK}"}
    )
    await people.give("curator", f"{path}/drafts/{message['drafts'][0]['id']}/approve")
    message = await people.give("executor-roads", f"{path}/publication", {"url": f"{url}_answer"})
    assert message["stage"] == "closed"
    return str(message["id"])


async def test_commands_through_any_process_are_applied_once_whichever_dies(
    installation: Installation,
) -> None:
    preparing = await installation.start(
        "prepare",
        OTKLIK_DEMO="true",
        OTKLIK_DEMO_PASSWORD=PASSWORD,
        OTKLIK_OWNER_DATABASE_URL=installation.owner,
    )
    assert await preparing.ended() == 0, preparing.log.read_text(encoding="utf-8")
    assert_recorded(installation, preparing)
    workers = [await installation.start("worker") for _ in range(2)]
    apis = [await installation.start("api") for _ in range(2)]
    await asyncio.gather(*(part.until_healthy() for part in (*workers, *apis)))
    people = People(apis)
    await people.sign_in("curator", "executor-roads")

    roads = [asyncio.ensure_future(lead(people, number)) for number in range(MESSAGES)]
    for _ in range(MIDWAY):
        await people.answered.acquire()
    await asyncio.gather(workers[0].kill(), apis[0].kill())
    people.drop(0)
    messages = await asyncio.gather(*roads)

    assert len(set(messages)) == MESSAGES
    for message in messages:
        rows = await people.journal(message)
        assert [row["kind"] for row in rows] == ROAD
        assert [row["number"] for row in rows] == [1, 2, 3, 4, 5]
    await assert_measured(apis[1], workers[1])
    await people.close()
    assert await apis[1].stop() == 0
    assert await workers[1].stop() == 0
    assert_logged(apis[1], workers[1], set(messages))


def assert_recorded(installation: Installation, preparing: Part) -> None:
    """That the database was prepared is in the record of access, though the service knows one role's password only."""
    assert NOT_RECORDED not in preparing.log.read_text(encoding="utf-8")
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute("SELECT call, outcome FROM access_record").fetchall()
    assert rows == [("cli.prepare", "ok")]


async def assert_measured(api: Part, worker: Part) -> None:
    async with AsyncClient(trust_env=False) as http:
        of_api = (await http.get(f"http://127.0.0.1:{api.port}/metrics")).text
        of_worker = (await http.get(f"http://127.0.0.1:{worker.port}/metrics")).text
    assert "otklik_database_up 1.0" in of_api
    assert 'otklik_commands_total{command="route",outcome="accepted"}' in of_api
    assert "temporal_request_total" in of_api
    assert 'temporal_local_activity_execution_latency_seconds_count{activity_type="write_record"' in of_worker


def assert_logged(api: Part, worker: Part, messages: set[str]) -> None:
    """In JSON, line by line, bound to the messages, without a word of theirs."""
    of_api, of_worker = (part.log.read_text(encoding="utf-8") for part in (api, worker))
    assert MARK not in of_api + of_worker
    lines = [json.loads(line) for line in of_api.splitlines()]
    named = Counter(
        str(line["message"]) for line in lines if line["event"] == "request" and "message" in line
    )
    assert set(named) == messages
    assert "worker is polling" in of_worker
