"""Every road of the order on the pages, each act by whoever takes it, found by the names of the contract.

| clause | what | where |
|---|---|---|
| 3, 5, 7 | registering; a known link; evidence | test_registering, test_roads |
| 4, 13 | publishing in the network of the message | test_writing |
| 6 | absences and substitutes; assigning; handing over | here |
| 7 | routing, routing taken back, correction, reduced term and forecast | test_routing, here |
| 8 | return with the competent body; from the second one a dispute | here |
| 9, 10 | draft, approval, publication | test_roads |
| 10 | clarification: reply, closing | here |
| 11, 12 | rework, ready remarks, self-approval | test_roads, test_deciding, here |
| 13 | draft withdrawn, approval taken back, wrong link corrected | here |
| 14 | interim answer, then the final one | here |
| 15 | joint answer, its contributions and their rework | here |
| 16 | repeated message with measures | here; likely earlier ones in test_routing |
| 17 | attachments and lengths | test_writing, test_registering |
| 18 | not processed, by each ground; closed and opened again | here |
| 19 | notes, and the record of who acted for whom | test_faults, here |
| 20 | a breach reaches responsible, deputy, head | here |
| 21 | report to the Governor | here |
"""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.messages.case import Case
from tests.browser.acts import FORMS, at, begin, fill, form, give, has_forms, send, step_of
from tests.browser.conftest import Office, new_link


async def reads(office: Office, person: str, case: Case, *words: str) -> None:
    """Somebody's page of notices has one about the message with these words."""
    page = await office.desk(person, "/notices")
    notice = page.get_by_role("listitem").filter(
        has=page.get_by_role("link", name=re.compile(f"^№ {case.id}[. ]"))
    )
    for word in words:
        notice = notice.filter(has_text=word)
    await expect(notice.first).to_be_visible()


async def told(person: str, case: Case, words: str) -> None:
    """The same without the page, which shows every notice alike."""
    assert [notice for notice in await case.notices(person) if words in notice["text"]] != []


def strip_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Учебный режим")


async def press(page: Page, button: str) -> None:
    """Move the message's clock by the strip."""
    async with page.expect_event("load"):
        await strip_of(page).get_by_role("button", name=button).click()


_FIRST_DRAFT = re.compile(r"^\s*Подготовка\s+(просрочено · )?(готовите вы|ждём: )")


async def stands_at(page: Page, stage: str | re.Pattern[str]) -> None:
    await expect(step_of(page)).to_contain_text(stage)


# ---- what stands where


@pytest.mark.installation
async def test_a_message_has_a_form_for_each_command_that_is_allowed(office: Office) -> None:
    known: set[str] = set()
    case = await begin(office)

    async def look(*people: str) -> None:
        for person in people:
            await case.look(person)
            await has_forms(await at(office, person, case), case, known)

    await look("curator", "head", "admin")
    await case.route("housing", "roads")
    await look("curator", "executor-housing")
    await case.contribute()
    await look("curator")
    await case.submit()
    await look("curator", "executor-roads")
    await case.approve()
    await look("curator", "responsible-roads")
    await case.publish()
    await look("curator", "head", "executor-roads")
    case = await begin(office, to=["roads"])
    await case.answer("clarification")
    await look("curator", "executor-roads", "governor")
    await case.close()
    await look("curator", "head")
    # Only from a body that acts no more something passes to a successor, and these all act.
    assert known == set(FORMS) - {"transfer"}


# ---- 6: people


async def test_a_responsible_assigns_and_a_curator_hands_over(office: Office) -> None:
    case = await begin(office, to=["roads"])
    page = await at(office, "responsible-roads", case)
    await give(page, "Назначить исполнителя", {"Исполнитель": "executor-roads"})
    await expect(page.get_by_text("Назначен исполнитель")).to_be_visible()
    await told("executor-roads", case, "вы назначены исполнителем")
    page = await office.desk("responsible-roads", "/overview")
    sheet = page.get_by_role("form", name=f"Назначить исполнителя: № {case.id}", exact=True)
    await expect(sheet.get_by_role("combobox")).to_have_value("executor-roads")
    await fill(sheet.get_by_role("combobox"), "")
    async with page.expect_event("load"):
        await sheet.get_by_role("button").click()
    await expect(page).to_have_url(re.compile("/overview$"))
    await expect(sheet.get_by_role("combobox")).to_have_value("")
    await page.get_by_role("link", name="Отсутствия и замещения").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Сотрудники")
    page = await at(office, "curator", case)
    await give(page, "Передать куратору", {"Куратор": "curator2"})
    await told("curator2", case, "передано вам как куратору")
    assert (await case.look())["curator"] == "curator2"


