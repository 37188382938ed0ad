"""The page of a weekly summary in a browser: pictures come by themselves, in both themes, on a telephone."""

import json

import pytest
from playwright.async_api import Page, expect

from tests.api.messages.case import Case
from tests.api.messages.week import at
from tests.browser.conftest import Office
from tests.browser.test_accessible import OF_COLOURS, RULES, axe_source, judged

WEEK = f"{at('mon 09:00').isocalendar().year}-W{at('mon 09:00').isocalendar().week:02}"


@pytest.fixture(scope="module")
async def one_message(opened: Office) -> None:
    case = await Case.begin(opened.people, to=["roads"])
    await case.submit()
    await case.approve()


async def _whole(page: Page) -> None:
    await page.goto(f"/reports/weekly/{WEEK}")
    await expect(page.locator(".picture.waiting")).to_have_count(0)


async def test_the_summary_can_be_read_by_everybody(office: Office, one_message: None) -> None:
    page = await office.person("head", width=1280)
    await _whole(page)
    assert await page.locator("figure.picture svg").count() >= 2
    heading = await page.locator("h1").inner_text()
    assert heading.replace("\u00a0", " ").startswith("Сводка за неделю с ")
    await page.evaluate(axe_source())
    for scheme, rules in (("light", RULES), ("dark", OF_COLOURS)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = await judged(page, rules)
        assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
    for width in (360, 320):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert office.problems == []
