"""«Каналы» of one's own page: added with the kinds that are wanted, refused with words at the field, removed."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Office

WRONG = "ivanova@region"
RIGHT = "ivanova@region.test"


@pytest.mark.installation
async def test_a_channel_is_refused_with_what_was_typed_then_added_given_other_kinds_and_removed(
    office: Office,
) -> None:
    page = await office.desk("executor-housing", "/profile")
    channels = page.get_by_role("region", name="Каналы", exact=True)
    await expect(channels).to_contain_text("Каналов пока нет.")
    form = channels.get_by_role("form", name="Добавить канал", exact=True)
    address = form.get_by_label("Адрес", exact=True)
    warning = form.get_by_label("Срок истекает", exact=True)
    await form.get_by_text("Какие уведомления:").click()
    await warning.uncheck()
    await address.fill(WRONG)
    await form.get_by_role("button", name="Добавить канал").click()

    # The words are at the field, above the form and in the title; nothing has to be typed or chosen again.
    await expect(page).to_have_title(re.compile("^Ошибка: профиль"))
    await expect(form.get_by_role("alert")).to_contain_text("в почтовом адресе нет сервера")
    await expect(address).to_have_accessible_description(re.compile("в почтовом адресе нет сервера"))
    await expect(address).to_have_value(WRONG)
    await expect(warning).to_be_visible()
    await expect(warning).not_to_be_checked()
    await expect(channels).to_contain_text("Каналов пока нет.")

    await address.fill(RIGHT)
    await form.get_by_role("button", name="Добавить канал").click()
    await expect(channels.get_by_role("status")).to_have_text("Каналы сохранены.")
    item = channels.get_by_role("listitem").filter(has_text=RIGHT)
    kinds = item.get_by_role("form", name=f"Уведомления канала Почта {RIGHT}")
    await item.get_by_text("Уведомления:").click()
    for box in await kinds.get_by_role("checkbox").all():
        await expect(box).to_be_checked(checked=await box.get_attribute("value") != "warning")
        await box.set_checked(await box.get_attribute("value") in ("assigned", "warning"))
    await kinds.get_by_role("button", name="Сохранить выбор").click()
    await expect(item).to_contain_text("Уведомления: поступило сообщение, срок истекает")

    await item.get_by_role("button", name=f"Удалить канал Почта {RIGHT}").click()
    await expect(channels).to_contain_text("Каналов пока нет.")
