"""The inbox: what is new, in what order, by message, and what has been read of it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlmodel import select

from store.database.engines import Database
from store.messages.tables import MessageBodyRow
from store.notices.tables import NoticeRow
from tests.api.conftest import assert_problem
from tests.api.messages.test_list_pages import At, at
from tests.message_row import message_row

__all__ = ["at"]

NOW = datetime.now(UTC)
MARK = 'aria-label="непрочитано"'


def notice(number: int, hours_ago: float, message: int | None = None, **fields: Any) -> NoticeRow:
    """A notice of the curator's, `number` being also its row of the journal."""
    moment = NOW - timedelta(hours=hours_ago)
    usual: dict[str, Any] = {"kind": "returned", "person": "curator", "text": f"Текст {number}."}
    if message is None:
        usual |= {"kind": "digest", "fact": f"digest-{number}"}
    return NoticeRow(
        **(
            {"id": number, "message": message, "row": number}
            | {"at": moment, "deliver_from": moment, "written_at": NOW}
            | usual
            | fields
        )
    )


@pytest.fixture
async def told(db: Database) -> Database:
    """Of message 1 the last and the first of all, between them one of message 2 and a digest; one of another's."""
    async with db.write() as writing:
        writing.add_all(message_row(number, NOW, text=f"Яма {number}") for number in (1, 2))
        await writing.flush()
        writing.add_all(
            [
                *(notice(1, 1, 1), notice(2, 3, 2), notice(3, 2), notice(4, 4, 1)),
                notice(5, 1, 1, person="head"),
            ]
        )
    return db


async def ids(client: AsyncClient, **asked: str | int | bool) -> list[int]:
    items = (await client.get("/api/notices", params=asked)).json()["items"]
    return [int(item["id"]) for item in items]


async def unread(db: Database) -> list[int]:
    async with db.read() as reading:
        rows = await reading.exec(select(NoticeRow))
        return sorted(row.id or 0 for row in rows if row.read_at is None)


def waiting(number: int, hours_ago: float, message: int) -> NoticeRow:
    return notice(number, hours_ago, message, kind="escalation")


# ---- for programs


async def test_the_newest_moment_is_first_whatever_was_written_last(as_: At, told: Database) -> None:
    client = await as_("curator")
    assert await ids(client) == [1, 3, 2, 4]
    found: list[int] = []
    cursor: dict[str, str] = {}
    while len(found) < 4:
        page = (await client.get("/api/notices", params={"limit": 1, **cursor})).json()
        found += [int(item["id"]) for item in page["items"]]
        cursor = {"cursor": page["next"]}
    assert (found, page["next"]) == ([1, 3, 2, 4], None)


