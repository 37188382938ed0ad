"""A body that answers, with its executor and a curator."""

from store.database.session import Session
from store.people.tables import BodyRow, PersonRoleRow, PersonRow


async def add_roads(session: Session) -> None:
    """Write `roads`, `executor-roads` and `curator`."""
    session.add(BodyRow(key="roads", title="Дороги", short_title="Дороги", kind="executive"))
    for person, role, body in (("curator", "curator", None), ("executor-roads", "executor", "roads")):
        session.add(PersonRow(key=person, name=person, position=person, password_hash=""))
        await session.flush()
        session.add(PersonRoleRow(person=person, role=role, body=body))