@pytest.mark.installation
async def test_a_substitute_acts_and_the_record_shows_both(office: Office) -> None:
    """Also who approves what they drafted themselves: a curator stands in for an executor."""
    page = await office.desk("responsible-culture", "/people/executor-culture")
    sheet = page.get_by_role("form", name="Записать отсутствие")
    await fill(sheet.get_by_label("Начало"), "2026-01-12T09:00")
    await fill(sheet.get_by_label("Кто замещает"), "curator")
    async with page.expect_event("load"):
        await sheet.get_by_role("button", name="Записать отсутствие").click()
    try:
        case = await begin(office, to=["culture"])
        page = await at(office, "curator", case)
        await give(
            page, "Отправить на согласование", {"Вид": "answer", "Текст ответа": "Здравствуйте! Открыто."}
        )
        await expect(page.get_by_text(re.compile("за: ")).first).to_be_visible()
        await give(page, "Согласовать")
        await expect(page.get_by_text("собственный проект").first).to_be_visible()
    finally:
        page = await office.desk("responsible-culture", "/people/executor-culture")
        async with page.expect_event("load"):
            await page.get_by_role("button", name=re.compile("Завершить отсутствие")).click()


# ---- 7: routing


@pytest.mark.installation
async def test_a_wrong_route_is_taken_back_and_what_was_entered_wrong_corrected(office: Office) -> None:
    case = await begin(office, to=["health"])
    page = await at(office, "curator", case)
    sheet = await form(page, "Направить")
    await sheet.get_by_role("button", name="Убрать: ").first.click()
    await give(page, "Направить", {"Органы": ["дорожного хозяйства"], "Сокращённый срок": "4,5"})
    await told("executor-health", case, "перенаправлено другому органу")
    page = await at(office, "curator", case)
    await give(page, "Исправить", {"Автор": "Жительница Шуи", "Важность": "high", "Причина": "Опечатка."})
    await expect(page.get_by_text("Сведения исправлены")).to_be_visible()
    view = await case.look()
    assert (view["bodies"], view["reduced_term"], view["author"]) == (["roads"], "PT4H30M", "Жительница Шуи")


# ---- 8: return


@pytest.mark.installation
async def test_a_body_returns_and_the_second_time_the_head_is_told(office: Office) -> None:
    case = await begin(office, to=["roads"])
    page = await at(office, "executor-roads", case)
    await give(page, "Вернуть", {"Причина": "Двор не наш.", "Чья компетенция": "жилищно-коммунального"})
    await told("curator", case, "вопрос не относится к")
    page = await at(office, "curator", case)
    await expect(page.get_by_text("Двор не наш.").first).to_be_visible()
    await case.route("housing")
    page = await at(office, "executor-housing", case)
    await give(page, "Вернуть", {"Причина": "Дорога общего пользования."})
    await reads(office, "head", case, "Определение компетентного органа")


# ---- 10 to 14: drafts


@pytest.mark.installation
async def test_an_interim_answer_is_followed_by_the_final_one(office: Office) -> None:
    case = await begin(office, to=["roads"])
    page = await at(office, "executor-roads", case)
    await give(
        page, "Отправить на согласование", {"Вид": "interim", "Текст ответа": "Здравствуйте! Проверяем."}
    )
    await case.look()
    await case.approve()
    page = await at(office, "executor-roads", case)
    await give(page, "Подтвердить размещение", {"Ссылка на ответ": new_link()})
    await stands_at(page, "окончательный ответ")
    await give(page, "Отправить на согласование", {"Вид": "answer", "Текст ответа": "Здравствуйте! Сделано."})
    await case.look()
    await case.approve()
    page = await at(office, "executor-roads", case)
    await give(page, "Подтвердить размещение", {"Ссылка на ответ": new_link()})
    await stands_at(page, "Ответ размещён")


