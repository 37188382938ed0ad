"""The administrator ends somebody's sign-in, and a newcomer lets a message's clock run."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Office
from tests.browser.test_roads import register

_BEYOND_THE_EDGE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((part) => part.getBoundingClientRect().right > innerWidth)
    .map((part) => part.outerHTML.slice(0, 80))"""


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


async def test_the_strip_of_training_lets_the_clock_run_and_says_what_fired(office: Office) -> None:
    curator = await office.person("curator", width=360, height=740)
    await register(curator, "Не работает светофор на площади Победы.")
    strip = curator.get_by_role("region", name="Учебный режим")
    await strip.get_by_role("button", name="До следующего срока").click()
    await expect(strip.get_by_role("status")).to_contain_text("Срок направления: нарушен (п. 7)")
    await strip.get_by_role("button", name="+30 мин").click()
    await expect(strip.get_by_role("status")).to_contain_text("ни один срок не истёк")
    await strip.get_by_role("button", name="До конца дня").click()
    await expect(strip.get_by_role("status")).to_be_visible()
    for width in (360, 320):
        await curator.set_viewport_size({"width": width, "height": 740})
        assert await curator.evaluate(_BEYOND_THE_EDGE) == [], width
