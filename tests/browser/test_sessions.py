"""A sign-in that ends while people work: they sign in over the page, and what they were about to do is done once."""

from http import HTTPStatus
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.acts import sign_out
from tests.browser.conftest import PASSWORD, Office, fill_in_sign_in
from tests.browser.test_roads import draft, register
from tests.browser.test_writing import answer_form, opened


async def end_elsewhere(page: Page) -> None:
    """The sign-in of this browser ends, as from another one; the page does not know of it yet."""
    done = await page.context.request.post("/sign-out", max_redirects=0)
    assert done.status == HTTPStatus.SEE_OTHER
    # The other browser leaves this one its cookie, which opens nothing any more.
    await page.context.add_cookies([{"name": "otklik", "value": "ended", "url": page.url}])


async def press(button: Locator) -> None:
    """Press it once the sign-in has ended: the page may hear of that first, and ask for signing in over it."""
    await button.dispatch_event("click")


async def sign_in_over(page: Page, person: str | None = None) -> Locator:
    """Sign in over the page, as whoever was signed in, or as another person."""
    dialog = page.get_by_role("dialog", name="Войдите ещё раз")
    await expect(dialog).to_be_visible()
    if person is not None:
        await dialog.get_by_label("Имя для входа").fill(person)
    await dialog.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Войти", exact=True).click()
    return dialog


async def test_an_act_refused_for_an_ended_sign_in_is_done_once_after_signing_in_over_the_page(
    office: Office,
) -> None:
    curator, executor, number = await opened(office, "Яма у дома 21.")
    form = answer_form(executor)
    await form.get_by_label("Текст ответа").fill("Здравствуйте! Засыплем 28 ноября.")
    await end_elsewhere(executor)
    sent: list[str] = []
    executor.on(
        "request",
        lambda asked: sent.append(asked.url) if asked.url.endswith(f"{number}/submit_draft") else None,
    )
    await press(form.get_by_role("button", name="Отправить на согласование"))
    dialog = executor.get_by_role("dialog", name="Войдите ещё раз")
    await expect(dialog.get_by_label("Имя для входа")).to_have_value("executor-roads")
    await expect(form.get_by_label("Текст ответа")).to_have_value("Здравствуйте! Засыплем 28 ноября.")
    await dialog.get_by_label("Пароль", exact=True).fill("not this one")
    await dialog.get_by_role("button", name="Войти", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_have_text("Неверное имя для входа или пароль.")
    await sign_in_over(executor)
    await expect(executor.get_by_role("button", name="Отозвать проект")).to_be_visible()
    assert executor.url.endswith(f"/messages/{number}")
    assert len(sent) == 2
    await curator.goto(f"/messages/{number}")
    await expect(curator.get_by_text("Проект ответа: на согласовании")).to_have_count(1)


async def test_another_person_who_signs_in_does_not_do_what_was_begun(office: Office) -> None:
    _, executor, number = await opened(office, "Яма у дома 22.")
    form = answer_form(executor)
    await form.get_by_label("Текст ответа").fill("Здравствуйте! Это писал дорожник.")
    await end_elsewhere(executor)
    await press(form.get_by_role("button", name="Отправить на согласование"))
    await sign_in_over(executor, "curator2")
    told = executor.get_by_role("dialog", name="Вошёл другой сотрудник")
    await expect(told.get_by_role("alert")).to_contain_text("не отправлено")
    await told.get_by_role("button", name="Перейти к своей очереди").click()
    await expect(executor.get_by_role("heading", level=1, name="Моя очередь")).to_be_visible()
    await executor.goto(f"/messages/{number}")
    step = executor.get_by_role("list", name="Путь").locator("[aria-current=step]")
    await expect(step).to_contain_text("Подготовка")
    await expect(executor.get_by_text("Это писал дорожник")).to_have_count(0)

    await sign_out(executor)
    await fill_in_sign_in(executor, "executor-roads")
    await executor.get_by_role("heading", level=1, name="Моя очередь").wait_for()
    await executor.goto(f"/messages/{number}")
    await expect(answer_form(executor).get_by_label("Текст ответа")).to_have_value(
        "Здравствуйте! Это писал дорожник."
    )


async def test_a_page_left_open_does_nothing_in_the_name_of_who_signed_in_since(office: Office) -> None:
    curator, executor, number = await opened(office, "Яма у дома 23.")
    await draft(executor, "Здравствуйте! Засыпали.")
    await curator.goto(f"/messages/{number}")
    form = curator.get_by_role("form", name="Согласовать")
    await expect(form).to_be_visible()
    tab = await curator.context.new_page()
    await tab.goto("/profile")
    await sign_out(tab)
    await fill_in_sign_in(tab, "curator2")
    await tab.get_by_role("heading", level=1, name="Моя очередь").wait_for()
    told = curator.get_by_text("другой сотрудник")
    await form.get_by_role("button", name="Согласовать").click()
    await expect(told.first).to_be_visible()
    await tab.goto(f"/messages/{number}")
    await expect(tab.get_by_role("form", name="Согласовать")).to_be_visible()


@pytest.mark.installation
async def test_a_sheet_with_a_note_stays_under_signing_in_and_a_part_that_renews_asks_for_it(
    office: Office,
) -> None:
    curator = await office.person("curator")
    await register(curator, "Яма у дома 24.")
    await curator.get_by_role("button", name="Ещё", exact=True).click()
    await curator.get_by_role("button", name="Добавить заметку").click()
    note = curator.get_by_role("form", name="Добавить заметку").get_by_label("Заметка")
    await note.fill("Звонили в администрацию.")
    await end_elsewhere(curator)
    # As when somebody else changes the message: the page asks for its part again, and is refused.
    await curator.locator("#main").dispatch_event("live")
    dialog = curator.get_by_role("dialog", name="Войдите ещё раз")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("button", name="Позже").click()
    await expect(note).to_have_value("Звонили в администрацию.")
    await expect(curator.get_by_text("Вход завершён, текст сохранён")).to_be_visible()
    await note.press("Control+Enter")
    await sign_in_over(curator)
    await expect(curator.get_by_text("Добавлена заметка")).to_have_count(1)


@pytest.mark.installation
async def test_without_scripts_signing_in_leads_back_to_the_message(office: Office) -> None:
    curator = await office.person("curator")
    number = await register(curator, "Яма у дома 25.")
    plain = await office.person("curator2", scripts=False)
    await plain.goto(f"/messages/{number}")
    await end_elsewhere(plain)
    await plain.get_by_role("form", name="Направить").get_by_role("button", name="Направить").click()
    await expect(plain).to_have_url(f"{office.address}/sign-in?next={quote(f'/messages/{number}')}")
    await fill_in_sign_in(plain, "curator2")
    await expect(plain.get_by_role("heading", level=1)).to_contain_text(f"Сообщение № {number}")
