"""Persons named for a breach (cl. 20): whoever was at work when the limit passed, never who was absent on record."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from calendar_rules.regulation import Audience, HolderRole
from service.people.offices import Offices
from store.database.engines import Database
from store.database.session import Connection
from tests.rows import absence_row, add_office, ask, put
from workflows.state import Addressee

AT = datetime(2026, 11, 23, 11, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE: dict[str, list[tuple[str, str | None]]] = {
    "ann": [("executor", "roads")],
    "bob": [("executor", "roads")],
    "cid": [("responsible", "roads")],
    "dan": [("executor", "housing")],
    "eve": [("responsible", "housing")],
    "fay": [("curator", None)],
    "gus": [("curator", None)],
    "hal": [("head", None)],
    "ida": [],
}
Named = tuple[str | None, str | None]
NOBODY: Named = (None, None)


@pytest.fixture
async def database(database: Database) -> Database:
    """Two executors in `roads`, one in `housing`, none in `empty`; `ida` has no office."""
    async with database.write() as session:
        await add_office(session, PEOPLE, ("roads", "housing", "empty"))
    return database


async def be_away(database: Database, *absences: tuple[str, str | None], over: bool = False) -> None:
    """Absences without an end, or `over` at the moment itself, in the order in which they were recorded."""
    await put(
        database,
        *(
            absence_row(
                person,
                substitute,
                AT - HOUR,
                AT if over else None,
                recorded_at=AT - HOUR + number * timedelta(seconds=1),
            )
            for number, (person, substitute) in enumerate(absences)
        ),
    )


async def named(database: Database, body: str | None, person: str | None = None) -> Named:
    """Who is named, and in whose place; `body` None: of a curator's breach."""
    role = HolderRole.EXECUTOR if body else HolderRole.CURATOR

    def find(connection: Connection) -> Named:
        to = [Addressee(audience=Audience.EXECUTORS, body=body)]
        return Offices(connection, to, AT, AT).at_fault(role, body, person, AT)

    return await ask(database, find)


@pytest.mark.parametrize(
    ("body", "person", "expected"),
    [
        ("roads", "bob", ("bob", None)),
        (None, "fay", ("fay", None)),
        ("housing", None, ("dan", None)),
        ("roads", None, ("cid", None)),
        ("empty", None, NOBODY),
        (None, None, NOBODY),
    ],
    ids=["who had the work", "the curator", "the only executor", "the responsible", "nobody", "no curator"],
)
async def test_who_was_at_work_is_named(
    database: Database, body: str | None, person: str | None, expected: Named
) -> None:
    assert await named(database, body, person) == expected


@pytest.mark.parametrize(
    ("absences", "body", "person", "expected"),
    [
        ([("bob", "ida")], "roads", "bob", ("ida", "bob")),
        ([("bob", "ann"), ("ann", "ida")], "roads", "bob", ("ida", "bob")),
        ([("dan", "ida")], "housing", None, ("ida", "dan")),
    ],
    ids=["who had the work", "a chain", "the only executor"],
)
async def test_of_who_was_absent_the_substitute_is_named(
    database: Database,
    absences: Sequence[tuple[str, str | None]],
    body: str | None,
    person: str | None,
    expected: Named,
) -> None:
    await be_away(database, *absences)
    assert await named(database, body, person) == expected


@pytest.mark.parametrize(
    ("absences", "body", "person", "expected"),
    [
        ([("bob", None)], "roads", "bob", ("cid", None)),
        ([("dan", None)], "housing", None, ("eve", None)),
        ([("dan", None), ("eve", "ida")], "housing", None, ("ida", "eve")),
        ([("dan", None), ("eve", None)], "housing", None, NOBODY),
        ([("fay", None)], None, "fay", NOBODY),
    ],
    ids=[
        "of the body the responsible",
        "of the only executor",
        "of the responsible who stands in",
        "the body alone",
        "of a curator nobody",
    ],
)
async def test_without_a_substitute_the_responsible_is_named(
    database: Database,
    absences: Sequence[tuple[str, str | None]],
    body: str | None,
    person: str | None,
    expected: Named,
) -> None:
    await be_away(database, *absences)
    assert await named(database, body, person) == expected


@pytest.mark.parametrize(
    "absences",
    [[("ann", None)], [("ann", "bob")], [("ann", "ida")], [("ann", None), ("bob", "ida")]],
    ids=["one was there", "for both", "a colleague and a substitute", "a substitute alone"],
)
async def test_of_several_executors_it_is_nobodys_in_particular_whoever_was_there(
    database: Database, absences: Sequence[tuple[str, str | None]]
) -> None:
    await be_away(database, *absences)
    assert await named(database, "roads") == ("cid", None)


async def test_whoever_is_back_at_the_moment_is_named_again(database: Database) -> None:
    await be_away(database, ("bob", "ida"), ("dan", None), over=True)
    assert await named(database, "roads", "bob") == ("bob", None)
    assert await named(database, "housing") == ("dan", None)
