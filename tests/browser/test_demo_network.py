"""The demo's own network in the browser: a townsman writes there, and is answered there."""

import json
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.browser.acts import step_of
from tests.browser.conftest import Office
from tests.browser.test_accessible import axe_source, judged
from tests.patience import SOON

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_BY_THE_CLOCK = 3 * SOON
"""For what comes by itself, also on a busy machine."""
_MOST = 16
"""Things that curator and executor do with their hands, from the post to the answer under it."""


class Hands:
    """What somebody does at a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.done += 1
            await self.page.keyboard.press(key)

    async def click(self, what: Locator) -> None:
        self.done += 1
        await what.click()

    async def fill(self, what: Locator, text: str) -> None:
        self.done += 1
        await what.fill(text)

    async def select(self, what: Locator, value: str) -> None:
        self.done += 1
        await what.select_option(value)


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
            found |= {f"{path} {scheme} {rule}": it for rule, it in (await judged(seen, _RULES)).items()}
        await seen.set_viewport_size({"width": 320, "height": 740})
        assert await seen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        await seen.set_viewport_size({"width": 1280, "height": 1080})
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


async def test_a_post_becomes_a_candidate_a_message_and_an_answer_under_the_post(office: Office) -> None:
    townsman = await office.person(None)
    curator, executor = await office.person("curator"), await office.person("executor-roads")
    at_curators, at_executors = Hands(curator), Hands(executor)
    words = f"Шуя, улица Советская: яма у дома 20, метка{uuid4().int % 10**8}."
    await curator.goto("/candidates")
    await write(townsman, words)

    # It comes by itself, and stands first.
    await expect(curator.locator("[data-found]").first).to_contain_text(words, timeout=_BY_THE_CLOCK)
    await at_curators.press("j", "t")
    taken = curator.locator("[data-feed-last]").get_by_role("link", name="№")
    await at_curators.click(taken)
    route = curator.get_by_role("form", name="Направить")
    await at_curators.fill(route.get_by_label("Тема"), "Ямы")
    await at_curators.press("Enter")
    await at_curators.fill(route.get_by_label("Место"), "г. Шуя, ул. Советская")
    await at_curators.select(route.get_by_label("Важность"), "ordinary")
    await at_curators.fill(route.get_by_label("Органы"), "дорожного хозяйства")
    await at_curators.press("Enter")
    await at_curators.press("Control+Enter")
    await expect(step_of(curator)).to_contain_text("Подготовка", timeout=_BY_THE_CLOCK)

    number = curator.url.rpartition("/")[2]
    await at_executors.click(executor.get_by_role("link", name=f"№ {number}"))
    draft = executor.get_by_role("form", name="Отправить на согласование")
    await at_executors.fill(draft.get_by_label("Текст ответа"), "Здравствуйте! Яму засыпали сегодня утром.")
    await at_executors.press("Control+Enter")

    await expect(curator.get_by_role("form", name="Согласовать")).to_be_visible(timeout=_BY_THE_CLOCK)
    await at_curators.press("Control+Enter")
    await expect(executor.get_by_role("form", name="Разместить от имени органа")).to_be_visible(
        timeout=_BY_THE_CLOCK
    )
    await at_executors.press("Control+Enter")
    await expect(step_of(executor)).to_contain_text("Ответ размещён", timeout=_BY_THE_CLOCK)

    await townsman.reload()
    answer = townsman.locator(".town-comment.official")
    await expect(answer).to_contain_text("Яму засыпали сегодня утром.")
    await expect(answer).to_contain_text("официальный аккаунт")
    await townsman.set_viewport_size({"width": 320, "height": 740})
    assert await townsman.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert at_curators.done + at_executors.done <= _MOST
