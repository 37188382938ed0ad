"""Sources of candidates: what nobody could read is never taken for what is watched."""

from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient

from service.networks.source_edits import called
from tests.api.conftest import assert_problem

As = Callable[[str], Awaitable[AsyncClient]]


async def test_a_source_is_set_up_before_there_is_a_key(as_: As) -> None:
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
