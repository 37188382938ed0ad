"""A body that answers, with its executor and a curator."""

from store.database.session import Session
from tests.rows import Office, add_office


async def add_roads(session: Session) -> None:
    """Write `roads`, `executor-roads` and `curator`."""
    people: dict[str, list[Office]] = {
        "curator": [("curator", None)],
        "executor-roads": [("executor", "roads")],
    }
    await add_office(session, people, ["roads"])
