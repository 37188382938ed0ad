"""The demo's own network in the browser: a townsman writes there, and is answered there."""

import json

from playwright.async_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.test_accessible import RULES, axe_source, judged


async def write(page: Page, text: str) -> None:
    """A townsman writes a post, and stands at its page."""
    await page.goto("/demo-network")
    form = page.get_by_role("form", name="Опубликовать")
    await form.get_by_label("Что случилось?").fill(text)
    await form.get_by_label("Имя").fill("Сосед")
    await form.get_by_role("button", name="Опубликовать").click()
    await page.wait_for_url("**/demo-network/*")


async def test_its_pages_need_no_script_are_for_everybody_and_fit_a_telephone(office: Office) -> None:
    page = await office.person(None, scripts=False)
    await write(page, "Во дворе не горит фонарь.")
    address = page.url
    form = page.get_by_role("form", name="Комментировать")
    await form.get_by_label("Комментарий").fill("И у нас.")
    await form.get_by_label("Имя").fill("Соседка")
    await form.get_by_role("button", name="Отправить").click()
    await expect(page.locator(".town-comment")).to_contain_text("И у нас.")
    # What is wrong is said where it was typed.
    await form.get_by_label("Комментарий").fill("Ещё")
    await form.get_by_label("Имя").evaluate("field => field.required = false")
    await form.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("alert")).to_contain_text("вымышленным")
    await expect(form.get_by_label("Комментарий")).to_have_value("Ещё")

    seen = await office.person(None)
    found: dict[str, list[str]] = {}
    for path in ("/demo-network", "/demo-network/1", address):
        await seen.goto(path)
        await seen.evaluate("for (const item of document.querySelectorAll('details')) item.open = true")
        await seen.evaluate(axe_source())
        for scheme in ("light", "dark"):
            await seen.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found |= {f"{path} {scheme} {rule}": it for rule, it in (await judged(seen, RULES)).items()}
        await seen.set_viewport_size({"width": 320, "height": 740})
        assert await seen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        await seen.set_viewport_size({"width": 1280, "height": 1080})
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
