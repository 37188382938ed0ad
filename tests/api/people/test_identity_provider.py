"""Signing in through an identity provider: a real one, `oidc-provider` of npm."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import update
from sqlmodel import col

from api.main import create_app
from service.people.identity_provider import _FLOW, _Flow
from settings import Settings
from store.database.engines import Database
from store.people.tables import PersonRow
from tests.api.conftest import (
    NO_TEMPORAL,
    PASSWORD,
    assert_problem,
    bearer,
    client_of,
    enrolled,
    fill,
    next_code,
)
from tests.identity_provider.provider import CLIENT, CLIENT_SECRET, PUBLIC_URL, Browser, identity_provider
from tests.prepared import prepare

ACCOUNTS: dict[str, dict[str, object]] = {
    "1001": {"email": "Curator@region.example", "email_verified": True, "preferred_username": "curator"},
    "1002": {"email": "admin@region.example", "email_verified": False, "preferred_username": "admin"},
    "1003": {"email": "nobody@region.example", "email_verified": True},
}
BEGIN = "/api/sign-in/oidc"

Open = Callable[..., Awaitable["Place"]]


class Place:
    """An installation with the provider, and one browser at each of the two."""

    def __init__(self, app: FastAPI, http: AsyncClient, browser: Browser) -> None:
        self.app, self.http, self.browser = app, http, browser
        self.database: Database = app.state.service.database

    async def begin(self) -> str:
        answer = await self.http.get(BEGIN)
        assert answer.status_code == 302, answer.text
        url: str = answer.headers["location"]
        return url

    async def come_back(self, given: dict[str, str]) -> Response:
        return await self.http.get(f"{BEGIN}/callback", params=given)

    async def sign_in(self, subject: str) -> Response:
        return await self.come_back(await self.browser.sign_in(await self.begin(), subject))

    async def token(self, subject: str) -> dict[str, str]:
        answer = await self.sign_in(subject)
        assert answer.status_code == 200, answer.text
        return bearer(answer.json()["access_token"])

    async def by_password(self, person: str) -> Response:
        return await self.http.post("/api/token", data={"username": person, "password": PASSWORD})

    async def admin(self) -> dict[str, str]:
        return bearer((await self.by_password("admin")).json()["access_token"])

    async def link(self, person: str, subject: str) -> Response:
        return await self.http.put(
            f"/api/people/{person}/identity", json={"subject": subject}, headers=await self.admin()
        )


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with identity_provider(ACCOUNTS) as provider:
        yield provider.issuer


@pytest.fixture
async def open_place(tmp_path: Path, issuer: str, password_hash: str) -> AsyncIterator[Open]:
    """An installation that signs in by the provider, with settings of the test's own."""
    async with AsyncExitStack() as stack:

        async def open_place(**given: Any) -> Place:
            return await stack.enter_async_context(_place(tmp_path, issuer, password_hash, given))

        yield open_place


@asynccontextmanager
async def _place(data: Path, issuer: str, password_hash: str, given: dict[str, Any]) -> AsyncIterator[Place]:
    settings = Settings.load(
        **{
            "data": data,
            "temporal_address": NO_TEMPORAL,
            "temporal_namespace": "default",
            "public_url": PUBLIC_URL,
            "oidc_issuer": issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": CLIENT_SECRET,
            **given,
        }
    )
    await prepare(settings)
    app, browser = create_app(settings), Browser()
    async with app.router.lifespan_context(app), client_of(app) as http:
        await fill(app.state.service.database, password_hash)
        async with app.state.service.database.write() as session:
            for person in ("curator", "admin"):
                await session.exec(
                    update(PersonRow)
                    .where(col(PersonRow.key) == person)
                    .values(email=f"{person}@region.example")
                )
        yield Place(app, http, browser)
    await browser.close()


async def test_an_account_that_an_admin_has_linked_signs_in_with_the_roles_of_the_directory(
    open_place: Open,
) -> None:
    place = await open_place()
    assert_problem(await place.sign_in("1001"), 403, "не связана", "1001")
    assert (await place.link("curator", "1001")).status_code == 204
    headers = await place.token("1001")
    me = (await place.http.get("/api/me", headers=headers)).json()
    assert (me["key"], me["roles"]) == ("curator", ["curator"])
    (entry,) = (await place.http.get("/api/me/sign-ins", headers=headers)).json()["items"]
    assert (entry["way"], entry["current"]) == ("provider", True)


async def test_an_account_belongs_to_one_person_and_what_is_unlinked_is_signed_out(open_place: Open) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    assert_problem(await place.link("head", "1001"), 422, "другим сотрудником")
    headers = await place.token("1001")
    admin = await place.admin()
    linked = (await place.http.get("/api/people/curator/identity", headers=admin)).json()
    assert (linked["subject"], linked["linked_by"]) == ("1001", "admin")
    assert (await place.http.delete("/api/people/curator/identity", headers=admin)).status_code == 204
    assert_problem(await place.http.get("/api/me", headers=headers), 401)
    assert_problem(await place.http.get("/api/people/curator/identity", headers=admin), 404)


async def test_a_verified_address_links_at_the_first_sign_in_and_another_does_not(open_place: Open) -> None:
    place = await open_place(oidc_link_claim="email")
    headers = await place.token("1001")
    assert (await place.http.get("/api/me", headers=headers)).json()["key"] == "curator"
    place.browser = Browser()
    assert_problem(await place.sign_in("1002"), 403, "1002")  # its address is not verified
    place.browser = Browser()
    assert_problem(await place.sign_in("1003"), 403, "1003")  # its address is nobody's


