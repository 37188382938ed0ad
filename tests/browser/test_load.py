"""Load in a browser: a head asks how many people it takes, and sees what the model is worth."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Office
from tests.browser.test_accessible import OF_COLOURS, RULES, axe_source, judged


@pytest.mark.installation
async def test_a_head_asks_how_many_people_it_takes(office: Office) -> None:
    page = await office.person("head")
    await page.get_by_role("button", name="Ещё").click()
    await page.get_by_role("link", name="Нагрузка").click()
    await expect(page.get_by_role("heading", level=1, name="Нагрузка")).to_be_visible()
    await page.get_by_label("Кураторов", exact=True).fill("1")
    replay = page.get_by_role("table", name="Повтор моделью")
    await expect(replay.get_by_role("row", name="Направление")).to_be_visible()
    # What came by itself took nothing away from whoever was typing.
    await expect(page.get_by_label("Кураторов", exact=True)).to_have_value("1")
    await page.get_by_role("button", name="Рассчитать").click()
    shares = page.get_by_role("table", name="Расчёт")
    await expect(shares.get_by_role("row", name="Кураторов 2")).to_be_visible()
    await expect(page.get_by_text("Цель — 95").or_(page.get_by_text("Ни при одном из этих"))).to_be_visible()
    await page.get_by_text("Время шагов, рабочие минуты").first.click()
    await page.evaluate(axe_source())
    for scheme, rules in (("light", RULES), ("dark", OF_COLOURS)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = await judged(page, rules)
        assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
    for width in (360, 320):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert office.problems == []
