"""Rows that stay still under a hand, lists that are saved and downloaded, pages of those who oversee."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.acts import begin
from tests.browser.conftest import Office
from tests.browser.test_roads import register


async def with_a_row(office: Office) -> tuple[Page, str]:
    """An executor in whose queue is a message of this number."""
    executor = await office.person("executor-roads")
    number = await one_more(office)
    await expect(executor.get_by_role("link", name=f"№ {number}")).to_be_visible()
    return executor, number


async def one_more(office: Office) -> str:
    return (await begin(office, text="Яма у школы.", to=["roads"])).id


async def test_rows_stay_still_under_the_pointer_until_they_are_asked_for(office: Office) -> None:
    executor, number = await with_a_row(office)
    await executor.get_by_role("link", name=f"№ {number}").hover()
    before = await executor.get_by_role("row").all_inner_texts()
    title = await executor.title()
    another = await one_more(office)
    fresh = executor.get_by_role("button", name="Показать 1 новое")
    await expect(fresh).to_be_visible()
    assert len(await executor.get_by_role("row").all()) == len(before)
    await expect(executor.get_by_role("link", name=f"№ {another}")).to_have_count(0)
    assert await executor.title() != title
    await fresh.click()
    await expect(executor.get_by_role("link", name=f"№ {another}")).to_be_visible()
    await expect(fresh).to_be_hidden()


@pytest.mark.installation
async def test_rows_stay_still_under_the_focus_and_come_when_it_leaves(office: Office) -> None:
    executor, number = await with_a_row(office)
    link = executor.get_by_role("link", name=f"№ {number}")
    await link.focus()
    another = await one_more(office)
    await expect(executor.get_by_role("button", name="Показать 1 новое")).to_be_visible()
    await expect(link).to_be_focused()
    await link.blur()
    await expect(executor.get_by_role("link", name=f"№ {another}")).to_be_visible()


async def test_a_list_is_saved_found_and_downloaded(office: Office) -> None:
    head = await office.person("head")
    await head.goto("/messages?open=true&sort=due")
    await head.get_by_role("button", name="Сохранить вид…").click()
    form = head.get_by_role("form", name="Сохранить вид")
    await form.get_by_label("Название").fill("Всё в работе")
    await form.get_by_role("button", name="Сохранить вид").click()
    await head.goto("/messages")
    await head.get_by_role("link", name="Всё в работе").click()
    await expect(head).to_have_url(f"{office.address}/messages?open=true&sort=due")
    async with head.expect_download() as begun:
        await head.get_by_role("link", name="Excel").click()
    assert (await begun.value).suggested_filename.endswith(".xlsx")
    await head.get_by_role("button", name="Удалить вид «Всё в работе»").click()
    await head.get_by_role("dialog").get_by_role("button", name="Удалить вид").click()
    await expect(head.get_by_role("link", name="Всё в работе")).to_have_count(0)
    await expect(head).to_have_url(f"{office.address}/messages?open=true&sort=due")


async def test_a_filter_acts_on_change_and_each_condition_is_taken_away(office: Office) -> None:
    head = await office.person("head")
    await head.goto("/messages")
    found = head.get_by_role("status").filter(has_text="Найдено")
    everything = await found.inner_text()
    stage = head.get_by_label("Стадия", exact=True)
    await stage.select_option("closed")
    await expect(head).to_have_url(f"{office.address}/messages?stage=closed")
    await expect(stage).to_be_focused()
    await expect(found).not_to_have_text(everything)
    await head.get_by_role("button", name="Убрать: Работа завершена").click()
    await expect(head).to_have_url(re.compile(r"/messages\??$"))
    await expect(found).to_have_text(everything)
    await head.get_by_role("columnheader", name="Осталось").get_by_role("link").click()
    await expect(head.get_by_role("columnheader", name="Осталось")).to_have_attribute(
        "aria-sort", "ascending"
    )


@pytest.mark.installation
async def test_on_a_telephone_the_filter_fills_the_screen_and_waits_for_its_button(office: Office) -> None:
    head = await office.person("head", width=360, height=740)
    await head.goto("/messages?open=true")
    await expect(head.get_by_label("Стадия", exact=True)).to_be_hidden()
    await head.get_by_role("button", name="Фильтр · 1").click()
    await head.get_by_label("Стадия", exact=True).select_option("approval")
    button = head.get_by_role("button", name="Показать")
    box = await button.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 740 and box["height"] >= 44
    await button.click()
    await expect(head.get_by_role("button", name="Фильтр · 2")).to_be_visible()
    assert await head.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.installation
async def test_the_overview_fits_a_screen(office: Office) -> None:
    head = await office.person("head")
    await head.goto("/overview")
    height = await head.evaluate("document.documentElement.scrollHeight")
    assert height <= 1080


async def test_the_board_shows_what_another_person_does(office: Office) -> None:
    curator, other = await office.person("curator"), await office.person("curator2")
    await other.goto("/board")
    count = other.get_by_role("row", name="Все органы").locator("td.stage-1 .count")
    before = int(await count.inner_text())
    await register(curator, "Не вывезли снег.")
    await expect(count).to_have_text(str(before + 1))
