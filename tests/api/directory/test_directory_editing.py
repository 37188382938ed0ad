"""The directory changed entry by entry on the administrator's pages, and the record of who changed what."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlmodel import select

from service.directory import forms
from service.people.guesses import ALLOWED
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.messages.tables import MessageBodyRow, TopicRow
from store.people.tables import BodyRow, PersonRoleRow, PersonRow, WrongPasswordRow
from store.people.wrong_passwords import note
from tests.api.directory.test_admin_pages import Sit, admin, sit, text_of
from tests.message_row import message_row

__all__ = ["admin", "sit"]

NOW = datetime.now(UTC)
ROADS = {"title": "Департамент дорог", "short": "Дороги", "kind": "executive", "active": "yes"}


async def edition(admin: AsyncClient, address: str) -> str:
    found = re.search(r'name="edition" value="([^"]+)"', (await admin.get(address)).text)
    assert found
    return found[1]


async def saved(admin: AsyncClient, address: str, typed: Mapping[str, object]) -> Response:
    return await admin.post(address, data={"edition": await edition(admin, address), **typed})


def ledger(page: Response) -> str:
    return text_of(page).split("Было и стало")[-1]


# ---- bodies


async def test_a_body_is_added_with_accounts_and_who_oversees_it_and_its_values_are_on_record(
    admin: AsyncClient, db: Database
) -> None:
    typed = {
        **ROADS,
        "key": "culture",
        "title": "Департамент культуры",
        "vkontakte": "https://vk.com/culture37",
        "deputies": "deputy",
    }
    done = await admin.post("/admin/bodies/new", data=typed)
    assert (done.status_code, done.headers["location"]) == (303, "/admin/bodies/culture?done=true")
    async with db.read() as session:
        assert [row.url for row in await directory_rows.accounts(session) if row.body == "culture"] == [
            "https://vk.com/culture37"
        ]
        assert (
            await session.exec(
                select(PersonRoleRow.person).where(
                    PersonRoleRow.role == "deputy", PersonRoleRow.body == "culture"
                )
            )
        ).all() == ["deputy"]
    record = ledger(await admin.get("/admin/changes"))
    assert "Admin Департамент культуры Органы: culture, добавлено" in record
    assert "Аккаунт: ВКонтакте https://vk.com/culture37" in record
    assert "Курирует органы roads; housing roads; housing; culture" in record


async def test_what_is_wrong_with_a_body_stands_at_its_field_with_what_was_typed(admin: AsyncClient) -> None:
    typed = {**ROADS, "key": "roads", "vkontakte": "наша группа"}
    page = await admin.post("/admin/bodies/new", data=typed)
    assert page.status_code == 422
    assert "«roads» уже есть" in text_of(page)
    assert 'value="наша группа"' in page.text
    page = await admin.post("/admin/bodies/new", data={**typed, "key": "roads2"})
    assert "аккаунт в сети «ВКонтакте» — это ссылка" in text_of(page)
    page = await admin.post("/admin/bodies/new", data={**ROADS, "key": "Дороги", "title": ""})
    assert 'id="body-title-wrong"' in page.text
    assert 'id="body-key-wrong"' in page.text


async def test_a_form_filled_in_over_an_older_entry_changes_nothing(admin: AsyncClient, db: Database) -> None:
    seen = await edition(admin, "/admin/bodies/roads")
    assert (await saved(admin, "/admin/bodies/roads", {**ROADS, "short": "Дорожники"})).status_code == 303
    late = await admin.post("/admin/bodies/roads", data={**ROADS, "short": "Трассы", "edition": seen})
    assert late.status_code == 409
    assert 'value="Трассы"' in late.text
    async with db.read() as session:
        roads = await session.get(BodyRow, "roads")
    assert roads is not None
    assert roads.short_title == "Дорожники"


async def test_lists_name_a_body_by_its_brief_name_and_else_by_the_short_title(
    admin: AsyncClient, db: Database
) -> None:
    async def brief() -> str:
        return next(body.brief for body in (await forms.read(db)).bodies if body.key == "roads")

    assert (await saved(admin, "/admin/bodies/roads", {**ROADS, "brief": " Трассы "})).status_code == 303
    assert await brief() == "Трассы"
    assert "Для списков Трассы" in ledger(await admin.get("/admin/changes"))
    refused = await saved(admin, "/admin/bodies/roads", {**ROADS, "brief": "Т" * 25})
    assert refused.status_code == 422
    assert "сократите до 24 знаков" in text_of(refused)
    assert (await saved(admin, "/admin/bodies/roads", {**ROADS, "brief": ""})).status_code == 303
    assert await brief() == ROADS["short"]


async def test_a_body_with_staff_is_not_removed(admin: AsyncClient) -> None:
    seen = await edition(admin, "/admin/bodies/roads")
    refused = await admin.post("/admin/bodies/roads/remove", data={"edition": seen})
    assert refused.status_code == 409
    assert "Сначала измените их роли" in text_of(refused)


async def test_a_body_that_messages_name_only_stops(admin: AsyncClient, db: Database) -> None:
    for key in ("empty", "named"):
        await admin.post("/admin/bodies/new", data={**ROADS, "key": key})
    async with db.write() as session:
        session.add(message_row(1, NOW))
        await session.flush()
        session.add(MessageBodyRow(message=1, body="named"))
    for key in ("empty", "named"):
        seen = await edition(admin, f"/admin/bodies/{key}")
        done = await admin.post(f"/admin/bodies/{key}/remove", data={"edition": seen})
        assert done.status_code == 303
    async with db.read() as session:
        assert await session.get(BodyRow, "empty") is None
        named = await session.get(BodyRow, "named")
    assert named is not None
    assert not named.active


async def test_the_department_is_named(admin: AsyncClient, db: Database) -> None:
    typed = {"title": "Департамент внутренней политики", "short": "ДВП"}
    assert (await saved(admin, "/admin/department", typed)).status_code == 303
    async with db.read() as session:
        assert await directory_rows.department(session) == "Департамент внутренней политики"


# ---- topics, templates


async def test_a_topic_is_added_to_its_group_changed_and_removed(admin: AsyncClient, db: Database) -> None:
    typed = {"key": "ice", "group": "Дороги", "title": "Гололёд"}
    assert (await admin.post("/admin/topics", data=typed)).status_code == 303
    assert (await admin.post("/admin/topics", data=typed)).status_code == 422
    words = {"words": "скользко,  не пройти;\nкаток, скользко"}
    changed = await saved(admin, "/admin/topics/ice", {"group": "Дороги", "title": "Наледь"} | words)
    assert changed.status_code == 303
    assert "скользко, не пройти, каток</textarea>" in (await admin.get("/admin/topics/ice")).text
    refused = await saved(admin, "/admin/topics/ice", {"group": "Дороги", "title": "Наледь", "words": "я"})
    assert refused.status_code == 422
    assert "слишком коротко" in refused.text
    seen = await edition(admin, "/admin/topics/ice")
    assert (await admin.post("/admin/topics/ice/remove", data={"edition": seen})).status_code == 303
    async with db.read() as session:
        assert await session.get(TopicRow, "ice") is None
    record = ledger(await admin.get("/admin/changes", params={"part": "topics", "subject": "ice"}))
    assert [record.index(word) for word in ("удалено", "изменено", "добавлено")] == sorted(
        record.index(word) for word in ("удалено", "изменено", "добавлено")
    )
    assert "Тема Гололёд Наледь" in record


# ---- people


async def test_somebody_new_gets_roles_and_a_password_that_is_to_be_changed(
    admin: AsyncClient, http: AsyncClient, db: Database
) -> None:
    typed = {"key": "petrova", "name": "Петрова А. И.", "position": "Советник", "roles": "curator"}
    done = await admin.post("/admin/people/new", data={**typed, "executor": ["roads", "housing"]})
    assert done.headers["location"] == "/admin/people/petrova?done=true#password"
    async with db.read() as session:
        held = select(PersonRoleRow.role, PersonRoleRow.body).where(PersonRoleRow.person == "petrova")
        assert set(await session.exec(held)) == {
            ("curator", None),
            ("executor", "roads"),
            ("executor", "housing"),
        }
    weak = await admin.post("/admin/people/petrova/password", data={"password": "petrova-12345"})
    assert weak.status_code == 422
    page = await admin.post("/admin/people/petrova/password", data={"password": ""})
    given = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert given
    assert page.headers["cache-control"] == "no-store"
    assert given[1] not in (await admin.get("/admin/people/petrova")).text
    assert given[1] not in (await admin.get("/admin/changes")).text
    token = await http.post("/api/token", data={"username": "petrova", "password": given[1]})
    bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
    assert (await http.get("/api/queue", headers=bearer)).status_code == 403
    async with db.read() as session:
        row = await session.get(PersonRow, "petrova")
    assert row is not None
    assert row.must_change_password
    record = await admin.get("/admin/access", params={"call": "password.give"})
    assert "Петрова А. И." in text_of(record)


async def test_a_password_of_ones_own_is_not_given_here(admin: AsyncClient) -> None:
    page = await admin.post("/admin/people/admin/password", data={"password": "Osen-pozdno-41"})
    assert page.status_code == 409
    assert "в профиле" in text_of(page)


async def test_a_new_password_ends_the_sign_ins_made_with_the_old_one(admin: AsyncClient, sit: Sit) -> None:
    curator = await sit("curator")
    assert (await curator.get("/")).status_code == 200
    assert (await admin.post("/admin/people/curator/password", data={})).status_code == 200
    assert (await curator.get("/", follow_redirects=False)).status_code == 303


async def test_nobody_takes_their_own_office_away(admin: AsyncClient, db: Database) -> None:
    typed = {"name": "Admin", "position": "Администратор", "roles": "curator", "active": "yes"}
    page = await saved(admin, "/admin/people/admin", typed)
    assert page.status_code == 422
    assert "вы больше не администратор" in text_of(page)
    async with db.read() as session:
        roles = select(PersonRoleRow.role).where(PersonRoleRow.person == "admin")
        assert (await session.exec(roles)).all() == ["admin"]


async def test_who_has_left_is_signed_out_and_stays_on_record(admin: AsyncClient, sit: Sit) -> None:
    executor = await sit("executor-roads")
    typed = {"name": "Executor-Roads", "position": "Исполнитель", "executor": "roads"}
    assert (await saved(admin, "/admin/people/executor-roads", typed)).status_code == 303
    assert (await executor.get("/", follow_redirects=False)).status_code == 303
    assert "Работает да нет" in ledger(await admin.get("/admin/changes", params={"person": "admin"}))
    assert "не работает" in text_of(await admin.get("/admin/people/executor-roads"))


async def test_a_deputy_oversees_something_and_nobody_else_does(admin: AsyncClient) -> None:
    typed = {"name": "Deputy", "position": "Заместитель", "active": "yes"}
    page = await saved(admin, "/admin/people/deputy", typed)
    assert page.status_code == 422
    for body in ("roads", "housing"):
        form = {**ROADS, "short": body, "title": body}
        answer = await saved(admin, f"/admin/bodies/{body}", form)  # nobody is ticked as overseeing
    assert answer.status_code == 422
    assert "хотя бы один орган" in text_of(answer)


async def test_wrong_passwords_are_shown_and_count_no_longer_once_let_in(
    admin: AsyncClient, db: Database
) -> None:
    async with db.write() as session:
        for _ in range(ALLOWED):
            await note(session, "203.0.113.7", "curator", datetime.now(UTC))
    page = text_of(await admin.get("/admin/people/curator"))
    assert f"Неверных паролей и кодов за сутки: {ALLOWED}; вход приостановлен до" in page
    assert (await admin.post("/admin/people/curator/let-in")).status_code == 303
    async with db.read() as session:
        assert (await session.exec(select(WrongPasswordRow))).first() is None
    assert "Неверных паролей" not in text_of(await admin.get("/admin/people/curator"))


# ---- working hours

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00–12:00, 13:00–17:00")


async def test_hours_are_given_shown_and_taken_back(admin: AsyncClient, app: FastAPI) -> None:
    address = "/admin/bodies/roads/hours"
    typed = {**WEEK, "timezone": "Europe/Samara", "exceptions": "30.12.2026 08:00-12:00\n31.12.2026 выходной"}
    assert (await saved(admin, address, typed)).status_code == 303
    hours = app.state.rules.schedules.of("roads")
    assert hours.week["mon"] == (("08:00", "12:00"), ("13:00", "17:00"))
    assert app.state.rules.schedules.of("housing").timezone == "Europe/Moscow"
    calendar = text_of(await admin.get("/admin/calendar"))
    assert "30.12.2026 08:00–12:00; 31.12.2026 выходной" in calendar
    assert "задано в программе" in calendar
    record = ledger(await admin.get("/admin/changes", params={"part": "hours"}))
    assert "Понедельник 09:00–13:00, 13:45–18:00 08:00–12:00, 13:00–17:00" in record
    assert (await saved(admin, address, {"back": "yes"})).status_code == 303
    assert app.state.rules.schedules.of("roads").week["mon"] == (("09:00", "13:00"), ("13:45", "18:00"))


async def test_hours_have_a_day_from_which_they_hold_and_what_is_to_come_can_be_withdrawn(
    admin: AsyncClient, app: FastAPI
) -> None:
    address = "/admin/bodies/roads/hours"
    today = datetime.now(app.state.rules.zone).date()
    later = today + timedelta(days=30)
    typed = {**WEEK, "timezone": "Europe/Moscow", "exceptions": "", "since": later.isoformat()}
    assert (await saved(admin, address, typed)).status_code == 303
    page = await admin.get(address)
    assert f"с {later:%d.%m.%Y} пн–пт 08:00–12:00, 13:00–17:00" in text_of(page)
    assert "пн–чт 09:00–13:00, 13:45–18:00; пт 09:00–13:00, 13:45–16:45; сб–вс выходной действует сейчас" in (
        text_of(page)
    )
    hours = app.state.rules.schedules.of("roads")
    assert hours.on(today).week["mon"] == (("09:00", "13:00"), ("13:45", "18:00"))
    assert hours.on(later).week["mon"] == (("08:00", "12:00"), ("13:00", "17:00"))
    record = ledger(await admin.get("/admin/changes", params={"part": "hours"}))
    assert f"С какого числа {later:%d.%m.%Y}" in record
    assert f"с {later:%d.%m.%Y} рабочее время: пн–пт 08:00" in text_of(await admin.get("/admin/bodies/roads"))
    answer = await admin.post("/admin/bodies/roads/withdraw", data={"since": later.isoformat()})
    assert answer.status_code == 303
    assert f"с {later:%d.%m.%Y}" not in text_of(await admin.get(address))
    assert app.state.rules.schedules.of("roads").former == ()


async def test_hours_of_days_that_were_counted_stay(admin: AsyncClient, app: FastAPI) -> None:
    address = "/admin/bodies/roads/hours"
    today = datetime.now(app.state.rules.zone).date()
    typed = {**WEEK, "timezone": "Europe/Moscow", "exceptions": ""}
    lost = f"{today + timedelta(days=2):%d.%m.%Y}"
    later = (today + timedelta(days=9)).isoformat()
    for field, wrong, why in (
        ("since", {"since": (today - timedelta(days=1)).isoformat()}, "не раньше сегодняшнего дня"),
        ("since", {"since": "с понедельника"}, "укажите дату"),
        (
            "exceptions",
            {"exceptions": f"{lost} выходной", "since": later},
            f"особый день {lost} раньше числа",
        ),
    ):
        page = await saved(admin, address, {**typed, **wrong})
        assert (page.status_code, why in text_of(page)) == (422, True)
        assert f'id="hours-{field}-wrong"' in page.text


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        ({**WEEK, "tue": "с утра"}, "tue", "нужны часы вида"),
        ({}, "mon", "рабочих часов нет"),
        ({**WEEK, "exceptions": "после праздников"}, "exceptions", "строка «после праздников» не понятна"),
    ],
)
async def test_hours_that_make_no_week_come_back_with_what_is_wrong(
    admin: AsyncClient, typed: dict[str, str], field: str, why: str
) -> None:
    page = await saved(admin, "/admin/bodies/roads/hours", {**typed, "timezone": "Europe/Moscow"})
    assert (page.status_code, why in text_of(page)) == (422, True)
    assert f'id="hours-{field}-wrong"' in page.text
    assert typed.get(field, "") in page.text


async def test_the_departments_hours_hold_for_bodies_without_their_own(
    admin: AsyncClient, app: FastAPI, db: Database
) -> None:
    async with db.read() as session:
        department = await directory_rows.department_key(session)
    if department is None:
        await saved(admin, "/admin/department", {"title": "Департамент", "short": "ДВП"})
        department = "department"
    address = f"/admin/bodies/{department}/hours"
    assert (await saved(admin, address, {**WEEK, "timezone": "Europe/Moscow"})).status_code == 303
    for body in (None, "roads"):
        assert app.state.rules.schedules.of(body).week["fri"] == (("08:00", "12:00"), ("13:00", "17:00"))
    page = await saved(admin, address, {**WEEK, "timezone": "Asia/Omsk"})
    assert page.status_code == 422
    assert "OTKLIK_SCHEDULES" in text_of(page)