async def test_another_claim_names_the_sign_in(open_place: Open) -> None:
    place = await open_place(oidc_link_claim="preferred_username")
    headers = await place.token("1002")
    assert (await place.http.get("/api/me", headers=headers)).json()["roles"] == ["admin"]


async def test_a_person_with_an_account_does_not_get_a_second_one_by_a_claim(open_place: Open) -> None:
    place = await open_place(oidc_link_claim="email")
    await place.link("curator", "another account")
    assert_problem(await place.sign_in("1001"), 403, "1001")


async def test_somebody_who_has_left_does_not_sign_in(open_place: Open) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    async with place.database.write() as session:
        await session.exec(update(PersonRow).where(col(PersonRow.key) == "curator").values(active=False))
    assert_problem(await place.sign_in("1001"), 403, "закрыта")


async def test_only_the_browser_that_began_ends_a_sign_in(open_place: Open) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    given = await place.browser.sign_in(await place.begin(), "1001")
    async with client_of(place.app) as another:
        assert_problem(await another.get(f"{BEGIN}/callback", params=given), 401, "в другом браузере")
    assert_problem(await place.come_back(given | {"state": "x" + given["state"]}), 401, "Начните его ещё раз")
    assert (await place.come_back(given)).status_code == 200


async def test_a_code_is_taken_once(open_place: Open) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    given = await place.browser.sign_in(await place.begin(), "1001")
    cookie = place.http.cookies["otklik-sign-in"]
    assert (await place.come_back(given)).status_code == 200
    place.http.cookies.set("otklik-sign-in", cookie, path=BEGIN)
    assert_problem(await place.come_back(given), 401, "не подтвердила")


@pytest.mark.parametrize("changed", ["nonce", "verifier"])
async def test_another_nonce_or_verifier_than_begun_with_is_refused(open_place: Open, changed: str) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    given = await place.browser.sign_in(await place.begin(), "1001")
    reseal(place, **{changed: "x" * 64})
    assert_problem(await place.come_back(given), 401, "не подтвердила")


async def test_a_sign_in_that_took_too_long_begins_again(open_place: Open) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    given = await place.browser.sign_in(await place.begin(), "1001")
    reseal(place, until=datetime.now(UTC))
    assert_problem(await place.come_back(given), 401, "слишком давно")


def reseal(place: Place, **changed: Any) -> None:
    """Change what the browser keeps of a sign-in under way, as nobody can who has not the keys."""
    keys = place.app.state.service.keys
    flow = _Flow.model_validate_json(keys.unseal(_FLOW, place.http.cookies["otklik-sign-in"]))
    sealed = keys.seal(_FLOW, flow.model_copy(update=changed).model_dump_json())
    place.http.cookies.clear()
    place.http.cookies.set("otklik-sign-in", sealed, path=BEGIN)


async def test_what_the_provider_refuses_is_a_refusal(open_place: Open) -> None:
    place = await open_place()
    await place.begin()
    assert_problem(await place.come_back({"error": "access_denied"}), 401, "не подтвердила")


async def test_signing_out_ends_both_sign_ins(open_place: Open) -> None:
    place = await open_place()
    await place.link("curator", "1001")
    headers = await place.token("1001")
    assert not await place.browser.asks_who_it_is(await place.begin())
    left = await place.http.post(f"{BEGIN}/logout", headers=headers)
    assert left.status_code == 200
    assert_problem(await place.http.get("/api/me", headers=headers), 401)
    assert (await place.browser.sign_out(left.json()["url"])).startswith(f"{PUBLIC_URL}/")
    assert await place.browser.asks_who_it_is(await place.begin())


async def test_a_second_factor_is_asked_for_where_the_provider_has_not(open_place: Open) -> None:
    place = await open_place()
    await place.link("admin", "1002")
    secret, _ = await enrolled(place.http, "admin")
    headers = await place.token("1002")
    assert_problem(await place.http.get("/api/directory", headers=headers), 403, "proof")
    proof = await place.http.post(
        "/api/me/second-factor/proof", json={"code": next_code(secret)}, headers=headers
    )
    assert proof.status_code == 204, proof.text
    assert (await place.http.get("/api/directory", headers=headers)).status_code == 200


async def test_with_passwords_off_only_the_emergency_admin_signs_in_by_one(open_place: Open) -> None:
    place = await open_place(password_sign_in=False, emergency_admin="admin")
    assert_problem(await place.by_password("curator"), 401, "отключён")
    refused = await place.http.post("/api/token", data={"username": "admin", "password": "wrong"})
    assert_problem(refused, 401, "отключён")
    assert (await place.by_password("admin")).status_code == 200
    await place.link("curator", "1001")
    assert (await place.http.get("/api/me", headers=await place.token("1001"))).status_code == 200


async def test_a_provider_that_is_away_is_503(open_place: Open) -> None:
    place = await open_place(oidc_issuer="http://127.0.0.1:1")
    assert_problem(await place.http.get(BEGIN), 503, "не отвечает")


async def test_without_a_provider_there_is_no_such_way(http: AsyncClient) -> None:
    assert_problem(await http.get(BEGIN), 404, "не настроен")
