"""Faults while people work: the server, the connection, a file on its way. Nothing typed is lost by it."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import FilePayload, Route, expect

from tests.api.messages.pictures import PNG
from tests.browser.conftest import Office, new_link
from tests.browser.test_roads import choose, register
from tests.browser.test_writing import answer_form, opened

_LOST = ("net::ERR", "Failed to fetch", "NetworkError")


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that holds still meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.installation
async def test_what_is_typed_outlives_a_server_that_dies_and_comes_again(office: Office) -> None:
    _, executor, number = await opened(office, "Яма у дома 31.")
    text = answer_form(executor).get_by_label("Текст ответа")
    saved = answer_form(executor).get_by_text(re.compile(r"Сохранено в \d{2}:\d{2}"))
    await text.fill("Здравствуйте! До перерыва.")
    await office.serve.kill()
    await text.press_sequentially(" Во время перерыва.")
    gone = executor.get_by_text(re.compile(r"^Нет связи с \d{2}:\d{2}, текст сохранён$"))
    await expect(gone).to_be_visible()
    await answer_form(executor).get_by_role("button", name="Отправить на согласование").click()
    await expect(answer_form(executor).get_by_role("alert")).to_contain_text("Нет связи с сервером")
    await expect(text).to_have_value("Здравствуйте! До перерыва. Во время перерыва.")
    await office.begin_again()
    await expect(gone).to_be_hidden()
    await expect(text).to_have_value("Здравствуйте! До перерыва. Во время перерыва.")
    await expect(saved).to_be_visible()
    elsewhere = await office.person("executor-roads")
    await elsewhere.goto(f"/messages/{number}")
    await expect(answer_form(elsewhere).get_by_label("Текст ответа")).to_have_value(
        "Здравствуйте! До перерыва. Во время перерыва."
    )
    office.forgive(*_LOST)


async def test_a_connection_that_is_lost_is_told_and_comes_back(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "Яма у дома 32.")
    # Being offline reaches no shared worker here: one that is only connecting would be connected after all.
    async with curator.expect_response("**/events/missed*"):
        await curator.reload()
    await curator.get_by_role("button", name="Ещё", exact=True).click()
    await curator.get_by_role("button", name="Добавить заметку").click()
    form = curator.get_by_role("form", name="Добавить заметку")
    await form.get_by_label("Заметка").fill("Позвонили заявителю.")
    await curator.context.set_offline(True)
    await form.get_by_label("Заметка").press("Control+Enter")
    await expect(form.get_by_role("alert")).to_contain_text("Всё введённое на месте")
    gone = curator.get_by_text(re.compile(r"^Нет связи с \d{2}:\d{2}, текст сохранён$"))
    await expect(gone).to_be_visible()
    await curator.context.set_offline(False)
    await expect(gone).to_be_hidden()
    await expect(form.get_by_label("Заметка")).to_have_value("Позвонили заявителю.")
    await form.get_by_label("Заметка").press("Control+Enter")
    await expect(curator.get_by_text("Добавлена заметка")).to_have_count(1)
    office.forgive(*_LOST)


async def lose_the_answer(asked: Route) -> None:
    await asked.fetch(max_redirects=0)
    await asked.abort()


async def test_a_form_whose_answer_was_lost_is_sent_again_with_its_files_and_done_once(
    office: Office,
) -> None:
    curator = await office.person("curator")
    await register(curator, "Яма у дома 33.")
    await curator.get_by_role("button", name="Ещё", exact=True).click()
    await curator.get_by_role("button", name="Добавить заметку").click()
    form = curator.get_by_role("form", name="Добавить заметку")
    await form.get_by_label("Заметка").fill("Снимок публикации.")
    await form.get_by_label("Вложения").set_input_files(
        [FilePayload(name="снимок.png", mimeType="image/png", buffer=PNG)]
    )

    await curator.route("**/note", lose_the_answer)
    await form.get_by_role("button", name="Добавить заметку").click()
    await expect(form.get_by_role("alert")).to_contain_text("Нет связи с сервером")
    assert await form.get_by_label("Вложения").evaluate("field => field.files.length") == 1
    # It was done, and the page has renewed itself since: the second time is still the same request.
    await expect(curator.get_by_text("Добавлена заметка")).to_have_count(1)
    await expect(form.get_by_role("alert")).to_contain_text("Нет связи с сервером")
    await curator.unroute("**/note")
    await form.get_by_role("button", name="Добавить заметку").click()
    await expect(form).to_be_hidden()
    await expect(curator.get_by_text("Добавлена заметка")).to_have_count(1)
    await expect(curator.get_by_role("img", name="снимок.png")).to_have_count(1)
    office.forgive(*_LOST)


@pytest.mark.installation
async def test_what_is_changed_after_an_answer_was_lost_is_told_from_what_had_arrived(
    office: Office,
) -> None:
    curator = await office.person("curator")
    await register(curator, "Яма у дома 35.")
    await curator.get_by_role("button", name="Ещё", exact=True).click()
    await curator.get_by_role("button", name="Добавить заметку").click()
    form = curator.get_by_role("form", name="Добавить заметку")
    await form.get_by_label("Заметка").fill("Звонили дважды.")
    await curator.route("**/note", lose_the_answer)
    await form.get_by_role("button", name="Добавить заметку").click()
    await expect(form.get_by_role("alert")).to_contain_text("Нет связи с сервером")
    await expect(curator.get_by_text("Добавлена заметка")).to_have_count(1)
    await curator.unroute("**/note")
    await form.get_by_label("Заметка").fill("Звонили трижды.")
    await form.get_by_role("button", name="Добавить заметку").click()
    await expect(form.get_by_role("alert")).to_contain_text("дошла и уже исполнена")
    await expect(form.get_by_label("Заметка")).to_have_value("Звонили трижды.")
    async with curator.expect_event("load"):
        await form.get_by_role("button", name="Добавить заметку").click()
    await expect(curator.get_by_text("Добавлена заметка")).to_have_count(2)
    office.forgive(*_LOST)


@pytest.mark.installation
async def test_a_file_on_its_way_shows_how_far_it_is_and_stays_chosen_when_it_is_stopped(
    office: Office,
) -> None:
    _, executor, _ = await opened(office, "Яма у дома 34.")
    form = answer_form(executor)
    await form.get_by_label("Текст ответа").fill("Здравствуйте! Вот фото.")
    field = form.get_by_label("Вложения")
    await field.set_input_files([FilePayload(name="акт.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")])
    await expect(form.get_by_text("это не фото и не видео")).to_be_visible()
    await form.get_by_role("button", name="Отправить на согласование").click()
    await expect(form.get_by_role("alert")).to_contain_text("Не отправлено. акт.pdf")
    # The picture, and so many bytes behind it that a slow line needs a while.
    slow = FilePayload(name="фото.png", mimeType="image/png", buffer=PNG + bytes(1_000_000))
    await field.set_input_files([slow])
    network = await executor.context.new_cdp_session(executor)
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": 200_000})
    await form.get_by_role("button", name="Отправить на согласование").click()
    await expect(form.get_by_text(re.compile(r"Отправлено 0,\d из 1,0 МБ"))).to_be_visible()
    await form.get_by_role("button", name="Прервать").click()
    await expect(form.get_by_role("alert")).to_contain_text("Отправка прервана")
    assert await field.evaluate("field => field.files[0].name") == "фото.png"
    await network.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": -1})
    await form.get_by_role("button", name="Отправить на согласование").click()
    await expect(executor.get_by_role("button", name="Отозвать проект")).to_be_visible()
    office.forgive(*_LOST)


async def test_a_command_that_cannot_be_applied_yet_is_told_and_resolves_by_itself(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "Яма у дома 35.")
    with stopped(office.installation.pid("worker")):
        await curator.get_by_role("button", name="Ещё", exact=True).click()
        await curator.get_by_role("button", name="Доложить Губернатору").click()
        form = curator.get_by_role("form", name="Доложить Губернатору")
        await form.get_by_label("Причина").fill("Пять жалоб за день.")
        await form.get_by_role("button", name="Доложить Губернатору").click()
        taken = curator.get_by_text("Принято, применяется…")
        await expect(taken).to_be_visible()
    await expect(taken).to_be_hidden()
    await expect(curator.locator(".journal").get_by_text("Доложено Губернатору")).to_be_visible()


@pytest.mark.installation
async def test_evidence_that_could_not_be_kept_is_told_after_registering_and_attached_from_there(
    office: Office,
) -> None:
    curator = await office.person("curator")
    await curator.keyboard.press("KeyN")
    form = curator.get_by_role("form", name="Зарегистрировать")
    await form.get_by_label("Ссылка").fill(new_link())
    await expect(form.get_by_label("Сеть")).to_have_value("vkontakte")
    await form.get_by_label("Автор").fill("Житель Шуи")
    await form.get_by_label("Текст").fill("Яма у дома 36.")
    await form.get_by_label("Вложения").set_input_files(
        [FilePayload(name="снимок.png", mimeType="image/png", buffer=PNG[:40])]
    )
    await curator.keyboard.press("Control+Enter")
    await expect(curator.get_by_role("heading", level=1)).to_contain_text("зарегистрировано")
    await expect(curator.get_by_role("alert")).to_contain_text("Вложения не сохранены")
    note = curator.get_by_role("form", name="Добавить заметку")
    attachments = note.get_by_label("Вложения")
    assert await attachments.evaluate("field => field.files[0].name") == "снимок.png"
    await attachments.set_input_files([FilePayload(name="снимок.png", mimeType="image/png", buffer=PNG)])
    await note.get_by_role("button", name="Добавить заметку").click()
    await curator.wait_for_url(re.compile(r"/messages/\d+$"))
    await expect(curator.get_by_role("img", name="снимок.png")).to_be_visible()


async def test_an_answer_is_written_returned_and_published_without_scripts(office: Office) -> None:
    curator = await office.person("curator", scripts=False)
    executor = await office.person("executor-roads", scripts=False)
    number = await register(curator, "Яма у дома 37.")

    async def route_it() -> None:
        form = curator.get_by_role("form", name="Направить")
        await choose(form.get_by_label("Тема"), "Ямы")
        await form.get_by_label("Место").fill("г. Кинешма")
        await choose(form.get_by_label("Органы"), "дорожного хозяйства")
        await form.get_by_role("button", name="Направить").click()

    await route_it()
    await executor.goto(f"/messages/{number}")
    await executor.get_by_role("button", name="Вернуть").click()
    given_back = executor.get_by_role("form", name="Вернуть")
    await given_back.get_by_label("Причина").fill("Дорога федеральная.")
    await given_back.get_by_role("button", name="Вернуть").click()
    await curator.goto(f"/messages/{number}")
    await route_it()

    await executor.goto(f"/messages/{number}")
    form = answer_form(executor)
    await form.get_by_label("Вид").select_option("answer")
    await form.get_by_role("button", name="Отправить на согласование").click()
    await expect(form.get_by_role("alert")).to_contain_text("Напишите текст ответа")
    await form.get_by_label("Текст ответа").fill("Здравствуйте! Яму засыпали сегодня.")
    await form.get_by_role("button", name="Отправить на согласование").click()
    await curator.goto(f"/messages/{number}")
    await curator.get_by_role("form", name="Согласовать").get_by_role("button", name="Согласовать").click()

    await executor.goto(f"/messages/{number}")
    steps = executor.get_by_role("listitem").filter(has=executor.get_by_role("heading", level=3))
    await expect(steps).to_have_count(3)
    await expect(steps.nth(0)).to_contain_text("Яму засыпали сегодня.")
    await expect(executor.get_by_role("button", name="Скопировать текст")).to_be_hidden()
    publication = executor.get_by_role("form", name="Подтвердить размещение")
    await publication.get_by_label("Ссылка на ответ").fill("не ссылка")
    await publication.get_by_role("button", name="Подтвердить размещение").click()
    await expect(publication.get_by_role("alert")).to_be_visible()
    await publication.get_by_label("Ссылка на ответ").fill(new_link() + "?reply=2")
    await publication.get_by_role("button", name="Подтвердить размещение").click()
    await expect(executor.get_by_text("Работа завершена: ответ размещён")).to_be_visible()
