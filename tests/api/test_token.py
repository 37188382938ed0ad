"""Signing in and out."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import update
from sqlmodel import select

from store import tokens, wrong_passwords
from store.database import Database
from store.tables import PersonRow, TokenRow, WrongPasswordRow
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
        person = await session.get(PersonRow, "curator")
        assert person is not None
        person.active = False
        session.add(person)
    assert_problem(await http.get("/api/directory", headers=bearer(token)), 401)
    assert_problem(await http.post("/api/token", data={"username": "curator", "password": PASSWORD}), 401)


async def test_the_database_keeps_no_token_only_a_digest(http: AsyncClient, db: Database) -> None:
    token = await token_of(http, "curator")
    async with db.read() as session:
        kept = await session.get(TokenRow, tokens.digest(token))
    assert kept is not None
    assert token not in kept.digest
    assert kept.expires_at - kept.created_at == timedelta(hours=12)


async def test_signing_in_forgets_expired_tokens(http: AsyncClient, db: Database) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=30)
    async with db.write() as session:
        old = await tokens.issue(session, "curator", long_ago)
    await token_of(http, "curator")
    async with db.read() as session:
        assert await session.get(TokenRow, tokens.digest(old)) is None


# ---- guessing


async def try_in(http: AsyncClient, password: str, username: str = "curator") -> int:
    return (await http.post("/api/token", data={"username": username, "password": password})).status_code


async def test_after_too_many_wrong_passwords_even_the_right_one_waits(http: AsyncClient) -> None:
    for _ in range(wrong_passwords.ALLOWED):
        assert await try_in(http, "wrong") == 401
    answer = await http.post("/api/token", data={"username": "curator", "password": PASSWORD})
    assert_problem(answer, 429, "неверных паролей", "через 5 мин")
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert await try_in(http, PASSWORD, "admin") == 200


async def test_a_name_nobody_has_is_closed_in_the_same_way(http: AsyncClient) -> None:
    tried = [await try_in(http, "wrong", "nobody") for _ in range(wrong_passwords.ALLOWED + 1)]
    assert tried == [401] * wrong_passwords.ALLOWED + [429]


async def test_a_burst_of_guesses_is_counted_one_by_one(http: AsyncClient) -> None:
    tried = await asyncio.gather(*(try_in(http, f"guess {number}") for number in range(30)))
    assert sorted(tried) == [401] * wrong_passwords.ALLOWED + [429] * (30 - wrong_passwords.ALLOWED)


async def test_a_slip_is_forgotten_with_the_right_password(http: AsyncClient) -> None:
    for _ in range(3):
        for _ in range(wrong_passwords.ALLOWED - 1):
            assert await try_in(http, "wrong") == 401
        assert await try_in(http, PASSWORD) == 200


async def test_another_process_knows_of_them_and_time_opens_the_sign_in_again(
    http: AsyncClient, db: Database
) -> None:
    earlier = datetime.now(UTC) - wrong_passwords.WINDOW + timedelta(seconds=30)
    async with db.write() as session:
        for _ in range(wrong_passwords.ALLOWED):
            await wrong_passwords.note(session, "curator", earlier)
    assert await try_in(http, PASSWORD) == 429
    async with db.write() as session:
        await session.exec(update(WrongPasswordRow).values(at=earlier - timedelta(seconds=31)))
    assert await try_in(http, PASSWORD) == 200


async def test_what_was_typed_for_a_name_is_not_kept(http: AsyncClient, db: Database) -> None:
    await try_in(http, "wrong", "my password by mistake")
    async with db.read() as session:
        (kept,) = (await session.exec(select(WrongPasswordRow))).all()
    assert "password" not in kept.sign_in
