"""Feed of candidates, gone through by keys alone, waits for no server; sources are set up by curators."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.async_api import Page, Route, expect

from calendar_rules.vocabulary import Network
from service.networks import found_posts
from service.networks.platforms.port import Found
from store.database.engines import Database
from tests.api.messages.case import Case
from tests.browser.conftest import Office
from tests.browser.test_keys import UNDER_JCUKEN, hands
from tests.patience import PATIENCE

UNDER_JCUKEN.update({"KeyT": "е", "KeyZ": "я", "Digit1": "1", "Digit3": "3", "KeyA": "ф"})
ENOUGH = 90
"""More rows than come at once, so that the next ones have to come while these are gone through."""


@asynccontextmanager
async def written(office: Office) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{office.installation.data}/otklik.db")
    try:
        yield database
    finally:
        await database.dispose()


async def find(office: Office, amount: int, words: str) -> str:
    """So many posts are found, each with these words; returns a word that they alone have."""
    mark = f"метка{uuid4().int % 10**8}"
    posts = [
        Found(
            f"https://vk.com/wall-{uuid4().int % 10**9}_{number}",
            "Житель",
            f"{words} {mark} № {number}",
            None,
        )
        for number in range(amount)
    ]
    async with written(office) as database, database.write() as session:
        await found_posts.add(session, posts, network=Network.VKONTAKTE, now=datetime.now(UTC))
    return mark


async def states(office: Office, mark: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in ("new", "taken", "dismissed"):
        answer = await office.people.get("curator", "/candidates", state=state, q=mark, size=200)
        found[state] = len(answer.json()["items"])
    return found


async def opened(office: Office, mark: str) -> Page:
    page = await office.desk("curator", f"/candidates?q={mark}")
    await expect(page.get_by_role("heading", level=1, name="Найденное")).to_be_visible()
    return page


async def focused(page: Page) -> str:
    words: str = await page.evaluate(
        "document.activeElement.closest('[data-found]')?.querySelector('.words').textContent ?? ''"
    )
    return words


@pytest.mark.installation
async def test_a_long_queue_is_gone_through_by_keys_alone(office: Office) -> None:
    mark = await find(office, ENOUGH, "Яма на дороге")
    page = await opened(office, mark)
    typist = await hands(page)
    await typist.press("KeyJ")
    assert await focused(page) == f"Яма на дороге {mark} № {ENOUGH - 1}"
    await typist.press("KeyJ", "KeyK")
    # Each decision gives the next row the focus at once; the rows that are not there yet come by themselves.
    for number in range(ENOUGH - 1, 1, -1):
        await expect(page.locator("[data-found]").nth(1)).to_be_attached()
        assert await focused(page) == f"Яма на дороге {mark} № {number}"
        await typist.press("KeyT" if number % 30 == 0 else "Digit3")
    assert await focused(page) == f"Яма на дороге {mark} № 1"
    await expect(page.locator("[data-feed-last]")).to_contain_text("Отклонено (реклама или спам)")

    async def settled() -> bool:
        return await states(office, mark) == {"new": 2, "taken": 2, "dismissed": ENOUGH - 4}

    await expect(page.locator("[data-found]")).to_have_count(2)
    async with asyncio.timeout(PATIENCE):
        while not await settled():
            await page.wait_for_timeout(100)


async def test_a_press_waits_for_no_server(office: Office) -> None:
    mark = await find(office, 8, "Нет света")
    page = await opened(office, mark)
    typist = await hands(page)
    await page.route("**/candidates/*/dismiss", lambda route: None)  # nothing ever answers
    await typist.press("KeyJ")
    took = await page.evaluate(
        """() => {
          const began = performance.now();
          for (let press = 0; press < 5; press += 1) {
            const pressed = new KeyboardEvent("keydown", {code: "Digit1", key: "1", bubbles: true});
            document.activeElement.dispatchEvent(pressed);
          }
          return performance.now() - began;
        }"""
    )
    await expect(page.locator("[data-found]")).to_have_count(3)
    assert took < 500
    await page.unroute_all(behavior="ignoreErrors")


async def test_the_last_decision_is_taken_back(office: Office) -> None:
    mark = await find(office, 3, "Лужа у школы")
    page = await opened(office, mark)
    typist = await hands(page)
    await typist.press("KeyJ", "Digit1")
    await expect(page.locator("[data-found]")).to_have_count(2)
    await typist.press("KeyZ")
    await expect(page.locator("[data-found]")).to_have_count(3)
    assert await focused(page) == f"Лужа у школы {mark} № 2"
    await typist.press("KeyT")
    link = page.locator("[data-feed-last]").get_by_role("link", name=re.compile("^№"))
    await expect(link).to_be_visible()
    await page.locator("[data-feed-last]").get_by_role("button", name="Вернуть").click()
    await expect(page.locator("[data-found]")).to_have_count(3)
    async with asyncio.timeout(PATIENCE):
        while (await states(office, mark))["new"] != 3:
            await page.wait_for_timeout(100)
    assert await states(office, mark) == {"new": 3, "taken": 0, "dismissed": 0}


@pytest.mark.installation
async def test_a_list_asked_for_before_a_decision_was_taken_back_undoes_nothing(office: Office) -> None:
    mark = await find(office, 2, "Лужа у школы")
    page = await opened(office, mark)
    typist = await hands(page)
    candidate = await page.locator("[data-found]").first.get_attribute("data-found")
    has_come, may_go_on = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        decided = re.search('data-decided="([^"]*)"', await answer.text())
        if decided and candidate in decided[1].split():
            has_come.set()
            await may_go_on.wait()
        await route.fulfill(response=answer)

    await page.route("**/candidates/rows?*", late)
    await typist.press("KeyJ", "Digit1")
    async with asyncio.timeout(PATIENCE):
        await has_come.wait()
    await typist.press("KeyZ")
    await expect(page.locator("[data-found]")).to_have_count(2)
    async with page.expect_event(
        "requestfinished", lambda request: "/candidates/rows?" in request.url
    ) as renewed:
        may_go_on.set()
    await renewed.value
    await page.evaluate("new Promise((later) => setTimeout(later, 100))")
    await typist.press("KeyT")
    await expect(page.locator("[data-feed-last]").get_by_role("link", name=re.compile("^№"))).to_be_visible()


@pytest.mark.installation
async def test_suggestions_that_a_break_took_are_asked_for_again(office: Office) -> None:
    mark = await find(office, 2, "И у нас то же самое")  # of which nothing is suggested
    page = await opened(office, mark)
    oldest = int(await page.locator("[data-found]").last.get_attribute("data-found") or "")
    asked = 0

    async def first_is_lost(route: Route) -> None:
        nonlocal asked
        asked += 1
        await (route.abort() if asked == 1 else route.continue_())

    async def renewed(requests: int) -> None:
        # Told again: a feed that is just being renewed passes over what is told it meanwhile.
        async with asyncio.timeout(PATIENCE):
            while asked < requests:
                await page.locator("[data-feed]").dispatch_event("live")
                await page.wait_for_timeout(500)

    await page.route(re.compile(rf"/candidates/rows\?.*after={oldest - 1}\b"), first_is_lost)
    await renewed(1)
    await renewed(2)
    await page.unroute_all(behavior="wait")
    office.forgive("ERR_FAILED")


async def test_what_another_curator_has_taken_is_said(office: Office) -> None:
    mark = await find(office, 2, "Забор упал")
    page = await office.desk("curator", "/")
    # The page does not hear of it; nor may it have begun to ask before.
    await page.route("**/candidates/rows*", lambda route: route.abort())
    try:
        await opened(office, mark)
        typist = await hands(page)
        first = (await office.people.get("curator2", "/candidates", q=mark)).json()["items"][0]
        assert (await office.people.post("curator2", f"/candidates/{first['id']}/take")).status_code == 201
        await typist.press("KeyJ", "KeyT")
        await expect(page.get_by_role("alert").filter(has_text="Уже в работе")).to_be_visible()
        await expect(page.locator("[data-found]")).to_have_count(1)
    finally:
        await page.unroute_all(behavior="ignoreErrors")
    office.forgive("ERR_FAILED")


async def test_what_is_new_shows_by_itself_and_moves_nothing_under_the_eye(office: Office) -> None:
    page = await office.desk("curator", "/candidates")
    await expect(page.locator("[data-found]").first).to_be_visible()
    mark = await find(office, 1, "Труба течёт")
    await expect(page.get_by_text(mark)).to_be_visible()
    other = (await office.people.get("curator2", "/candidates", q=mark)).json()["items"][0]
    await office.people.post("curator2", f"/candidates/{other['id']}/dismiss", {"reason": "Не критика."})
    await expect(page.get_by_text(mark)).to_be_hidden()


async def test_without_scripts_the_same_are_forms_on_a_telephone_too(office: Office) -> None:
    mark = await find(office, 2, "Нет автобуса")
    page = await office.person("curator", width=320, scripts=False)
    await page.goto(f"/candidates?q={mark}")
    row = page.locator("[data-found]").first
    await row.get_by_text("Отклонить", exact=True).first.click()
    await row.get_by_label("Причина").fill("Не критика.")
    await row.get_by_role("button", name="Отклонить").click()
    await page.goto(f"/candidates?q={mark}")
    await page.get_by_role("button", name="Взять в работу").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Сообщение №")
    await page.goto(f"/candidates?q={mark}&state=dismissed")
    await page.get_by_role("button", name="Вернуть").click()
    assert await states(office, mark) == {"new": 1, "taken": 1, "dismissed": 0}


@pytest.mark.installation
async def test_sources_are_set_up_and_switched_off(office: Office) -> None:
    page = await office.desk("curator", "/sources")
    address = f"https://vk.com/club{uuid4().int % 10**8}"
    form = page.get_by_role("form", name="Добавить источник")
    await form.get_by_label("Что это").select_option("search")
    await form.get_by_role("button", name="Добавить источник").click()
    await expect(page.get_by_role("alert")).to_contain_text("что искать")
    form = page.get_by_role("form", name="Добавить источник")
    await form.get_by_label("Что это").select_option("community")
    await form.get_by_label("Адрес").fill(address)
    await form.get_by_role("button", name="Добавить источник").click()
    row = page.get_by_role("row").filter(has_text=address)
    await expect(row).to_contain_text("каждые 5 минут")
    await row.get_by_role("link", name=re.compile("Изменить")).click()
    form = page.get_by_role("form", name="Изменить источник")
    await form.get_by_label("Как часто просматривать").select_option("P1D")
    await form.get_by_role("button", name="Сохранить").click()
    row = page.get_by_role("row").filter(has_text=address)
    await expect(row).to_contain_text("раз в сутки")
    # Without a key the network cannot be read, and the page says who can help.
    async with asyncio.timeout(PATIENCE):
        while "Нет ключа" not in (await row.text_content() or ""):
            await page.wait_for_timeout(200)
            await page.reload()
    await expect(row).to_contain_text("Нет ключа для этой сети. Нужен сервисный ключ")
    await row.get_by_role("button", name=re.compile("^Удалить: ")).click()
    asks = page.get_by_role("dialog", name=re.compile("^Удалить источник"))
    await asks.get_by_role("button", name="Не удалять").click()
    await expect(asks).to_be_hidden()
    await row.get_by_role("button", name=re.compile("^Удалить: ")).click()
    await asks.get_by_role("button", name="Удалить источник").click()
    await expect(page.get_by_role("row").filter(has_text=address)).to_have_count(0)


@pytest.mark.installation
async def test_an_author_who_answers_under_the_request_is_entered_by_a_key(office: Office) -> None:
    case = await Case.begin(office.people, "mon 09:00", to=["roads"])
    await case.submit("clarification", "У какого дома?")
    await case.approve()
    mark, link = f"метка{uuid4().int % 10**8}", f"https://vk.com/wall-1_{uuid4().int % 10**9}"
    await case.publish(link)
    await case.journal()  # by now the link is on record
    async with written(office) as database, database.write() as session:
        reply = Found(
            f"https://vk.com/wall-{uuid4().int % 10**9}_1", "Житель", f"У дома 14, {mark}", None, link
        )
        await found_posts.add(session, [reply], network=Network.VKONTAKTE, now=datetime.now(UTC))
    page = await opened(office, mark)
    typist = await hands(page)
    await typist.press("KeyJ", "KeyA")
    await expect(page).to_have_url(re.compile(f"/messages/{case.id}$"))
    await expect(page.get_by_text(mark).first).to_be_visible()
