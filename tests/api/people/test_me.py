"""One's own account, passwords that others have set, and open sign-ins."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from store.database.engines import Database
from store.people.tables import PersonRow
from tests.api.conftest import PASSWORD, assert_problem, bearer, client_of, token_of

NEW = "три весёлых гуся"

As = Callable[[str], Awaitable[AsyncClient]]


async def change(client: AsyncClient, old: str, new: str) -> int:
    return (await client.post("/api/me/password", json={"old": old, "new": new})).status_code


async def test_who_signed_in_is_told_who_they_are(as_: As) -> None:
    me = (await (await as_("executor-roads")).get("/api/me")).json()
    assert me["key"] == "executor-roads"
    assert me["name"] == "Executor-Roads"
    assert me["roles"] == ["executor"]
    assert me["offices"] == [{"role": "executor", "body": "roads", "acting_for": None}]
    assert me["second_factor"] is False


async def test_a_changed_password_signs_in_the_old_one_does_not_and_other_sign_ins_end(
    as_: As, http: AsyncClient
) -> None:
    other, own = await as_("curator"), await as_("curator")
    assert await change(own, PASSWORD, NEW) == 204
    assert (await own.get("/api/me")).status_code == 200
    assert (await other.get("/api/me")).status_code == 401
    old = await http.post("/api/token", data={"username": "curator", "password": PASSWORD})
    assert old.status_code == 401
    new = await http.post("/api/token", data={"username": "curator", "password": NEW})
    assert new.status_code == 200


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("short", "короче 12"),
        ("Длинный Curator", "имя"),
        (PASSWORD, "совпадает"),
    ],
)
async def test_a_weak_password_is_refused_with_what_is_wrong(as_: As, new: str, says: str) -> None:
    answer = await (await as_("curator")).post("/api/me/password", json={"old": PASSWORD, "new": new})
    assert_problem(answer, 422, says)
    assert [item["field"] for item in answer.json()["errors"]] == ["new"]


async def test_a_token_alone_changes_no_password_and_guesses_with_it_are_counted(as_: As) -> None:
    client = await as_("curator")
    tried = [await change(client, "wrong", NEW) for _ in range(11)]
    assert tried == [401] * 10 + [429]


async def test_a_password_set_by_another_opens_nothing_until_it_is_changed(
    as_: As, http: AsyncClient, db: Database
) -> None:
    async with db.write() as session:
        (await session.get_one(PersonRow, "admin")).must_change_password = True
    client = await as_("admin")
    assert_problem(await client.get("/api/me"), 403, "/api/me/password")
    assert await change(client, PASSWORD, NEW) == 204
    assert (await client.get("/api/directory")).status_code == 200
    again = await http.post("/api/token", data={"username": "admin", "password": NEW})
    headers = bearer(again.json()["access_token"])
    assert (await http.get("/api/me", headers=headers)).status_code == 200


# ---- open sign-ins


async def test_ones_open_sign_ins_are_listed_newest_first_and_ended_one_by_one(
    app: FastAPI, http: AsyncClient
) -> None:
    first = await token_of(http, "curator")
    client = client_of(app, bearer(await token_of(http, "curator")))
    listed = (await client.get("/api/me/sign-ins")).json()
    assert listed["next"] is None
    assert [entry["current"] for entry in listed["items"]] == [True, False]
    assert {entry["address"] for entry in listed["items"]} == {"127.0.0.1"}
    assert first not in str(listed)
    ended = listed["items"][1]["id"]
    assert (await client.delete(f"/api/me/sign-ins/{ended}")).status_code == 204
    assert (await http.get("/api/me", headers=bearer(first))).status_code == 401
    assert_problem(await client.delete(f"/api/me/sign-ins/{ended}"), 404)
    assert len((await client.get("/api/me/sign-ins")).json()["items"]) == 1


async def test_nobody_ends_a_sign_in_of_somebody_else(as_: As) -> None:
    curator, head = await as_("curator"), await as_("head")
    (entry,) = (await curator.get("/api/me/sign-ins")).json()["items"]
    assert_problem(await head.delete(f"/api/me/sign-ins/{entry['id']}"), 404)
    assert_problem(await head.delete(f"/api/people/curator/sign-ins/{entry['id']}"), 403)
    assert (await curator.get("/api/me")).status_code == 200


async def test_an_admin_lists_and_ends_sign_ins_of_others(as_: As) -> None:
    admin, first, second = await as_("admin"), await as_("curator"), await as_("curator")
    listed = (await admin.get("/api/people/curator/sign-ins")).json()["items"]
    assert [entry["current"] for entry in listed] == [False, False]
    newest = f"/api/people/curator/sign-ins/{listed[0]['id']}"
    assert (await admin.delete(newest)).status_code == 204
    assert (await second.get("/api/me")).status_code == 401
    assert (await first.get("/api/me")).status_code == 200
    assert (await admin.delete("/api/people/curator/sign-ins")).status_code == 204
    assert (await first.get("/api/me")).status_code == 401
    assert (await admin.get("/api/me")).status_code == 200


async def test_a_sign_in_that_is_not_there_is_404(as_: As) -> None:
    admin = await as_("admin")
    for path in ("/api/me/sign-ins/a%00b", "/api/people/curator/sign-ins/²"):
        assert_problem(await admin.delete(path), 404)
    assert_problem(await admin.get("/api/people/nobody/sign-ins"), 404)
