"""Who holds the offices that notices go to, and who stands in for them; read by the worker with each record."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, true
from sqlmodel import col

from store.people import Substitution, ends_after
from store.tables import AbsenceRow, BodyRow, PersonRoleRow, PersonRow, UtcMoment

# Built once: building a statement costs more than executing it.
_HOLDERS = (
    select(col(PersonRoleRow.role), col(PersonRoleRow.body), col(PersonRoleRow.person))
    .join(PersonRow, col(PersonRow.key) == col(PersonRoleRow.person))
    .where(
        col(PersonRow.active).is_(true()),
        col(PersonRoleRow.body).is_(None) | col(PersonRoleRow.body).in_(bindparam("bodies", expanding=True)),
    )
    .order_by(col(PersonRoleRow.person))
)
_AWAY = (
    select(
        col(AbsenceRow.person), col(AbsenceRow.substitute), col(AbsenceRow.starts_at), col(AbsenceRow.ends_at)
    )
    .where(
        col(AbsenceRow.starts_at) <= bindparam("latest", type_=UtcMoment),
        ends_after(bindparam("earliest", type_=UtcMoment)),
    )
    .order_by(col(AbsenceRow.recorded_at), col(AbsenceRow.id))
)
_NAMES = select(col(PersonRow.key), col(PersonRow.name)).where(
    col(PersonRow.key).in_(bindparam("people", expanding=True))
)
_TITLES = select(col(BodyRow.key), col(BodyRow.short_title))


def holders(connection: Connection, bodies: Iterable[str]) -> Sequence[tuple[str, str | None, str]]:
    """Role, body and person of every office of these bodies, and of those that belong to none."""
    rows = connection.execute(_HOLDERS, {"bodies": sorted(bodies)})
    return [(role, body, person) for role, body, person in rows]


def away(connection: Connection, earliest: datetime, latest: datetime) -> tuple[Substitution, ...]:
    """Every substitution in force at some moment from `earliest` to `latest`, the one recorded last at the end."""
    rows = connection.execute(_AWAY, {"earliest": earliest, "latest": latest})
    return tuple(Substitution(*row) for row in rows)


def titles(connection: Connection) -> dict[str, str]:
    """Short titles of all bodies, by key."""
    return dict(connection.execute(_TITLES).all())


def names(connection: Connection, people: Iterable[str]) -> dict[str, str]:
    """Names of these people by sign-in, also of those who have left; nothing is asked where there are none."""
    wanted = sorted(people)
    return dict(connection.execute(_NAMES, {"people": wanted}).all()) if wanted else {}
