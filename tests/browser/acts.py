"""Acts of somebody outside on a message's page, by the names that the contract gives and by nothing else."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.api.messages.case import Case
from tests.browser.conftest import Office

Fields = Mapping[str, str | Sequence[str]]

FORMS: Mapping[str, tuple[str, Sequence[str]]] = {
    "route": (
        "Направить",
        ("Тема", "Место", "Важность", "Органы", "Сокращённый срок", "Повторное к сообщению"),
    ),
    "return_to_curator": ("Вернуть", ("Причина", "Чья компетенция")),
    "contribute": ("Передать информацию", ("Текст", "Вложения")),
    "submit_draft": ("Отправить на согласование", ("Вид", "Текст ответа", "Принятые меры", "Вложения")),
    "withdraw_draft": ("Отозвать проект", ()),
    "approve": ("Согласовать", ()),
    "send_for_rework": ("На доработку", ("Замечания",)),
    "confirm_publication": ("Подтвердить размещение", ("Ссылка на ответ",)),
    "correct_link": ("Исправить ссылку", ("Ссылка на ответ", "Причина")),
    "decline": ("Не подлежит ответу", ("Основание",)),
    "author_replied": ("Автор ответил", ("Ответ автора",)),
    "resume": ("Продолжить без ответа автора", ()),
    "close_unanswered": ("Закрыть без ответа", ("Причина",)),
    "reopen": ("Открыть снова", ("Причина",)),
    "correct": (
        "Исправить",
        ("Ссылка", "Сеть", "Автор", "Текст", "Тема", "Место", "Важность", "Причина"),
    ),
    "note": ("Добавить заметку", ("Заметка", "Вложения")),
    "assign": ("Назначить исполнителя", ("Исполнитель",)),
    "hand_over": ("Передать куратору", ("Куратор",)),
    "report_to_governor": ("Доложить Губернатору", ("Причина",)),
    "transfer": ("Передать преемнику", ("Орган", "Причина")),
    "split": ("Разделить", ("Текст", "Тема")),
    "refer": ("Передано", ("Куда", "Документ", "Дата", "Примечание")),
    "redact": ("Убрать сведения", ("Фрагмент", "Основание", "Номер документа", "Дата")),
    "record_erasure": ("Уничтожить персональные данные", ("Основание", "Номер документа", "Дата")),
}
"""The form of each command and its fields, as the contract has them."""


async def begin(office: Office, starts: str = "mon 09:00", **fields: Any) -> Case:
    """A message whose clock begins in an ordinary week to come; what leads to an act is done by the API."""
    return await Case.begin(office.people, starts, **fields)


async def at(office: Office, person: str, case: Case) -> Page:
    """Somebody's page, open at the message."""
    return await office.desk(person, f"/messages/{case.id}")


def step_of(page: Page) -> Locator:
    """The step in which the message is now, on its path."""
    return page.get_by_role("list", name="Путь", exact=True).locator("[aria-current=step]")


async def form(page: Page, title: str) -> Locator:
    """The form of that name; where it is folded away, the button of that name opens it, under «Ещё» if it is rare."""
    found = page.get_by_role("form", name=title, exact=True)
    button = page.get_by_role("button", name=title, exact=True)
    more = page.get_by_role("button", name="Ещё", exact=True)
    await expect(button.or_(more).first).to_be_visible()
    if not await found.is_visible() and not await button.first.is_visible():
        await more.click()
    # It may just be coming: then its own button is not to be taken for the one that opens it.
    await expect(button.first).to_be_visible()
    if not await found.is_visible():
        await button.click()
    await expect(found).to_be_visible()
    return found


async def fill(field: Locator, value: str | Sequence[str]) -> None:
    """Choose or type, as the field takes it."""
    if await field.evaluate("field => field.tagName") == "SELECT":
        await field.select_option(value if isinstance(value, str) else list(value))
        return
    parts = [value] if isinstance(value, str) else value
    for part in parts:
        await field.fill(part)
        if await field.get_attribute("role") == "combobox":
            await field.press("Enter")


async def send(page: Page, title: str, fields: Fields | None = None) -> None:
    """Fill in the form and send it, whatever comes of it."""
    sheet = await form(page, title)
    for label, value in (fields or {}).items():
        await fill(sheet.get_by_label(label, exact=True), value)
    await sheet.get_by_role("button", name=re.compile(f"^{title}")).click()


async def give(page: Page, title: str, fields: Fields | None = None) -> None:
    """Fill in the form and send it, up to the page that shows what came of it."""
    # No `expect_navigation`: htmx writes into the history when it renews a part first, and that counts as one.
    async with page.expect_event("load"):
        await send(page, title, fields)
    # On a busy machine the page may say first that the command is taken and not applied yet.
    await expect(page.locator("[data-taken]")).to_have_count(0)


async def sign_out(page: Page) -> None:
    """By the person's menu."""
    await page.get_by_role("banner").locator("[popovertarget=person]").click()
    await page.get_by_role("banner").get_by_role("button", name="Выйти").click()


async def has_forms(page: Page, case: Case, known: set[str]) -> None:
    """The page has a form for each command that is allowed, and no other, with the fields of the contract.

    Those of `known` commands have been looked into; what is looked into now is added.
    """
    here = await page.locator("form[aria-label]").evaluate_all(
        "forms => forms.map(form => form.getAttribute('aria-label'))"
    )
    titles = {title for title, _ in FORMS.values()}
    assert sorted(titles.intersection(here)) == sorted(FORMS[command][0] for command in case.view["allowed"])
    for command in set(case.view["allowed"]) - known:
        title, labels = FORMS[command]
        sheet = await form(page, title)
        await expect(sheet.get_by_role("button", name=re.compile(f"^{title}")), title).to_have_count(1)
        for label in labels:
            await expect(sheet.get_by_label(label, exact=True), f"{title}: {label}").to_have_count(1)
        await page.keyboard.press("Escape")
    known.update(case.view["allowed"])
