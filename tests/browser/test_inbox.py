"""The inbox: what is new is marked until it is read, the row is the link, and nothing moves under a hand."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.acts import begin
from tests.browser.conftest import Office


def row(page: Page, number: str | int) -> Locator:
    link = page.get_by_role("link", name=re.compile(f"^№ {number}[. ]"))
    return page.get_by_role("listitem").filter(has=link)


async def test_what_is_new_is_marked_until_its_message_is_opened(office: Office) -> None:
    case = await begin(office, to=["roads"])
    page = await office.desk("executor-roads", "/notices")
    told, bell = row(page, case.id), page.get_by_role("banner").get_by_role("link", name="Уведомления")
    await expect(told.get_by_role("img", name="непрочитано")).to_be_visible()
    before = int(re.findall(r"\d+", await bell.get_attribute("aria-label") or "")[0])
    await told.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"№ {case.id}")
    left = re.compile(f"^Уведомления: {before - 1} непрочитанн") if before > 1 else "Уведомления"
    await expect(bell).to_have_accessible_name(left)
    await page.go_back()
    await page.reload()
    await expect(told).to_be_visible()
    await expect(told.get_by_role("img", name="непрочитано")).to_have_count(0)


async def test_all_is_read_by_one_press(office: Office) -> None:
    case = await begin(office, to=["roads"])
    page = await office.desk("executor-roads", "/notices")
    await page.get_by_role("button", name="Прочитано всё").click()
    await expect(row(page, case.id)).to_be_visible()
    await expect(page.get_by_role("img", name="непрочитано")).to_have_count(0)
    await expect(page.get_by_role("button", name="Прочитано всё")).to_have_count(0)


@pytest.mark.installation
async def test_new_notices_wait_while_the_pointer_is_in_the_inbox(office: Office) -> None:
    executor = await office.person("executor-roads")
    number = (await begin(office, text="Яма у школы.", to=["roads"])).id
    await executor.goto("/notices")
    await row(executor, number).hover()
    another = (await begin(office, text="Яма у больницы.", to=["roads"])).id
    fresh = executor.get_by_role("button", name="Показать 1 новое")
    await expect(fresh).to_be_visible()
    await expect(row(executor, another)).to_have_count(0)
    await fresh.click()
    await expect(row(executor, another)).to_be_visible()
