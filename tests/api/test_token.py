"""Signing in and out."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from store import tokens
from store.database import Database
from store.tables import Person, Token
from tests.api.conftest import PASSWORD, assert_problem, token_of


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_the_right_password_gives_a_token_that_opens_the_api(http: AsyncClient) -> None:
    answer = await http.post("/api/token", data={"username": "curator", "password": PASSWORD})
    assert answer.status_code == 200
    given = answer.json()
    assert given["token_type"] == "bearer"
    assert (await http.get("/api/directory", headers=bearer(given["access_token"]))).status_code == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("curator", "wrong"),
        ("nobody", PASSWORD),
        ("curator", " "),
        ("cura\x00tor", PASSWORD),
        ("Curator", PASSWORD),
    ],
)
async def test_a_wrong_password_or_name_is_401(http: AsyncClient, username: str, password: str) -> None:
    answer = await http.post("/api/token", data={"username": username, "password": password})
    assert_problem(answer, 401, "Неверное имя для входа или пароль")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_form_without_a_password_names_the_field(http: AsyncClient) -> None:
    answer = await http.post("/api/token", data={"username": "curator"})
    assert_problem(answer, 422, "password")
    assert [item["field"] for item in answer.json()["errors"]] == ["password"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Bearer \u00ff", "Basic Y3VyYXRvcjp4"]
)
async def test_without_a_valid_token_it_is_401(http: AsyncClient, header: str | None) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header is not None else {}
    answer = await http.get("/api/directory", headers=headers)  # type: ignore[arg-type]
    assert_problem(answer, 401, "Войдите")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_revoked_token_opens_nothing_and_others_stay(http: AsyncClient) -> None:
    first, second = await token_of(http, "curator"), await token_of(http, "curator")
    assert (await http.delete("/api/token", headers=bearer(first))).status_code == 204
    assert_problem(await http.get("/api/directory", headers=bearer(first)), 401)
    assert_problem(await http.delete("/api/token", headers=bearer(first)), 401)
    assert (await http.get("/api/directory", headers=bearer(second))).status_code == 200


async def test_a_token_opens_until_it_expires(http: AsyncClient, db: Database) -> None:
    now = datetime.now(UTC)
    async with db.write() as session:
        over = await tokens.issue(session, "curator", now - tokens.LIFETIME, tokens.LIFETIME)
        running = await tokens.issue(session, "curator", now - tokens.LIFETIME + timedelta(minutes=1))
    assert_problem(await http.get("/api/directory", headers=bearer(over)), 401, "истёк")
    assert (await http.get("/api/directory", headers=bearer(running))).status_code == 200


async def test_someone_who_has_left_cannot_sign_in_and_their_token_is_over(
    http: AsyncClient, db: Database
) -> None:
    token = await token_of(http, "curator")
    async with db.write() as session:
        person = await session.get(Person, "curator")
        assert person is not None
        person.active = False
        session.add(person)
    assert_problem(await http.get("/api/directory", headers=bearer(token)), 401)
    assert_problem(await http.post("/api/token", data={"username": "curator", "password": PASSWORD}), 401)


async def test_the_database_keeps_no_token_only_a_digest(http: AsyncClient, db: Database) -> None:
    token = await token_of(http, "curator")
    async with db.read() as session:
        kept = await session.get(Token, tokens.digest(token))
    assert kept is not None
    assert token not in kept.digest
    assert kept.expires_at - kept.created_at == timedelta(hours=12)


async def test_signing_in_forgets_expired_tokens(http: AsyncClient, db: Database) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=30)
    async with db.write() as session:
        old = await tokens.issue(session, "curator", long_ago)
    await token_of(http, "curator")
    async with db.read() as session:
        assert await session.get(Token, tokens.digest(old)) is None
