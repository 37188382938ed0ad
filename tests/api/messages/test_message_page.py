"""The page of a message: its story at each step, the road, where it stands on its path, and what one may do."""

import re

from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin

_TAG = re.compile(r"<[^>]+>")


def words(part: str) -> str:
    return " ".join(_TAG.sub(" ", part).split())


async def page_of(case: Case, person: str) -> str:
    """The page as it is read: its words in order, without marks."""
    return words(await case.page(person))


async def test_the_journal_has_what_was_written_at_each_step(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["housing"])
    await case.give_back(reason="Дорога городская.", competent_body="roads")
    await case.route("roads", reduced_term="PT6H30M")
    await case.note("Мастер обещал завтра.")
    await case.submit(text="Яму засыплем.")
    await case.rework("Назовите день.")
    told = await page_of(case, "curator")
    assert "Причина: Дорога городская." in told
    assert "Чья компетенция: Департамент дорожного хозяйства и транспорта" in told
    assert "Сокращённый срок: 6 ч 30 мин" in told
    assert "Текст ответа: Яму засыплем." in told
    assert "Замечания: Назовите день." in told
    notes = told.split("Заметки")[1]
    assert notes.startswith(" Мастер обещал завтра.")


async def test_what_was_corrected_stands_beside_what_it_was(begin: Begin) -> None:
    case = await begin("mon 09:00", author="Жительница Шуи", text="Яма у школы.", to=["roads"])
    await case.correct(importance="high", author="Житель Шуи", text="Яма у больницы.")
    found = await case.page("curator")
    assert "<del>Обычная</del> → <ins>Высокая</ins>" in found
    assert "<del>Жительница Шуи</del> → <ins>Житель Шуи</ins>" in found
    # Of a text the words that changed.
    assert "Яма у <del>школы</del><ins>больницы</ins>." in found


