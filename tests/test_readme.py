"""The README's road and the examples of the API, run as a reader would: fed to bash beside a running demo."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.documents import DOCS, README, ROOT, blocks, section, text
from tests.embedded.installation import Installation

pytestmark = pytest.mark.timeout(300)  # the first start brings the demo messages

PASSWORD = "пароль с пробелом"
ROAD = section(README, "A message's road")
WITHIN = 60.0


@pytest.fixture(scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of `otklik serve --demo`, started as `make demo` does."""
    installation = Installation(tmp_path_factory.mktemp("demo") / "data")
    serve = await installation.start("--demo", PYTHONPATH=str(ROOT), OTKLIK_DEMO_PASSWORD=PASSWORD)
    try:
        await serve.until_ready(within=180)
        yield f"http://127.0.0.1:{installation.port}"
    finally:
        await serve.stop()


@pytest.fixture(scope="module")
async def printed(demo: str) -> str:
    """What bash printed while the blocks were fed to it, line by line."""
    script = "".join(blocks(ROAD, "bash") + blocks(text(DOCS / "api.md"), "bash"))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-eo", "pipefail", "-s"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"OTKLIK": demo, "OTKLIK_DEMO_PASSWORD": PASSWORD},
    )
    async with asyncio.timeout(WITHIN):
        printed, complaints = await process.communicate(script.encode())
    assert (process.returncode, complaints.decode()) == (0, ""), printed.decode()
    return printed.decode()


@pytest.fixture
async def curator(demo: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=demo, trust_env=False) as client:
        form = {"username": "curator", "password": PASSWORD}
        token = (await client.post("/api/token", data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def _registered(curator: httpx.AsyncClient, words: str) -> dict[str, Any]:
    found = (await curator.get("/api/messages", params={"q": words})).raise_for_status().json()["items"]
    assert len(found) == 1
    message: dict[str, Any] = (await curator.get(f"/api/messages/{found[0]['id']}")).json()
    return message


async def test_the_readmes_road_leads_to_a_published_answer(printed: str, curator: httpx.AsyncClient) -> None:
    message = await _registered(curator, "vk.com/wall-1_")
    assert (message["stage"], message["outcome"], message["bodies"]) == ("closed", "answered", ["roads"])
    assert [(draft["round"], draft["status"], draft["comment"]) for draft in message["drafts"]] == [
        (1, "rework", "Назовите день и исполнителя работ."),
        (2, "published", None),
    ]
    assert message["drafts"][-1]["published_url"] == "https://vk.com/wall-1_1?reply=2"
    assert all(limit["breached_at"] is None for limit in message["limits"])
    assert [line for line in printed.splitlines() if line.isalpha() and line.islower()] == [
        *("preparation", "rework", "publication", "answered")
    ]


async def test_the_readmes_road_shows_journal_and_notices(printed: str, curator: httpx.AsyncClient) -> None:
    message = await _registered(curator, "vk.com/wall-1_")
    journal = (await curator.get(f"/api/messages/{message['id']}/journal")).json()["items"]
    expected = [
        *("registered", "route", "submit_draft", "send_for_rework", "submit_draft", "approve"),
        "confirm_publication",
    ]
    assert [row["kind"] for row in reversed(journal)] == expected
    assert [
        line.split()[2] for line in printed.splitlines() if line[:1].isdigit() and " curator" in line
    ] == [kind for kind in expected if kind not in ("submit_draft", "confirm_publication")]
    for kind in ("assigned", "rework", "approved"):
        assert f"{kind} - Сообщение № {message['id']} (ВКонтакте)" in printed


async def test_the_readme_shows_what_the_preview_prints(printed: str) -> None:
    (shown,) = blocks(ROAD, "text")
    assert shown in printed


async def test_the_api_examples_register_once_and_name_the_wrong_field(
    printed: str, curator: httpx.AsyncClient
) -> None:
    message = await _registered(curator, "forum.example/topic/1")
    *_, first, second, complaint = printed.splitlines()
    assert first == second == message["id"]
    assert complaint.startswith("detected_at: ")


def test_the_readme_names_the_sign_ins_of_the_demo() -> None:
    from store.demo.data import directory

    people = {person.key for person in directory().people}
    named = {
        *("curator", "curator2", "head", "executor-roads", "responsible-roads", "deputy", "deputy-social"),
        *("deputy-policy", "governor", "admin"),
    }
    assert named <= people
    assert all(f"`{key}`" in text(Path(README)) for key in named)
