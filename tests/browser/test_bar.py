"""Bar of every page: the sections on a narrow screen, and what tells of new work."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Office
from tests.browser.test_roads import register, route


@pytest.mark.installation
async def test_sections_open_from_a_menu_on_a_narrow_screen_without_scripts_too(office: Office) -> None:
    head = await office.person("head", width=320, height=700, scripts=False)
    sections = head.get_by_role("navigation", name="Разделы")
    await expect(sections).to_be_hidden()
    await head.get_by_role("button", name="Разделы").click()
    await expect(sections.get_by_role("link", name="Обзор")).to_have_attribute("aria-current", "page")
    await expect(sections.get_by_role("link")).to_have_count(11)
    await sections.get_by_role("link", name="Сообщения").click()
    await expect(head.get_by_role("heading", level=1, name="Сообщения")).to_be_visible()
    await expect(sections).to_be_hidden()
    await expect(head.get_by_role("link", name="Уведомления")).to_be_visible()
    await head.get_by_role("button", name="Лобанова").click()
    for name in ("Профиль", "Помощь"):
        await expect(head.get_by_role("link", name=name)).to_be_visible()
    await head.get_by_role("button", name="Клавиши").click()
    await expect(head.get_by_role("dialog", name="Клавиши")).to_be_visible()
    await head.get_by_role("button", name="Закрыть").click()
    await head.get_by_role("button", name="Выйти").click()
    await expect(head.get_by_role("heading", level=1, name="Вход")).to_be_visible()


@pytest.mark.installation
async def test_the_bar_has_one_height_on_every_screen_and_what_does_not_fit_is_under_further(
    office: Office,
) -> None:
    curator = await office.person("curator", width=1366, height=768)
    bar, further = curator.get_by_role("banner"), curator.get_by_role("button", name="Ещё разделы")
    for width in (1366, 1240, 1024, 360, 320):
        await curator.set_viewport_size({"width": width, "height": 768})
        box = await bar.bounding_box()
        assert box is not None and box["height"] == 48
        assert await curator.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await curator.set_viewport_size({"width": 1366, "height": 768})
    sources = bar.get_by_role("link", name="Источники")
    await expect(sources).to_be_hidden()
    await further.click()
    await sources.click()
    await expect(curator.get_by_role("heading", level=1, name="Источники")).to_be_visible()
    await expect(curator.get_by_role("button", name="Ещё разделы")).to_have_class(re.compile(r"\bhere\b"))
    await curator.set_viewport_size({"width": 1920, "height": 1080})
    await expect(sources).to_be_visible()
    await expect(further).to_be_hidden()


async def test_the_bar_counts_what_waits_and_counts_anew_on_an_open_page(office: Office) -> None:
    page, other = await office.person("curator"), await office.person("curator")

    async def waiting() -> int:
        return len((await office.people.get("curator", "/queue")).json()["items"])

    await page.goto("/profile")
    queue = page.get_by_role("banner").get_by_role("link", name="Очередь")
    await expect(queue).to_have_text(f"Очередь {await waiting()}")
    await register(other, "На улице Садовой яма у школы.")
    await expect(queue).to_have_text(f"Очередь {await waiting()}")


async def test_the_search_is_found_from_every_page(office: Office) -> None:
    curator = await office.person("curator")
    await curator.goto("/board")
    await curator.keyboard.press("/")
    await expect(curator.get_by_role("heading", level=1, name="Сообщения")).to_be_visible()
    await expect(curator.get_by_label("Поиск")).to_be_focused()
    await curator.get_by_role("banner").get_by_role("link", name="Уведомления").click()
    await curator.get_by_role("banner").get_by_role("link", name="Найти").click()
    await expect(curator.get_by_label("Поиск")).to_be_focused()


@pytest.mark.installation
async def test_new_work_sounds_and_shows_in_the_title_until_that_is_switched_off(office: Office) -> None:
    curator, executor = await office.person("curator"), await office.person("executor-roads")

    async def new_work(street: str) -> None:
        """Begins to listen, and lets something come while somebody looks elsewhere."""
        await executor.goto("/notices")
        await executor.get_by_role("heading", level=1).click()  # browsers sound only where somebody was
        await executor.evaluate(
            "window.rang = 0; document.addEventListener('otklik:rang', () => { window.rang += 1; });"
            "document.hasFocus = () => false;"
        )
        number = await register(curator, f"Яма на улице {street}.")
        await route(curator, "дорожного хозяйства")
        await expect(executor.get_by_role("link", name=f"№ {number}").first).to_be_visible()

    await new_work("Лесной")
    await expect(executor).to_have_title(re.compile(r"^\(\d+\) Уведомления"))
    await executor.wait_for_function("window.rang > 0")
    await executor.evaluate("window.dispatchEvent(new Event('focus'))")
    await expect(executor).to_have_title(re.compile("^Уведомления"))

    await executor.goto("/profile")
    await executor.get_by_label("Звук, когда приходит").uncheck()
    await executor.get_by_label("Число новых").uncheck()
    await new_work("Полевой")
    assert (await executor.title()).startswith("Уведомления")
    assert await executor.evaluate("window.rang") == 0


async def test_a_page_asks_for_all_its_scripts_at_once(office: Office) -> None:
    page = await office.person(None)
    await page.goto("/sign-in", wait_until="load")
    named = set(
        await page.locator("script[src], link[rel=modulepreload]").evaluate_all(
            "found => found.map(item => item.src || item.href)"
        )
    )
    asked = await page.evaluate(
        "performance.getEntriesByType('resource').map(item => item.name).filter(name => name.endsWith('.js'))"
    )
    assert len(asked) > 1
    assert set(asked) == named
