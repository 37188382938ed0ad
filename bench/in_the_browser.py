"""Pages in a real browser: whether typing waits while a thousand rows tick and are renewed, and a message by hand.

What blocks the browser's main thread for longer than 50 ms is what it reports as a long task. The message goes from
its registration to its publication by clicks, keys and filled fields, each counted; the goal is the number of them.
`python -m bench.in_the_browser`
"""

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bench.installation import PASSWORD
from bench.many_messages import patterns
from bench.pages import fill
from bench.processes import process, until_ready
from settings import Settings
from tests.browser.browser import launch
from tests.command_keys import KEYS
from tests.temporal_server import free_port, temporal_server

ROWS = 1_000
RENEWALS = 8
MOST_BLOCKED = 50.0  # milliseconds
MOST_INTERACTIONS = 20
_SLOWLY = 30_000  # milliseconds
_TYPED = "Жители просят убрать снег у школы и посыпать дорожки. "
_WATCH = """() => {
  window.blocked = [];
  window.renewed = 0;
  new PerformanceObserver(list => { for (const task of list.getEntries()) window.blocked.push(task.duration); })
    .observe({ type: "longtask" });
  document.addEventListener("otklik:rows", () => { window.renewed += 1; });
}"""


@asynccontextmanager
async def _running(rows: int) -> AsyncIterator[tuple[Settings, Browser]]:
    with tempfile.TemporaryDirectory() as folder:
        demo = await patterns(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        async with temporal_server() as temporal, async_playwright() as playwright:
            settings = Settings.load(
                data=Path(folder),
                demo=True,
                demo_password=PASSWORD,
                temporal_address=temporal,
                port=free_port(),
                command_keys=KEYS.written(),
            )
            await fill(settings, demo, rows)
            async with process("worker", settings), process("api", settings):
                async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}") as http:
                    await until_ready(http)
                browser = await launch(playwright)
                try:
                    yield settings, browser
                finally:
                    await browser.close()


async def _signed_in(browser: Browser, settings: Settings, person: str) -> Page:
    context = await browser.new_context(base_url=f"http://127.0.0.1:{settings.port}", locale="ru-RU")
    page = await context.new_page()
    page.set_default_timeout(_SLOWLY)
    await page.goto("/sign-in")
    await page.get_by_label("Имя для входа").fill(person)
    await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Войти").click()
    await page.get_by_role("heading", name="Моя очередь").wait_for()
    return page


async def blocked(browser: Browser, settings: Settings) -> tuple[list[float], int]:
    """Milliseconds of each long task while somebody types over a long queue, and how often it was renewed."""
    page = await _signed_in(browser, settings, "curator")
    await page.goto(f"/?rows={ROWS}")
    assert await page.locator("[data-row]").count() == ROWS
    await page.get_by_role("link", name="Зарегистрировать").click()
    field = page.get_by_role("form", name="Зарегистрировать").get_by_label("Текст")
    await field.focus()
    await page.evaluate(_WATCH)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=60) as http:
        given = {"username": "curator", "password": PASSWORD}
        token = (await http.post("/api/token", data=given)).raise_for_status().json()["access_token"]

        async def events() -> None:
            for turn in range(RENEWALS):
                await _register(http, token)
                await page.wait_for_function("turn => window.renewed > turn", arg=turn, timeout=_SLOWLY)

        renewing = asyncio.create_task(events())
        while not renewing.done():
            await field.press_sequentially(_TYPED, delay=20)
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as each tick does
        await renewing
    assert (await field.input_value()).startswith(_TYPED)
    found: list[float] = await page.evaluate("window.blocked")
    renewed: int = await page.evaluate("window.renewed")
    await page.context.close()
    return found, renewed


async def _register(http: httpx.AsyncClient, token: str) -> None:
    registration = {
        "network": "vkontakte",
        "url": f"https://vk.com/bench-{uuid4().hex}",
        "author": "Житель",
        "text": "Не убирают снег.",
    }
    headers = {"Authorization": f"Bearer {token}"}
    (await http.post("/api/messages", json=registration, headers=headers)).raise_for_status()


