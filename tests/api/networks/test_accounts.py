"""Keys of accounts: kept sealed, judged, on record, never shown; over in a week, and sealed again."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlmodel import col, select

from calendar_rules.vocabulary import Network, NoticeKind
from service.keys import command_keys
from service.keys.ring import KeyRing
from service.networks import keys as network_keys
from service.networks import resealing
from service.networks.key_expiry import KeyExpiry
from service.networks.platforms.port import Platform, Rate, Traits
from service.networks.seal import NetworkSeal
from settings import Settings
from store.access.tables import AccessRecordRow
from store.database.engines import Database
from store.directory.edits import Part
from store.directory.tables import DirectoryEditRow
from store.networks import keys as kept
from store.networks.tables import NetworkKeyRow
from store.notices.tables import ChannelRow, NoticeRow
from tests.api.conftest import PASSWORD, assert_problem, client_of
from tests.command_keys import KEYS
from tests.rules_given import RulesGiven

As = Callable[[str], Awaitable[AsyncClient]]
MARKER = "vk1.a.MARKER-of-a-secret-key"
ROADS = {
    "network": "vkontakte",
    "body": "roads",
    "url": "https://vk.com/roads",
    "credentials": {"access_token": MARKER},
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Known:
    """An adapter of which only the traits are asked."""

    platform = Platform.VKONTAKTE
    traits = Traits(
        network=Network.VKONTAKTE,
        abilities=frozenset(),
        kinds=frozenset(),
        max_length=100,
        rate=Rate(1, HOUR),
        credentials=("access_token", "secret"),
        optional=frozenset({"secret"}),
    )


@pytest.fixture(autouse=True)
def _known(app: FastAPI) -> None:
    """The program speaks to one network, whatever it speaks to by now."""
    app.state.service.networks.keys._platforms._adapters = {Platform.VKONTAKTE: Known()}


async def rows(db: Database, table: type[Any]) -> list[Any]:
    async with db.read() as session:
        return list((await session.exec(select(table))).all())


async def added(admin: AsyncClient, **changed: Any) -> Any:
    answer = await admin.post("/api/accounts", json={**ROADS, **changed})
    assert answer.status_code == 201, answer.text
    assert MARKER not in answer.text
    return answer.json()


async def test_a_key_is_kept_sealed_opened_for_a_call_and_shown_to_nobody(
    app: FastAPI, as_: As, db: Database, settings: Settings, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    admin = await as_("admin")
    account = await added(admin)
    listed = await admin.get("/api/accounts")
    assert [item["id"] for item in listed.json()["items"]] == [account["id"]]
    assert account["platform"] == "vkontakte"
    page = await admin.get("/admin/changes", headers={"accept": "text/html"})
    (row,) = await rows(db, NetworkKeyRow)
    assert MARKER not in row.credentials
    opened = app.state.service.networks.keys.opened(row)
    assert (opened.own_page, opened.credentials) == (ROADS["url"], {"access_token": MARKER})
    assert MARKER not in repr(opened)
    # Neither in the file, nor in what is on record of it, nor in a log.
    assert settings.sqlite_file is not None
    for file in settings.sqlite_file.parent.rglob("*"):
        if file.is_file():
            assert MARKER.encode() not in file.read_bytes(), file
    assert MARKER not in page.text + listed.text + caplog.text + "".join(capfd.readouterr())
    (edit,) = [row for row in await rows(db, DirectoryEditRow) if row.part == Part.NETWORK_KEYS]
    assert (edit.person, edit.subject, edit.fields[0][2]) == ("admin", "roads", ROADS["url"])
    (record,) = [row for row in await rows(db, AccessRecordRow) if row.call == "account.add"]
    assert record.details == {"network": "vkontakte", "body": "roads"}


async def test_a_new_key_of_an_account_takes_the_place_of_the_one_before(as_: As, db: Database) -> None:
    admin = await as_("admin")
    first = await added(admin)
    again = await added(admin, credentials={"access_token": "another", "secret": "s"})
    assert again["id"] == first["id"]
    other = await added(admin, url="https://vk.com/roads_press")
    assert other["id"] != first["id"]
    async with db.read() as session:
        last, *_ = await kept.of_body(session, "vkontakte", "roads")
    assert last.id == other["id"]
    assert (await admin.delete(f"/api/accounts/{first['id']}")).status_code == 204
    assert_problem(await admin.delete(f"/api/accounts/{first['id']}"), 404, "нет")
    assert [row.id for row in await rows(db, NetworkKeyRow)] == [other["id"]]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"network": "gossip"}, "network", "допустимо"),
    ({"body": "nobody"}, "body", "nobody"),
    ({"url": "https://ok.ru/roads"}, "url", "Одноклассники"),
    ({"url": "vk.com"}, "url", ""),
    ({"credentials": {}}, "credentials", "укажите ключ"),
    ({"credentials": {"secret": MARKER}}, "credentials", "access_token"),
    ({"credentials": {"access_token": MARKER, "password": "x"}}, "credentials", "password"),
    ({"credentials": {"access_token": f"{MARKER}\n"}}, "credentials", "access_token"),
    ({"expires_at": "2020-01-01T00:00:00+03:00"}, "expires_at", "прошёл"),
]


async def test_what_cannot_be_a_key_is_refused_without_being_repeated(as_: As, db: Database) -> None:
    admin = await as_("admin")
    for changed, field, says in WRONG:
        answer = await admin.post("/api/accounts", json={**ROADS, **changed})
        assert_problem(answer, 422, says)
        assert [item["field"] for item in answer.json()["errors"]] == [field]
        assert MARKER not in answer.text
    assert await rows(db, NetworkKeyRow) == []


async def test_the_page_asks_for_the_parts_of_the_key_and_never_shows_them(
    app: FastAPI, http: AsyncClient, db: Database
) -> None:
    signed_in = await http.post("/sign-in", data={"username": "admin", "password": PASSWORD})
    async with client_of(app) as browser:
        browser.cookies.update(signed_in.cookies)
        form = await browser.get("/admin/accounts?network=vkontakte&body=roads")
        assert "Ключ доступа" in form.text and "https://vk.com/roads" in form.text
        typed = {"network": "vkontakte", "body": "roads", "url": "https://vk.com/roads"}
        refused = await browser.post("/admin/accounts", data={**typed, "part-secret": MARKER})
        assert refused.status_code == 422 and "access_token" in refused.text and MARKER not in refused.text
        sent = {**typed, "part-access_token": MARKER, "until": "2099-12-01"}
        kept_page = await browser.post("/admin/accounts", data=sent)
        assert kept_page.status_code == 303
        page = await browser.get(kept_page.headers["location"])
        assert "2099" in page.text and MARKER not in page.text
        (row,) = await rows(db, NetworkKeyRow)
        await browser.post(f"/admin/accounts/{row.id}/remove")
    assert await rows(db, NetworkKeyRow) == []


async def test_administrators_are_told_once_a_week_ahead(app: FastAPI, as_: As, db: Database) -> None:
    admin, now = await as_("admin"), datetime.now(UTC)
    await added(admin, expires_at=(now + 6 * DAY).isoformat())
    await added(admin, url="https://vk.com/later", expires_at=(now + 30 * DAY).isoformat())
    await added(admin, url="https://vk.com/never")
    rules = RulesGiven(app.state.service.rules)
    assert [(await KeyExpiry(db, rules).portion()).done for _ in range(2)] == [1, 1]
    async with db.read() as session:
        told = select(NoticeRow).where(col(NoticeRow.kind) == NoticeKind.KEY_EXPIRY)
        (notice,) = (await session.exec(told)).all()
    assert (notice.person, notice.message) == ("admin", None)
    assert "Дороги" in notice.text and "https://vk.com/roads" in notice.text and MARKER not in notice.text
    later = KeyExpiry(db, rules, lambda: now + 7 * DAY)
    await later.portion()
    assert len(await rows(db, NoticeRow)) == 1


async def test_all_that_is_sealed_is_sealed_anew_by_the_newest_key(
    app: FastAPI, as_: As, db: Database, tmp_path: Path
) -> None:
    admin = await as_("admin")
    account = await added(admin)
    await admin.put("/api/me/channels", json={"channels": [{"url": "mailto:a@region.test"}]})
    new = KeyRing.of(command_keys.rotated(KEYS))
    assert (await resealing.in_database(db, new)).done == 2
    assert (await resealing.in_database(db, new)).done == 0
    alone = KeyRing(new.current)
    (row,) = await rows(db, NetworkKeyRow)
    assert NetworkSeal(alone).opened(row).credentials == {"access_token": MARKER}
    (channel,) = await rows(db, ChannelRow)
    assert alone.is_current(channel.address)
    lost = await resealing.in_database(db, KeyRing.of(command_keys.new()))
    assert (lost.done, len(lost.lost)) == (0, 2)
    assert account["id"] in lost.lost[0]


def test_a_key_opens_in_no_other_row() -> None:
    seal = NetworkSeal(KeyRing.of(command_keys.new()))
    row = NetworkKeyRow(
        id="another",
        network="vkontakte",
        body="roads",
        url="https://vk.com/roads",
        credentials=seal.sealed("one", {"access_token": MARKER}),
        added_by="admin",
        added_at=datetime.now(UTC),
    )
    with pytest.raises(ValueError, match="not sealed"):
        seal.opened(row)


def test_a_key_in_hand_shows_nothing_of_itself() -> None:
    given = network_keys.AccountGiven.model_validate(ROADS)
    assert MARKER not in repr(given)
