"""The administrator's pages: what is missing, people with absences and sign-ins, the record of access, the calendar."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from api.web.session import COOKIE
from store.database.engines import Database
from store.personal_data.tables import DestructionActRow, DestructionEntryRow
from telemetry.heartbeat import RELEASE
from tests.api.conftest import client_of, enrolled, token_of

Sit = Callable[[str], Awaitable[AsyncClient]]
_TAG = re.compile(r"<[^>]+>")


@pytest.fixture
async def sit(app: FastAPI, http: AsyncClient) -> AsyncIterator[Sit]:
    """Somebody at a browser: `await sit("admin")`."""
    async with AsyncExitStack() as stack:

        async def sit(person: str) -> AsyncClient:
            token = await token_of(http, person)
            headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={token}"}
            return await stack.enter_async_context(client_of(app, headers))

        yield sit


@pytest.fixture
async def admin(sit: Sit) -> AsyncClient:
    return await sit("admin")


def text_of(page: Response) -> str:
    """What stands on the page, in one line."""
    return " ".join(_TAG.sub(" ", page.text.split("<main")[1]).split())


# ---- forms


@pytest.mark.parametrize(
    "path",
    [
        *("people/new", "people/curator", "bodies/new", "bodies/roads", "bodies/roads/hours"),
        *("department", "topics", "accounts"),
    ],
)
async def test_a_form_that_came_without_its_fields_comes_back_with_what_it_asks(
    admin: AsyncClient, path: str
) -> None:
    shown = await admin.get(f"/admin/{path}")
    sent = await admin.post(f"/admin/{path}", data={"unknown": "1"})
    assert (shown.status_code, sent.status_code) in {(200, 422), (200, 409)}
    assert 'role="alert"' in sent.text


async def test_several_wrong_fields_are_told_at_the_fields_and_once_above_them(admin: AsyncClient) -> None:
    sent = await admin.post("/admin/people/new", data={"email": "x"})
    alert = re.search(r'<p class="refusal" role="alert">([^<]*)</p>', sent.text)
    assert alert is not None and alert[1] == "Проверьте отмеченные поля."
    assert sent.text.count("заполните это поле.") == 3


# ---- the condition of the installation


async def test_what_is_wrong_with_the_installation_is_told_with_what_to_do(admin: AsyncClient) -> None:
    told = text_of(await admin.get("/admin/condition"))
    attention, right = told.split("В порядке", 1)
    assert "Рабочие процессы: ни один не работает Запустите otklik worker" in attention
    assert "Temporal: не отвечает" in attention
    assert "Резервная копия: ни одной не записано" in attention
    assert attention.index("Рабочие процессы") < attention.index("Резервная копия"), (
        "what is wrong comes first"
    )
    assert f"Версия {RELEASE}" in right
    assert "Часы всех процессов совпадают с часами базы данных" in right


# ---- the checklist


async def test_each_line_of_what_is_missing_leads_to_its_cure(admin: AsyncClient) -> None:
    page = await admin.get("/admin")
    assert f"Версия {RELEASE} Назначение" in text_of(page)
    lines = re.findall(r'<li class="(late|soon)"><a href="([^"]+)">([^<]+)</a>', page.text)
    assert ("soon", "/admin/people/new?role=governor", "Нет сотрудника: Губернатор") in lines
    assert ("soon", "/admin#installation", "Срок хранения резервных копий не задан") in lines
    assert 'id="directory"' in page.text
    assert 'id="installation"' in page.text
    text = text_of(page)
    assert "Сеть «Одноклассники»: нет аккаунта ни у одного органа" in text
    for address in (
        "/admin/bodies",
        "/admin/topics",
        "/admin/changes",
        "/admin/people",
        "/admin/access",
        "/admin/destructions",
        "/admin/calendar",
    ):
        assert f'href="{address}"' in page.text
        assert (await admin.get(address)).status_code == 200


# ---- people


async def test_people_are_found_by_a_part_of_the_name(admin: AsyncClient) -> None:
    page = await admin.get("/admin/people", params={"q": "EXECUTOR hous"})
    assert re.findall(r'<td><a href="/admin/people/([^"]+)"', page.text) == ["executor-housing"]


async def test_an_absence_is_recorded_shown_and_ended(admin: AsyncClient) -> None:
    typed = {"from": "2026-11-02T09:00", "to": "", "substitute": "executor-housing"}
    recorded = await admin.post("/people/executor-roads/absences", data=typed)
    assert (recorded.status_code, recorded.headers["location"]) == (303, "/admin/people/executor-roads")
    page = await admin.get("/admin/people/executor-roads")
    assert "пока не завершено сейчас замещает Executor-Housing" in text_of(page)
    end = re.search(r'action="(/people/executor-roads/absences/\w+/end)"', page.text)
    assert end
    assert (await admin.post(end[1])).status_code == 303
    assert "сейчас замещает" not in text_of(await admin.get("/admin/people/executor-roads"))
    assert "Удалить" in text_of(await admin.get("/admin/people/executor-roads"))


async def test_an_absence_without_a_substitute_is_recorded_and_shown(admin: AsyncClient) -> None:
    typed = {"from": "2026-11-02T09:00", "to": "", "substitute": ""}
    assert (await admin.post("/people/executor-roads/absences", data=typed)).status_code == 303
    shown = text_of(await admin.get("/admin/people/executor-roads"))
    assert "пока не завершено сейчас замещающий не назначен" in shown
    listed = text_of(await admin.get("/admin/people", params={"q": "executor-roads"}))
    assert "отсутствует, замещающий не назначен" in listed


async def test_an_absence_that_cannot_be_comes_back_as_it_was_typed(admin: AsyncClient) -> None:
    typed = {"from": "2026-11-02T09:00", "to": "2026-11-01T09:00", "substitute": "executor-housing"}
    page = await admin.post("/people/executor-roads/absences", data=typed)
    assert page.status_code == 422
    assert "Конец отсутствия должен быть позже начала." in text_of(page)
    assert 'value="2026-11-01T09:00"' in page.text
    assert '<option value="executor-housing" selected>' in page.text
    nothing = await admin.post("/people/executor-roads/absences", data={})
    assert nothing.status_code == 422
    assert "Укажите дату и время" in text_of(nothing)


async def test_the_responsible_sees_and_records_those_of_the_own_body_alone(sit: Sit) -> None:
    responsible = await sit("responsible-roads")
    page = await responsible.get("/people")
    assert set(re.findall(r'href="/people/([^"]+)"', page.text)) == {"executor-roads", "responsible-roads"}
    own = await responsible.get("/people/executor-roads")
    assert "Записать отсутствие" in text_of(own)
    assert "Открытые входы" not in text_of(own)
    typed = {"from": "2026-12-01T09:00", "substitute": "responsible-roads"}
    recorded = await responsible.post("/people/executor-roads/absences", data=typed)
    assert recorded.headers["location"] == "/people/executor-roads"
    assert (await responsible.get("/people/executor-housing")).status_code == 403
    assert (await responsible.post("/people/executor-housing/absences", data=typed)).status_code == 403


async def test_everybody_sees_their_own_absences_and_records_none(sit: Sit) -> None:
    curator = await sit("curator")
    page = await curator.get("/people/curator")
    assert page.status_code == 200
    assert "Записать отсутствие" not in text_of(page)
    assert (await curator.get("/people")).status_code == 403
    page = await (await sit("head")).get("/people")
    assert re.findall(r'href="/people/([^"]+)"', page.text) == ["curator"], "the head has those of curators"


async def test_the_administrator_ends_a_sign_in_of_somebody(sit: Sit, admin: AsyncClient) -> None:
    curator = await sit("curator")
    assert (await curator.get("/")).status_code == 200
    page = await admin.get("/admin/people/curator")
    end = re.search(r'action="(/admin/people/curator/sign-ins/\w+/end)"', page.text)
    assert end
    assert (await admin.post(end[1], headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await admin.post(end[1])).status_code == 303
    assert (await curator.get("/", follow_redirects=False)).status_code == 303
    assert "Открытых входов нет." in text_of(await admin.get("/admin/people/curator"))
    on_record = await admin.get("/admin/access", params={"call": "sign_ins.end"})
    assert "Admin Завершение открытых входов Curator 127.0.0.1 выполнено" in text_of(on_record)


async def test_a_second_factor_is_removed_for_who_has_lost_it(http: AsyncClient, admin: AsyncClient) -> None:
    await enrolled(http, "curator")
    path = "/admin/people/curator/second-factor/remove"
    assert "Отключить второй фактор" in text_of(await admin.get("/admin/people/curator"))
    assert (await admin.post(path)).status_code == 303
    assert "Отключить второй фактор" not in text_of(await admin.get("/admin/people/curator"))
    again = await admin.post(path)
    assert again.status_code == 409
    assert 'role="alert"' in again.text


# ---- the record of access


async def test_the_record_of_access_is_searched_by_person_call_message_and_days(
    sit: Sit, admin: AsyncClient
) -> None:
    curator = await sit("curator")
    await curator.get("/messages/7")
    await curator.get("/notices")
    today = datetime.now(UTC).date()
    sought = {
        "person": "curator",
        "message": "№ 7",
        "call": "message.open",
        "from": str(today - timedelta(2)),
    }
    page = await admin.get("/admin/access", params={**sought, "to": str(today + timedelta(1))})
    text = text_of(page)
    assert "Просмотр сообщения № 7 127.0.0.1 не найдено или недоступно" in text
    assert text.count("127.0.0.1") == 1
    earlier = {"person": "curator", "to": str(today - timedelta(2))}
    assert "Записей нет." in text_of(await admin.get("/admin/access", params=earlier))
    bare = await admin.get("/admin/access", params={"person": "curator", "call": ""}, follow_redirects=False)
    assert (bare.status_code, bare.headers["location"]) == (303, "/admin/access?person=curator")


# ---- acts, calendar


async def test_acts_of_destruction_are_listed_and_downloaded(admin: AsyncClient, db: Database) -> None:
    now = datetime.now(UTC)
    act = DestructionActRow(
        run="run", person="admin", ground="Обращение автора", begun_at=now, ended_at=now, backups_until=now
    )
    async with db.write() as session:
        session.add(act)
        await session.flush()
        number = act.id
        assert number is not None
        session.add(DestructionEntryRow(act=number, at=now, data_class="texts", message=None, amount=3))
    page = await admin.get("/admin/destructions")
    assert "Обращение автора" in text_of(page)
    document = await admin.get(f"/admin/destructions/{number}.docx")
    assert document.content.startswith(b"PK")


async def test_the_calendar_says_by_what_act_each_special_day_is(admin: AsyncClient) -> None:
    text = text_of(await admin.get("/admin/calendar", params={"year": 2026}))
    assert (
        "пт, 9 января Выходной день (перенос с 3 января) Постановление Правительства РФ от 24.09.2025" in text
    )
    assert "пн, 23 февраля День защитника Отечества Трудовой кодекс РФ, ст. 112" in text
    assert "чт, 30 апреля Сокращённый день Трудовой кодекс РФ, ст. 95" in text
    assert "рабочих дней: 247" in text
    assert "п. 7 направление" in text


async def test_a_year_that_is_not_loaded_is_provisional(admin: AsyncClient) -> None:
    assert "предварительно, по Трудовому кодексу" in text_of(
        await admin.get("/admin/calendar", params={"year": 2028})
    )
    assert (await admin.get("/admin/calendar", params={"year": 2035})).status_code == 404
