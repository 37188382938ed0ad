"""Keys go by their place under ЙЦУКЕН; the focus is seen, with large letters and in the system's own colours too."""

import re

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.browser.conftest import Office
from tests.browser.test_roads import register

UNDER_JCUKEN = {
    "KeyJ": "о",
    "KeyK": "л",
    "KeyN": "т",
    "KeyG": "п",
    "KeyQ": "й",
    "KeyB": "и",
    "KeyM": "ь",
    "KeyU": "г",
}
"""What the keys print there."""
SIGNS = {"/": ("Backslash", 8), "?": ("Digit7", 8), ".": ("Slash", 0)}
"""Where the signs are there, with Shift (8) or without."""


class Hands:
    """Somebody who types under ЙЦУКЕН."""

    def __init__(self, page: Page, keyboard: CDPSession) -> None:
        self.page = page
        self._keyboard = keyboard

    async def press(self, *codes: str) -> None:
        # A heading is there before the page listens.
        await self.page.wait_for_load_state()
        for code in codes:
            place, shift = SIGNS.get(code, (code, 0))
            key = {"type": "keyDown", "code": place, "key": UNDER_JCUKEN.get(code, code), "modifiers": shift}
            await self._keyboard.send("Input.dispatchKeyEvent", key)
            await self._keyboard.send("Input.dispatchKeyEvent", key | {"type": "keyUp"})


async def hands(page: Page) -> Hands:
    return Hands(page, await page.context.new_cdp_session(page))


async def test_every_key_works_under_jcuken(office: Office) -> None:
    curator = await office.person("curator")
    typist = await hands(curator)
    number = await register(curator, "На Почтовой яма у крыльца.")
    await typist.press("KeyG", "KeyQ")
    await expect(curator.get_by_role("heading", level=1, name="Моя очередь")).to_be_visible()
    await expect(curator.get_by_role("link", name=f"№ {number}")).to_be_visible()
    rows = curator.locator("[data-row] a")
    await typist.press("KeyJ")
    await expect(rows.first).to_be_focused()
    await typist.press("KeyJ", "KeyK")
    await expect(rows.first).to_be_focused()
    await typist.press("?")
    keys = curator.get_by_role("dialog", name="Клавиши")
    await expect(keys).to_be_visible()
    await keys.get_by_role("button", name="Закрыть").click()
    for go, heading in (("KeyB", "Доска"), ("KeyU", "Уведомления"), ("KeyM", "Сообщения")):
        await typist.press("KeyG", go)
        await expect(curator.get_by_role("heading", level=1, name=heading)).to_be_visible()
    await typist.press("/")
    await expect(curator.get_by_label("Поиск")).to_be_focused()
    await typist.press("KeyN")
    await expect(curator.get_by_role("form", name="Зарегистрировать")).to_be_hidden()
    await curator.get_by_label("Поиск").blur()
    await typist.press("KeyN")
    await expect(curator.get_by_role("form", name="Зарегистрировать")).to_be_visible()


async def test_keys_that_are_switched_off_do_nothing(office: Office) -> None:
    curator = await office.person("curator")
    typist = await hands(curator)
    await typist.press("?")
    await curator.get_by_role("button", name="Выключить клавиши").click()
    await curator.get_by_role("button", name="Закрыть").click()
    await typist.press("KeyN")
    await expect(curator.get_by_role("form", name="Зарегистрировать")).to_be_hidden()


@pytest.mark.installation
async def test_a_row_that_the_keys_bring_into_view_is_not_under_the_bar(office: Office) -> None:
    curator = await office.person("curator", width=1280, height=320)
    typist = await hands(curator)
    await curator.goto("/messages")
    await typist.press(*["KeyJ"] * 25)
    for _ in range(14):
        await typist.press("KeyK")
        seen = await curator.evaluate(
            """() => {
              const row = document.activeElement.getBoundingClientRect();
              return {bar: document.querySelector(".bar").getBoundingClientRect().bottom, top: row.top};
            }"""
        )
        assert seen["bar"] <= seen["top"]


async def test_states_are_told_apart_without_the_pages_own_colours(office: Office) -> None:
    """What is late and what soon is, in a system's own colours: by words, signs and edges."""
    curator = await office.person("curator")
    await register(curator, "На Полевой яма у школы.")
    await curator.get_by_role("button", name="До следующего срока").click()
    await expect(curator.get_by_role("status").filter(has_text="п. 7")).to_be_visible()
    await curator.emulate_media(forced_colors="active", reduced_motion="reduce")
    await curator.goto("/messages?overdue=true&sort=due")
    edge = await curator.locator("tr.late td").first.evaluate(
        "cell => getComputedStyle(cell).borderInlineStart"
    )
    assert re.search(r"\b4px solid\b", edge)
    here = curator.locator("nav a[aria-current]")
    assert "underline" in await here.evaluate("link => getComputedStyle(link).textDecorationLine")
    moving = await curator.evaluate("document.getAnimations().length")
    assert moving == 0


async def test_at_four_hundred_per_cent_everything_is_still_there(office: Office) -> None:
    """1280 px at 400 % are 320 px of the page, at 200 % 640; nothing is lost sideways, and no section of the bar."""
    head = await office.person("head")
    for width in (640, 320):
        await head.set_viewport_size({"width": width, "height": 512})
        await head.get_by_role("button", name="Разделы").click()
        for link in await head.locator("header.bar nav a").all():
            box = await link.bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
        await head.keyboard.press("Escape")
