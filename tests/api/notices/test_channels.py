"""One's own channels: what may be one, what is shown of it, what is tried, and what the administrator sees."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlmodel import select

from service.notices.channels import MOST
from settings import Settings
from store.access.tables import AccessRecordRow
from store.database.engines import Database
from store.notices.tables import ChannelRow, DeliveryRow, NoticeRow
from tests.api.conftest import NO_TEMPORAL, assert_problem, client_of, token_of
from tests.mail_server import MailServer, mail_server

As = Callable[[str], Awaitable[AsyncClient]]
MAIL = "mailto:curator@region.test"
SECRET = "tgram://123456789:abcdefg_hijklmnop/12315544"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, mail: MailServer) -> Settings:
    return Settings.load(data=tmp_path, temporal_address=NO_TEMPORAL, smtp_url=mail.url)


async def put(client: AsyncClient, *channels: dict[str, Any]) -> Any:
    answer = await client.put("/api/me/channels", json={"channels": list(channels)})
    assert answer.status_code == 200, answer.text
    return answer.json()["channels"]


async def rows(db: Database, table: type[Any]) -> list[Any]:
    async with db.read() as session:
        return list((await session.exec(select(table))).all())


async def test_channels_are_shown_without_secrets_and_stay_the_same_when_given_so(
    as_: As, db: Database
) -> None:
    client = await as_("curator")
    assert (await client.get("/api/me")).json()["channels"] == []
    shown = await put(client, {"url": MAIL}, {"url": SECRET, "kinds": ["warning", "warning"]})
    assert shown[0] == {"url": MAIL, "kinds": None}
    assert shown[1]["kinds"] == ["warning"]
    assert "hijklmnop" not in shown[1]["url"]
    before = await rows(db, ChannelRow)
    again = await put(client, shown[1], {"url": MAIL, "kinds": ["threat"]})
    after = await rows(db, ChannelRow)
    assert [(row.id, row.address, row.since) for row in after] == [
        (row.id, row.address, row.since) for row in before
    ]
    assert {item["url"] for item in again} == {item["url"] for item in shown}
    assert not any(secret in row.address for row in after for secret in ("hijklmnop", "curator@"))
    record = [row for row in await rows(db, AccessRecordRow) if row.call == "channels.change"]
    assert record[0].details == {"channels": ["mailto", "tgram"]}
    assert await put(client) == []
    assert {row.address for row in await rows(db, ChannelRow)} == {""}


WRONG = [
    ("", "укажите адрес"),
    ("curator@region.test", "не адрес канала"),
    ("mailto:curator", "mailto:petrova@region.ru"),
    ("mailto://curator:secret@region.test", "без пароля"),
    ("syslog://", "не разрешены"),
    ("dbus://", "не разрешены"),
    ("windows://", "не разрешены"),
    ("file:///etc/passwd", "не разрешены"),
    ("fcm://project@key/device?keyfile=/etc/passwd", "не разрешены"),
    ("json://127.0.0.1:8233/", "внутренний"),
    ("json://localhost/", "внутренний"),
    ("jsons://10.1.2.3/", "внутренний"),
    ("json://169.254.169.254/latest", "внутренний"),
    ("json://[::1]/", "внутренний"),
    ("json://[::ffff:127.0.0.1]/", "внутренний"),
    ("tgram://123456789:abcdefg_hijklmnop/1/2", "несколько получателей"),
    ("vk://key/somebody", "vk://"),
    ("tgram://***7", "целиком"),
]


async def test_what_cannot_be_a_channel_is_refused_with_what_to_do(as_: As) -> None:
    client = await as_("curator")
    for url, says in WRONG:
        answer = await client.put("/api/me/channels", json={"channels": [{"url": MAIL}, {"url": url}]})
        assert_problem(answer, 422, says)
        assert [item["field"] for item in answer.json()["errors"]] == ["channels[1].url"]
    assert (await client.get("/api/me")).json()["channels"] == []


async def test_the_same_twice_unknown_kinds_and_too_many_are_refused(as_: As) -> None:
    client = await as_("curator")
    for channels, says in (
        ([{"url": MAIL}, {"url": MAIL}], "уже указан"),
        ([{"url": MAIL, "kinds": ["gossip"]}], ""),
        ([{"url": f"mailto:c{number}@region.test"} for number in range(MOST + 1)], f"больше {MOST}"),
    ):
        assert_problem(await client.put("/api/me/channels", json={"channels": channels}), 422, says)


async def test_each_channel_is_tried_and_says_what_came_of_it(as_: As, mail: MailServer) -> None:
    client = await as_("curator")
    await put(client, {"url": MAIL}, {"url": "mailto:gone@region.test"})
    mail.to_recipient["gone@region.test"] = "550 no such user"
    items = (await client.post("/api/me/channels/test")).json()["items"]
    assert [(item["url"], item["state"]) for item in items] == [
        (MAIL, "delivered"),
        ("mailto:gone@region.test", "failed"),
    ]
    assert "550" in items[1]["detail"]
    (letter,) = mail.taken
    assert letter["Subject"] == "Проверка канала уведомлений"
    await mail.stop()
    waits = (await client.post("/api/me/channels/test")).json()["items"][0]
    assert waits["state"] == "waiting"
    for _ in range(18):
        await put(client)
        await client.post("/api/me/channels/test")
    assert_problem(await client.post("/api/me/channels/test"), 409, "через час")


def digest() -> NoticeRow:
    return NoticeRow(
        id=1, kind="digest", person="curator", at=NOW, deliver_from=NOW, written_at=NOW, text="…", fact="d"
    )


async def test_notices_say_what_became_of_them_in_each_channel(as_: As, db: Database) -> None:
    client = await as_("curator")
    await put(client, {"url": MAIL})
    (channel,) = await rows(db, ChannelRow)
    async with db.write() as session:
        session.add(digest())
        await session.flush()
        session.add(DeliveryRow(notice=1, channel=channel.id, state="delivered", deliver_from=NOW, at=NOW))
    (notice,) = (await client.get("/api/notices")).json()["items"]
    assert notice["deliveries"] == [
        {"channel": MAIL, "state": "delivered", "at": "2026-11-24T12:00:00+03:00"}
    ]
    await put(client)
    (notice,) = (await client.get("/api/notices")).json()["items"]
    assert [item["channel"] for item in notice["deliveries"]] == ["Почта"]


@pytest.fixture
async def sit(app: FastAPI, http: AsyncClient) -> AsyncIterator[As]:
    """A browser at which somebody has signed in."""
    async with AsyncExitStack() as stack:

        async def sit(person: str) -> AsyncClient:
            browser = await stack.enter_async_context(client_of(app, {"Accept": "text/html"}))
            browser.cookies.set("otklik", await token_of(http, person))
            return browser

        yield sit


async def test_the_profile_adds_tries_and_removes_channels(sit: As, mail: MailServer) -> None:
    browser = await sit("curator")
    # A mail address alone is what people type.
    added = await browser.post("/profile/channels", data={"url": "curator@region.test", "kinds": ["warning"]})
    assert added.status_code == 303
    page = (await browser.get("/profile")).text
    assert "curator@region.test" in page
    assert "срок истекает, и обязательные" in page
    wrong = await browser.post(
        "/profile/channels", data={"url": "json://localhost/<b>", "kinds": ["warning"]}
    )
    assert wrong.status_code == 422
    assert "внутренний" in wrong.text
    assert "json://localhost/&lt;b&gt;" in wrong.text
    assert "Канал принял" in (await browser.post("/profile/channels/test")).text
    assert len(mail.taken) == 1
    assert (await browser.post("/profile/channels/1")).status_code == 303
    assert "только обязательные" in (await browser.get("/profile")).text
    other = await sit("head")
    assert (await other.post("/profile/channels/1/remove")).status_code == 404
    assert (await browser.post("/profile/channels/1/remove")).status_code == 303
    assert "Каналов пока нет" in (await browser.get("/profile")).text


async def test_the_administrator_sees_what_failed_and_has_it_tried_again(
    sit: As, as_: As, db: Database
) -> None:
    await put(await as_("curator"), {"url": MAIL})
    async with db.write() as session:
        session.add(digest())
        await session.flush()
        session.add(
            DeliveryRow(
                notice=1,
                channel=1,
                state="failed",
                deliver_from=NOW,
                at=NOW,
                error="Почтовый сервер отказал: 550 …",
            )
        )
    admin = await sit("admin")
    page = (await admin.get("/admin/undelivered")).text
    assert "Почтовый сервер отказал: 550 …" in page
    assert "curator@region.test" not in page
    assert (await admin.post("/admin/undelivered/1/again")).status_code == 303
    page = (await admin.get("/admin/undelivered")).text
    assert "Всё доставлено" in page
    assert "ждут доставки: <b>1</b>" in page
