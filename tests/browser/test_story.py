"""Story on a message's page, on the screen and on paper; bodies dragged into order; the description of the API."""

from io import BytesIO

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Office, new_link
from tests.browser.test_roads import choose, draft, register, route


def squeezed(text: str) -> str:
    """Without spaces: what a PDF says of them is where glyphs lie."""
    return "".join(text.split())


async def paper(page: Page) -> list[str]:
    """The pages as they are printed, squeezed."""
    printed = PdfReader(BytesIO(await page.pdf(prefer_css_page_size=True)))
    return [squeezed(part.extract_text()) for part in printed.pages]


@pytest.mark.installation
async def test_a_message_is_printed_whole_without_what_can_only_be_pressed(office: Office) -> None:
    curator, url = await office.person("curator", scheme="dark"), new_link()
    await register(curator, "На Фабричной яма.\nОбъехать нельзя.", url)
    await route(curator, "дорожного хозяйства")
    await curator.get_by_role("button", name="Добавить заметку").click()
    form = curator.get_by_role("form", name="Добавить заметку")
    await form.get_by_label("Заметка").fill("Мастер обещал завтра. " * 20 + "Конец заметки.")
    await form.get_by_role("button", name="Добавить заметку").click()
    await expect(curator.get_by_role("heading", name="Заметки")).to_be_visible()
    executor = await office.person("executor-roads")
    await executor.goto(curator.url)
    await draft(executor, "Здравствуйте! Яму засыплем завтра.")
    await expect(curator.get_by_role("form", name="Согласовать")).to_be_visible()
    pages = await paper(curator)
    whole = " ".join(pages)
    for told in ("На Фабричной яма. Объехать нельзя.", "Конец заметки.", "Яму засыплем завтра.", url):
        assert squeezed(told) in whole
    # Folded away on the screen: the road, how limits were counted, who was told.
    assert squeezed("рабочего времени, продолжается") in whole
    assert squeezed("не считается") in whole
    assert squeezed("Поступил проект на согласование") in whole
    assert squeezed(f"Страница 1 из {len(pages)}") in pages[0]
    for pressed in ("Зарегистрировать", "Выйти", "На доработку", "Ctrl+Enter", "До следующего срока"):
        assert squeezed(pressed) not in whole
    await curator.emulate_media(media="print")
    assert await curator.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


async def test_a_list_is_printed_as_a_table_with_whole_titles(office: Office) -> None:
    curator = await office.person("curator")
    text = (
        "На Кузнечной третий день не горит ни один фонарь, дети идут из школы в полной темноте мимо стройки."
    )
    number = await register(curator, text)
    await curator.goto(f"/messages?q={number}")
    [page] = await paper(curator)
    assert squeezed(text) in page
    assert squeezed("Осталось Стадия Сообщение Орган Сеть и номер") in page
    assert "Найти" not in page


async def test_bodies_are_dragged_into_order(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Лежневской не убирают снег.")
    form = curator.get_by_role("form", name="Направить")
    await choose(form.get_by_label("Органы"), "дорожного хозяйства", "здравоохранения", "образования")
    chosen = form.get_by_role("list", name="Выбрано, по порядку").get_by_role("listitem")
    last, first = await chosen.last.locator("span").bounding_box(), await chosen.first.bounding_box()
    assert last is not None
    assert first is not None
    await curator.mouse.move(last["x"] + 40, last["y"] + last["height"] / 2)
    await curator.mouse.down()
    await curator.mouse.move(first["x"] + 40, first["y"] + first["height"] * 0.8, steps=4)
    await curator.mouse.move(first["x"] + 40, first["y"] + 2, steps=4)
    await curator.mouse.up()
    await expect(chosen.first).to_contain_text("образования")
    sent = form.locator('select[name="bodies"]').evaluate(
        "list => [...list.selectedOptions].map(one => one.value)"
    )
    assert await sent == ["education", "roads", "health"]


@pytest.mark.installation
async def test_the_description_of_the_api_is_drawn_under_the_content_policy(office: Office) -> None:
    page = await office.person(None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto("/docs")
    await page.locator('[id$="-route_message"] .opblock-summary-control').click()
    opened = page.locator(".opblock.is-open")
    await expect(opened).to_contain_text("/api/messages/{message}/route")
    await expect(opened.locator(".responses-table")).to_be_visible()
    await expect(page.get_by_role("button", name="Try it out")).to_have_count(0)
    await expect(page.get_by_role("button", name="Authorize")).to_have_count(0)
    assert all(address.startswith((office.address, "data:")) for address in asked)
