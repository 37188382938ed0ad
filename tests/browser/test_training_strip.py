"""The clock of a message runs on in the strip of training."""

import re

from playwright.async_api import expect

from tests.browser.acts import begin
from tests.browser.conftest import Office


async def test_the_clock_of_a_message_runs_on_in_the_strip_and_so_does_its_time_left(office: Office) -> None:
    case = await begin(office)
    page = await office.person("curator")
    await page.clock.install()
    await page.goto(f"/messages/{case.id}")
    strip = page.get_by_role("region", name="Учебный режим")
    await expect(strip.get_by_role("time")).to_have_text(re.compile(r"^[а-я]{2} \d+ [а-я]+, 9:0\d$"))
    await page.clock.fast_forward("20:00")
    await expect(strip.get_by_role("time")).to_contain_text(re.compile(" 9:2"))
    await expect(page.locator("[data-duty] .left")).to_have_text("1 ч 09 мин")
