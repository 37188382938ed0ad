"""Persons named for a breach (cl. 20): whoever was at work when the limit passed, never who was absent on record."""

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


Absences = tuple[tuple[str, str | None], ...]
CASES: dict[str, tuple[Absences, str | None, str | None, Named]] = {
    "who had the work": ((), "roads", "bob", ("bob", None)),
    "the curator": ((), None, "fay", ("fay", None)),
    "the only executor": ((), "housing", None, ("dan", None)),
    "of several the responsible": ((), "roads", None, ("cid", None)),
    "nobody": ((), "empty", None, NOBODY),
    "no curator": ((), None, None, NOBODY),
    # Of who was absent the substitute.
    "substitute of who had the work": ((("bob", "ida"),), "roads", "bob", ("ida", "bob")),
    "a chain": ((("bob", "ann"), ("ann", "ida")), "roads", "bob", ("ida", "bob")),
    "substitute of the only executor": ((("dan", "ida"),), "housing", None, ("ida", "dan")),
    # Without a substitute the responsible.
    "of the body the responsible": ((("bob", None),), "roads", "bob", ("cid", None)),
    "of the only executor": ((("dan", None),), "housing", None, ("eve", None)),
    "of the responsible who stands in": ((("dan", None), ("eve", "ida")), "housing", None, ("ida", "eve")),
    "the body alone": ((("dan", None), ("eve", None)), "housing", None, NOBODY),
    "of a curator nobody": ((("fay", None),), None, "fay", NOBODY),
    # Of several executors it is nobody's in particular, whoever was there.
    "one was there": ((("ann", None),), "roads", None, ("cid", None)),
    "for both": ((("ann", "bob"),), "roads", None, ("cid", None)),
    "a colleague and a substitute": ((("ann", "ida"),), "roads", None, ("cid", None)),
    "a substitute alone": ((("ann", None), ("bob", "ida")), "roads", None, ("cid", None)),
}


@pytest.mark.parametrize(("absences", "body", "person", "expected"), CASES.values(), ids=CASES)
async def test_who_was_at_work_is_named(
    database: Database, absences: Absences, body: str | None, person: str | None, expected: Named
) -> None:
    await be_away(database, *absences)
    assert await named(database, body, person) == expected


async def test_whoever_is_back_at_the_moment_is_named_again(database: Database) -> None:
    await be_away(database, ("bob", "ida"), ("dan", None), over=True)
    assert await named(database, "roads", "bob") == ("bob", None)
    assert await named(database, "housing") == ("dan", None)
