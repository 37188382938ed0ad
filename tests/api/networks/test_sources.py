"""Sources of candidates: what nobody could read is never taken for what is watched."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient

from service.networks.source_edits import called
from tests.api.conftest import assert_problem

As = Callable[[str], Awaitable[AsyncClient]]
BOT = {"bot_token": "123456:abcdefghijklmnop"}
MAX_BOT = {"token": "key", "chat_id": "-1"}


async def give_key(admin: AsyncClient, url: str, credentials: dict[str, str]) -> str:
    given = {"network": "microblog", "body": "roads", "url": url, "credentials": credentials}
    answer = await admin.post("/api/accounts", json=given)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def channel(address: str) -> dict[str, Any]:
    return {"network": "microblog", "kind": "channel", "address": address, "every": "PT5M"}


@pytest.mark.parametrize(
    ("own", "foreign", "credentials", "words"),
    [
        ("https://t.me/roads37", "https://t.me/gorodskie_novosti_x", BOT, "BotFather"),
        ("https://max.ru/roads37", "https://max.ru/novostix", MAX_BOT, "номер канала"),
    ],
)
async def test_a_channel_that_has_no_key_of_its_own_is_refused_with_which_is_needed(
    as_: As, own: str, foreign: str, credentials: dict[str, str], words: str
) -> None:
    admin, curator = await as_("admin"), await as_("curator")
    assert_problem(await curator.post("/api/sources", json=channel(own)), 422, "нет ключа этого канала")
    key = await give_key(admin, own, credentials)
    added = await curator.post("/api/sources", json=channel(own.upper().replace("HTTPS", "https")))
    assert added.status_code == 201, added.text
    refused = await curator.post("/api/sources", json=channel(foreign))
    assert_problem(refused, 422, "нет ключа этого канала")
    assert words in refused.text
    source = f"/api/sources/{added.json()['id']}"
    assert_problem(await curator.patch(source, json={"address": foreign}), 422, "нет ключа этого канала")
    assert added.json()["last_error"] is None
    assert (await admin.delete(f"/api/accounts/{key}")).status_code == 204
    (listed,) = (await curator.get("/api/sources")).json()["items"]
    assert "Нет ключа этого канала" in listed["last_error"]


async def test_what_any_key_of_the_network_reads_is_set_up_before_there_is_one(as_: As) -> None:
    curator = await as_("curator")
    wall = {
        "network": "vkontakte",
        "kind": "community",
        "address": "https://vk.com/kineshma",
        "every": "PT5M",
    }
    assert (await curator.post("/api/sources", json=wall)).status_code == 201


async def test_a_source_is_called_by_its_title_which_may_be_taken_away(as_: As) -> None:
    curator = await as_("curator")
    wall = {
        "network": "vkontakte",
        "kind": "community",
        "address": "https://vk.com/kineshma",
        "title": " Кинешма онлайн ",
        "every": "PT5M",
    }
    added = (await curator.post("/api/sources", json=wall)).json()
    assert added["title"] == "Кинешма онлайн"
    source = f"/api/sources/{added['id']}"
    assert (await curator.patch(source, json={"every": "PT2M"})).json()["title"] == "Кинешма онлайн"
    assert (await curator.patch(source, json={"title": None})).json()["title"] is None
    assert_problem(await curator.patch(source, json={"title": "я" * 81}), 422, "80")


@pytest.mark.parametrize(
    ("title", "address", "query", "said"),
    [
        ("Кинешма онлайн", "https://vk.com/kineshma", None, "Кинешма онлайн"),
        (None, "https://www.kineshma.example/news/", None, "kineshma.example/news"),
        (None, "", "яма", "«яма»"),
        (None, "https://vk.com/kineshma", "яма", "«яма» vk.com/kineshma"),
    ],
)
def test_a_source_without_a_title_is_called_by_what_it_seeks_or_where_it_is(
    title: str | None, address: str, query: str | None, said: str
) -> None:
    assert called(title, address, query) == said
