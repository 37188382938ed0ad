"""Holders of offices and titles on a day: they stay on record when it is otherwise, on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_rules.vocabulary import Role
from embedded.demo.data import directory
from store.database.engines import Database
from store.database.session import Connection
from store.directory import change as directory_change
from store.directory import in_force
from store.directory.file import Directory
from store.people import dated_values, offices, persons, titles
from store.people.dated_values import EffectiveDate
from store.people.persons import OfficeLeft
from store.people.tables import BodyRow, PersonRow
from store.people.titles import Titles
from tests.rows import ask, one_of

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime.now(MOSCOW)
DAY = timedelta(days=1)


def held(days: int) -> EffectiveDate:
    """From the midnight of a day so many days from now; 0: at once."""
    if not days:
        return EffectiveDate(NOW, NOW.date(), NOW, NOW.date())
    day = NOW.date() + days * DAY
    return EffectiveDate(NOW, NOW.date(), datetime(day.year, day.month, day.day, tzinfo=MOSCOW), day)


def overseen(given: Directory, body: str, person: str) -> Directory:
    """The same with somebody else overseeing the body."""
    return given.model_copy(
        update={
            "people": tuple(
                one.model_copy(
                    update={
                        "oversees": (
                            *(key for key in one.oversees if key != body),
                            *((body,) if one.key == person else ()),
                        )
                    }
                )
                for one in given.people
            )
        }
    )


def renamed(given: Directory, body: str, title: str) -> Directory:
    return given.model_copy(
        update={
            "bodies": tuple(
                one.model_copy(update={"title": title, "short": title}) if one.key == body else one
                for one in given.bodies
            )
        }
    )


def of_two_bodies() -> Directory:
    """Roads and culture of the demo: putting the fifty others takes most of a test."""
    whole, kept = directory(), ("roads", "culture")
    return whole.model_copy(
        update={
            "bodies": tuple(body for body in whole.bodies if body.key in kept),
            "people": tuple(
                person.model_copy(update={"oversees": tuple(key for key in person.oversees if key in kept)})
                for person in whole.people
                if all(body is None or body in kept for _, body in person.offices)
                or any(body in kept for body in person.oversees)
            ),
            "topics": (),
        }
    )


async def filled(database: Database) -> Directory:
    given = of_two_bodies()
    async with database.write(alone=True) as session:
        await directory_change.put(session, given, {person.key: "hash" for person in given.people})
    return given


async def replace(database: Database, given: Directory, since: EffectiveDate) -> None:
    async with database.write(alone=True) as session:
        await directory_change.replace(session, given, since)


def who_held(connection: Connection, role: str, body: str, at: datetime) -> list[str]:
    """Who held an office at a moment, also those who have left since."""
    terms = offices.terms(connection, [body], at)
    return [term.person for term in terms if (term.role, term.body) == (role, body) and term.covers(at)]


async def come_into_force(database: Database, days: int) -> int:
    """What is planned until so many days from now holds; returns how much that changes."""
    async with database.write(alone=True) as session:
        return await in_force.put_into_force(session, NOW.date() + days * DAY)


async def overseers(database: Database, body: str, *moments: datetime) -> list[Sequence[str]]:
    return [await ask(database, who_held, Role.DEPUTY, body, moment) for moment in moments]


async def test_who_oversaw_a_body_on_a_day_stays_on_record(database: Database) -> None:
    given = await filled(database)
    await replace(database, overseen(given, "roads", "deputy-culture"), held(-3))
    moments = NOW - 400 * DAY, NOW - 4 * DAY, NOW - 2 * DAY, NOW + 400 * DAY
    assert await overseers(database, "roads", *moments) == [
        ["deputy"],
        ["deputy"],
        ["deputy-culture"],
        ["deputy-culture"],
    ]
    async with database.read() as session:
        found = await directory_change.whole(session)
        former = await persons.actor(session, "deputy")
    oversees = {person.key: person.oversees for person in found.people}
    assert ("roads" in oversees["deputy"], "roads" in oversees["deputy-culture"]) == (False, True)
    assert former is not None
    assert former.left == (OfficeLeft("deputy", Role.DEPUTY, "roads", None, held(-3).moment),)
    assert all(capacity.body != "roads" for capacity in former.capacities(NOW))


async def test_an_office_is_handed_over_on_a_day_to_come(
    database: Database,
) -> None:
    given = await filled(database)
    later = held(5)
    await replace(database, overseen(given, "roads", "deputy-culture"), later)
    async with database.read() as session:
        found = await directory_change.whole(session)
    assert {person.key: person for person in found.people} == {person.key: person for person in given.people}
    # What is entered meanwhile leaves the plan as it is.
    await replace(database, renamed(found, "roads", "Дороги"), held(0))
    assert await come_into_force(database, 4) == 0
    assert await overseers(database, "roads", later.moment) == [["deputy"]]
    assert await come_into_force(database, 6) == 2
    assert await overseers(database, "roads", later.moment - DAY, later.moment) == [
        ["deputy"],
        ["deputy-culture"],
    ]
    assert await come_into_force(database, 7) == 0


async def test_an_office_that_was_planned_is_not_taken_up_once_that_is_withdrawn(database: Database) -> None:
    given = await filled(database)
    await replace(database, overseen(given, "roads", "deputy-culture"), held(5))
    async with database.write(alone=True) as session:
        planned = await dated_values.planned(session, NOW.date())
        await dated_values.withdraw(session, planned)
    assert len(planned) == 2
    assert await come_into_force(database, 6) == 0
    assert await overseers(database, "roads", NOW + 6 * DAY) == [["deputy"]]


async def test_whoever_leaves_meanwhile_takes_up_no_office_when_they_come_back(database: Database) -> None:
    given = await filled(database)
    await replace(database, overseen(given, "roads", "deputy-culture"), held(5))
    left = tuple(person for person in given.people if person.key != "deputy-culture")
    await replace(database, given.model_copy(update={"people": left}), held(0))
    await replace(database, given, held(0))
    await come_into_force(database, 6)
    assert "deputy-culture" not in (await overseers(database, "roads", NOW + 6 * DAY))[0]


async def test_whoever_has_left_is_named_for_their_time_and_told_of_nothing(database: Database) -> None:
    given = await filled(database)
    without = tuple(person for person in given.people if person.key != "executor-roads")
    await replace(database, given.model_copy(update={"people": without}), held(0))
    before, after = NOW - DAY, NOW + DAY
    async with database.read() as session:
        connection = await session.connection()
        held_it = [await connection.run_sync(who_held, Role.EXECUTOR, "roads", at) for at in (before, after)]
        told = await connection.run_sync(offices.holders, ["roads"], before)
    assert held_it == [["executor-roads"], []]
    assert (Role.EXECUTOR, "roads") not in {(role, body) for role, body, _ in told}


async def test_who_comes_back_held_nothing_while_they_were_away(database: Database) -> None:
    given = await filled(database)
    without = tuple(person for person in given.people if person.key != "executor-roads")
    await replace(database, given.model_copy(update={"people": without}), held(0))
    async with database.write(alone=True) as session:
        left = await session.get(PersonRow, "executor-roads")
        assert left is not None
        left.left_at = NOW - 9 * DAY
    await replace(database, given, held(0))
    found = [await ask(database, who_held, Role.EXECUTOR, "roads", NOW + days * DAY) for days in (-10, -5, 1)]
    assert found == [["executor-roads"], [], ["executor-roads"]]


# ---- titles


async def called(database: Database, body: str, *days: int) -> list[Titles]:
    return [(await ask(database, titles.bodies_on, NOW.date() + day * DAY))[body] for day in days]


async def test_a_body_is_called_on_a_day_what_it_is_called_then(database: Database) -> None:
    given = await filled(database)
    old = next(Titles(body.title, body.short) for body in given.bodies if body.key == "roads")
    new, coming = (Titles(title, title) for title in ("Департамент транспорта", "Департамент дорог"))
    await replace(database, renamed(given, "roads", new.title), held(-3))
    await replace(database, renamed(given, "roads", coming.title), held(5))
    assert await called(database, "roads", -400, -4, -3, 0, 4, 5) == [old, old, new, new, new, coming]

    async def title(days: int) -> str:
        await come_into_force(database, days)
        return (await one_of(database, BodyRow, "roads")).title

    assert [await title(days) for days in (0, 4, 5)] == [new.title, new.title, coming.title]


async def test_the_title_of_an_office_stays_what_it_was_on_a_day(database: Database) -> None:
    given = await filled(database)
    curator = next(person for person in given.people if person.key == "curator")
    promoted = curator.model_copy(update={"position": "начальник отдела"})
    others = tuple(person for person in given.people if person is not curator)
    await replace(database, given.model_copy(update={"people": (promoted, *others)}), held(-3))
    found = [
        (await ask(database, titles.positions_on, NOW.date() + day * DAY))["curator"] for day in (-4, -3, 0)
    ]
    assert found == [curator.position, "начальник отдела", "начальник отдела"]
