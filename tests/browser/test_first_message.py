"""A newcomer lives a first message on the pages, and the message's clock runs on in the strip."""

import re

from playwright.async_api import expect

from tests.api.messages.case import Case
from tests.api.messages.office import taken
from tests.browser.acts import begin, give
from tests.browser.conftest import Office


async def test_an_executor_is_led_step_by_step_and_plays_the_curator(office: Office) -> None:
    page = await office.desk("executor-sport")
    await page.get_by_role("button", name="Первое сообщение").click()
    strip = page.get_by_role("region", name="Учебный режим")
    led = strip.get_by_role("group", name="Первое сообщение")
    await expect(led).to_contain_text("шаг 1 из 6: подготовьте проект ответа")
    await expect(led).to_contain_text("Пункт 10 Положения")
    await give(page, "Отправить на согласование", {"Вид": "answer", "Текст ответа": "Здравствуйте!"})
    await expect(led).to_contain_text("шаг 2 из 6: дождитесь решения куратора")
    # What another person does moves the lesson on by itself.
    number = page.url.rsplit("/", 1)[-1]
    case = Case(office.people, taken(await office.people.get("curator", f"/messages/{number}")))
    await case.rework("Назовите телефон.")
    await expect(led).to_contain_text("доработайте проект")
    await give(page, "Отправить на согласование", {"Текст ответа": "Здравствуйте! Телефон исправлен."})
    async with page.expect_event("load"):
        await led.get_by_role("button", name="Сыграть за куратора").click()
    await expect(led).to_contain_text("разместите ответ и подтвердите это")
    await give(page, "Подтвердить размещение", {"Ссылка на ответ": "https://vk.com/wall-1_2"})
    await expect(led).to_contain_text("шаг 6 из 6: готово")
    await expect(led.get_by_role("button", name="Ещё одно сообщение")).to_be_visible()


async def test_a_curator_copies_what_to_register_and_goes_on_at_the_message(office: Office) -> None:
    page = await office.desk("curator2")
    await page.get_by_role("button", name="Первое сообщение").click()
    led = page.get_by_role("region", name="Первое сообщение")
    await expect(led).to_contain_text("шаг 1")
    await led.get_by_role("button", name="Скопировать: ссылка").click()
    await expect(led.get_by_text(re.compile("Скопировано|Текст выделен"))).to_be_visible()
    sheet = page.get_by_role("form", name="Зарегистрировать")
    for label in ("Ссылка", "Автор", "Текст"):
        value = await led.locator(f"dt:text-is('{label}') + dd span").first.inner_text()
        await sheet.get_by_label(label, exact=True).fill(value)
    await expect(sheet.get_by_label("Сеть")).to_have_value("vkontakte")
    async with page.expect_navigation(url=re.compile(r"/messages/\d+$")):
        await sheet.get_by_role("button", name="Зарегистрировать").click()
    await expect(page.get_by_role("group", name="Первое сообщение")).to_contain_text("направьте сообщение")


async def test_the_clock_of_a_message_runs_on_in_the_strip_and_so_does_its_time_left(office: Office) -> None:
    case = await begin(office)
    page = await office.person("curator")
    await page.clock.install()
    await page.goto(f"/messages/{case.id}")
    strip = page.get_by_role("region", name="Учебный режим")
    await expect(strip.get_by_role("time")).to_have_text(re.compile(r"^[а-я]{2} \d+ [а-я]+, 9:0\d$"))
    await page.clock.fast_forward("20:00")
    await expect(strip.get_by_role("time")).to_contain_text(re.compile(" 9:2"))
    await expect(page.locator("[data-duty] .left")).to_have_text("1 ч 09 мин")
