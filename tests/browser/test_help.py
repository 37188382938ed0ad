"""Help: a clause opens its text where it is cited, and the guide is read with or without scripts."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.acts import at, begin
from tests.browser.conftest import Office


async def test_a_clause_opens_its_text_beside_it_and_a_key_closes_it(office: Office) -> None:
    page = await at(office, "curator", await begin(office))
    await page.get_by_role("button", name="До следующего срока").click()
    said = page.get_by_role("status").filter(has_text="нарушен")
    cited = said.get_by_role("button", name="п. 7").first
    await cited.click()
    text = page.get_by_role("dialog", name="Пункт 7")
    await expect(text).to_contain_text("в течение 1 часа 30 минут направляет их")
    await page.keyboard.press("Escape")
    await expect(text).to_be_hidden()
    await cited.focus()
    await page.keyboard.press("Space")
    await expect(text).to_be_visible()
    await text.get_by_role("link", name="Весь порядок").click()
    await expect(page).to_have_url(re.compile("/help#clause-7$"))
    await expect(page.locator("#clause-7")).to_be_in_viewport()


@pytest.mark.installation
async def test_without_scripts_a_clause_leads_to_the_help(office: Office) -> None:
    page = await office.person("deputy", scripts=False)
    await page.goto("/shortcomings")
    await page.locator("a.clause").first.click()
    await expect(page.get_by_role("heading", level=1, name="Помощь")).to_be_visible()


@pytest.mark.installation
async def test_the_help_fits_a_telephone(office: Office) -> None:
    page = await office.person("executor-roads", width=320, height=700)
    for address in ("/help", "/help/guides/responsible", "/help/guides/time"):
        await page.goto(address)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
