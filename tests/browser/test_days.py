"""Whole days: a curator's by keys alone on a desktop, an executor's by touch alone on a telephone."""

import re
from datetime import UTC, datetime

from playwright.async_api import Locator, Page, expect

from tests.browser.acts import begin, step_of
from tests.browser.conftest import Office, new_link

_MOST_TABS = 15
_HERE = re.compile(r"/messages/\d+$")


async def _tab_to(page: Page, there: Locator) -> None:
    """Press Tab until it has the focus: a hand does not go through a whole page."""
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        if await there.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{there} is more than {_MOST_TABS} presses of Tab away")


async def _applied(page: Page) -> None:
    await expect(page.locator("[data-taken]")).to_have_count(0)


async def _done(page: Page) -> None:
    """The page that comes after an act has the next message under the hand."""
    await expect(page.get_by_role("link", name=re.compile("^Следующее: № "))).to_be_focused()


async def _register(page: Page, text: str) -> None:
    """By N from any page; afterwards one stands at the message, before what is to be done."""
    keys, before = page.keyboard, page.url
    await keys.press("KeyN")
    form = page.get_by_role("dialog").get_by_role("form", name="Зарегистрировать")
    await expect(form.get_by_label("Ссылка")).to_be_focused()
    await keys.insert_text(new_link())
    await expect(form.get_by_label("Сеть")).to_have_value("vkontakte")
    await _tab_to(page, form.get_by_label("Автор"))
    await keys.insert_text("Житель Кинешмы")
    await keys.press("Tab")
    await keys.insert_text(text)
    await keys.press("Control+Enter")
    await page.wait_for_url(lambda url: url != before and _HERE.search(url) is not None)
    await _applied(page)
    await expect(page.get_by_role("region", name="Что сделать")).to_be_focused()


async def _route(page: Page) -> None:
    keys, form = page.keyboard, page.get_by_role("form", name="Направить", exact=True)
    await keys.press("Tab")
    await expect(form.get_by_label("Тема")).to_be_focused()
    await keys.insert_text("Ямы и выбоины")
    await keys.press("Enter")
    await _tab_to(page, form.get_by_label("Место"))
    await keys.insert_text("г. Кинешма")
    await _tab_to(page, form.get_by_label("Важность"))
    await keys.press("ArrowDown")
    await expect(form.get_by_label("Важность")).to_have_value("raised")
    await _tab_to(page, form.get_by_label("Органы"))
    await keys.insert_text("дорожного хозяйства")
    await keys.press("Enter")
    await keys.press("Control+Enter")
    await expect(step_of(page)).to_contain_text("Подготовка")
    await _done(page)


async def _decline(page: Page) -> None:
    """By «Ещё», where what is rare stands."""
    keys = page.keyboard
    await _tab_to(page, page.get_by_role("form", name="Направить", exact=True).get_by_label("Органы"))
    await _tab_to(page, page.get_by_role("button", name="Ещё", exact=True))
    await keys.press("Enter")
    await _tab_to(page, page.get_by_role("button", name="Не подлежит ответу"))
    await keys.press("Enter")
    ground = page.get_by_role("form", name="Не подлежит ответу").get_by_label("Основание")
    await expect(ground).to_be_focused()
    await keys.press("ArrowDown")
    await keys.press("Control+Enter")
    await expect(step_of(page)).to_contain_text("Не подлежит")
    await _done(page)


async def test_a_curator_s_day_goes_by_keys_alone(office: Office) -> None:
    word = f"пролёток{datetime.now(UTC):%H%M%S}"
    awaited = []
    for place in range(3):
        case = await begin(office, text=f"Подземный {word} {place} затопило.", to=["roads"])
        await case.submit()
        awaited.append(case.id)
    curator = await office.person("curator")
    keys = curator.keyboard
    # In the morning what came by night: registered, read, routed; some get no answer.
    for place in range(3):
        await _register(curator, f"Кинешма, улица {place}-я Сосновая: яма во всю полосу.")
        await (_decline if place == 1 else _route)(curator)
    # Then what executors wrote: found by a word, decided on one after another.
    await keys.press("Slash")
    await expect(curator.get_by_role("searchbox")).to_be_focused()
    await keys.insert_text(word)
    await keys.press("Enter")
    await expect(curator.get_by_role("link", name=re.compile(word))).to_have_count(3)
    await keys.press("KeyJ")
    await keys.press("Enter")
    seen = []
    for place in range(3):
        await curator.wait_for_url(_HERE)
        seen.append(curator.url.rpartition("/")[2])
        await expect(curator.get_by_role("form", name="Согласовать")).to_be_visible()
        if place % 3 == 2:
            await keys.press("Digit1")
            await keys.press("Alt+KeyR")
            await expect(step_of(curator)).to_contain_text("доработка")
        else:
            await keys.press("Control+Enter")
            await expect(step_of(curator)).to_contain_text("Размещение")
        await _done(curator)
        if place < 2:
            await keys.press("KeyJ")
            await expect(curator).not_to_have_url(re.compile(f"/messages/{seen[-1]}$"))
    assert sorted(seen) == sorted(str(number) for number in awaited)


async def _tap(page: Page, there: Locator) -> None:
    """Touch what is on the screen as it lies: nothing is scrolled to it, and a thumb hits it."""
    await expect(there).to_be_in_viewport(ratio=1)
    box = await there.bounding_box()
    assert box
    assert box["height"] >= 44
    await page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


async def test_an_executor_s_day_goes_by_touch_on_a_telephone(office: Office) -> None:
    answered = await begin(office, text="Кинешма, Сосновая улица: яма у школы во всю полосу.")
    foreign = await begin(office, text="Кинешма, Сосновая улица: в школе холодно.")
    for case in (answered, foreign):
        await case.route("roads")
    executor = await office.person("executor-roads", width=360, height=800, touch=True)
    # What is another body's goes back within the hour.
    await executor.goto(f"/messages/{foreign.id}")
    await _tap(executor, executor.get_by_role("button", name="Вернуть", exact=True))
    form = executor.get_by_role("form", name="Вернуть")
    await form.get_by_label("Причина").tap()
    await executor.keyboard.insert_text("Школы ведёт департамент образования.")
    await _tap(executor, form.get_by_role("button", name="Вернуть"))
    await expect(step_of(executor)).to_contain_text("Направление")
    # What is one's own is answered, and placed once it is approved.
    await executor.goto("/")
    await executor.get_by_role("link", name=re.compile(f"^№ {answered.id}")).tap()
    written = executor.get_by_role("form", name="Отправить на согласование").get_by_label("Текст ответа")
    await written.tap()
    await executor.keyboard.insert_text("Здравствуйте! Яму на Сосновой засыплем до пятницы.")
    await _tap(executor, executor.get_by_role("button", name=re.compile("^Отправить на согласование")))
    await expect(step_of(executor)).to_contain_text("Согласование")
    await answered.look()
    await answered.approve()
    link = executor.get_by_role("form", name="Подтвердить размещение").get_by_label("Ссылка на ответ")
    await link.tap()
    await executor.keyboard.insert_text(new_link() + "?reply=2")
    await _tap(executor, executor.get_by_role("button", name=re.compile("^Подтвердить размещение")))
    await expect(step_of(executor)).to_contain_text("Ответ размещён")
    assert await executor.evaluate("document.documentElement.scrollWidth <= innerWidth")
