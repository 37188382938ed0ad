"""A curator decides on a draft by keys, and keeps what was typed where another one was first."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.acts import begin, step_of
from tests.browser.conftest import Office


async def with_draft(office: Office, text: str) -> tuple[Page, str]:
    """The page of a curator who has a draft to decide on, and its message's number."""
    case = await begin(office, text=text, to=["roads"])
    await case.submit()
    curator = await office.person("curator")
    await curator.goto(f"/messages/{case.id}")
    await expect(curator.get_by_role("form", name="Согласовать")).to_be_visible()
    return curator, case.id


async def test_ready_remarks_are_taken_and_sent_by_keys(office: Office) -> None:
    curator, _ = await with_draft(office, "На Лежневской яма у остановки.")
    comment = curator.get_by_role("form", name="На доработку").get_by_label("Замечания")
    await curator.keyboard.press("Digit1")
    await curator.keyboard.press("Digit6")
    await expect(comment).to_have_value(
        "Назовите день и исполнителя работ.\nПриложите фото выполненных работ."
    )
    taken = curator.get_by_role("group", name="Готовые замечания").locator("[aria-pressed=true]")
    await expect(taken).to_have_count(2)
    await curator.keyboard.press("Digit1")
    await expect(taken).to_have_count(1)
    await expect(comment).to_have_value("Приложите фото выполненных работ.")
    # One stray key costs nobody an hour: it leads into the field.
    await curator.keyboard.press("KeyR")
    await expect(comment).to_be_focused()
    await curator.keyboard.press("Alt+KeyR")
    await expect(step_of(curator)).to_contain_text("доработка")


async def test_what_one_types_stays_where_another_has_approved(office: Office) -> None:
    curator, number = await with_draft(office, "На Шуйской яма у школы.")
    other = await office.person("curator2")
    await other.goto(f"/messages/{number}")
    comment = other.get_by_role("form", name="На доработку").get_by_label("Замечания")
    await comment.fill("Проверьте, чья это улица.")
    await curator.keyboard.press("Control+Enter")
    await expect(step_of(curator)).to_contain_text("Размещение")
    kept = other.get_by_role("alert").filter(has_text="Уже согласовано:")
    await expect(kept).to_be_visible()
    await expect(kept).to_contain_text(re.compile(r"Уже согласовано: \S+ \S\. \S\., \d{1,2}:\d\d"))
    await expect(kept.get_by_label("Замечания")).to_have_value("Проверьте, чья это улица.")
    await expect(kept.get_by_label("Замечания")).to_be_focused()


@pytest.mark.installation
async def test_a_form_filled_in_before_another_has_approved_undoes_nothing(office: Office) -> None:
    curator, number = await with_draft(office, "На Вокзальной яма у перехода.")
    other = await office.person("curator2", scripts=False)
    await other.goto(f"/messages/{number}")
    await curator.keyboard.press("Control+Enter")
    await expect(step_of(curator)).to_contain_text("Размещение")
    form = other.get_by_role("form", name="На доработку")
    await form.get_by_label("Замечания").fill("Назовите подрядчика.")
    await form.get_by_role("button", name="На доработку").click()
    await expect(form.get_by_role("alert")).to_contain_text("Уже согласовано:")
    await expect(form.get_by_label("Замечания")).to_have_value("Назовите подрядчика.")
    await form.get_by_role("button", name="На доработку").click()
    await expect(step_of(other)).to_contain_text("доработка")
