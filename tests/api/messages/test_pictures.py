"""A complaint that is a picture alone: the picture is the message's own (cl. 7)."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from calendar_rules.vocabulary import Network
from service.networks import found_posts
from service.networks.platforms.port import Found
from tests.api.messages.case import Case, registration
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.pictures import png_of
from tests.api.messages.shape import assert_message


async def upload(office: Office, person: str = "curator", content: bytes | None = None) -> Response:
    made = content if content is not None else png_of(3, 1 + uuid4().int % 60_000)
    files = {"file": ("снимок.png", made, "image/png")}
    return await office.call(person, "POST", "/attachments", files=files)


async def picture(office: Office, person: str = "curator") -> str:
    found: str = taken(await upload(office, person))["id"]
    return found


async def register(office: Office, **fields: Any) -> Response:
    return await office.post("curator", "/messages", registration(**fields))


@pytest.mark.parametrize("fields", [{"text": " "}, {}])
async def test_the_text_may_be_blank_where_there_is_a_picture(office: Office, fields: dict[str, str]) -> None:
    file = await picture(office)
    view = taken(await register(office, **fields, attachments=[file]), 201)
    assert_message(view)
    assert [(item["id"], item["name"]) for item in view["attachments"]] == [(file, "снимок.png")]
    case = Case(office, view)
    assert (await case.get("curator", f"/attachments/{file}")).status_code == 200
    await case.route()
    assert [item["id"] for item in taken(await case.get("executor-roads"))["attachments"]] == [file]
    row = (await case.journal())[0]
    assert (row["kind"], row["data"]["attachments"]) == ("registered", [file])
    await case.report()
    assert (await case.get("governor", "/governor-note.pdf")).status_code == 200


async def test_a_picture_is_one_messages_and_its_uploaders(office: Office) -> None:
    file = await picture(office)
    taken(await register(office, attachments=[file]), 201)
    others = await picture(office, "curator2")
    for wrong in (file, others, "nothing"):
        answer = await register(office, text="", attachments=[wrong])
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == ["attachments[0]"]


async def test_a_known_post_answers_with_the_first_and_claims_nothing(office: Office) -> None:
    first = taken(await register(office), 201)
    file = await picture(office)
    again = await register(office, url=first["url"], text="", attachments=[file])
    assert (again.status_code, again.json()["id"], again.json()["attachments"]) == (200, first["id"], [])
    taken(await register(office, text="", attachments=[file]), 201)


async def test_only_pictures_and_only_of_those_who_work(office: Office) -> None:
    assert (await upload(office, content=b"text")).status_code == 422
    refused(await upload(office, "deputy"), 403)
    assert taken(await upload(office, "executor-roads"))["type"] == "image/png"


async def test_a_found_post_that_is_a_picture_is_taken_with_it(office: Office) -> None:
    post = Found(f"https://vk.com/wall-238_9{uuid4().int % 10**8}", "Житель", "", None)
    async with office.database.write() as session:
        (number,) = await found_posts.add(session, [post], network=Network.VKONTAKTE, now=datetime.now(UTC))
    file = await picture(office)
    view = taken(await office.post("curator", f"/candidates/{number}/take", {"attachments": [file]}), 201)
    assert (view["text"], [item["id"] for item in view["attachments"]]) == ("", [file])
