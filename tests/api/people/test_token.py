"""Signing in and out."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import update
from sqlmodel import col, select

from service.people import guesses, passwords
from store.database.engines import Database
from store.people import tokens, wrong_passwords
from store.people.tables import PersonRow, TokenRow, WrongPasswordRow
from tests.api.conftest import PASSWORD, PEOPLE, assert_problem, bearer, token_of


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
        ("cura\x00tor", PASSWORD),
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


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer \u00ff", "Basic Y3VyYXRvcjp4"])
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


@pytest.fixture
async def from_(app: FastAPI) -> AsyncIterator[Callable[[str], AsyncClient]]:
    """A client at an address of its own: `from_("192.0.2.7")`."""
    opened: list[AsyncClient] = []

    def client(address: str) -> AsyncClient:
        transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 40000))
        opened.append(AsyncClient(transport=transport, base_url="http://otklik"))
        return opened[-1]

    yield client
    for one in opened:
        await one.aclose()


From = Callable[[str], AsyncClient]


async def try_in(http: AsyncClient, password: str, username: str = "curator", **rest: Any) -> int:
    form = {"username": username, "password": password}
    return (await http.post("/api/token", data=form, **rest)).status_code


async def guess_until_refused(http: AsyncClient, username: str = "curator") -> None:
    for _ in range(guesses.ALLOWED):
        assert await try_in(http, "wrong", username) == 401
    assert await try_in(http, "wrong", username) == 429


async def test_after_ten_wrong_passwords_the_source_waits_even_with_the_right_one(http: AsyncClient) -> None:
    await guess_until_refused(http)
    answer = await http.post("/api/token", data={"username": "curator", "password": PASSWORD})
    assert_problem(answer, 429, "неверных паролей", "через 1 мин")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert await try_in(http, PASSWORD, "admin") == 429


async def test_a_stranger_elsewhere_does_not_lock_the_owner_out(from_: From) -> None:
    await guess_until_refused(from_("192.0.2.7"), "admin")
    assert await try_in(from_("198.51.100.1"), PASSWORD, "admin") == 200


async def test_where_somebody_has_signed_in_others_who_guess_do_not_hold_them_up(from_: From) -> None:
    assert await try_in(from_("192.0.2.7"), PASSWORD, "admin") == 200
    await guess_until_refused(from_("192.0.2.7"), "nobody")
    assert await try_in(from_("192.0.2.7"), PASSWORD, "admin") == 200


async def test_a_device_that_is_known_is_not_held_up_by_guesses_at_its_owner(from_: From) -> None:
    own, stranger = from_("192.0.2.7"), from_("192.0.2.7")
    assert await try_in(own, PASSWORD, "admin") == 200
    await guess_until_refused(stranger, "admin")
    assert await try_in(own, PASSWORD, "admin") == 200
    assert await try_in(stranger, PASSWORD, "admin") == 429


async def test_a_known_device_is_counted_itself_and_for_its_own_sign_in_alone(from_: From) -> None:
    own = from_("192.0.2.7")
    assert await try_in(own, PASSWORD, "admin") == 200
    for name, value in list(own.cookies.items()):
        own.cookies.set(name.replace(name[-8:], "00000000"), value)
    await guess_until_refused(own, "admin")
    await guess_until_refused(own, "curator")


async def test_neighbours_in_one_network_of_ipv6_are_one_source(from_: From) -> None:
    await guess_until_refused(from_("2001:db8::1"), "nobody")
    assert await try_in(from_("2001:db8::ffff:2"), PASSWORD) == 429
    assert await try_in(from_("2001:db8:0:1::1"), PASSWORD) == 200


async def test_a_header_of_anybody_makes_no_other_source(http: AsyncClient) -> None:
    tried = [
        await try_in(http, "wrong", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(guesses.ALLOWED + 1)
    ]
    assert tried == [401] * guesses.ALLOWED + [429]


async def test_each_further_wrong_one_has_to_be_waited_for_longer(http: AsyncClient, db: Database) -> None:
    waits = []
    for _ in range(4):
        await fast_forward(db, guesses.LONGEST_WAIT)
        while (
            answer := await http.post("/api/token", data={"username": "x", "password": "x"})
        ).status_code == 401:
            pass
        assert answer.status_code == 429
        waits.append(round(int(answer.headers["retry-after"]) / 60))
    assert waits == [1, 2, 4, 8]


async def fast_forward(db: Database, by: timedelta) -> None:
    """As if that much time had gone by since every wrong password."""
    async with db.write() as session:
        for row in await session.exec(select(WrongPasswordRow)):
            row.at -= by
            session.add(row)


async def test_a_day_later_all_is_forgotten(http: AsyncClient, db: Database) -> None:
    await guess_until_refused(http)
    await fast_forward(db, wrong_passwords.WINDOW)
    assert await try_in(http, "wrong") == 401
    async with db.read() as session:
        assert len((await session.exec(select(WrongPasswordRow))).all()) == 1


async def test_a_name_nobody_has_is_refused_in_the_same_words(http: AsyncClient, db: Database) -> None:
    async with db.write() as session:
        await session.exec(update(PersonRow).where(col(PersonRow.key) == "head").values(password_hash=""))
        await session.exec(update(PersonRow).where(col(PersonRow.key) == "deputy").values(active=False))
    said = {
        (await http.post("/api/token", data={"username": name, "password": "wrong"})).text
        for name in ("nobody", "curator", "head", "deputy")
    }
    assert len(said) == 1


async def test_a_burst_of_guesses_is_counted_one_by_one(http: AsyncClient) -> None:
    tried = await asyncio.gather(*(try_in(http, f"guess {number}") for number in range(30)))
    assert sorted(tried) == [401] * guesses.ALLOWED + [429] * (30 - guesses.ALLOWED)


@pytest.mark.usefixtures("full_work")
async def test_a_morning_of_people_behind_one_address_signs_in_at_once(
    http: AsyncClient, db: Database
) -> None:
    async with db.write() as session:
        kept = await passwords.hashed(PASSWORD)  # with all the work of a real one
        await session.exec(update(PersonRow).values(password_hash=kept))
    people = [*PEOPLE, *PEOPLE][:13]
    assert await asyncio.gather(*(try_in(http, PASSWORD, person) for person in people)) == [200] * 13


async def test_a_slip_is_forgotten_with_the_right_password(http: AsyncClient) -> None:
    for _ in range(3):
        for _ in range(guesses.ALLOWED - 1):
            assert await try_in(http, "wrong") == 401
        assert await try_in(http, PASSWORD) == 200


async def test_another_process_knows_of_them(http: AsyncClient, db: Database) -> None:
    async with db.write() as session:
        for _ in range(guesses.ALLOWED):
            await wrong_passwords.note(session, "127.0.0.1", "curator", datetime.now(UTC))
    assert await try_in(http, PASSWORD) == 429


async def test_what_was_typed_for_a_name_is_not_kept(http: AsyncClient, db: Database) -> None:
    await try_in(http, "wrong", "my password by mistake")
    async with db.read() as session:
        (kept,) = (await session.exec(select(WrongPasswordRow))).all()
    assert "password" not in kept.sign_in


@pytest.mark.usefixtures("full_work")
async def test_forty_guesses_at_once_do_not_hold_up_other_requests(
    http: AsyncClient, from_: From, db: Database, as_: Callable[[str], Awaitable[AsyncClient]]
) -> None:
    async with db.write() as session:
        kept = await passwords.hashed(PASSWORD)
        await session.exec(update(PersonRow).values(password_hash=kept))
    worker = await as_("curator")
    started = time.perf_counter()
    guesses = [
        asyncio.ensure_future(try_in(from_(f"192.0.2.{number}"), "wrong", f"name-{number}"))
        for number in range(40)
    ]
    latency = await median_latency(worker)
    # What other work waits for: the threads that everything shares.
    await asyncio.to_thread(time.perf_counter)
    assert sum(guess.done() for guess in guesses) < 30, "other work had to wait for the guesses"
    assert set(await asyncio.gather(*guesses)) <= {401, 429, 503}
    assert latency < (time.perf_counter() - started) / 10


async def median_latency(worker: AsyncClient) -> float:
    """Seconds of a request that reads the database, at the median."""
    taken = []
    for _ in range(7):
        started = time.perf_counter()
        assert (await worker.get("/api/notices")).status_code == 200
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


@pytest.mark.usefixtures("full_work")
async def test_a_hash_made_by_other_work_is_made_again_at_the_next_sign_in(
    http: AsyncClient, db: Database, password_hash: str
) -> None:
    assert passwords.is_outdated(password_hash)
    assert await try_in(http, PASSWORD) == 200
    async with db.read() as session:
        person = await session.get(PersonRow, "curator")
    assert person is not None
    assert not passwords.is_outdated(person.password_hash)
    assert await try_in(http, PASSWORD) == 200
