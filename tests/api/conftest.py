"""The API with a directory of a few people, on SQLite, without Temporal; and Temporal in memory for messages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pyotp
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from api.main import create_app
from service.access import deadline
from settings import Settings
from store.database.engines import Database
from store.directory.tables import AccountRow
from store.messages.tables import TopicRow
from store.people.tables import BodyRow, PersonRoleRow, PersonRow
from tests import little_work
from tests.api.people import sign_ins
from tests.memory.fixtures import pytest_generate_tests, temporal, temporal_address  # noqa: F401
from tests.prepared import prepare

PASSWORD = "correct horse"
NO_TEMPORAL = "127.0.0.1:1"

PEOPLE: dict[str, list[tuple[str, str | None]]] = {
    "curator": [("curator", None)],
    "admin": [("admin", None)],
    "head": [("head", None)],
    "executor-roads": [("executor", "roads")],
    "responsible-roads": [("responsible", "roads")],
    "executor-housing": [("executor", "housing")],
    "responsible-housing": [("responsible", "housing")],
    "deputy": [("deputy", "roads"), ("deputy", "housing")],
}


@pytest.fixture(scope="session")
def password_hash() -> str:
    return _hash_of_password()


@cache
def _hash_of_password() -> str:
    return little_work.HASHER.hash(PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path, temporal_address=NO_TEMPORAL, temporal_namespace="default")


@pytest.fixture
async def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """A running application whose database has the directory above; a busy machine may take long to answer."""
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", 30.0)
    await prepare(settings, _directory)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def db(app: FastAPI) -> Database:
    database: Database = app.state.service.database
    return database


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that has not signed in."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def as_(app: FastAPI) -> AsyncIterator[Callable[[str], Awaitable[AsyncClient]]]:
    """A client signed in as someone: `await as_("curator")`."""
    opened: list[AsyncClient] = []

    async def sign_in(person: str) -> AsyncClient:
        token = await sign_ins.open_for(app.state.service.database, person)
        client = client_of(app, {"Authorization": f"Bearer {token}"})
        opened.append(client)
        return client

    yield sign_in
    for client in opened:
        await client.aclose()


def client_of(app: FastAPI, headers: dict[str, str] | None = None) -> AsyncClient:
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://otklik", headers=headers)


async def token_of(http: AsyncClient, person: str) -> str:
    answer = await http.post("/api/token", data={"username": person, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


def assert_problem(answer: Response, status: int, *words: str) -> None:
    """The answer is a problem document in Russian whose detail has the words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert any("а" <= letter <= "я" for letter in problem["detail"])
    for word in words:
        assert word in problem["detail"]


async def _directory(database: Database) -> None:
    await fill(database, _hash_of_password())


async def fill(database: Database, password_hash: str) -> None:
    async with database.write() as session:
        session.add(
            BodyRow(key="department", title="Департамент", short_title="Департамент", kind="department")
        )
        session.add(BodyRow(key="roads", title="Департамент дорог", short_title="Дороги", kind="executive"))
        session.add(BodyRow(key="housing", title="Департамент ЖКХ", short_title="ЖКХ", kind="executive"))
        session.add_all(
            PersonRow(key=key, name=key.title(), position="должность", password_hash=password_hash)
            for key in PEOPLE
        )
        await session.flush()
        session.add(AccountRow(body="roads", network="vkontakte", url="https://vk.com/roads"))
        session.add(TopicRow(key="pits", group="Дороги", title="Ямы", position=1))
        session.add(TopicRow(key="snow", group="Дороги", title="Снег", words=["сугроб"], position=0))
        session.add_all(
            PersonRoleRow(person=key, role=role, body=body)
            for key, held in PEOPLE.items()
            for role, body in held
        )


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def code_of(secret: str, steps: int = 0) -> str:
    """The code of a second factor now, or that many half minutes later."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + steps * timedelta(seconds=30))


def next_code(secret: str) -> str:
    """A code that is good already, and that nobody has used: the one that confirmed was of now or before."""
    return code_of(secret, 1)


async def enrolled(http: AsyncClient, person: str) -> tuple[str, list[str]]:
    """Give the person a second factor; its secret and recovery codes."""
    headers = bearer(await token_of(http, person))
    given = await http.post("/api/me/second-factor", json={"password": PASSWORD}, headers=headers)
    assert given.status_code == 201, given.text
    secret: str = given.json()["secret"]
    confirmed = await http.post(
        "/api/me/second-factor/confirmation", json={"code": code_of(secret)}, headers=headers
    )
    assert confirmed.status_code == 200, confirmed.text
    return secret, confirmed.json()["recovery_codes"]
