"""The second factor: codes by time, recovery codes, and where it is required."""

from collections.abc import Awaitable, Callable

import pyotp
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlmodel import select

from service.keys import command_keys
from service.keys.ring import KeyRing
from settings import Settings
from store.database.engines import Database
from store.people.tables import RecoveryCodeRow, SecondFactorRow
from tests.api.conftest import PASSWORD, assert_problem, bearer, code_of, enrolled, next_code, token_of
from tests.command_keys import KEYS

PATH = "/api/me/second-factor"

As = Callable[[str], Awaitable[AsyncClient]]


async def sign_in(http: AsyncClient, person: str, code: str | None = None) -> Response:
    form = {"username": person, "password": PASSWORD} | ({"code": code} if code is not None else {})
    return await http.post("/api/token", data=form)


async def test_enrolling_returns_what_the_qr_code_says_and_counts_once_it_is_confirmed(
    as_: As, http: AsyncClient
) -> None:
    client = await as_("curator")
    given = (await client.post(PATH, json={"password": PASSWORD})).json()
    assert given["uri"].startswith("otpauth://totp/")
    parsed = pyotp.parse_uri(given["uri"])
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.name) == (given["secret"], "curator")
    assert (await sign_in(http, "curator")).status_code == 200
    answer = await client.post(f"{PATH}/confirmation", json={"code": code_of(given["secret"])})
    assert len(set(answer.json()["recovery_codes"])) == 10
    assert_problem(await sign_in(http, "curator"), 401, "Введите код")
    assert (await client.get("/api/me")).json()["second_factor"] is True


async def test_a_code_signs_in_once(http: AsyncClient) -> None:
    secret, _ = await enrolled(http, "curator")
    code = next_code(secret)
    assert (await sign_in(http, "curator", code)).status_code == 200
    assert_problem(await sign_in(http, "curator", code), 401, "уже использован")


async def test_the_code_of_the_confirmation_signs_nobody_in(http: AsyncClient) -> None:
    headers = bearer(await token_of(http, "curator"))
    secret = (await http.post(PATH, json={"password": PASSWORD}, headers=headers)).json()["secret"]
    code = code_of(secret)
    assert (await http.post(f"{PATH}/confirmation", json={"code": code}, headers=headers)).status_code == 200
    assert_problem(await sign_in(http, "curator", code), 401)


@pytest.mark.parametrize("steps", [-3, 3])
async def test_a_code_of_another_time_is_refused(http: AsyncClient, steps: int) -> None:
    secret, _ = await enrolled(http, "curator")
    assert_problem(await sign_in(http, "curator", code_of(secret, steps)), 401, "код")


async def test_a_recovery_code_signs_its_owner_in_once_however_it_is_typed(http: AsyncClient) -> None:
    _, codes = await enrolled(http, "curator")
    await enrolled(http, "head")
    assert_problem(await sign_in(http, "head", codes[0]), 401)
    assert (await sign_in(http, "curator", f" {codes[0].lower().replace('-', ' ')} ")).status_code == 200
    assert_problem(await sign_in(http, "curator", codes[0]), 401)
    assert (await sign_in(http, "curator", codes[1])).status_code == 200


async def test_ten_wrong_codes_have_to_be_waited_for_but_a_recovery_code_is_taken(http: AsyncClient) -> None:
    secret, codes = await enrolled(http, "curator")
    tried = [(await sign_in(http, "curator", "000000")).status_code for _ in range(10)]
    assert tried == [401] * 10
    assert_problem(await sign_in(http, "curator", next_code(secret)), 429)
    assert (await sign_in(http, "head")).status_code == 200
    wrong = "-".join(["AAAA"] * 4)
    assert_problem(await sign_in(http, "curator", wrong), 401)
    assert (await sign_in(http, "curator", codes[0])).status_code == 200


async def test_wrong_codes_from_elsewhere_hold_up_no_owner_where_they_have_signed_in(
    http: AsyncClient, app: FastAPI
) -> None:
    """Somebody who knows the password, from as many addresses as they like: all of these count together."""
    secret, _ = await enrolled(http, "curator")
    answers = []
    for number in range(12):
        transport = ASGITransport(app, raise_app_exceptions=False, client=(f"192.0.2.{number}", 40000))
        async with AsyncClient(transport=transport, base_url="http://otklik") as stranger:
            answers.append((await sign_in(stranger, "curator", "000000")).status_code)
    assert answers == [401] * 10 + [429] * 2
    assert (await sign_in(http, "curator", next_code(secret))).status_code == 200


