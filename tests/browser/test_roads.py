"""People take a message along its road on the pages, as they would."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.acts import sign_out, step_of
from tests.browser.conftest import Office, fill_in_sign_in, new_link


async def register(page: Page, text: str, url: str | None = None) -> str:
    """Register a message, and stand at it; returns its number."""
    before = page.url
    await page.get_by_role("link", name="Зарегистрировать").click()
    form = page.get_by_role("form", name="Зарегистрировать")
    await form.get_by_label("Ссылка").fill(url or new_link())
    await form.get_by_label("Сеть").select_option("vkontakte")
    await form.get_by_label("Автор").fill("Житель Кинешмы")
    await form.get_by_label("Текст").fill(text)
    await form.get_by_role("button", name="Зарегистрировать").click()
    # The form opens over any page, also over that of another message.
    await page.wait_for_url(lambda url: url != before and re.search(r"/messages/\d+$", url) is not None)
    return page.url.rsplit("/", 1)[-1]


async def choose(field: Locator, *parts: str) -> None:
    """Take values by a part of their titles: in a combobox by typing it, in a list without scripts by selecting."""
    if await field.evaluate("field => field.tagName") == "SELECT":
        options = field.locator("option")
        values = [await options.filter(has_text=part).first.get_attribute("value") for part in parts]
        await field.select_option([value for value in values if value])
        return
    for part in parts:
        await field.fill(part)
        await field.press("Enter")


async def press(form: Locator, name: str) -> None:
    """Give a command, and stand at its message again, as the page of its outcome shows it.

    Before that, the page that one leaves may show the outcome already: it hears of it as any other open page does.
    """
    async with form.page.expect_navigation():
        await form.get_by_role("button", name=name).click()


async def route(page: Page, *bodies: str) -> None:
    form = page.get_by_role("form", name="Направить")
    await choose(form.get_by_label("Тема"), "Ямы")
    await form.get_by_label("Место").fill("г. Кинешма, ул. Советская")
    await form.get_by_label("Важность").select_option("ordinary")
    await choose(form.get_by_label("Органы"), *bodies)
    await press(form, "Направить")
    await expect(step_of(page)).to_contain_text("Подготовка")


async def draft(page: Page, text: str) -> None:
    form = page.get_by_role("form", name="Отправить на согласование")
    await form.get_by_label("Вид").select_option("answer")
    await form.get_by_label("Текст ответа").fill(text)
    await press(form, "Отправить на согласование")
    await expect(step_of(page)).to_contain_text("Согласование")


@pytest.mark.installation
async def test_a_message_is_registered_routed_drafted_sent_back_approved_and_published(
    office: Office,
) -> None:
    curator, executor = await office.person("curator"), await office.person("executor-roads")
    number = await register(curator, "На Советской яма во всю полосу.")
    await route(curator, "дорожного хозяйства")

    await executor.goto("/")
    await executor.get_by_role("link", name=f"№ {number}").click()
    await draft(executor, "Здравствуйте! Яму засыплем завтра.")
    await curator.goto("/")
    await curator.get_by_role("link", name=f"№ {number}").click()
    rework = curator.get_by_role("form", name="На доработку")
    await rework.get_by_label("Замечания").fill("Назовите день и исполнителя работ.")
    await rework.get_by_role("button", name="На доработку").click()
    await expect(step_of(curator)).to_contain_text("доработка")

    await executor.reload()
    await expect(executor.get_by_text("Назовите день и исполнителя работ.").first).to_be_visible()
    await draft(executor, "Здравствуйте! Яму засыплем 27 ноября, работы ведёт «Дорстрой».")
    await curator.reload()
    await curator.get_by_role("form", name="Согласовать").get_by_role("button", name="Согласовать").click()
    await expect(step_of(curator)).to_contain_text("Размещение")

    await executor.reload()
    publication = executor.get_by_role("form", name="Подтвердить размещение")
    await publication.get_by_label("Ссылка на ответ").fill(new_link() + "?reply=2")
    await publication.get_by_role("button", name="Подтвердить размещение").click()
    await expect(executor.get_by_text(re.compile(r"^Ответ размещён .+, в срок$"))).to_be_visible()


async def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(office: Office) -> None:
    curator = await office.person("curator")
    await curator.goto("/messages/new")
    form = curator.get_by_role("form", name="Зарегистрировать")
    await form.get_by_label("Ссылка").fill("https://ok.ru/group/1/topic/2")
    await form.get_by_label("Сеть").select_option("vkontakte")
    await form.get_by_label("Автор").fill("Житель Шуи")
    await form.get_by_label("Текст").fill("Не горит ни один фонарь.")
    await form.get_by_role("button", name="Зарегистрировать").click()
    await expect(form.get_by_role("alert")).to_contain_text("Одноклассники")
    await expect(form.get_by_label("Текст")).to_have_value("Не горит ни один фонарь.")
    await expect(form.get_by_label("Ссылка")).to_have_attribute("aria-invalid", "true")
    assert (await curator.title()).startswith("Ошибка:")


async def test_signing_in_leads_on_to_where_one_was_going(office: Office) -> None:
    page = await office.person(None)
    await page.goto("/messages/new")
    await expect(page).to_have_url(re.compile("/sign-in"))
    await fill_in_sign_in(page, "curator", "not this one")
    await expect(page.get_by_role("alert")).to_be_visible()
    await fill_in_sign_in(page, "curator")
    await expect(page.get_by_role("heading", level=1, name="Новое сообщение")).to_be_visible()
    await sign_out(page)
    await expect(page.get_by_role("heading", level=1, name="Вход")).to_be_visible()
