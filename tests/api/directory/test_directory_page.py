"""The directory as a spreadsheet: taken out, edited, compared, applied."""

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from httpx import AsyncClient, Response
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from store.database.engines import Database
from store.directory.tables import AccountRow
from store.messages.tables import MessageBodyRow, TopicRow
from store.people.persons import actor
from store.people.tables import BodyRow, PersonRow
from tests.api.directory.test_admin_pages import Sit, admin, sit, text_of
from tests.message_row import message_row

__all__ = ["admin", "sit"]

NOW = datetime.now(UTC)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Edit = Callable[[Workbook], None]


async def downloaded(admin: AsyncClient) -> Workbook:
    answer = await admin.get("/admin/directory.xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    return load_workbook(BytesIO(answer.content))


async def compared(admin: AsyncClient, book: Workbook) -> Response:
    content = BytesIO()
    book.save(content)
    return await uploaded(admin, content.getvalue())


async def uploaded(admin: AsyncClient, content: bytes, name: str = "справочник.xlsx") -> Response:
    return await admin.post("/admin/directory/compare", files={"file": (name, content, XLSX)})


async def applied(admin: AsyncClient, page: Response) -> Response:
    fields = dict(re.findall(r'<input type="hidden" name="(directory|edition)" value="([^"]*)">', page.text))
    assert fields.keys() == {"directory", "edition"}
    sent = {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in fields.items()}
    return await admin.post("/admin/directory/apply", data=sent)


def row_of(book: Workbook, sheet: str, key: str) -> Any:
    """The cells of a row by its key, by the titles of their columns."""
    header, *rows = book[sheet].iter_rows()
    cells = next(row for row in rows if row[0].value == key)
    return {title.value: cell for title, cell in zip(header, cells, strict=True)}


def without(book: Workbook, sheet: str, key: str) -> None:
    row = next(cell.row for cell in book[sheet]["A"] if cell.value == key)
    book[sheet].delete_rows(row)


async def test_it_is_downloaded_filled(admin: AsyncClient) -> None:
    book = await downloaded(admin)
    assert book.sheetnames == ["bodies", "people", "topics"]
    roads = row_of(book, "bodies", "roads")
    assert roads["Наименование"].value == "Департамент дорог"
    assert roads["Аккаунт: ВКонтакте"].value == "https://vk.com/roads"
    executor = row_of(book, "people", "executor-roads")
    assert executor["Роли"].value == "Исполнитель: roads"
    assert row_of(book, "people", "deputy")["Курирует органы"].value == "roads; housing"
    assert [cell.value for cell in book["topics"]["A"]] == ["Ключ", "snow", "pits"]


async def test_the_difference_is_shown_first_and_applied_then(
    admin: AsyncClient, db: Database, sit: Sit
) -> None:
    executor = await sit("executor-housing")
    book = await downloaded(admin)
    row_of(book, "bodies", "roads")["Краткое наименование"].value = "Департамент дорожного хозяйства"
    row_of(book, "bodies", "roads")["Для списков"].value = "Трассы"
    row_of(book, "bodies", "roads")["Аккаунт: ВКонтакте"].value = None
    book["topics"].append(["ice", "Дороги", "=Гололёд"])
    book["topics"].cell(book["topics"].max_row, 3).data_type = "s"
    book["people"].append(["petrova", "Петрова А. И.", "Куратор", None, "куратор; executor: roads"])
    without(book, "topics", "pits")
    without(book, "people", "executor-housing")
    page = await compared(admin, book)
    text = text_of(page)
    assert "Краткое наименование: Дороги Департамент дорожного хозяйства" in text
    assert "Для списков: Трассы" in text
    assert "Аккаунт: ВКонтакте: https://vk.com/roads" in text
    assert "Добавлены: 1 =Гололёд" in text
    assert "Петрова А. И. petrova, новая строка" in text
    assert "Ямы pits, нет в таблице" in text
    async with db.read() as session:
        assert await session.get(PersonRow, "petrova") is None

    done = await applied(admin, page)
    assert (done.status_code, done.headers["location"]) == (
        303,
        "/admin?applied=true&silent=petrova#directory",
    )
    assert "Справочник обновлён. Пароль ещё не задан: petrova." in text_of(
        await admin.get("/admin?applied=true&silent=petrova")
    )
    async with db.read() as session:
        assert [topic.key for topic in await session.exec(select(TopicRow).order_by(TopicRow.key))] == [
            "ice",
            "snow",
        ]
        assert (await session.exec(select(AccountRow))).all() == []
        petrova = await actor(session, "petrova")
        assert petrova is not None
        assert {(held.role.value, held.body) for held in petrova.roles} == {
            ("curator", None),
            ("executor", "roads"),
        }
        left = await session.get(PersonRow, "executor-housing")
        assert left is not None
        assert not left.active
    assert (await executor.get("/", follow_redirects=False)).status_code == 303
    assert "Admin Изменение справочника" in text_of(await admin.get("/admin/access?call=directory.apply"))
    assert "Отличий нет." in text_of(await compared(admin, await downloaded(admin)))


async def test_a_body_goes_unless_messages_name_it(admin: AsyncClient, db: Database) -> None:
    async with db.write() as session:
        session.add(message_row(1, NOW))
        await session.flush()
        session.add(MessageBodyRow(message=1, body="roads"))
    book = await downloaded(admin)
    for body in ("roads", "housing"):
        without(book, "bodies", body)
        without(book, "people", f"executor-{body}")
        without(book, "people", f"responsible-{body}")
    without(book, "people", "deputy")
    page = await compared(admin, book)
    assert "Департамент дорог roads, останется недействующим: на него ссылаются сообщения" in text_of(page)
    assert (await applied(admin, page)).status_code == 303
    async with db.read() as session:
        assert set(await session.exec(select(BodyRow.key))) == {"department", "roads"}


async def test_what_is_wrong_is_named_with_sheet_row_and_column(admin: AsyncClient) -> None:
    book = await downloaded(admin)
    row_of(book, "people", "curator")["Роли"].value = "Начальник всего"
    row_of(book, "bodies", "roads")["Вид"].value = "контора"
    row_of(book, "topics", "pits")["Тема"].value = None
    page = await compared(admin, book)
    assert page.status_code == 422
    text = text_of(page)
    assert "Лист bodies, строка 4, столбец «Вид»: вид «контора» не подходит" in text
    assert "Лист people, строка 3, столбец «Роли»: роли «Начальник всего» нет" in text
    assert "Лист topics, строка 3, столбец «Тема»: слишком коротко" in text
    assert 'role="alert"' in page.text
    book = await downloaded(admin)
    row_of(book, "people", "curator")["Роли"].value = "Исполнитель: nowhere"
    assert "curator: таких органов в файле нет: nowhere" in text_of(await compared(admin, book))


async def test_what_is_no_directory_is_refused(admin: AsyncClient) -> None:
    for content in (b"", b"not a workbook", b"PK\x03\x04 broken"):
        page = await uploaded(admin, content)
        assert page.status_code == 422, content
        assert 'role="alert"' in page.text
    nothing = await admin.post("/admin/directory/compare", data={"no": "file"})
    assert nothing.status_code == 422
    other = Workbook()
    assert "В книге нет листов: bodies, people, topics" in text_of(await compared(admin, other))


async def test_nobody_shuts_themselves_out(admin: AsyncClient, db: Database) -> None:
    book = await downloaded(admin)
    without(book, "people", "admin")
    done = await applied(admin, await compared(admin, book))
    assert done.status_code == 422
    assert "закроете вход себе" in text_of(done)
    async with db.read() as session:
        assert await actor(session, "admin") is not None


async def test_what_has_changed_since_is_compared_again(admin: AsyncClient) -> None:
    first, second = await downloaded(admin), await downloaded(admin)
    row_of(first, "topics", "pits")["Тема"].value = "Ямы на дорогах"
    row_of(second, "topics", "snow")["Тема"].value = "Уборка снега"
    page = await compared(admin, first)
    assert (await applied(admin, await compared(admin, second))).status_code == 303
    late = await applied(admin, page)
    assert "Справочник изменили после того" in text_of(late)
    assert row_of(await downloaded(admin), "topics", "pits")["Тема"].value == "Ямы"


async def test_what_was_compared_is_checked_again(admin: AsyncClient) -> None:
    page = await compared(admin, await downloaded(admin))
    assert "Применить" not in text_of(page)
    forged = await admin.post("/admin/directory/apply", data={"directory": "{}", "edition": "x"})
    assert forged.status_code == 422


async def test_a_workbook_that_unpacks_to_more_than_a_directory_is_refused(admin: AsyncClient) -> None:
    book = await downloaded(admin)
    book["topics"].cell(1_000_000, 3).value = "далеко"
    assert "её лист слишком велик" in text_of(await compared(admin, book))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 100_000_000)
    assert "слишком велика в распакованном виде" in text_of(await uploaded(admin, packed.getvalue()))
