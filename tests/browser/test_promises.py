"""A promise from the text that makes it to the picture that proves it."""

import re

from playwright.async_api import expect

from tests.browser.acts import at, begin, form, give
from tests.browser.conftest import Office, new_link
from tests.patience import SOON

TEXT = "Здравствуйте! Яму засыплем в среду до 12:00. Разметку нанесём до пятницы."


async def test_an_executor_promises_is_asked_and_keeps(office: Office) -> None:
    case = await begin(office)
    await case.route("roads")
    executor = await at(office, "executor-roads", case)
    sheet = executor.get_by_role("form", name="Отправить на согласование")
    await sheet.get_by_label("Текст ответа").fill(TEXT)
    rows = sheet.get_by_role("region", name="Обещания").get_by_role("listitem")
    await expect(rows).to_have_count(2, timeout=3 * SOON)
    await rows.first.get_by_role("button", name="Записать обещание").click()
    await expect(rows.first.get_by_label("Время")).to_have_value("12:00")
    await rows.first.get_by_label("Что обещано").fill("Засыпать яму у дома 4")
    await give(executor, "Отправить на согласование")

    curator = await at(office, "curator", case)
    promises = curator.get_by_role("region", name="Обещания")
    await expect(promises).to_contain_text("Засыпать яму у дома 4")
    await promises.get_by_role("button", name="Попросить записать обещание").click()
    remarks = curator.get_by_role("form", name="На доработку").get_by_label("Замечания")
    await expect(remarks).to_have_value(re.compile("^Запишите обещание: «Разметку нанесём до пятницы»"))
    await give(curator, "На доработку")

    executor = await at(office, "executor-roads", case)
    # What was recorded stands there again; what was asked for is still proposed.
    await expect(rows).to_have_count(2, timeout=3 * SOON)
    await expect(rows.first.get_by_label("Что обещано")).to_have_value("Засыпать яму у дома 4")
    await rows.last.get_by_role("button", name="Записать обещание").click()
    await give(executor, "Отправить на согласование")
    await case.look()
    await case.approve()
    await case.publish(new_link())
    moment = {"at": case.moment("wed 12:00").isoformat()}
    assert (await office.people.post("admin", "/training/schedules/promises", moment)).status_code == 200

    executor = await office.desk("executor-roads", "/promises")
    row = executor.get_by_role("row").filter(has_text="Засыпать яму у дома 4").first
    await expect(row).to_contain_text("ожидает отметки")
    await row.get_by_role("link", name=re.compile(f"^№ {case.id}[. ]")).click()
    await executor.get_by_role("button", name="Сделано").first.click()
    sheet = executor.get_by_role("form", name="Сделано")
    await sheet.get_by_label("Ссылка").fill(new_link())
    async with executor.expect_event("load"):
        await sheet.get_by_role("button", name="Сделано").click()
    promises = executor.get_by_role("region", name="Обещания")
    await expect(promises.get_by_role("listitem").first).to_contain_text("исполнено")
    sheet = await form(executor, "Перенести")
    await sheet.get_by_label("Новый срок").fill(case.moment("fri 12:00").date().isoformat())
    await sheet.get_by_label("Причина").fill("Не пришла краска.")
    async with executor.expect_event("load"):
        await sheet.get_by_role("button", name="Перенести").click()
    await expect(promises).to_contain_text("Не пришла краска.")