class Hand:
    """Whoever works with the pages: each click, key and filled field counts as one."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    async def click(self, where: Locator) -> None:
        self.done["clicks"] += 1
        await where.click()

    async def fill(self, field: Locator, text: str) -> None:
        self.done["fields"] += 1
        await field.fill(text)

    async def choose(self, field: Locator, **option: Any) -> None:
        self.done["choices"] += 1
        await field.select_option(**option)

    async def press(self, where: Locator, key: str) -> None:
        self.done["keys"] += 1
        await where.press(key)

    @property
    def interactions(self) -> int:
        return self.done.total()


async def by_hand(curator: Page, executor: Page) -> Hand:
    """Register, route, draft, approve and publish one message."""
    hand = Hand()
    await hand.click(curator.get_by_role("link", name="Зарегистрировать"))
    form = curator.get_by_role("form", name="Зарегистрировать")
    # The network is recognised by the link.
    await hand.fill(form.get_by_label("Ссылка"), f"https://vk.com/wall-77_{uuid4().int % 10**9}")
    await expect(form.get_by_label("Сеть")).to_have_value("vkontakte")
    await hand.fill(form.get_by_label("Автор"), "Житель Кинешмы")
    await hand.fill(form.get_by_label("Текст"), "Не убирают снег у школы.")
    await hand.press(form.get_by_label("Текст"), "Control+Enter")
    await curator.wait_for_url(re.compile(r"/messages/\d+$"))
    number = curator.url.rsplit("/", 1)[-1]
    form = curator.get_by_role("form", name="Направить")
    for label, text in (("Тема", "Ямы"), ("Органы", "дорожного хозяйства")):
        await hand.fill(form.get_by_label(label), text)
        await hand.press(form.get_by_label(label), "Enter")
    await hand.fill(form.get_by_label("Место"), "г. Кинешма")
    await hand.choose(form.get_by_label("Важность"), value="ordinary")
    await hand.press(form.get_by_label("Место"), "Control+Enter")
    await expect(curator.get_by_text("Подготовка проекта ответа").first).to_be_visible(timeout=_SLOWLY)
    await hand.click(executor.get_by_role("link", name=f"№ {number}"))
    form = executor.get_by_role("form", name="Отправить на согласование")
    await hand.choose(form.get_by_label("Вид"), value="answer")
    await hand.fill(form.get_by_label("Текст ответа"), "Здравствуйте! Снег уберём завтра до полудня.")
    await hand.press(form.get_by_label("Текст ответа"), "Control+Enter")
    approve = curator.get_by_role("form", name="Согласовать").get_by_role("button", name="Согласовать")
    await hand.click(approve)
    form = executor.get_by_role("form", name="Подтвердить размещение")
    link = form.get_by_label("Ссылка на ответ")
    await hand.fill(link, f"https://vk.com/wall-77_{uuid4().int % 10**9}?reply=1")
    await hand.press(link, "Control+Enter")
    await expect(executor.get_by_text("Работа завершена: ответ размещён")).to_be_visible()
    return hand


async def report() -> None:
    """Print the figures with their goals."""
    async with _running(ROWS) as (settings, browser):
        tasks, renewed = await blocked(browser, settings)
        worst = f"{max(tasks):.0f} ms" if tasks else f"none over {MOST_BLOCKED:.0f} ms"
        print(f"typing over {ROWS:,} rows that tick and were renewed {renewed} times:", end=" ")
        print(f"longest task {worst}, {len(tasks)} in all (goal: none over {MOST_BLOCKED:.0f} ms)")
        curator = await _signed_in(browser, settings, "curator")
        executor = await _signed_in(browser, settings, "executor-roads")
        hand = await by_hand(curator, executor)
        kinds = ", ".join(f"{count} {kind}" for kind, count in hand.done.items())
        print(f"a message from registration to publication: {hand.interactions} interactions", end=" ")
        print(f"(goal ≤ {MOST_INTERACTIONS}): {kinds}")
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(report())
