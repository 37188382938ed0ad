"""Escalations that nobody acknowledges go further once, whatever has become of them since."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from calendar_rules.vocabulary import NoticeKind, Outcome
from service.oversight.escalations import Escalations, pass_on
from service.runs.rules import load
from store.database.engines import Database
from store.journal.tables import ChargeRow
from store.notices.tables import NoticeRow
from store.people.tables import BodyRow, PersonRow
from tests.databases import on_both, without_files
from tests.message_row import message_row
from tests.rows import Office, add_office, journal_row, limit_run_row, notice_row
from tests.rules_given import RulesGiven

DUE = datetime(2026, 11, 23, 11, 45, tzinfo=UTC)  # Monday, 14:45 of Moscow
OVER = datetime(2026, 11, 24, 6, 45, tzinfo=UTC)  # four working hours on
MINUTE = timedelta(minutes=1)

NAMES = {"executor": "Горелова Светлана Юрьевна", "deputy": "Тихомиров Глеб Николаевич"}


@pytest.fixture
async def database(database: Database) -> Database:
    offices: dict[str, list[Office]] = {
        "head": [("head", None)],
        "deputy": [("deputy", "roads")],
        "executor": [("executor", "roads")],
    }
    async with database.write() as session:
        await add_office(session, offices, ["roads"])
        body = await session.get_one(BodyRow, "roads")
        body.title, body.short_title = "Департамент дорог области", "Департамент дорог"
        for person, name in NAMES.items():
            (await session.get_one(PersonRow, person)).name = name
    return database


async def breach(database: Database, message: int, **changed: Any) -> None:
    """A draft that was late, escalated to the deputy; `changed` differ from the usual of its run or its message."""
    outcome = changed.pop("outcome", None)
    run = {"clause": 10, "calendar": "roads", "stood": []}
    charge = {"role": "executor", "body": "roads", "person": "executor"} | changed.pop("charge", {})
    async with database.write() as session:
        session.add(message_row(message, DUE, outcome=outcome, curator="curator"))
        await session.flush()
        session.add(
            journal_row(
                message, 3, DUE, "breach", data={"limit": "draft", "holder": "executor", "body": "roads"}
            )
        )
        fields: dict[str, Any] = {"breached_at": DUE, "holder_body": "roads", "told": 3} | changed
        session.add(limit_run_row(message, 2, "draft", DUE, run=run, **fields))
        await session.flush()
        session.add(
            ChargeRow(message=message, run=2, position=0, limit_name="draft", over=0, at=DUE, **charge)
        )
        session.add(notice_row(message, NoticeKind.ESCALATION, "deputy", DUE, row=3, limit_name="draft"))


async def further(database: Database) -> list[NoticeRow]:
    async with database.read() as session:
        statement = select(NoticeRow).where(col(NoticeRow.kind) == NoticeKind.UNACKNOWLEDGED)
        return list((await session.exec(statement.order_by(col(NoticeRow.id)))).all())


RULES = load(None, None)


@on_both
async def test_looks_at_once_pass_on_once_and_not_a_minute_too_soon(database: Database) -> None:
    await breach(database, 1)
    assert await pass_on(database, RULES, OVER - MINUTE) == 0
    done = await asyncio.gather(*(pass_on(database, RULES, OVER) for _ in range(4)))
    assert sum(done) == 1
    (notice,) = await further(database)
    assert (notice.person, notice.acting_for, notice.fact) == ("head", None, "escalation-1-3")
    assert notice.at == notice.deliver_from == OVER
    assert notice.text.replace("\u00a0", " ") == (
        "Сообщение № 1 (форум): срок подготовки проекта ответа (пункт 10) не соблюдён Департаментом дорог "
        "(исполнителем Гореловой С. Ю.), истёк 23.11.2026 в 14:45. Основание: пункт 20 Положения. По состоянию на "
        "09:45 24.11.2026: просрочено на 4 ч рабочего времени, не выполнено. Ознакомление с этими сведениями не "
        "подтверждено Тихомировым Г. Н. в течение 4 рабочих часов. Об этом начальник Департамента информирует аппарат "
        "Председателя Правительства письмом, которое формирует программа."
    )
    assert await pass_on(database, RULES, OVER + 1000 * MINUTE) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"breached_at": None, "met_at": DUE},
        {"inherited": True},
        {"told": 7},
        {"outcome": Outcome.VOID},
    ],
    ids=["withdrawn", "nobody's fault", "breached again since", "registered by mistake"],
)
async def test_what_is_no_shortcoming_goes_nowhere(database: Database, changed: dict[str, Any]) -> None:
    await breach(database, 1, **changed)
    assert await pass_on(database, RULES, OVER) == 0
    assert await further(database) == []
    async with database.read() as session:
        assert (await session.exec(select(NoticeRow.judged_at))).one() == OVER


async def test_a_run_is_due_once_the_time_of_one_is_over(database: Database) -> None:
    settings, now = without_files(database), [OVER]
    task = Escalations(database, settings, RulesGiven(RULES), lambda: now[0])
    assert not await task.is_due()
    for message in (1, 2):
        await breach(database, message)
    now[0] = OVER - MINUTE
    assert not await task.is_due()
    now[0] = OVER
    assert await task.is_due()
    assert (await task.portion()).done == 2
    assert not await task.is_due()


async def test_what_was_done_since_is_said(database: Database) -> None:
    await breach(database, 1, met_at=DUE + 40 * MINUTE)
    await breach(database, 2, cancelled_at=DUE + 5 * MINUTE)
    await pass_on(database, RULES, OVER)
    met, fell_away = await further(database)
    assert "выполнено с опозданием на 40 мин рабочего времени." in met.text
    assert "исполнение не требуется, просрочка составила 5 мин рабочего времени." in fell_away.text


async def test_many_go_further_in_one_look(database: Database) -> None:
    for message in range(1, 206):
        await breach(database, message)
    assert await pass_on(database, RULES, OVER) == 205


async def test_nothing_that_comes_from_temporal_decides_the_moment(database: Database) -> None:
    await breach(database, 1)
    for training, passed in ((False, 0), (True, 1)):
        settings = without_files(database, training=training)
        task = Escalations(database, settings, RulesGiven(RULES), lambda: DUE)
        assert (await task.portion(OVER)).done == passed
