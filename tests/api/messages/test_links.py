"""One post is one message, and an answer stands where its message stands (cl. 3, 7, 13)."""

import asyncio
from urllib.parse import urlencode

from tests.api.messages.case import Case, registration
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, taken


def spellings(number: int) -> list[str]:
    return [
        f"https://vk.com/wall-239_{number}",
        f"http://m.vk.ru/wall-239_{number}/?from=feed",
        f"https://VK.com/club239?w=wall-239_{number}&utm_source=share#comments",
    ]


async def test_a_second_link_to_a_post_answers_with_the_first_message(office: Office, begin: Begin) -> None:
    first, *others = spellings(1)
    case = await begin(url=first)
    for url in others:
        body = registration(url=url)
        assert taken(await office.post("curator2", "/messages", body), 200)["id"] == case.id
    comment = registration(url=f"{first}?reply=5")
    assert taken(await office.post("curator", "/messages", comment), 201)["id"] != case.id


async def test_spellings_of_one_post_at_once_are_one_message(office: Office) -> None:
    answers = await asyncio.gather(
        *(office.post("curator", "/messages", registration(url=url)) for url in spellings(2) * 2)
    )
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]


async def test_a_request_repeated_under_its_key_tells_its_own_message_still(
    office: Office, begin: Begin
) -> None:
    body = registration(url=spellings(4)[0])
    mistaken = taken(await office.post("curator", "/messages", body, key="mistaken-post"), 201)
    case = Case(office, mistaken)
    taken(await case.post("curator", "/close", {"reason": "registered_by_mistake"}))
    taken(await office.post("curator", "/messages", body), 201)
    again = await office.post("curator", "/messages", body, key="mistaken-post")
    assert again.json()["id"] == mistaken["id"]


async def test_a_link_that_is_looked_up_is_on_record_known_or_not(office: Office, begin: Begin) -> None:
    case = await begin(network="vkontakte")
    for url in (case.view["url"], "https://vk.com/wall-4_404"):
        answer = await office.browse("curator", f"/messages/new/link?{urlencode({'url': url})}")
        assert answer.status_code == 200
    unknown, known = taken(await office.get("admin", "/access", call="messages.link"))["items"][:2]
    assert (known["person"], known["message"], known["outcome"]) == ("curator", case.id, "ok")
    assert (unknown["person"], unknown["messages"], unknown["outcome"]) == ("curator", [], "ok")
    assert known["details"] == unknown["details"] == {"network": "vkontakte"}
