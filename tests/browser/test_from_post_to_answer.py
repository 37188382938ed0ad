"""Road from a post in a network to the official's answer under it, and to what the author says of that."""

import re
from collections.abc import Awaitable
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.test_accessible import RULES, axe_source, judged

ENOUGH = 16


class Hands:
    """Clicks, keys and fields of everybody together."""

    def __init__(self) -> None:
        self.moves = 0

    async def do(self, *moves: Awaitable[object]) -> None:
        for move in moves:
            self.moves += 1
            await move


async def judge(page: Page, found: dict[str, list[str]]) -> None:
    await page.evaluate(axe_source())
    found |= await judged(page, RULES)


async def posted(office: Office, words: str) -> Page:
    """A townswoman writes in the invented network; that is nobody's work. Returns her page with the post."""
    citizen = await office.person(None)
    await citizen.goto("/demo-network")
    sheet = citizen.get_by_role("form", name="Опубликовать")
    await sheet.get_by_role("textbox").first.fill(words)
    await sheet.get_by_label("Имя").fill("Марина К.")
    await sheet.get_by_role("button").click()
    await citizen.wait_for_url("**/demo-network/*")
    return citizen


async def routed(curator: Page, hands: Hands, words: str) -> str:
    """The curator takes what was found and routes it; returns the number of the message."""
    row = curator.locator("[data-found]", has_text=words)
    await expect(row).to_be_visible()
    await hands.do(row.get_by_role("button", name="Взять в работу").click())
    to_message = curator.get_by_role("link", name=re.compile(r"^№ \d+$")).first
    await expect(to_message).to_be_visible()
    await hands.do(to_message.click())
    await curator.wait_for_url("**/messages/*")
    route = curator.get_by_role("form", name="Направить", exact=True)
    topic, bodies = route.get_by_label("Тема"), route.get_by_label("Органы")
    await hands.do(topic.fill("Ямы и выбоины"), topic.press("Enter"))
    await hands.do(route.get_by_label("Место").fill("г. Кинешма, ул. Советская"))
    # What is suggested of the post may stand there already.
    if await route.locator('select[name="bodies"] option:checked').count() == 0:
        await hands.do(bodies.fill("дорожного хозяйства"), bodies.press("Enter"))
    await hands.do(route.get_by_role("button", name="Направить", exact=True).click())
    await expect(route).to_be_hidden()
    return curator.url.rsplit("/", 1)[-1]


async def written(executor: Page, hands: Hands, number: str, answer: str) -> None:
    """The executor opens the message in the queue and sends an answer for approval."""
    await hands.do(executor.get_by_role("link", name=re.compile(rf"^№ {number}\b")).first.click())
    draft = executor.get_by_role("form", name="Отправить на согласование")
    await hands.do(draft.get_by_label("Текст ответа").fill(answer))
    await hands.do(draft.get_by_role("button", name="Отправить на согласование").click())


@pytest.mark.installation
async def test_a_post_becomes_an_answer_under_it(office: Office) -> None:
    words = f"На Советской в Кинешме яма во всю полосу, объехать её нельзя, {uuid4().hex[:8]}."
    answer = f"Здравствуйте! Яму засыпали сегодня утром, {uuid4().hex[:8]}."
    hands, found = Hands(), dict[str, list[str]]()
    citizen, curator = await posted(office, words), await office.person("curator")
    await curator.goto("/candidates")
    number = await routed(curator, hands, words)
    message = (await office.people.get("curator", f"/messages/{number}")).json()
    executor = await office.person(f"executor-{message['current_body']}")
    await written(executor, hands, number, answer)
    # The curator's page shows the draft by itself, the executor's the approval.
    approve = curator.get_by_role("form", name="Согласовать", exact=True).get_by_role(
        "button", name="Согласовать"
    )
    await expect(approve).to_be_visible()
    await hands.do(approve.click())
    press = executor.get_by_role("form", name="Разместить от имени органа")
    await expect(press).to_be_visible()
    await judge(executor, found)
    await hands.do(press.get_by_role("button", name="Разместить от имени органа").click())
    published = executor.get_by_role("link", name=re.compile("^Размещено"))
    await expect(published).to_be_visible()
    await citizen.reload()
    official = citizen.locator("article.official")
    await expect(official).to_contain_text(answer)
    await expect(official).to_contain_text("официальный аккаунт")
    await citizen.set_viewport_size({"width": 320, "height": 740})
    assert await citizen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # It is looked at, and that shows by itself.
    await expect(executor.get_by_text("Ответ в сети: на месте")).to_be_visible()
    await judge(executor, found)
    assert hands.moves <= ENOUGH, hands.moves
    # Whoever approved an answer does not judge what its author says of it.
    other = await office.person("curator2")
    await said_not_done(citizen, other, number)
    await judge(other, found)
    assert found == {}


async def said_not_done(citizen: Page, curator: Page, number: str) -> None:
    """The author writes under the answer, and a curator decides by one press what that means."""
    words = f"Никто не приехал, яма на месте, {uuid4().hex[:8]}."
    reply = citizen.get_by_role("form", name="Комментировать")
    await reply.get_by_label("Комментарий").fill(words)
    await reply.get_by_label("Имя").fill("Марина К.")
    await reply.get_by_role("button", name="Отправить").click()
    row = curator.locator("[data-found]", has_text=words)
    await curator.goto("/candidates")
    async with curator.expect_response("**/verdict"):
        await row.get_by_role("button", name="Не решено").click()
    await curator.goto(f"/messages/{number}")
    said = curator.get_by_role("region", name="Что говорит автор")
    await expect(said).to_contain_text("Не решено")
    await expect(said).to_contain_text(words)
