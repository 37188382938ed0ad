"""Writing by a body: nothing typed is lost, its length is told, and what is approved is published in three steps."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.acts import begin, step_of
from tests.browser.conftest import Office, new_link
from tests.browser.test_roads import draft


async def opened(office: Office, text: str) -> tuple[Page, Page, str]:
    """A curator, an executor at a message that waits for an answer, and its number."""
    case = await begin(office, text=text, to=["roads"])
    curator, executor = await office.person("curator"), await office.person("executor-roads")
    for page in (curator, executor):
        await page.goto(f"/messages/{case.id}")
    return curator, executor, case.id


def answer_form(page: Page) -> Locator:
    return page.get_by_role("form", name="Отправить на согласование")


async def test_what_was_typed_outlives_a_closed_tab_and_shows_in_another_browser(office: Office) -> None:
    curator, executor, number = await opened(office, "Яма у школы № 3.")
    await answer_form(executor).get_by_label("Текст ответа").fill("Здравствуйте! Засыплем 27 ноября.")
    await answer_form(executor).get_by_label("Текст ответа").press("End")
    await expect(answer_form(executor).get_by_text(re.compile(r"Сохранено в \d{2}:\d{2}"))).to_be_visible()
    # The curator has stood at the message all the time.
    await expect(curator.get_by_text("пишет ответ")).to_be_visible()
    await executor.close()

    elsewhere = await office.person("executor-roads")
    await elsewhere.goto(f"/messages/{number}")
    text = answer_form(elsewhere).get_by_label("Текст ответа")
    await expect(text).to_have_value("Здравствуйте! Засыплем 27 ноября.")
    await answer_form(elsewhere).get_by_role("button", name="Отправить на согласование").click()
    await expect(step_of(elsewhere)).to_contain_text("Согласование")
    await expect(elsewhere.get_by_text("Не отправлено")).to_be_hidden()


async def test_what_the_server_never_had_is_still_in_the_browser(office: Office) -> None:
    _, executor, number = await opened(office, "Яма у дома 8.")
    await executor.context.route("**/unsent/**", lambda request: request.abort())
    await answer_form(executor).get_by_label("Текст ответа").fill("Здравствуйте! Связи нет.")
    await executor.reload()
    offered = executor.get_by_role("group", name="Два текста")
    await expect(offered).to_contain_text("Связи нет.")
    await executor.context.unroute("**/unsent/**")
    await executor.reload()
    text = answer_form(executor).get_by_label("Текст ответа")
    await expect(text).to_have_value("Здравствуйте! Связи нет.")
    await expect(answer_form(executor).get_by_text("Сохранено в")).to_be_visible()
    await executor.goto("/")
    await executor.goto(f"/messages/{number}")
    await expect(text).to_have_value("Здравствуйте! Связи нет.")
    # What could not be asked for in this test is not a fault of the page.
    office.problems[:] = [said for said in office.problems if "net::ERR_FAILED" not in said]


@pytest.mark.installation
async def test_two_versions_are_both_offered(office: Office) -> None:
    _, executor, number = await opened(office, "Яма у дома 9.")
    other = await office.person("executor-roads")
    await other.goto(f"/messages/{number}")
    await answer_form(executor).get_by_label("Текст ответа").fill("Первый текст ответа.")
    await expect(answer_form(executor).get_by_text("Сохранено в")).to_be_visible()
    await answer_form(other).get_by_label("Текст ответа").fill("Второй текст ответа.")
    offered = other.get_by_role("group", name="Два текста")
    await expect(offered).to_be_visible()
    await expect(answer_form(other).get_by_label("Текст ответа")).to_have_value("Второй текст ответа.")
    await offered.get_by_role("button", name="Взять текст с сервера").click()
    await expect(answer_form(other).get_by_label("Текст ответа")).to_have_value("Первый текст ответа.")


@pytest.mark.installation
async def test_length_is_counted_and_ready_sentences_go_in_at_the_caret(office: Office) -> None:
    _, executor, _ = await opened(office, "Яма у дома 10.")
    form = answer_form(executor)
    text = form.get_by_label("Текст ответа")
    await text.fill("  Здравствуйте!\n🙂  ")
    await expect(form.locator(".count")).to_have_text(re.compile(r"^15 из "))
    await text.fill("Здравствуйте! Конец.")
    await text.evaluate("field => field.setSelectionRange(13, 13)")
    await form.get_by_text("Фраза об официальных обращениях").click()
    await form.get_by_role("button", name="Вставить в ответ").click()
    await expect(text).to_have_value(
        re.compile(r"^Здравствуйте!\s+Если вам нужен официальный[\s\S]+ Конец\.$")
    )
    await text.fill("я" * 20_000)
    await expect(form.locator(".count")).to_contain_text("сократите на")
    await expect(form.get_by_role("button", name="Отправить на согласование")).to_be_enabled()


@pytest.mark.installation
async def test_a_text_becomes_a_template_of_the_body(office: Office) -> None:
    _, executor, number = await opened(office, "Яма у дома 11.")
    text = answer_form(executor).get_by_label("Текст ответа")
    await text.fill("Здравствуйте! Работы внесены в план.")
    await executor.get_by_text("Сохранить текст как шаблон").click()
    await executor.get_by_label("Название шаблона").fill(f"В плане {number}")
    async with executor.expect_event("load"):
        await executor.get_by_label("Название шаблона").press("Enter")
    await expect(text).to_have_value("Здравствуйте! Работы внесены в план.")
    await text.fill("")
    await text.press("Control+Space")
    await answer_form(executor).get_by_role("button", name=f"В плане {number}").click()
    await expect(text).to_have_value("Здравствуйте! Работы внесены в план.")


async def test_an_approved_answer_is_published_in_three_steps(office: Office) -> None:
    curator, executor, number = await opened(office, "Яма у дома 12.")
    await draft(executor, "Здравствуйте! Засыпали сегодня.")
    await curator.goto(f"/messages/{number}")
    async with curator.expect_event("load"):
        await (
            curator.get_by_role("form", name="Согласовать").get_by_role("button", name="Согласовать").click()
        )
    await executor.goto(f"/messages/{number}")
    await executor.get_by_role("button", name="Скопировать текст").click()
    await expect(executor.get_by_text(re.compile("Скопировано|Текст выделен"))).to_be_visible()
    field = executor.get_by_label("Ссылка на ответ")
    await expect(executor.get_by_role("link", name="Открыть: ").first).to_have_attribute(
        "href", re.compile("vk.com")
    )
    await executor.evaluate("document.querySelector('[data-leaves]').removeAttribute('href')")
    await executor.locator("[data-leaves]").click()
    await executor.evaluate("dispatchEvent(new Event('focus'))")
    await expect(field).to_be_focused()
    await field.fill(new_link() + "?reply=3")
    await field.press("Control+Enter")
    await expect(executor.get_by_text("Работа завершена: ответ размещён")).to_be_visible()


async def test_no_width_makes_the_composer_scroll_sideways(office: Office) -> None:
    _, executor, _ = await opened(office, "Яма у дома 13.")
    await executor.set_viewport_size({"width": 320, "height": 700})
    await (
        answer_form(executor).get_by_label("Текст ответа").fill("На Ваше обращение сообщаем. " + "я" * 4_200)
    )
    await expect(executor.get_by_role("list", name="Советы по тексту")).to_contain_text("казённо")
    assert await executor.evaluate("document.documentElement.scrollWidth") <= 320