async def test_without_the_password_the_second_factor_is_not_asked_for(http: AsyncClient) -> None:
    secret, _ = await enrolled(http, "curator")
    form = {"username": "curator", "password": "wrong", "code": next_code(secret)}
    assert_problem(await http.post("/api/token", data=form), 401, "Неверное имя для входа или пароль")


async def test_the_database_has_neither_the_secret_nor_the_codes(http: AsyncClient, db: Database) -> None:
    secret, codes = await enrolled(http, "curator")
    async with db.read() as session:
        (kept,) = (await session.exec(select(SecondFactorRow))).all()
        digests = (await session.exec(select(RecoveryCodeRow.digest))).all()
    assert secret not in kept.secret
    assert not {code.replace("-", "") for code in codes} & set(digests)


async def test_a_token_alone_enrols_nothing(as_: As) -> None:
    client = await as_("curator")
    assert_problem(await client.post(PATH, json={"password": "wrong"}), 401)
    assert_problem(await client.post(PATH, json={}), 422)


async def test_one_that_counts_is_replaced_only_against_a_code(http: AsyncClient) -> None:
    secret, codes = await enrolled(http, "curator")
    headers = bearer((await sign_in(http, "curator", codes[0])).json()["access_token"])
    assert_problem(await http.post(PATH, json={"password": PASSWORD}, headers=headers), 409, "отключите")
    assert_problem(await http.post(f"{PATH}/removal", json={"code": "000000"}, headers=headers), 401)
    removal = await http.post(f"{PATH}/removal", json={"code": next_code(secret)}, headers=headers)
    assert removal.status_code == 204
    assert (await sign_in(http, "curator")).status_code == 200


async def test_new_recovery_codes_end_the_old_ones(http: AsyncClient) -> None:
    secret, codes = await enrolled(http, "curator")
    headers = bearer((await sign_in(http, "curator", codes[0])).json()["access_token"])
    renewed = await http.post(f"{PATH}/recovery-codes", json={"code": next_code(secret)}, headers=headers)
    assert_problem(await sign_in(http, "curator", codes[1]), 401)
    assert (await sign_in(http, "curator", renewed.json()["recovery_codes"][0])).status_code == 200


async def test_confirming_ends_sign_ins_made_without_it(http: AsyncClient) -> None:
    before = bearer(await token_of(http, "curator"))
    await enrolled(http, "curator")
    assert_problem(await http.get("/api/me", headers=before), 401)


async def test_an_admin_removes_the_second_factor_of_another_not_their_own(
    as_: As, http: AsyncClient
) -> None:
    await enrolled(http, "curator")
    admin, head = await as_("admin"), await as_("head")
    assert_problem(await head.delete("/api/people/curator/second-factor"), 403)
    assert (await admin.delete("/api/people/curator/second-factor")).status_code == 204
    assert_problem(await admin.delete("/api/people/curator/second-factor"), 404)
    assert_problem(await admin.delete("/api/people/admin/second-factor"), 409, "removal")
    assert (await sign_in(http, "curator")).status_code == 200


class TestWhereAdminsNeedOne:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"second_factor_for_admins": True})

    async def test_an_admin_enrols_before_anything_else(self, as_: As) -> None:
        admin = await as_("admin")
        assert_problem(await admin.get("/api/directory"), 403, "/api/me/second-factor")
        secret = (await admin.post(PATH, json={"password": PASSWORD})).json()["secret"]
        assert_problem(await admin.get("/api/directory"), 403)
        confirmed = await admin.post(f"{PATH}/confirmation", json={"code": code_of(secret)})
        assert confirmed.status_code == 200
        assert (await admin.get("/api/directory")).status_code == 200
        assert (await (await as_("curator")).get("/api/directory")).status_code == 200


async def test_a_secret_sealed_by_an_older_key_counts_and_is_sealed_by_the_current_one(
    app: FastAPI, http: AsyncClient, db: Database
) -> None:
    secret, _ = await enrolled(http, "curator")
    ring = KeyRing.of(command_keys.rotated(KEYS))
    app.state.service.people.second_factors._keys = ring
    assert (await sign_in(http, "curator", next_code(secret))).status_code == 200
    async with db.read() as session:
        (kept,) = (await session.exec(select(SecondFactorRow))).all()
    assert ring.is_current(kept.secret)
    app.state.service.people.second_factors._keys = KeyRing.of(command_keys.new())
    assert_problem(await sign_in(http, "curator", "000000"), 503, "ключа")