async def test_notices_are_read_by_their_ids_and_others_stay(as_: At, told: Database) -> None:
    client = await as_("curator")
    answer = await client.post("/api/notices/read", json={"ids": ["3", "5", "none", "77"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert await unread(told) == [1, 2, 4, 5]
    assert (await ids(client, unread=True), await ids(client, unread=False)) == ([1, 2, 4], [3])
    (read,) = (await client.get("/api/notices", params={"unread": False})).json()["items"]
    assert abs(datetime.fromisoformat(read["read_at"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert (await client.post("/api/notices/read", json={"ids": ["3"]})).status_code == 204
    assert (await client.get("/api/notices", params={"unread": False})).json()["items"] == [read]


async def test_notices_are_read_until_a_moment(as_: At, told: Database) -> None:
    client = await as_("curator")
    until = (NOW - timedelta(hours=2)).isoformat()
    assert (await client.post("/api/notices/read", json={"until": until})).status_code == 204
    assert await unread(told) == [1, 5]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "Нужны номера"),
        ({"ids": ["1"], "until": "2026-11-23T09:00:00+03:00"}, "Нужны номера"),
        ({"until": "вчера"}, "until: "),
        ({"ids": "1"}, "ids: "),
    ],
)
async def test_which_are_read_must_be_said_in_one_way(
    as_: At, told: Database, body: dict[str, Any], why: str
) -> None:
    assert_problem(await (await as_("curator")).post("/api/notices/read", json=body), 422, why)
    assert len(await unread(told)) == 5


async def test_whoever_acknowledges_has_read_it(as_: At, told: Database) -> None:
    async with told.write() as writing:
        writing.add(waiting(6, 1, 2))
    answer = await (await as_("curator")).post("/api/notices/6/acknowledgement")
    assert answer.json()["read_at"] and 6 not in await unread(told)


# ---- the page


def rows(page: str) -> list[str]:
    """The addresses that its rows lead to, in order."""
    return re.findall(r'<h3 data-row><a href="([^"]+)"', page)


async def test_the_inbox_has_a_row_for_each_message_by_its_newest_notice(at: At, told: Database) -> None:
    page = (await (await at("curator")).get("/notices")).text
    assert rows(page) == ["/messages/1", "/notices/3", "/messages/2"]
    assert 'aria-label="№ 1. Яма 1"' in page
    assert [f"Текст {number}." in page for number in range(1, 6)] == [True] * 4 + [False]
    assert page.count(MARK) == 4 and 'aria-label="Уведомления: 4 непрочитанных"' in page


async def test_all_is_read_by_one_press_but_what_came_later(at: At, told: Database) -> None:
    curator = await at("curator")
    (action,) = re.findall(r'action="(/notices/read\?[^"]+)"', (await curator.get("/notices")).text)
    async with told.write() as writing:
        writing.add(notice(6, 0.5, 2))
    sent = await curator.post(action)
    assert (sent.status_code, sent.headers["location"]) == (303, "/notices")
    assert await unread(told) == [5, 6]
    page = (await curator.get("/notices")).text
    assert page.count(MARK) == 1 and 'aria-label="Уведомления: 1 непрочитанное"' in page
    assert "Ещё 1 прочитанное" in page


async def test_pages_of_the_inbox_have_each_message_once(
    at: At, told: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.web.notices.routes.SHOWN", 1)
    curator, found, address = await at("curator"), [], "/notices"
    while address:
        page = (await curator.get(address)).text
        found += rows(page)
        address = next(iter(re.findall(r'href="(/notices\?cursor[^"]+)" rel="next"', page)), "")
    assert found == ["/messages/1", "/notices/3", "/messages/2"]


async def test_what_waits_for_confirmation_stands_above_however_old_and_read_it_is(
    at: At, told: Database
) -> None:
    async with told.write() as writing:
        writing.add_all([waiting(6, 30, 1), waiting(7, 40, 2)])
    curator = await at("curator")
    await curator.post("/notices/read", params={"until": NOW.isoformat()})
    page = (await curator.get("/notices")).text
    assert page.index("Ждут вашего подтверждения · 2") < page.index("Остальные")
    assert rows(page) == ["/messages/1", "/messages/2", "/messages/1", "/notices/3", "/messages/2"]
    only = (await curator.get("/notices?waiting=true")).text
    assert rows(only) == ["/messages/1", "/messages/2"] and only.count(">Подтвердить</button>") == 2
    await curator.post("/notices/6/acknowledge", data={"back": "notices"})
    assert rows((await curator.get("/notices?waiting=true")).text) == ["/messages/2"]


async def test_one_notice_is_read_where_a_mail_leads(at: At, told: Database) -> None:
    page = (await (await at("curator")).get("/notices/3")).text
    assert 'aria-label="Уведомления: 3 непрочитанных"' in page
    assert await unread(told) == [1, 2, 4, 5]


async def test_a_message_that_one_no_longer_sees_is_named_by_its_number(at: At, told: Database) -> None:
    async with told.write() as writing:
        writing.add(MessageBodyRow(message=2, body="housing"))
        writing.add_all(notice(number, 1, number - 5, person="executor-housing") for number in (6, 7))
    page = (await (await at("executor-housing")).get("/notices")).text
    assert rows(page) == ["/messages/2", "/notices/6"]
    assert "Яма 2" in page and "Яма 1" not in page and "Сообщение № 1<" in page
