"""A workplace with invented people and messages, and browsers in which they sit; one for all tests of a process."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.browser import launch
from tests.embedded.installation import ROOT, Installation

PASSWORD = "Demo-password-1"
TO_BEGIN = 90.0  # seconds


@dataclass
class Office:
    """The pages of one installation: people come and sit down."""

    address: str
    browser: Browser
    problems: list[str] = field(default_factory=list)
    """What browsers complained of: scripts that failed, what the content policy stopped."""
    _open: list[BrowserContext] = field(default_factory=list)

    async def person(
        self,
        sign_in: str | None,
        *,
        width: int = 1920,
        height: int = 1080,
        scheme: str = "light",
        scripts: bool = True,
    ) -> Page:
        """Somebody's browser, signed in; None: nobody yet."""
        context = await self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            java_script_enabled=scripts,
        )
        self._open.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.problems.append(said.text)
                if said.type in ("error", "warning") and "status of 4" not in said.text
                else None
            ),
        )
        if sign_in is not None:
            await page.goto("/sign-in")
            await page.get_by_label("Имя для входа").fill(sign_in)
            await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
            await page.get_by_role("button", name="Войти").click()
            await page.get_by_role("heading", level=1, name="Моя очередь").wait_for()
        return page

    async def leave(self) -> None:
        """Everybody closes their browser."""
        while self._open:
            await self._open.pop().close()


@pytest.fixture(scope="session")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    installation = Installation(tmp_path_factory.mktemp("office") / "data")
    async with AsyncExitStack() as stack:
        serve = await installation.start(
            "--demo", "--training", PYTHONPATH=str(ROOT), OTKLIK_DEMO_PASSWORD=PASSWORD
        )
        try:
            await serve.until_ready(TO_BEGIN)
            playwright = await stack.enter_async_context(async_playwright())
            browser = await launch(playwright)
            yield Office(f"http://127.0.0.1:{installation.port}", browser)
            await browser.close()
            await serve.stop()
        finally:
            for pid in installation.pids():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@pytest.fixture
async def office(opened: Office) -> AsyncIterator[Office]:
    """The workplace; a script that failed in any browser fails the test."""
    opened.problems.clear()
    yield opened
    await opened.leave()
    assert opened.problems == []


def new_link() -> str:
    """A post that nobody has registered."""
    return f"https://vk.com/wall-77_{uuid4().int % 10**9}"