async def test_who_was_told_and_the_trace_are_for_those_who_see_every_message(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.at("mon 14:45")
    of_curator, of_executor = [await page_of(case, person) for person in ("curator", "executor-roads")]
    assert "Уведомления: " in of_curator
    executor, curator = "Горелова С. Ю.", "Соколова В. А."
    assert executor in of_curator.split("Кому сообщено")[1]
    assert executor in of_executor.split("Кому сообщено")[1]
    # To others than themselves what was told is not shown.
    assert curator not in of_executor.split("Кому сообщено")[1]
    assert f"workflows/message-{case.id}" in await case.page("curator")
    assert "workflows/message-" not in await case.page("executor-roads")


async def test_the_road_has_each_stage_with_its_working_time_and_a_line_for_each_limit(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.at("mon 10:00")
    await case.route("roads")
    await case.at("tue 09:30")
    found = await case.page("curator")
    road = found.split("Этапы и сроки на оси")[1].split("</section>")[0]
    told = words(road)
    assert "Направление" in told
    assert "1 ч рабочего времени" in told
    # From Monday 10:00 over lunch and the night.
    assert "7 ч 45 мин рабочего времени, продолжается" in told
    assert road.count('class="line"') == 1 + len(case.view["limits"])
    assert 'class="late"' in road  # the draft was due on Monday


async def test_a_message_is_found_by_its_place(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.route("roads", location="село Хрящёвка, Луговая, 7")

    async def found(words: str) -> list[str]:
        answer = await case.office.get("curator", "/messages", q=words)
        return [item["id"] for item in answer.json()["items"]]

    assert await found("хрящевка") == [case.id]
    await case.correct(location="село Лугининка")
    assert await found("лугининка") == [case.id]
    assert await found("хрящевка") == []


async def test_a_template_is_removed_by_its_body_and_what_was_typed_stays(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    office = case.office
    form = {"key": "a-template", "kind": "answer", "text": "Здравствуйте! Работы идут."}
    address = f"/messages/{case.id}/templates/submit_draft"
    kept = await office.browse("executor-roads", address, **form, template=f"Ход работ {case.id}")
    assert kept.status_code == 303
    page = await case.page("executor-roads")
    button = re.search(
        rf'value="(\d+)" formaction="[^"]+/remove" aria-label="Удалить шаблон «Ход работ {case.id}»', page
    )
    assert button is not None
    typed = form | {"text": "Написано дальше.", "unwanted": button[1]}
    refused = await office.browse("executor-health", f"{address}/remove", **typed)
    assert refused.status_code == 404  # another body does not see the message
    removed = await office.browse("executor-roads", f"{address}/remove", **typed)
    assert removed.status_code == 303
    page = await case.page("executor-roads")
    assert f"Ход работ {case.id}" not in page
    assert "Написано дальше." in page


async def test_without_scripts_bodies_go_in_the_order_that_is_said_beside_the_list(begin: Begin) -> None:
    case = await begin("mon 09:00")
    form = {
        "key": f"in-order-{case.id}",
        "topic": "potholes",
        "location": "г. Кинешма",
        "importance": "ordinary",
        "bodies": ["health", "roads"],
        "bodies-in-order": ["roads", "", "housing", ""],
    }
    answer = await case.office.browse("curator", f"/messages/{case.id}/route", **form)
    assert answer.status_code == 303
    view = (await case.get("curator")).json()
    assert view["current_body"] == "roads"
    assert "Департамент дорожного хозяйства и транспорта Ивановской области → " in await page_of(
        case, "curator"
    )
    routed = (await case.get("curator", "/journal")).json()["items"][-2:]
    assert [row["data"].get("bodies") for row in routed if row["kind"] == "route"] == [
        ["roads", "housing", "health"]
    ]


# ---- the path


async def steps(case: Case, person: str) -> list[str]:
    """The steps of the path as they are read; the current one begins with «→»."""
    found = (await case.page(person)).split('aria-label="Путь"')[1].split("</ol>")[0]
    return [("→ " if "aria-current" in part else "") + words("<" + part) for part in found.split("<li")[1:]]


async def region(case: Case, person: str, name: str) -> str:
    return words((await case.page(person)).split(f'aria-label="{name}">')[1].split("</section>")[0])


async def test_the_path_says_what_is_done_whose_turn_it_is_and_until_when(begin: Begin) -> None:
    case = await begin("mon 09:00")
    assert (await steps(case, "curator"))[:2] == ["→ Направление решаете вы", "Подготовка"]
    await case.at("mon 09:30")
    await case.route("roads")
    routed, preparation, *_, answer = await steps(case, "curator")
    assert routed == "✓ Направление (выполнено) 9:30 · Соколова В. А."
    assert preparation.startswith("→ Подготовка ждём: ")
    assert preparation.endswith(", исполнитель не назначен")
    # The draft is due four working hours before the answer.
    assert answer == "Ответ размещён до завтра, 9:45 · запас 4 ч 00 мин"
    told = await region(case, "curator", "Что сделать")
    assert told.startswith("Сейчас от вас ничего не требуется. Ждём проект ответа: ")
    assert "до 14:45." in told
    assert "Сейчас от вас ничего не требуется" not in await page_of(case, "executor-roads")
    assert (await steps(case, "executor-roads"))[1] == "→ Подготовка готовите вы"

    # A return stands beside the main act in the hour in which it is allowed.
    opener = '<button type="button" popovertarget="form-return_to_curator">'
    rare = '<button type="button" class="plain" popovertarget="form-return_to_curator">'
    now = await case.page("executor-roads")
    assert (opener in now, rare in now) == (True, False)
    await case.at("mon 15:00")
    later = await case.page("executor-roads")
    assert (opener in later, rare in later) == (False, True)
    assert (await steps(case, "executor-roads"))[1] == "→ Подготовка просрочено · готовите вы"


async def test_limits_that_were_met_are_one_line_and_a_closed_message_begins_with_its_outcome(
    begin: Begin,
) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.submit()
    assert "Выполнено в срок: 2 · снято: 1" in await region(case, "curator", "Сроки")
    await case.approve()
    await case.publish()
    found = await page_of(case, "curator")
    outcome = re.search(r"Ответ размещён сегодня, \d+:\d\d, в срок", found)
    assert outcome
    assert outcome.start() < found.index("Что пишет житель")
    assert (await steps(case, "curator"))[-1].startswith("→ Ответ размещён")


async def test_what_was_answered_to_the_message_that_is_repeated_stands_beside_it(begin: Begin) -> None:
    first = await begin("mon 09:00", to=["roads"])
    await first.answer(text="Яму засыплем в четверг.")
    again = await begin("mon 09:00")
    await again.route("roads", repeats=first.id)
    told = await region(again, "executor-roads", "Что пишет житель")
    assert f"Прошлый ответ, № {first.id} Яму засыплем в четверг." in told
