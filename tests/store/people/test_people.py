"""Rights of a person at a moment, and who acts in whose place."""

from datetime import UTC, datetime, timedelta

import pytest

from calendar_rules.vocabulary import Role
from store.database.engines import Database
from store.people.persons import (
    Actor,
    Capacity,
    RoleHeld,
    Substitution,
    actor,
    holders,
    nobody_stands_in,
    represented_by,
    signed_in,
    stand_in,
    substitutions_at,
)
from store.people.tables import PersonRow
from store.people.tokens import digest, issue, revoke_all
from tests.rows import Office, absence_row, add_office

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
DURING = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def away(person: str, substitute: str | None, start: datetime = START, end: datetime = END) -> Substitution:
    return Substitution(person, substitute, start, end)


# ---- from rows alone


@pytest.mark.parametrize(
    ("moment", "stands_in"),
    [(START - MICROSECOND, False), (START, True), (END - MICROSECOND, True), (END, False)],
)
def test_an_absence_runs_from_its_start_until_its_end(moment: datetime, stands_in: bool) -> None:
    absences = [away("ann", "bob")]
    assert represented_by("bob", absences, moment) == (("bob", "ann") if stands_in else ("bob",))
    assert stand_in("ann", absences, moment) == ("bob" if stands_in else "ann")


def test_the_absent_person_may_still_act() -> None:
    assert represented_by("ann", [away("ann", "bob")], DURING) == ("ann",)


def test_a_chain_of_substitutes_reaches_to_its_end() -> None:
    absences = [away("ann", "bob"), away("bob", "cid"), away("cid", "dan")]
    assert represented_by("dan", absences, DURING) == ("dan", "cid", "bob", "ann")
    assert represented_by("bob", absences, DURING) == ("bob", "ann")
    assert stand_in("ann", absences, DURING) == "dan"


def test_a_chain_breaks_where_nobody_is_away_at_the_moment() -> None:
    absences = [away("ann", "bob"), away("bob", "cid", END, END + timedelta(days=1))]
    assert represented_by("cid", absences, DURING) == ("cid",)
    assert stand_in("ann", absences, DURING) == "bob"


def test_a_circle_of_substitutes_ends() -> None:
    absences = [away("ann", "bob"), away("bob", "cid"), away("cid", "ann")]
    assert set(represented_by("ann", absences, DURING)) == {"ann", "bob", "cid"}
    assert stand_in("ann", absences, DURING) == "ann"
    assert stand_in("dan", [*absences, away("dan", "ann")], DURING) == "dan"


def test_of_two_absences_at_once_the_last_recorded_decides_and_both_substitutes_may_act() -> None:
    absences = [away("ann", "bob"), away("ann", "cid")]
    assert stand_in("ann", absences, DURING) == "cid"
    assert stand_in("ann", [away("ann", None), away("ann", "bob")], DURING) == "bob"
    assert stand_in("ann", [away("ann", "bob"), away("ann", None)], DURING) is None
    assert represented_by("bob", absences, DURING) == ("bob", "ann")
    assert represented_by("cid", absences, DURING) == ("cid", "ann")


def test_one_person_is_represented_once() -> None:
    absences = [away("ann", "bob"), away("ann", "bob"), away("ann", "cid"), away("cid", "bob")]
    assert represented_by("bob", absences, DURING) == ("bob", "ann", "cid")


def test_an_absence_without_a_substitute_ends_the_chain_with_nobody() -> None:
    absences = [away("ann", "bob"), away("bob", None), away("cid", "dan")]
    assert stand_in("ann", absences, DURING) is None
    assert stand_in("bob", absences, DURING) is None
    assert stand_in("bob", absences, END) == "bob"
    assert nobody_stands_in(absences, DURING) == {"ann", "bob"}
    assert represented_by("bob", absences, DURING) == ("bob", "ann")


def test_capacities_are_own_roles_first_then_those_of_the_absent() -> None:
    bob = Actor(
        key="bob",
        name="Bob",
        position="",
        roles=(
            RoleHeld("ann", Role.CURATOR, None),
            RoleHeld("bob", Role.EXECUTOR, "roads"),
            RoleHeld("bob", Role.RESPONSIBLE, "roads"),
        ),
        substitutions=(away("ann", "bob"),),
    )
    own = (Capacity(Role.EXECUTOR, "roads"), Capacity(Role.RESPONSIBLE, "roads"))
    assert bob.capacities(START - MICROSECOND) == own
    assert bob.capacities(DURING) == (*own, Capacity(Role.CURATOR, None, acting_for="ann"))


