"""A promise from the draft that states it to the link that proves it."""

import re

from playwright.async_api import expect

from tests.browser.acts import at, begin, form, give
from tests.browser.conftest import Office, new_link


async def test_an_executor_promises_moves_and_keeps(office: Office) -> None:
    case = await begin(office, to=["roads"])
    executor = await at(office, "executor-roads", case)
    sheet = executor.get_by_role("form", name="Отправить на согласование")
    await sheet.get_by_label("Текст ответа").fill("Здравствуйте! Яму засыплем в среду.")
    await sheet.get_by_text("Обещания в ответе").click()
    await sheet.get_by_label("Что обещано").first.fill("Засыпать яму у дома 4")
    await sheet.get_by_label("К какому дню").first.fill(case.moment("wed 12:00").date().isoformat())
    await give(executor, "Отправить на согласование")

    curator = await at(office, "curator", case)
    await expect(curator.get_by_text("Обещает: «Засыпать яму у дома 4»")).to_be_visible()
    await case.look()
    await case.approve()
    await case.publish(new_link())

    executor = await office.desk("executor-roads", "/promises")
    row = executor.get_by_role("row").filter(has_text="Засыпать яму у дома 4").first
    await row.get_by_role("link", name=re.compile(f"^№ {case.id}[. ]")).click()
    promises = executor.get_by_role("region", name="Обещания")
    sheet = await form(executor, "Перенести")
    await sheet.get_by_label("Новый срок").fill(case.moment("fri 12:00").date().isoformat())
    await sheet.get_by_label("Причина").fill("Не пришла краска.")
    async with executor.expect_event("load"):
        await sheet.get_by_role("button", name="Перенести").click()
    await expect(promises).to_contain_text("Не пришла краска.")
    sheet = await form(executor, "Сделано")
    await sheet.get_by_label("Ссылка").fill(new_link())
    async with executor.expect_event("load"):
        await sheet.get_by_role("button", name="Сделано").click()
    await expect(promises.get_by_role("listitem").first).to_contain_text("исполнено")
