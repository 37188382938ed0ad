"""Likely earlier messages about the same thing (cl. 16): suggested, most alike first, and only what one may see."""

import pytest

from tests.api.messages.case import Case
from tests.api.messages.office import Office, taken

COMPLAINT = (
    "На улице Радищева напротив дома 14 уже третью неделю не горят четыре фонаря, "
    "вечером дети идут из музыкальной школы в полной темноте."
)
EDITED = (
    "На улице Радищева напротив дома 14 третью неделю не горит четыре фонаря! "
    "Вечером дети идут из музыкальной школы в темноте."
)
OTHER = "В поликлинике на Ленина нет талонов к детскому неврологу до конца месяца, в регистратуре грубят."


@pytest.fixture(scope="module")
async def cases(office: Office) -> dict[str, Case]:
    return {
        name: await Case.begin(office, text=text)
        for name, text in (
            ("first", COMPLAINT),
            ("other", OTHER),
            ("edited", EDITED),
            ("later", COMPLAINT),
        )
    }


async def alike(cases: dict[str, Case], name: str, person: str = "curator") -> list[str]:
    names = {case.id: other for other, case in cases.items()}
    items = taken(await cases[name].get(person, "/similar"))["items"]
    return [names[item["id"]] for item in items]


async def test_an_earlier_message_in_other_words_is_suggested(cases: dict[str, Case]) -> None:
    assert await alike(cases, "edited") == ["first"]
    assert await alike(cases, "other") == []


async def test_the_most_alike_comes_first(cases: dict[str, Case]) -> None:
    assert await alike(cases, "later") == ["first", "edited"]
    found = taken(await cases["later"].get("curator", "/similar"))["items"]
    assert [item["similarity"] for item in found] == sorted(
        (item["similarity"] for item in found), reverse=True
    )
    assert found[0]["similarity"] == 100
    assert found[0]["text"] == COMPLAINT


async def test_of_those_the_caller_may_see(cases: dict[str, Case]) -> None:
    await cases["edited"].route("energy")
    await cases["later"].route("energy")
    assert await alike(cases, "later", "executor-energy") == ["edited"]
    assert await alike(cases, "edited", "executor-energy") == []
