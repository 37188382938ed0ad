"""The clock of promises: what it gives their messages, when, and once each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from service.promises import moments
from service.promises.clock import PromiseCourse
from service.runs.rules import Rules, load
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database import statements
from store.database.engines import Database
from store.people.tables import BodyRow
from store.promises import rows as promises
from tests.databases import on_both
from tests.message_row import message_row
from tests.rows import put
from tests.rules_given import RulesGiven
from workflows.state import Move, Promise

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 10:00 of Moscow
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WEDNESDAY_18 = datetime(2026, 11, 25, 15, tzinfo=UTC)
TUESDAY_18, THURSDAY_18 = WEDNESDAY_18 - DAY, WEDNESDAY_18 + DAY
RULES: Rules = load(None, None)
PROMISE = Promise(id="p", draft="d", body="roads", what="w", by=WEDNESDAY_18, given_at=MONDAY)


def msk(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00")


class Clocked:
    """A promise of message 1 as its row has it, and a clock that a test sets."""

    def __init__(self, database: Database) -> None:
        self.database, self.now, self.promise = database, MONDAY, PROMISE
        self.course = PromiseCourse(database, RulesGiven(RULES), clock=lambda: self.now)

    async def stands(self, **fields: Any) -> None:
        """Write it as its message's record does."""
        self.promise = Promise.model_validate(self.promise.model_dump() | fields)
        row = self.promise.model_dump() | {"promise": self.promise.model_dump(mode="json")}
        async with self.database.write() as session:
            await statements.run(session, promises.keep(1, [row], self.database.dialect))

    async def look(self, at: datetime) -> datetime | None:
        self.now = at
        return (await self.course.look("p")).at

    async def commands(self) -> list[dict[str, Any]]:
        """What was given to the message, in order."""
        async with self.database.read() as session:
            found = await session.exec(select(CommandRow).order_by(col(CommandRow.sequence)))
            return [row.payload | {"name": row.name, "taken_at": row.taken_at} for row in found]

    async def events(self) -> list[str]:
        return [command["event"] for command in await self.commands()]


@pytest.fixture
async def clocked(database: Database) -> Clocked:
    case = Clocked(database)
    await put(
        database,
        *(BodyRow(key=key, title=key, short_title=key, kind="executive") for key in ("roads", "housing")),
        message_row(1, MONDAY, stage="closed"),
    )
    await case.stands()
    return case


@pytest.mark.parametrize(
    ("by", "warned", "asked", "answered"),
    [
        # A working day is left at the warning, whatever time of it the promise ends at.
        ("2026-11-25T18:00", "2026-11-24T18:00", "2026-11-25T18:00", "2026-11-26T18:00"),
        ("2026-11-25T11:00", "2026-11-24T11:00", "2026-11-25T11:00", "2026-11-26T18:00"),
        # At the end of a Friday, which is shorter: over the days off.
        ("2026-11-27T16:45", "2026-11-26T16:45", "2026-11-27T16:45", "2026-11-30T18:00"),
        # By the end of a Sunday: asked on Monday morning, and Friday is the day that is left.
        ("2026-11-29T23:59", "2026-11-26T16:45", "2026-11-30T09:00", "2026-12-01T18:00"),
        # Over New Year, whose last working day is shortened.
        ("2027-01-05T12:00", "2026-12-29T18:00", "2027-01-11T09:00", "2027-01-12T18:00"),
    ],
)
def test_moments_are_of_the_bodys_calendar(by: str, warned: str, asked: str, answered: str) -> None:
    assert moments.warn_at(RULES, "roads", msk(by)) == msk(warned)
    assert moments.ask_at(RULES, "roads", msk(by)) == msk(asked)
    assert moments.answer_by(RULES, "roads", msk(asked)) == msk(answered)


def test_a_day_lasts_until_the_body_closes_and_a_closed_one_until_midnight() -> None:
    friday, sunday = msk("2026-11-27T16:45"), msk("2026-11-29T23:59")
    calendar = RULES.calendar_of("roads")
    assert moments.closing_of(friday.date(), calendar) == friday
    assert moments.closing_of(sunday.date(), calendar) == sunday


