"""The administrator ends somebody's sign-in, and a newcomer lets a message's clock run."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Office


async def test_a_sign_in_that_the_administrator_ends_is_over(office: Office) -> None:
    governor, admin = await office.person("governor"), await office.person("admin")
    await admin.get_by_role("link", name="Управление").click()
    await expect(admin.get_by_role("heading", level=1, name="Управление")).to_be_visible()
    await admin.get_by_role("link", name="Сотрудники", exact=True).first.click()
    await admin.get_by_label("Поиск").fill("governor")
    await admin.get_by_role("button", name="Найти").click()
    await admin.locator("a[href='/admin/people/governor']").click()
    sign_ins = admin.get_by_role("region", name="Открытые входы")
    ends = sign_ins.get_by_role("button", name=re.compile("^Завершить вход"))
    await ends.first.click()
    await expect(sign_ins.get_by_text("Открытых входов нет.")).to_be_visible()
    await governor.goto("/")
    await expect(governor.get_by_role("heading", level=1, name="Вход")).to_be_visible()
