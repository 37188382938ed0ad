"""The directory as a whole, read and brought up to another, on both databases."""

from datetime import UTC, datetime

from sqlmodel import select

from embedded.demo.data import directory
from store.database.engines import Database
from store.directory import change as directory_change
from store.people import persons, staff
from store.people.dated_values import EffectiveDate
from store.people.tables import BodyRow, PersonRow

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


async def test_it_is_read_as_it_was_put(database: Database) -> None:
    given = directory()
    async with database.write(alone=True) as session:
        await directory_change.put(session, given, {})
    async with database.read() as session:
        found = await directory_change.whole(session)
        members = await staff.everybody(session, NOW)
    assert {body.key: body for body in found.bodies} == {body.key: body for body in given.bodies}
    assert found.topics == given.topics
    assert {person.key: person for person in found.people} == {person.key: person for person in given.people}
    assert len(members) == len(given.people)
    assert not any(member.has_password for member in members)


async def test_what_is_gone_from_it_goes(database: Database) -> None:
    given = directory()
    gone = given.bodies[0].key
    left = given.model_copy(
        update={
            "bodies": given.bodies[1:],
            "topics": given.topics[1:],
            "people": tuple(
                person
                for person in given.people
                if gone not in {role.body for role in person.roles} | set(person.oversees)
            ),
        }
    )
    async with database.write(alone=True) as session:
        await directory_change.put(session, given, {person.key: "hash" for person in given.people})
    async with database.write(alone=True) as session:
        assert await directory_change.replace(session, left, EffectiveDate.at_once(NOW)) == []
    async with database.read() as session:
        found = await directory_change.whole(session)
        assert await session.get(BodyRow, gone) is None
        assert found.topics == given.topics[1:]
        executor = await session.get(PersonRow, f"executor-{gone}")
        assert executor is not None
        assert (executor.active, executor.password_hash) == (False, "hash")
        assert await persons.actor(session, f"executor-{gone}") is None
        assert len((await session.exec(select(BodyRow))).all()) == len(given.bodies)
