"""The page of a message tells its story: what was written at each step and what it replaced, who was told, the road."""

import re

import pytest

from api.web.message import routes
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin

_TAG = re.compile(r"<[^>]+>")


async def page_of(case: Case, person: str, query: str = "") -> str:
    """The page as it is read: its words in order, without marks."""
    return " ".join(_TAG.sub(" ", await markup(case, person, query)).split())


async def markup(case: Case, person: str, query: str = "") -> str:
    answer = await case.office.browse(person, f"/messages/{case.id}{query}")
    assert answer.status_code == 200
    return answer.text


async def test_the_journal_has_what_was_written_at_each_step(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["housing"])
    await case.step("executor-housing", "/return", {"reason": "Дорога городская.", "competent_body": "roads"})
    await case.route("roads", reduced_term="PT6H30M")
    await case.step("curator", "/notes", {"text": "Мастер обещал завтра."})
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
    changed = {
        "importance": "high",
        "author": "Житель Шуи",
        "text": "Яма у больницы.",
        "reason": "Ошибка записи.",
    }
    answer = await case.office.call("curator", "PATCH", f"/messages/{case.id}", json=changed)
    assert answer.status_code == 200
    found = await markup(case, "curator")
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
    assert f"workflows/message-{case.id}" in await markup(case, "curator")
    assert "workflows/message-" not in await markup(case, "executor-roads")


async def test_the_road_has_each_stage_with_its_working_time_and_a_line_for_each_limit(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.at("mon 10:00")
    await case.route("roads")
    await case.at("tue 09:30")
    found = await markup(case, "curator")
    road = found.split("Этапы и сроки на оси")[1].split("</section>")[0]
    told = " ".join(_TAG.sub(" ", road).split())
    assert "Направление" in told
    assert "1 ч рабочего времени" in told
    # From Monday 10:00 over lunch and the night.
    assert "7 ч 45 мин рабочего времени, продолжается" in told
    assert road.count('class="line"') == 1 + len(case.view["limits"])
    assert 'class="late"' in road  # the draft was due on Monday


async def test_a_long_journal_is_shown_whole_when_asked(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await begin("mon 09:00", to=["roads"])
    monkeypatch.setattr(routes, "ROWS", 1)
    cut, whole = await page_of(case, "curator"), await page_of(case, "curator", "?journal=whole")
    assert "Показать весь ход" in cut
    assert "Сообщение зарегистрировано" not in cut
    assert "Показать весь ход" not in whole
    assert "Сообщение зарегистрировано" in whole


async def test_a_message_is_found_by_its_place(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.route("roads", location="село Хрящёвка, Луговая, 7")

    async def found(words: str) -> list[str]:
        answer = await case.office.get("curator", "/messages", q=words)
        return [item["id"] for item in answer.json()["items"]]

    assert await found("хрящевка") == [case.id]
    moved = {"location": "село Лугининка", "reason": "Уточнено."}
    await case.office.call("curator", "PATCH", f"/messages/{case.id}", json=moved)
    assert await found("лугининка") == [case.id]
    assert await found("хрящевка") == []


async def test_a_template_is_removed_by_its_body_and_what_was_typed_stays(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    office = case.office
    form = {"key": "a-template", "kind": "answer", "text": "Здравствуйте! Работы идут."}
    address = f"/messages/{case.id}/templates/submit_draft"
    kept = await office.browse("executor-roads", address, **form, template=f"Ход работ {case.id}")
    assert kept.status_code == 303
    page = await markup(case, "executor-roads")
    button = re.search(
        rf'value="(\d+)" formaction="[^"]+/remove" aria-label="Удалить шаблон «Ход работ {case.id}»', page
    )
    assert button is not None
    typed = form | {"text": "Написано дальше.", "unwanted": button[1]}
    refused = await office.browse("executor-health", f"{address}/remove", **typed)
    assert refused.status_code == 404  # another body does not see the message
    removed = await office.browse("executor-roads", f"{address}/remove", **typed)
    assert removed.status_code == 303
    page = await markup(case, "executor-roads")
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


async def test_the_page_says_how_limits_are_found_in_hours_and_in_days(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.answer("interim")
    found = await page_of(case, "curator")
    limits = found.split("Сроки")[1]
    # Of the draft what is subtracted, back from the answer; of the last one days, and not hours of a day.
    assert re.search(r"Срок ответа — вт \d+ [а-я]+, 9:45; за 4 рабочих часа до него:", limits)
    assert re.search(r"Срок подготовки проекта ответа — пн \d+ [а-я]+, 14:45\.", limits)
    assert limits.count("1 день рабочий день") == 10
