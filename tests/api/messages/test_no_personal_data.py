"""Nothing that names a person or quotes them reaches Temporal or a log (152-FZ; docs/change/decisions.md, 3)."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from temporalio.client import Client, WorkflowHandle

from embedded.demo.data import directory
from tests.api.messages.case import Case, registration
from tests.api.messages.office import Installation, Office, refused, taken
from tests.api.messages.week import at
from tests.telemetry.captured import Lines, captured

pytestmark = pytest.mark.server

MARK = "q7zx"
"""Part of every text below, in letters that no encoding changes."""


def marked(text: str) -> str:
    return f"{text} {MARK}"


async def answered(office: Office) -> Case:
    """Every kind of text on one road, with a refusal, breaches and an erasure."""
    earlier = await Case.begin(office)
    case = await begin_marked(office)
    await case.route("housing", "roads", location=marked("г. Шуя"), repeats=earlier.id)
    draft = {"kind": "answer", "text": MARK}
    refused(await case.post("executor-housing", "/drafts", draft), 422, "measures")
    refused(await case.post("executor-housing", "/drafts", {**draft, "measures": MARK}), 409)
    await case.contribute(marked("Трубы меняем."))
    await case.rework_contribution(marked("Когда?"))
    await case.contribute(
        marked("В мае."), attachments=[await case.attach("executor-housing", name=f"{MARK}.png")]
    )
    await case.give_back(reason=marked("Не наше."))
    await case.route("roads", location=marked("г. Шуя"), repeats=earlier.id)
    await case.at("tue 12:00")
    await case.submit("answer", marked("Засыпали."), measures=marked("Щебень."))
    await case.rework(marked("Где фото?"))
    await case.submit("answer", marked("Вот фото."), measures=marked("Щебень."))
    await case.report(marked("Обсуждают."))
    await case.approve()
    taken(await case.post("admin", "/erasure", {"basis": "court", "document": "2-14"}))
    await case.publish(f"https://vk.com/{MARK}-5")
    return case


async def clarified(office: Office) -> Case:
    case = await begin_marked(office)
    await case.route("roads", location=marked("г. Шуя"))
    await case.answer("clarification", marked("Какой дом?"), url=f"https://vk.com/{MARK}-6")
    await case.reply(marked("Дом 5."))
    return case


async def declined(office: Office) -> Case:
    case = await begin_marked(office)
    await case.decline("threat_to_official")
    return case


async def begin_marked(office: Office) -> Case:
    body = registration(
        url=f"https://vk.com/{MARK}-{registration()['url'][-3:]}",
        author=marked("Пелагея"),
        text=marked("Лужа."),
        starts_at=at("mon 09:00").isoformat(),
    )
    return Case(office, taken(await office.post("curator", "/messages", body), 201))


@pytest.fixture(scope="module")
async def client(installation: Installation) -> Client:
    return await installation.client()


@pytest.fixture(scope="module")
async def led(office: Office) -> tuple[list[Case], Lines]:
    """The messages, and what API and worker logged of them and of requests that went wrong."""
    with captured() as lines:
        cases = list(await asyncio.gather(answered(office), clarified(office), declined(office)))
        await office.get("curator", "/messages", q=MARK)
        await office.post("curator", "/messages", {"text": MARK, "url": MARK})
        await office.post("curator", f"/messages/{cases[0].id}/route", {MARK: [MARK]})
        await office.http.post("/api/token", data={"username": MARK, "password": MARK})
        await office.http.get(f"/{MARK}")
        await cases[0].journal()
    return cases, lines


@pytest.fixture(scope="module")
async def kept(client: Client, led: tuple[list[Case], Lines]) -> list[bytes]:
    """Everything Temporal keeps of these messages: histories, descriptions, listings."""
    cases, _ = led
    handles = [client.get_workflow_handle(f"message-{case.id}") for case in cases]
    return [content for handle in handles for content in await everything(client, handle)]


async def everything(client: Client, handle: WorkflowHandle[object, object]) -> list[bytes]:
    history = await handle.fetch_history()
    description = await handle.describe()
    listed = [found async for found in client.list_workflows(f'WorkflowId = "{handle.id}"')]
    return [
        *(event.SerializeToString() for event in history.events),
        description.raw_description.SerializeToString(),
        *(found.raw_info.SerializeToString() for found in listed),
    ]


async def test_no_name_link_or_text_is_in_temporal(kept: list[bytes]) -> None:
    assert len(kept) > 100
    for content in kept:
        assert MARK.encode() not in content
        assert MARK.upper().encode() not in content


def spellings(name: str) -> Iterator[bytes]:
    """As bytes, and as JSON that escapes every letter."""
    yield name.encode()
    yield json.dumps(name)[1:-1].encode()


async def test_officials_are_named_by_their_sign_in_only(kept: list[bytes]) -> None:
    surnames = {person.name.split()[0] for person in directory().people}
    for content in kept:
        for surname in surnames:
            for spelling in spellings(surname):
                assert spelling not in content, surname
    assert any(b"executor-roads" in content for content in kept)


async def test_what_stands_in_the_web_ui_is_readable_all_the_same(kept: list[bytes]) -> None:
    """The scan looks where the words are: it finds those that may be there."""
    whole = b"".join(kept)
    for word in ("п. 11 согласование до", "Сообщение № ", "Запись в журнал", "potholes", "vkontakte"):
        assert any(spelling in whole for spelling in spellings(word)), word


def test_no_name_link_or_text_is_in_a_log(led: tuple[list[Case], Lines]) -> None:
    _, lines = led
    assert MARK not in lines.text.lower()
    statuses = {line["status"] for line in lines.named("request")}
    assert {200, 201, 401, 404, 409, 422} <= statuses


def test_every_line_about_a_message_names_it(led: tuple[list[Case], Lines]) -> None:
    cases, lines = led
    numbers = {int(case.id) for case in cases}
    of_api = [line for line in lines.named("request") if "{message}" in line["route"]]
    assert numbers <= {line["message"] for line in of_api}
    assert all(line["request"] for line in of_api)
