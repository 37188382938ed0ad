"""The directory."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient

from calendar_rules.vocabulary import Network


@pytest.fixture
async def directory(as_: Callable[[str], Awaitable[AsyncClient]]) -> dict[str, Any]:
    found: dict[str, Any] = (await (await as_("curator")).get("/api/directory")).json()
    return found


async def test_the_directory_has_what_forms_offer(directory: dict[str, Any]) -> None:
    assert directory["networks"] == [network.value for network in Network]
    rules = directory["network_rules"]
    assert [rule["key"] for rule in rules] == directory["networks"], "without the demo's"
    assert rules[0]["title"] == "ВКонтакте" and "vk.com" in rules[0]["hosts"] and rules[0]["max_length"] > 0
    assert directory["importance"] == ["ordinary", "raised", "high"]
    assert directory["topics"] == [
        {"key": "snow", "group": "Дороги", "title": "Снег", "words": ["сугроб"]},
        {"key": "pits", "group": "Дороги", "title": "Ямы", "words": []},
    ]
    assert "Госуслуг" in directory["appeal_notice"]
    assert set(directory["importance_titles"]) == set(directory["importance"])


async def test_every_choice_has_its_title(directory: dict[str, Any]) -> None:
    assert {"key": "awaiting_author", "title": "Ожидание ответа автора"} in directory["stages"]
    assert {"key": "harm_to_person", "title": "Сведения о намерениях причинить вред другому лицу"} in (
        directory["decline_grounds"]
    )
    for choices in (
        "close_reasons",
        "outcomes",
        "draft_kinds",
        "draft_statuses",
        "limits",
        "notice_kinds",
        "roles",
    ):
        assert all(choice["title"] != choice["key"] for choice in directory[choices])


async def test_bodies_come_with_their_accounts_and_without_the_department(directory: dict[str, Any]) -> None:
    bodies = {body["key"]: body for body in directory["bodies"]}
    assert set(bodies) == {"roads", "housing"}
    assert bodies["roads"]["title"] == "Департамент дорог"
    assert bodies["roads"]["accounts"] == [{"network": "vkontakte", "url": "https://vk.com/roads"}]
    assert bodies["housing"]["accounts"] == []
