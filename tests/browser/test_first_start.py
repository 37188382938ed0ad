"""First start: from an empty system to the first message on its way, in the browser alone, by the checklist."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from httpx import AsyncClient
from playwright.async_api import Page, async_playwright, expect

from tests.api.messages.office import Office as People
from tests.browser.browser import launch
from tests.browser.conftest import Office, fill_in_sign_in
from tests.browser.test_roads import register, route
from tests.embedded.installation import ROOT, Installation

ADMIN, CURATOR = "Otkryli-okno-47", "Zavtra-dozhd-58"


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Office]:
    """A new installation without the demo, with the administrator that the command line makes."""
    installation = Installation(tmp_path / "data")
    serve = await installation.start(PYTHONPATH=str(ROOT))
    try:
        await serve.until_ready()
        create = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "cli", "admin", "create", "first"),
            *("--name", "Первая Анна Ивановна", "--data", str(installation.data)),
            stdin=asyncio.subprocess.PIPE,
            env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        )
        await create.communicate(f"{ADMIN}\n".encode())
        assert create.returncode == 0
        address = f"http://127.0.0.1:{installation.port}"
        async with async_playwright() as playwright, AsyncClient(base_url=address) as http:
            browser = await launch(playwright)
            office = Office(installation, browser, serve, People(http, password=ADMIN))
            yield office
            await office.leave()
            await browser.close()
        await serve.stop()
    finally:
        for pid in installation.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


async def sign_in(page: Page, person: str, password: str) -> None:
    await page.goto("/sign-in")
    await fill_in_sign_in(page, person, password)


async def follow(admin: Page, line: str) -> None:
    """By the checklist to the cure of what is missing."""
    await admin.goto("/admin")
    missing = admin.get_by_role("region", name="Чего не хватает")
    await missing.get_by_role("link", name=re.compile(f"^{re.escape(line)}")).first.click()


async def add_person(admin: Page, key: str, name: str) -> None:
    form = admin.get_by_role("form", name="Добавить сотрудника")
    await form.get_by_label("Фамилия, имя, отчество").fill(name)
    await form.get_by_label("Должность").fill("Советник")
    await form.get_by_label("Имя для входа").fill(key)
    await form.get_by_role("button", name="Добавить сотрудника").click()
    await expect(admin.get_by_role("heading", level=1, name=name)).to_be_visible()


async def enter_what_is_there(admin: Page) -> None:
    """The Department, a body with its accounts, a topic; a key that cannot be is said at its field."""
    await follow(admin, "Департамент не назван")
    await admin.get_by_label("Наименование", exact=True).fill("Департамент внутренней политики")
    await admin.get_by_label("Краткое наименование").fill("ДВП")
    await admin.get_by_role("button", name="Сохранить").click()
    await expect(admin.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()

    await follow(admin, "Нет ни одного органа")
    await admin.get_by_role("link", name="Добавить орган").click()
    form = admin.get_by_role("form", name="Добавить орган")
    await form.get_by_label("Наименование", exact=True).fill("Департамент дорожного хозяйства")
    await form.get_by_label("Краткое наименование").fill("Дороги")
    await form.get_by_label("Ключ").fill("Roads 1")
    await form.get_by_label("ВКонтакте").fill("https://vk.com/roads37")
    await form.get_by_label("Одноклассники").fill("https://ok.ru/roads37")
    await form.get_by_role("button", name="Добавить орган").click()
    await expect(form.get_by_role("alert")).to_contain_text("строчные латинские буквы")
    await form.get_by_label("Ключ").fill("roads")
    await form.get_by_role("button", name="Добавить орган").click()
    await expect(
        admin.get_by_role("heading", level=1, name="Департамент дорожного хозяйства")
    ).to_be_visible()

    await follow(admin, "Нет ни одной темы")
    form = admin.get_by_role("form", name="Добавить тему")
    await form.get_by_label("Тема").fill("Ямы на дорогах")
    await form.get_by_label("Группа").fill("Дороги")
    await form.get_by_label("Ключ").fill("pits")
    await form.get_by_role("button", name="Добавить тему").click()
    await expect(admin.get_by_role("link", name="Ямы на дорогах")).to_be_visible()


async def enter_staff(admin: Page) -> None:
    """Everybody the checklist asks for."""
    for line, key, name in (
        ("Нет сотрудника: куратор", "curator", "Вторая Вера Петровна"),
        ("Нет сотрудника: начальник Департамента", "head", "Третья Галина Львовна"),
        ("Нет сотрудника: заместитель Председателя", "policy", "Четвёртый Денис Юрьевич"),
        ("Нет сотрудника: Губернатор", "governor", "Пятый Егор Ильич"),
    ):
        await follow(admin, line)
        await add_person(admin, key, name)
    for link, key, name in (
        ("добавить ответственного", "responsible", "Шестая Жанна Олеговна"),
        ("добавить исполнителя", "executor", "Седьмой Захар Фомич"),
        ("добавить заместителя", "deputy", "Восьмой Игорь Кузьмич"),
    ):
        await follow(admin, "Дороги: нет")
        await admin.get_by_role("link", name=link).click()
        await add_person(admin, key, name)


async def take_own_password(page: Page, given: str) -> None:
    """The first thing that is open to who got a password from somebody else."""
    form = page.get_by_role("form", name="Сменить пароль")
    await form.get_by_label("Текущий пароль").fill(given)
    await form.get_by_label("Новый пароль").fill(CURATOR)
    await form.get_by_role("button", name="Сменить пароль").click()
    await expect(page.get_by_text("Пароль изменён")).to_be_visible()


@pytest.mark.installation
async def test_the_checklist_leads_from_an_empty_system_to_a_message_on_its_way(empty: Office) -> None:
    admin = await empty.person(None)
    await sign_in(admin, "first", ADMIN)
    await admin.get_by_role("link", name="Управление").click()

    await enter_what_is_there(admin)
    await enter_staff(admin)
    await admin.goto("/admin")
    missing = admin.get_by_role("region", name="Чего не хватает")
    await expect(missing.get_by_text("Работать можно")).to_be_visible()
    await expect(missing.get_by_text("некому")).to_have_count(0)
    await follow(admin, "Нет пароля: Вторая")
    form = admin.get_by_role("form", name="Задать пароль")
    await form.get_by_role("button", name="Задать пароль").click()
    given = await admin.get_by_role("status").locator("code").inner_text()

    curator = await empty.person(None)
    await sign_in(curator, "curator", given)
    await take_own_password(curator, given)
    await register(curator, "На Лежневской яма во всю полосу.")
    await route(curator, "дорожного")
    assert empty.problems == []
