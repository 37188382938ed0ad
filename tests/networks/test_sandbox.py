"""Sandbox: a process per job, which ends when it exceeds its limits, has no keys, and leaves nothing behind."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.networks.platforms.page.content import News, Page, Shown
from service.networks.platforms.port import Fault, NetworkRefusalError, Seen, Stands
from service.networks.platforms.sandbox import PROGRAM, TOO_MUCH, Limits, Sandbox
from tests.networks.test_poisons import FURTHER
from tests.patience import PATIENCE

ANSWER = "Добрый день! Фонарь у дома 5 заменён 26 ноября. Если свет пропадёт снова, напишите нам."


def page(html: str) -> Page:
    return Page(
        content=html.encode(),
        content_type="text/html",
        url="https://forum.example/topic",
        query=None,
        seen=None,
        since=datetime.now(UTC),
    )


HONEST = page('<div id="p1" class="post">Яма у дома 5</div>')
ENDLESS = FURTHER["formatting opened again in each paragraph"].body.decode()
LONG = page(f'<div id="p1" class="post">{"Яма " * 200}')
LARGE = page(f"<p>{'а ' * 600_000}")


async def text(sandbox: Sandbox) -> str:
    (found,) = (await sandbox.run(HONEST, News)).found
    return found.text


def children() -> list[int]:
    """Processes of the sandbox that this one has started and that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and PROGRAM in (folder / "cmdline").read_text():
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found


def environment(number: int) -> bytes:
    return Path(f"/proc/{number}/environ").read_bytes()


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110  of a process nobody tells an event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("limits", "job", "code"),
    [
        (Limits(processor=0.2), page(ENDLESS), "sandbox: ended"),
        (Limits(within=0.01), HONEST, "sandbox: time"),
        (Limits(memory=112 * 2**20), LARGE, "sandbox: memory"),
        (Limits(reply=500), LONG, "sandbox: size"),
    ],
    ids=["processor", "clock", "memory", "reply"],
)
async def test_a_job_that_exceeds_a_limit_is_put_off(limits: Limits, job: Page, code: str) -> None:
    with pytest.raises(NetworkRefusalError) as refused:
        await Sandbox(limits).run(job, News)
    refusal = refused.value
    assert (refusal.fault, refusal.advice, refusal.code) == (Fault.LATER, TOO_MUCH, code)
    await until(lambda: not children())


async def test_a_job_has_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_KEYS", "secret")
    running = asyncio.create_task(text(Sandbox()))
    await until(children)
    assert b"secret" not in environment(children()[0])
    await running


async def test_more_than_run_at_once_wait_their_turn() -> None:
    sandbox = Sandbox()
    assert await asyncio.gather(*(text(sandbox) for _ in range(3))) == ["Яма у дома 5"] * 3


async def test_a_job_that_nobody_waits_for_any_more_is_ended() -> None:
    running = asyncio.create_task(text(Sandbox()))
    await until(children)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not children()


async def test_an_answer_that_was_edited_is_known_behind_a_long_text() -> None:
    edited = ANSWER.replace("26 ноября", "вчера вечером")
    others = "Администрация сообщает о ходе работ. " * 3_200
    html = f"<p>{others}</p><p>{edited}</p><p>{others}</p>"
    page = Shown(content=html.encode(), content_type="text/html", url="https://forum.example/a", text=ANSWER)
    assert (await Sandbox().run(page, Seen)).state is Stands.EDITED
