"""The directory."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient


@pytest.fixture
async def directory(as_: Callable[[str], Awaitable[AsyncClient]]) -> dict[str, Any]:
    found: dict[str, Any] = (await (await as_("curator")).get("/api/directory")).json()
    return found


async def test_the_directory_has_what_forms_offer(directory: dict[str, Any]) -> None:
    assert directory["networks"] == [
        "vkontakte",
        "odnoklassniki",
        "instagram",
        "blog",
        "microblog",
        "video_hosting",
        "forum",
        "review_site",
    ]
    assert directory["importance"] == ["ordinary", "raised", "high"]
    assert directory["topics"] == [
        {"key": "snow", "group": "Дороги", "title": "Снег", "words": ["сугроб"]},
        {"key": "pits", "group": "Дороги", "title": "Ямы", "words": []},
    ]
    assert "Госуслуг" in directory["appeal_notice"]
    assert set(directory["importance_titles"]) == set(directory["importance"])


async def test_every_choice_has_its_title(directory: dict[str, Any]) -> None:
    assert {"key": "awaiting_author", "title": "Ожидание ответа автора"} in directory["stages"]
    assert directory["decline_grounds"] == [
        {"key": "harm_to_person", "title": "Сведения о намерениях причинить вред другому лицу"},
        {"key": "obscene_or_insulting", "title": "Нецензурные либо оскорбительные выражения"},
        {
            "key": "threat_to_official",
            "title": "Угрозы жизни, здоровью и имуществу должностного лица, а также членам его семьи",
        },
    ]
    assert [reason["title"] for reason in directory["close_reasons"]] == [
        *("Нет ответа автора", "Сообщение удалено", "Комментирование закрыто", "Не требует реагирования"),
        "Относится к ведению другого субъекта Российской Федерации",
        "Разъяснён порядок подачи обращения (59-ФЗ)",
        "Зарегистрировано ошибочно",
    ]
    for choices in ("outcomes", "draft_kinds", "draft_statuses", "limits", "notice_kinds", "roles"):
        assert all(choice["title"] != choice["key"] for choice in directory[choices])


async def test_bodies_come_with_their_accounts_and_without_the_department(directory: dict[str, Any]) -> None:
    bodies = {body["key"]: body for body in directory["bodies"]}
    assert set(bodies) == {"roads", "housing"}
    assert bodies["roads"]["title"] == "Департамент дорог"
    assert bodies["roads"]["accounts"] == [{"network": "vkontakte", "url": "https://vk.com/roads"}]
    assert bodies["housing"]["accounts"] == []


async def test_every_network_has_its_rules_without_the_demo(directory: dict[str, Any]) -> None:
    assert [rules["key"] for rules in directory["network_rules"]] == directory["networks"]
    vkontakte = directory["network_rules"][0]
    assert vkontakte["title"] == "ВКонтакте"
    assert "vk.com" in vkontakte["hosts"]
    assert vkontakte["max_length"] > 0
