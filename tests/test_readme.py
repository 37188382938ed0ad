"""The road by hand and the examples of the API, run as a reader would: fed to bash beside a running demo."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from embedded.demo.data import directory
from settings import Settings
from tests.documents import DOCS, README, ROOT, blocks, text
from tests.embedded.installation import Installation
from tests.patience import PATIENCE
from tests.prepared import prepare

PASSWORD = "пароль с пробелом"
ROAD = text(DOCS / "use/by-hand.md")


@asynccontextmanager
async def _demo(data: Path) -> AsyncIterator[str]:
    """The address of a demo without its messages, which take longer than all that is tried here.

    A start with them is that of the tests in a browser.
    """
    await prepare(Settings.load(data=data, demo=True, demo_password=PASSWORD))
    installation = Installation(data)
    serve = await installation.start(PYTHONPATH=str(ROOT))
    try:
        await serve.until_ready()
        yield f"http://127.0.0.1:{installation.port}"
    finally:
        await serve.stop()


@asynccontextmanager
async def _curator(demo: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=demo, trust_env=False, timeout=PATIENCE) as client:
        form = {"username": "curator", "password": PASSWORD}
        token = (await client.post("/api/token", data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def _fed_to_bash(script: str, demo: str) -> str:
    """What bash printed while the script was fed to it, line by line; it must complain of nothing."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-eo", "pipefail", "-s"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"OTKLIK": demo, "OTKLIK_DEMO_PASSWORD": PASSWORD},
    )
    async with asyncio.timeout(PATIENCE):
        printed, complaints = await process.communicate(script.encode())
    assert (process.returncode, complaints.decode()) == (0, ""), printed.decode()
    return printed.decode()


async def _registered(curator: httpx.AsyncClient, words: str) -> dict[str, Any]:
    """The one message found by these words."""
    found = (await curator.get("/api/messages", params={"q": words})).raise_for_status().json()["items"]
    assert len(found) == 1
    message: dict[str, Any] = (await curator.get(f"/api/messages/{found[0]['id']}")).json()
    return message


# One test, not one for each thing to see: a demo takes long to start, and tests of a file are spread over processes.
async def test_the_road_by_hand_and_the_api_examples_do_what_they_say(tmp_path: Path) -> None:
    async with _demo(tmp_path / "data") as demo, _curator(demo) as curator:
        road = await _fed_to_bash(
            "".join(blocks(ROAD, "bash") + blocks(text(DOCS / "use/api.md"), "bash")), demo
        )
        message = await _registered(curator, "vk.com/wall-1_")
        _leads_to_a_published_answer(message, road)
        journal = (await curator.get(f"/api/messages/{message['id']}/journal")).json()["items"]
        _shows_journal_and_notices(message, journal, road)
        _shows_what_the_preview_prints(road)
        _registers_once_and_names_the_wrong_field(await _registered(curator, "forum.example/topic/1"), road)


def _leads_to_a_published_answer(message: dict[str, Any], printed: str) -> None:
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


def _shows_journal_and_notices(message: dict[str, Any], journal: list[dict[str, Any]], printed: str) -> None:
    rows = [(row["number"], row["at"], row["kind"], row["person"]) for row in reversed(journal)]
    assert [(kind, person) for _, _, kind, person in rows] == [
        ("registered", "curator"),
        ("route", "curator"),
        ("submit_draft", "executor-roads"),
        ("send_for_rework", "curator"),
        ("submit_draft", "executor-roads"),
        ("approve", "curator"),
        ("confirm_publication", "executor-roads"),
    ]
    assert "".join(f"{' '.join(map(str, row))}\n" for row in rows) in printed
    for kind in ("assigned", "rework", "approved"):
        assert f"{kind} - Сообщение № {message['id']} (ВКонтакте)" in printed


def _shows_what_the_preview_prints(printed: str) -> None:
    (shown,) = blocks(ROAD, "text")
    assert shown in printed


def _registers_once_and_names_the_wrong_field(message: dict[str, Any], printed: str) -> None:
    *_, first, second, complaint = printed.splitlines()
    assert first == second == message["id"]
    assert complaint.startswith("detected_at: ")


def test_the_readme_names_the_sign_ins_of_the_demo() -> None:
    named = {
        *("curator", "curator2", "head", "executor-roads", "responsible-roads", "deputy", "deputy-social"),
        *("deputy-policy", "governor", "admin"),
    }
    assert named <= {person.key for person in directory().people}
    assert all(f"`{key}`" in text(README) for key in named)
