"""Notices of real messages, driven through channels: at their moment, to whom they are for, with nothing personal."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import Client

from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, taken, working_installation
from tests.api.messages.week import at
from tests.mail_server import MailServer, mail_server
from tests.web_hook import WebHook, web_hook


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
async def hook() -> AsyncIterator[WebHook]:
    async with web_hook() as hook:
        yield hook


@pytest.fixture(scope="module")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory, server: MailServer
) -> AsyncIterator[Installation]:
    """An installation of these tests alone, with a mail server."""
    folder = tmp_path_factory.mktemp("channels")
    async with working_installation(
        folder, temporal_address, temporal, smtp_url=server.url, mail_from="otklik@region.test"
    ) as installation:
        yield installation


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as office:
        yield office


async def choose(office: Office, person: str, *urls: str) -> None:
    channels = [{"url": url} for url in urls]
    taken(await office.call(person, "PUT", "/me/channels", {"channels": channels}))


async def test_what_befalls_a_message_reaches_its_people_in_one_thread_without_a_word_of_it(
    office: Office, server: MailServer, hook: WebHook
) -> None:
    await choose(office, "executor-roads", "mailto:roads@region.test", f"json://127.0.0.1:{hook.port}/otklik")
    await choose(office, "deputy", "mailto:deputy@region.test")
    case = await Case.begin(office, "mon 10:00", to=["roads"])
    (assigned,) = await case.notices("executor-roads")
    assert [item["state"] for item in assigned["deliveries"]] in ([], ["waiting", "waiting"])

    assert await office.drive("channels", at("mon 09:59")) == 0
    assert await office.drive("channels", at("mon 11:00")) == 2
    assert await office.drive("channels", at("mon 11:00")) == 0
    (assigned,) = await case.notices("executor-roads")
    assert [item["state"] for item in assigned["deliveries"]] == ["delivered", "delivered"]

    await case.at("tue 09:30")
    assert await office.drive("channels", at("tue 09:30")) > 0
    ids = {item["id"] for item in await case.notices("executor-roads")}
    of_roads = [letter for letter in server.taken if letter["To"] == "roads@region.test"]
    assert {number for letter in of_roads for number in letter.get_all("X-Otklik-Notice", [])} == ids
    assert len({letter["References"] for letter in of_roads}) == 1
    escalations = [letter for letter in server.taken if letter["To"] == "deputy@region.test"]
    (escalation,) = await case.notices("deputy", "escalation")
    assert f"/notices/{escalation['id']}" in _plain(escalations[-1])

    message = taken(await office.get("curator", f"/messages/{case.id}"))
    everything = [_plain(letter) for letter in server.taken] + [str(given) for given in hook.taken]
    for personal in (message["author"], message["url"], message["text"], message["location"]):
        assert personal
        assert not any(personal in text for text in everything)
    assert {number for headers in hook.headers for number in headers["x-otklik-notice"].split(", ")} == ids


def _plain(letter: Any) -> str:
    text: str = next(letter.iter_parts()).get_content()
    return text