async def asked_author(office: Office) -> Page:
    """The curator's page of a message whose author was asked something."""
    case = await begin(office, to=["roads"])
    page = await at(office, "executor-roads", case)
    await give(
        page,
        "Отправить на согласование",
        {"Вид": "clarification", "Текст ответа": "Здравствуйте! Назовите дом."},
    )
    await case.look()
    await case.approve()
    await case.publish()
    page = await at(office, "curator", case)
    await stands_at(page, "ожидание ответа автора")
    return page


@pytest.mark.installation
async def test_the_author_replies_and_the_body_goes_on(office: Office) -> None:
    page = await asked_author(office)
    await give(page, "Автор ответил", {"Ответ автора": "Дом 5, у второго подъезда."})
    await stands_at(page, _FIRST_DRAFT)
    executor = await office.desk("executor-roads", page.url)
    await expect(executor.get_by_text("Дом 5, у второго подъезда.").first).to_be_visible()


@pytest.mark.installation
async def test_the_author_is_silent_for_three_days_and_the_message_is_closed(office: Office) -> None:
    page = await asked_author(office)
    await press(page, "До следующего срока")
    await expect(strip_of(page).get_by_role("status")).to_contain_text(
        "Автор не ответил: куратору сообщено (п. 10)"
    )
    await give(page, "Закрыть без ответа", {"Причина": "no_reply"})
    await stands_at(page, "Закрыто без ответа")


@pytest.mark.installation
async def test_a_draft_is_withdrawn_an_approval_taken_back_and_a_wrong_link_corrected(office: Office) -> None:
    case = await begin(office, to=["roads"])
    await case.submit()
    page = await at(office, "executor-roads", case)
    await give(page, "Отозвать проект")
    await stands_at(page, _FIRST_DRAFT)
    await told("curator", case, "отозван")
    await case.look()
    await case.submit()
    await case.approve()
    page = await at(office, "curator", case)
    await give(page, "На доработку", {"Замечания": "Назван не тот дом."})
    await stands_at(page, "доработка")
    await case.look()
    await case.answer(text="Яму у дома 5 засыпали.")
    page = await at(office, "executor-roads", case)
    right = new_link()
    await give(page, "Исправить ссылку", {"Ссылка на ответ": right, "Причина": "Другая запись."})
    await expect(page.locator(f'a[href="{right}"]').first).to_be_attached()


# ---- 15, 16: several bodies, repeated messages


@pytest.mark.installation
async def test_two_bodies_answer_together_and_a_contribution_is_sent_back(office: Office) -> None:
    case = await begin(office)
    page = await at(office, "curator", case)
    await give(
        page,
        "Направить",
        {
            "Тема": "Ямы",
            "Место": "г. Кинешма, ул. Советская",
            "Важность": "ordinary",
            "Органы": ["жилищно-коммунального", "дорожного хозяйства"],
        },
    )
    page = await at(office, "executor-housing", case)
    await give(page, "Передать информацию", {"Текст": "Трубы меняем в мае."})
    await told("curator", case, "поступила информация для общего ответа")
    page = await at(office, "curator", case)
    await give(page, "На доработку", {"Замечания": "Назовите день."})
    page = await at(office, "executor-housing", case)
    await expect(page.get_by_text("Назовите день.").first).to_be_visible()
    await give(page, "Передать информацию", {"Текст": "Трубы меняем 12 мая."})
    page = await at(office, "executor-roads", case)
    await expect(page.get_by_text("Трубы меняем 12 мая.").first).to_be_visible()
    await give(
        page, "Отправить на согласование", {"Вид": "answer", "Текст ответа": "Здравствуйте! Меняем 12 мая."}
    )
    await stands_at(page, "Согласование")
    assert (await case.look())["bodies"] == ["housing", "roads"]


