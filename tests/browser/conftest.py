"""A workplace with invented people and messages, and browsers in which they sit; one for all tests of a process."""

import os
import re
import signal
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import AsyncClient, Limits
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from api.web.session import COOKIE
from tests.api.messages.office import Office as People
from tests.browser.browser import launch
from tests.embedded.installation import ROOT, Installation, Serve
from tests.patience import PATIENCE

expect.set_options(timeout=1000 * PATIENCE)

PASSWORD = "Demo-password-1"
LANDINGS = re.compile("^(Моя очередь|Обзор|Управление)$")
"""Where people come to stand after signing in."""
_LINES = 200
"""Of each log, with a test that failed."""


@dataclass
class Office:
    """The pages of one installation: people come and sit down."""

    installation: Installation
    browser: Browser
    serve: Serve
    people: People
    """The same people, by the API: for what only leads to what a test is about."""
    problems: list[str] = field(default_factory=list)
    """What browsers complained of: scripts that failed, what the content policy stopped."""
    _open: list[BrowserContext] = field(default_factory=list)
    _desks: dict[str, Page] = field(default_factory=dict)
    _at: Page | None = None
    _logged: dict[Path, int] = field(default_factory=dict)
    """How long each log of the program was as the test began."""

    async def person(
        self,
        sign_in: str | None,
        *,
        width: int = 1920,
        height: int = 1080,
        scheme: str = "light",
        scripts: bool = True,
        touch: bool = False,
    ) -> Page:
        """Somebody's browser, signed in, by the form where no script helps with it; None: nobody yet."""
        context = await self._context(width=width, height=height, scheme=scheme, scripts=scripts, touch=touch)
        self._open.append(context)
        page = await self._page(context)
        if sign_in is not None and scripts:
            await self._give(context, await self.people.sign_in(sign_in))
            await page.goto("/")
        elif sign_in is not None:
            await page.goto("/sign-in")
            await fill_in_sign_in(page, sign_in)
        if sign_in is not None:
            await page.get_by_role("heading", level=1, name=LANDINGS).wait_for()
        return page

    async def desk(self, person: str, address: str = "/") -> Page:
        """Somebody's page, the same one for all tests, signed in without the form; it opens the address.

        Nothing is open any more at the desk before it, which would renew itself with whatever happens.
        """
        if person not in self._desks:
            context = await self._context()
            await self._give(context, await self.people.token(person))
            self._desks[person] = await self._page(context)
        page = self._desks[person]
        if self._at is not None and self._at is not page:
            await self._at.goto("about:blank")
        self._at = page
        await page.goto(address)
        return page

    async def _give(self, context: BrowserContext, token: str) -> None:
        await context.add_cookies([{"name": COOKIE, "value": token, "url": self.address}])

    async def _context(
        self,
        *,
        width: int = 1920,
        height: int = 1080,
        scheme: str = "light",
        scripts: bool = True,
        touch: bool = False,
    ) -> BrowserContext:
        return await self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            java_script_enabled=scripts,
            has_touch=touch,
            is_mobile=touch,
        )

    async def _page(self, context: BrowserContext) -> Page:
        page = await context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.problems.append(said.text)
                if said.type in ("error", "warning") and "status of 4" not in said.text
                else None
            ),
        )
        return page

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.installation.port}"

    async def begin(self) -> None:
        """Nothing is left of the test before, not even a program that it killed and did not start again."""
        if self.serve.process.returncode is not None:
            await self.begin_again()
        self.problems.clear()
        self._logged = {log: log.stat().st_size for log in self._logs()}

    async def begin_again(self) -> None:
        """The program starts on the data that it was killed over."""
        self.serve = await _started(self.installation)

    def said(self) -> str:
        """What the program has logged since the test began."""
        parts = []
        for log in self._logs():
            content = log.read_bytes()
            # A log begins again with its process.
            before = self._logged.get(log, 0)
            new = content[before if before <= len(content) else 0 :].decode(errors="replace")
            parts += [log.name, *new.splitlines()[-_LINES:]]
        return "\n".join(parts)

    def _logs(self) -> list[Path]:
        return sorted(self.installation.data.glob("logs/*.log"))

    def forgive(self, *parts: str) -> None:
        """What browsers say of a fault that the test has made is none of the page's."""
        self.problems[:] = [said for said in self.problems if not any(part in said for part in parts)]

    async def leave(self) -> None:
        """Everybody closes their browser; at the desks that stay, nothing is open."""
        while self._open:
            await self._open.pop().close()
        if self._at is not None:
            await self._at.goto("about:blank")
            self._at = None


async def _started(installation: Installation) -> Serve:
    serve = await installation.start(
        "--demo", "--training", PYTHONPATH=str(ROOT), OTKLIK_DEMO_PASSWORD=PASSWORD
    )
    await serve.until_ready()
    return serve


@pytest.fixture(scope="session")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    installation = Installation(tmp_path_factory.mktemp("office") / "data")
    async with AsyncExitStack() as stack:
        try:
            serve = await _started(installation)
            playwright = await stack.enter_async_context(async_playwright())
            browser = await launch(playwright)
            # No connection is kept: the server closes one that has been idle just when it is used again.
            never_kept = Limits(max_keepalive_connections=0)
            address = f"http://127.0.0.1:{installation.port}"
            http = await stack.enter_async_context(
                AsyncClient(base_url=address, timeout=PATIENCE, limits=never_kept)
            )
            office = Office(installation, browser, serve, People(http, password=PASSWORD))
            yield office
            await browser.close()
            await office.serve.stop()
        finally:
            for pid in installation.pids():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure comes what the program has said in the meantime."""
    report = yield
    office = getattr(item, "funcargs", {}).get("office")
    if report.failed and isinstance(office, Office):
        report.sections.append(("What the program said", office.said()))
    return report


@pytest.fixture
async def office(opened: Office) -> AsyncIterator[Office]:
    """The workplace; a script that failed in any browser fails the test."""
    await opened.begin()
    yield opened
    await opened.leave()
    assert opened.problems == []


async def fill_in_sign_in(page: Page, person: str, password: str = PASSWORD) -> None:
    """Sign in by the form that is open."""
    await page.get_by_label("Имя для входа").fill(person)
    await page.get_by_label("Пароль", exact=True).fill(password)
    await page.get_by_role("button", name="Войти", exact=True).click()


def new_link() -> str:
    """A post that nobody has registered."""
    return f"https://vk.com/wall-77_{uuid4().int % 10**9}"