@on_both
async def test_each_step_is_given_once_at_its_moment(clocked: Clocked) -> None:
    assert await clocked.look(MONDAY) == TUESDAY_18
    assert await clocked.commands() == []
    await clocked.look(TUESDAY_18)
    # While the command is under way it is looked at again, and nothing more is given.
    assert await clocked.look(TUESDAY_18 + MINUTE) == TUESDAY_18 + 6 * MINUTE
    [warned] = await clocked.commands()
    assert (warned["name"], warned["promise"], warned["taken_at"]) == ("record_promise", "p", TUESDAY_18)
    await clocked.stands(warned_at=TUESDAY_18)
    assert await clocked.look(TUESDAY_18 + MINUTE) == WEDNESDAY_18
    await clocked.look(WEDNESDAY_18)
    asked = (await clocked.commands())[-1]
    assert datetime.fromisoformat(asked["answer_by"]) == THURSDAY_18
    await clocked.stands(asked_at=WEDNESDAY_18, answer_by=THURSDAY_18)
    assert await clocked.look(WEDNESDAY_18 + MINUTE) == THURSDAY_18
    await clocked.look(THURSDAY_18)
    assert await clocked.events() == ["promise_warned", "promise_asked", "promise_broken"]
    await clocked.stands(state="broken", settled_at=WEDNESDAY_18)
    assert await clocked.look(THURSDAY_18 + DAY) is None


async def test_a_machine_that_was_away_asks_late_dates_rightly_and_breaks_nothing(clocked: Clocked) -> None:
    back = WEDNESDAY_18 + 7 * DAY
    await clocked.look(back)
    # What was to be warned of is over.
    [asked] = await clocked.commands()
    assert (asked["event"], asked["taken_at"]) == ("promise_asked", WEDNESDAY_18)
    assert datetime.fromisoformat(asked["answer_by"]) == back + DAY


async def test_a_day_that_has_just_been_named_is_not_warned_of(clocked: Clocked) -> None:
    soon = MONDAY + timedelta(hours=4)
    await clocked.stands(by=soon)
    assert await clocked.look(MONDAY) == soon


async def test_a_text_that_is_published_behind_the_day_it_names_is_asked_about_at_once(
    clocked: Clocked,
) -> None:
    await clocked.stands(by=MONDAY - DAY)
    await clocked.look(MONDAY)
    [asked] = await clocked.commands()
    assert (asked["event"], asked["taken_at"]) == ("promise_asked", MONDAY)


async def test_another_day_is_asked_about_anew(clocked: Clocked) -> None:
    await clocked.look(WEDNESDAY_18)
    move = Move(since=WEDNESDAY_18, to=THURSDAY_18, reason="r", person="executor", at=WEDNESDAY_18)
    await clocked.stands(state="moved", by=THURSDAY_18, moves=(move,))
    assert await clocked.look(WEDNESDAY_18 + MINUTE) == THURSDAY_18
    await clocked.look(THURSDAY_18)
    assert await clocked.events() == ["promise_asked", "promise_asked"]


async def test_what_a_message_has_refused_is_not_given_again(clocked: Clocked) -> None:
    await clocked.look(WEDNESDAY_18)
    async with clocked.database.write() as session:
        await session.exec(update(CommandRow).values(status=outbox.REFUSED))
    assert await clocked.look(WEDNESDAY_18 + MINUTE) is None
    assert len(await clocked.commands()) == 1


async def test_a_promise_of_a_body_that_is_gone_passes_to_its_successor(clocked: Clocked) -> None:
    await clocked.look(MONDAY)
    async with clocked.database.write() as session:
        gone = update(BodyRow).where(col(BodyRow.key) == "roads")
        await session.exec(gone.values(active=False, successor="housing"))
    assert [run.id for run in await clocked.course.runs()] == ["promise-p"]
    await clocked.look(MONDAY)
    [passed] = await clocked.commands()
    assert (passed["event"], passed["body"]) == ("promise_passed_on", "housing")


async def test_a_promise_that_changed_or_was_not_looked_at_in_time_has_its_workflow_told(
    clocked: Clocked,
) -> None:
    [run] = await clocked.course.runs()
    assert (run.id, run.summary) == ("promise-p", "Обещание по сообщению № 1")
    await clocked.look(MONDAY)
    assert await clocked.course.runs() == []
    async with clocked.database.write() as session:
        await promises.look_again(session)
    assert len(list(await clocked.course.runs())) == 1
    await clocked.look(MONDAY)
    clocked.now = TUESDAY_18 + 2 * MINUTE
    assert len(list(await clocked.course.runs())) == 1


async def test_a_promise_of_an_erased_message_runs_no_more(clocked: Clocked) -> None:
    await clocked.look(MONDAY)
    async with clocked.database.write() as session:
        await promises.forget(session, 1)
    clocked.now = THURSDAY_18
    assert await clocked.course.runs() == []