@pytest.mark.installation
async def test_the_answer_to_a_repeated_message_states_measures(office: Office) -> None:
    first, case = await begin(office), await begin(office)
    page = await at(office, "curator", case)
    await give(
        page,
        "Направить",
        {
            "Тема": "Ямы",
            "Место": "г. Шуя",
            "Важность": "ordinary",
            "Органы": ["дорожного хозяйства"],
            "Повторное к сообщению": first.id,
        },
    )
    page = await at(office, "executor-roads", case)
    await expect(page.get_by_role("link", name=re.compile(f"№ {first.id}$")).first).to_be_visible()
    answer = {"Вид": "answer", "Текст ответа": "Здравствуйте! Работы идут."}
    await send(page, "Отправить на согласование", answer)
    sheet = page.get_by_role("form", name="Отправить на согласование")
    await expect(sheet.get_by_role("alert")).to_contain_text("Принятые меры")
    await expect(sheet.get_by_label("Текст ответа")).to_have_value(answer["Текст ответа"])
    await give(page, "Отправить на согласование", {"Принятые меры": "Подрядчик вышел 20 ноября."})
    await stands_at(page, "Согласование")


# ---- 18: what is not processed, and mistaken ends


@pytest.mark.installation
@pytest.mark.parametrize("ground", ["harm_to_person", "obscene_or_insulting"])
async def test_what_clause_18_names_is_declined(office: Office, ground: str) -> None:
    case = await begin(office)
    page = await at(office, "curator", case)
    await give(page, "Не подлежит ответу", {"Основание": ground})
    await stands_at(page, "Не подлежит обработке и ответу")
    if ground == "obscene_or_insulting":
        assert await case.notices("head") == []
    else:
        await reads(office, "head", case, "(пункт 18)")


@pytest.mark.installation
async def test_a_mistaken_end_is_undone_by_the_head(office: Office) -> None:
    case = await begin(office)
    page = await at(office, "curator", case)
    await give(page, "Закрыть без ответа", {"Причина": "registered_by_mistake"})
    await stands_at(page, "Зарегистрировано ошибочно")
    page = await at(office, "head", case)
    await give(page, "Открыть снова", {"Причина": "Закрыто не то."})
    await stands_at(page, "Направление")
    await told("curator", case, "открыто снова")
    page = await at(office, "curator", case)
    await give(page, "Закрыть без ответа", {"Причина": "deleted"})
    await stands_at(page, "Закрыто без ответа")


# ---- 19 to 21: the record, breaches, the Governor


@pytest.mark.installation
async def test_a_breach_reaches_responsible_and_deputy_and_a_curators_own_one_the_head(
    office: Office,
) -> None:
    case = await begin(office)
    page = await at(office, "curator", case)
    await press(page, "До следующего срока")
    await expect(strip_of(page).get_by_role("status")).to_contain_text("Срок направления: нарушен (п. 7)")
    await reads(office, "head", case, "Сведения об истёкшем сроке", "(пункт 7)")
    await case.look()
    await case.route()
    page = await at(office, "responsible-roads", case)
    for _ in range(2):  # the window of return, then the draft
        await press(page, "До следующего срока")
    await expect(strip_of(page).get_by_role("status")).to_contain_text("(п. 10)")
    for person, what in (
        ("responsible-roads", "Срок нарушен"),
        ("deputy", "Сведения об истёкшем сроке"),
    ):
        await reads(office, person, case, what, "(пункт 10)")
        page = await office.desk(person, "/overview")
        named = re.compile(f"^№ {case.id}[. ]")
        for part in ("Просрочено сейчас", re.compile("^Нарушения ")):
            await expect(page.get_by_label(part).get_by_role("link", name=named).first).to_be_visible()
    await page.get_by_label("Просрочено сейчас").get_by_role("link", name=named).first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"№ {case.id}")


async def test_the_governor_is_told_at_once_and_reads_the_message(office: Office) -> None:
    case = await begin(office)
    page = await at(office, "curator", case)
    await give(page, "Доложить Губернатору", {"Причина": "Без тепла остались три дома."})
    await reads(office, "governor", case, "социально и общественно значимый")
    page = await at(office, "governor", case)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"№ {case.id}")
