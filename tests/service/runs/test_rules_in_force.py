"""Rules in force: the files of an installation, with the hours given in the browser over them, asked at each look."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import NoticeKind
from calendar_rules.working_hours import WEEKDAYS
from service.networks.answer_notices import AnswerNotices
from service.runs.rules import RulesInForce
from store.database.engines import Database
from store.notices.tables import NoticeRow
from store.people import dated_values
from store.people.tables import FROM_EVER, BodyRow
from tests.databases import without_files
from tests.message_row import message_row
from tests.service.networks.pressed import add_roads
from workflows.state import Addressee

HOUR = timedelta(hours=1)
AT_SEVEN = datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Europe/Moscow"))  # a Monday
EARLY = {
    "timezone": "Europe/Moscow",
    "week": dict.fromkeys(WEEKDAYS[:5], (("08:00", "12:00"),)),
    "exceptions": {},
}


async def test_what_is_told_leaves_by_the_hours_given_in_the_browser(database: Database) -> None:
    settings = without_files(database)
    notices = AnswerNotices(RulesInForce(settings, database))
    to = [Addressee(audience=Audience.CURATOR, person="curator")]

    async def leaves(fact: int) -> datetime:
        async with database.write() as session:
            await notices.tell(
                session, database.dialect, 1, fact, NoticeKind.ANSWER_EDITED, "Изменён.", to, AT_SEVEN
            )
            told = select(NoticeRow.deliver_from).where(NoticeRow.row == -fact)
            return (await session.exec(told)).one()

    async with database.write() as session:
        await add_roads(session)
        session.add(BodyRow(key="d", title="Департамент", short_title="Департамент", kind="department"))
        session.add(message_row(1, AT_SEVEN))
    assert await leaves(1) == AT_SEVEN + 2 * HOUR
    async with database.write() as session:
        await dated_values.set_hours(session, "d", FROM_EVER, EARLY)
    assert await leaves(2) == AT_SEVEN + HOUR
