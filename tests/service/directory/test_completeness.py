"""The administrator's checklist, on an installation with nothing in it, on the demo, and on what lies between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from service.directory.completeness import Completeness, Gap
from service.runs import rules
from settings import Settings
from store.database.engines import Database
from store.people.tables import PersonRoleRow
from tests.prepared import prepare

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
Looked = tuple[Completeness, Database]
LookOver = Callable[..., Awaitable[Looked]]


@pytest.fixture
async def look_over(tmp_path: Path) -> AsyncIterator[LookOver]:
    """The checklist of a new installation with these settings, and its database."""
    async with AsyncExitStack() as stack:

        async def look_over(**given: Any) -> Looked:
            settings = Settings.load(
                data=tmp_path, temporal_address="127.0.0.1:1", temporal_namespace="default", **given
            )
            await prepare(settings)
            database = Database(settings.database_url)
            stack.push_async_callback(database.dispose)
            return Completeness(database, settings, rules.load(None, None)), database

        yield look_over


def titles(gaps: list[Gap]) -> list[str]:
    return [gap.title for gap in gaps]


async def test_an_empty_installation_lacks_everything(look_over: LookOver) -> None:
    checklist, _ = await look_over()
    gaps = await checklist.gaps(NOW)
    assert titles(gaps) == [
        "Нет ни одного органа",
        "Нет ни одной темы",
        "Департамент не назван",
        "Нет сотрудника: куратор",
        "Нет сотрудника: начальник Департамента",
        "Нет сотрудника: заместитель Председателя Правительства по внутренней политике",
        "Нет сотрудника: Губернатор",
        "Срок хранения резервных копий не задан",
        "Почтовый сервер не задан",
        "Оператор персональных данных не назван",
    ]
    offices = ("curator", "head", "deputy-policy", "governor")
    assert [gap.cure for gap in gaps] == [
        *("/admin/bodies", "/admin/topics", "/admin/department"),
        *(f"/admin/people/new?role={role}" for role in offices),
        *["/admin#installation"] * 3,
    ]
    assert [gap.title for gap in gaps if gap.blocks] == [
        "Нет ни одного органа",
        "Нет ни одной темы",
        "Нет сотрудника: куратор",
    ]


async def test_the_demo_lacks_only_what_makes_it_one_and_what_is_set_is_not_missing(
    look_over: LookOver,
) -> None:
    given = {"demo": True, "demo_password": "не для входа", "backups_kept": "P14D", "smtp_url": "smtp://mail"}
    checklist, _ = await look_over(**given, operator_name="Правительство области", training=True)
    gaps = await checklist.gaps(NOW)
    assert titles(gaps) == ["Демонстрационная установка", "Учебный режим"]
    assert {gap.cure for gap in gaps} == {"/admin#installation"}


async def test_a_body_says_whom_it_lacks(look_over: LookOver) -> None:
    checklist, database = await look_over(demo=True, demo_password="не для входа")
    async with database.write() as session:
        statement = delete(PersonRoleRow).where(col(PersonRoleRow.body) == "roads")
        await session.exec(statement.where(col(PersonRoleRow.role) != "responsible"))
    (gap,) = [gap for gap in await checklist.gaps(NOW) if gap.cure != "/admin#installation"]
    assert gap.cure == "/admin/bodies/roads"
    assert "нет исполнителя, курирующего заместителя" in gap.title
    assert gap.blocks


async def test_a_year_that_ends_soon_is_missing_the_next_one(look_over: LookOver) -> None:
    checklist, _ = await look_over()
    gaps = await checklist.gaps(datetime(2027, 11, 20, tzinfo=UTC))
    assert ("Производственный календарь на 2028 год не загружен", "/admin/calendar?year=2028") in {
        (gap.title, gap.cure) for gap in gaps
    }
