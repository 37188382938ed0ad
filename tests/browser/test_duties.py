"""Duties of those who oversee: acknowledge by one press, note the measures taken, take the register along."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.acts import begin
from tests.browser.conftest import Office


async def test_a_deputy_acknowledges_notes_measures_and_takes_the_register_along(office: Office) -> None:
    case = await begin(office, to=["roads"])
    await case.at("mon 15:00")
    (told,) = await case.notices("deputy", "escalation")

    page = await office.desk("deputy", "/overview")
    waiting = page.get_by_role("link", name=re.compile("моего подтверждения"))
    number = int(await waiting.locator("b").inner_text())
    await waiting.click()
    await expect(page.get_by_role("heading", level=1, name="Уведомления")).to_be_visible()
    buttons = page.get_by_role("button", name="Подтвердить")
    await expect(buttons).to_have_count(number)
    notice = page.locator(f"#notice-{told['id']}")
    await notice.get_by_role("button", name="Подтвердить").click()
    await expect(notice.get_by_role("status")).to_contain_text("Подтверждено")

    await page.goto(f"/notices/{told['id']}")
    await expect(page.get_by_role("status")).to_contain_text("Подтверждено")
    await expect(page.get_by_role("button", name="Подтвердить")).to_have_count(0)

    await page.get_by_role("link", name="Недостатки").click()
    await expect(page.get_by_role("heading", level=1, name="Недостатки")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=re.compile(f"^№ {case.id}[. ]")))
    await row.get_by_text("Записать меры").click()
    await row.get_by_label("Принятые меры").fill("Проведена беседа с исполнителями.")
    await row.get_by_role("button", name="Сохранить меры").click()
    await expect(row).to_contain_text("Проведена беседа с исполнителями.")
    async with page.expect_download() as begun:
        await page.get_by_role("link", name="Excel").click()
    assert (await begun.value).suggested_filename.endswith(".xlsx")

    page = await office.desk("responsible-roads", "/shortcomings")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=re.compile(f"^№ {case.id}[. ]")))
    await expect(row).to_contain_text("Проведена беседа с исполнителями.")
    await expect(row.get_by_role("button", name="Сохранить меры")).to_have_count(0)
    await row.get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"№ {case.id}")


@pytest.mark.installation
async def test_each_number_of_the_weeks_opens_its_list(office: Office) -> None:
    page = await office.desk("head", "/overview")
    links = page.locator(".weeks tbody a")
    addresses = [
        (int(await links.nth(place).inner_text()), await links.nth(place).get_attribute("href"))
        for place in range(min(await links.count(), 6))
    ]
    assert addresses
    for number, address in addresses:
        listed = 0
        at: str | None = address
        while at is not None:
            await page.goto(at)
            listed += await page.locator("table.list tbody tr").count()
            rest = page.get_by_role("link", name="Дальше")
            at = await rest.get_attribute("href") if await rest.count() else None
        assert listed == number, address