# ---- from the database


@pytest.fixture
async def people(database: Database) -> Database:
    """ann curates, bob and cid answer for roads, dan oversees roads and housing, eve has left."""
    async with database.write() as session:
        offices: dict[str, list[Office]] = {
            "ann": [("curator", None)],
            "cid": [("executor", "roads")],
            "bob": [("executor", "roads")],
            "eve": [("executor", "roads")],
            "dan": [("deputy", "roads"), ("deputy", "housing")],
        }
        await add_office(session, offices, ("roads", "housing"))
        (await session.get_one(PersonRow, "eve")).active = False
    return database


async def be_away(database: Database, *absences: Substitution) -> None:
    async with database.write() as session:
        for number, absence in enumerate(absences):
            session.add(
                absence_row(
                    absence.person,
                    absence.substitute,
                    absence.starts_at,
                    absence.ends_at,
                    recorded_at=START + timedelta(seconds=number),
                )
            )


async def capacities(database: Database, person: str, moment: datetime) -> set[Capacity]:
    async with database.read() as session:
        found = await actor(session, person)
    assert found is not None
    return set(found.capacities(moment))


async def test_a_person_comes_with_all_roles(people: Database) -> None:
    assert await capacities(people, "dan", DURING) == {
        Capacity(Role.DEPUTY, "roads"),
        Capacity(Role.DEPUTY, "housing"),
    }


async def test_a_person_without_roles_may_do_nothing(people: Database) -> None:
    async with people.write() as session:
        await add_office(session, {"fay": []})
    assert await capacities(people, "fay", DURING) == set()


async def test_a_chain_is_loaded_whole_and_judged_by_the_moment(people: Database) -> None:
    await be_away(people, away("ann", "bob"), away("bob", "dan", DURING))
    own = {Capacity(Role.DEPUTY, "roads"), Capacity(Role.DEPUTY, "housing")}
    assert await capacities(people, "dan", START) == own
    assert await capacities(people, "dan", DURING) == own | {
        Capacity(Role.EXECUTOR, "roads", acting_for="bob"),
        Capacity(Role.CURATOR, None, acting_for="ann"),
    }


async def test_a_circle_is_loaded_once(people: Database) -> None:
    await be_away(people, away("ann", "bob"), away("bob", "ann"))
    assert await capacities(people, "ann", DURING) == {
        Capacity(Role.CURATOR),
        Capacity(Role.EXECUTOR, "roads", acting_for="bob"),
    }


@pytest.mark.parametrize("key", ["nobody", "eve", "", "a\x00b"])
async def test_who_is_not_there_is_none(people: Database, key: str) -> None:
    async with people.read() as session:
        assert await actor(session, key) is None


async def test_a_token_finds_its_person_until_it_expires_or_is_revoked(people: Database) -> None:
    async with people.write() as session:
        token = await issue(session, "ann", START, timedelta(hours=12))

    async def whose(moment: datetime) -> str | None:
        async with people.read() as session:
            found = await signed_in(session, digest(token), moment)
        return found.person.key if found else None

    assert await whose(START + timedelta(hours=12) - MICROSECOND) == "ann"
    assert await whose(START + timedelta(hours=12)) is None
    async with people.write() as session:
        await revoke_all(session, "ann", START)
    assert await whose(START + MICROSECOND) is None


async def test_holders_are_those_of_the_body_without_who_has_left(people: Database) -> None:
    async with people.read() as session:
        assert await holders(session, Role.EXECUTOR, "roads") == ["bob", "cid"]
        assert await holders(session, Role.EXECUTOR, "housing") == []
        assert await holders(session, Role.DEPUTY, "housing") == ["dan"]
        assert await holders(session, Role.CURATOR) == ["ann"]
        assert await holders(session, Role.DEPUTY) == []


async def test_substitutions_are_those_in_force_at_the_moment(people: Database) -> None:
    await be_away(
        people, away("ann", "bob"), away("bob", None, DURING), away("ann", "dan", END, END + timedelta(1))
    )

    async def stands_in(person: str, moment: datetime) -> str | None:
        async with people.read() as session:
            return stand_in(person, await substitutions_at(session, moment), moment)

    assert await stands_in("ann", START - MICROSECOND) == "ann"
    assert await stands_in("ann", START) == "bob"
    assert await stands_in("ann", DURING) is None
    assert await stands_in("ann", END) == "dan"
    assert await stands_in("dan", DURING) == "dan"
