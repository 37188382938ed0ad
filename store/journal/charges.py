"""Whom breaches are charged to (cl. 20): kept once, with the record of the step, and read by every list and paper."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.regulation import HolderRole, LimitName
from store.database.statements import Statement, chunks
from store.journal.tables import ChargeRow

SECOND = timedelta(seconds=1)
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_ADD = sa.insert(ChargeRow)
_FORGET = sa.delete(ChargeRow).where(
    col(ChargeRow.message) == sa.bindparam("of_message"), col(ChargeRow.run) == sa.bindparam("of_run")
)

Breach = tuple[int, int]
"""A message, and the number of a run of it."""


@dataclass(frozen=True, slots=True)
class Charged:
    """Whose breach it is: whose own `limit` was over, by `over` of working time; `body` None: a curator's.

    `person` was at work `at` that moment, in the place of `acting_for` if a substitute; None where nobody could be
    named, or, of the moment, where it is read from a row of the journal.
    """

    role: HolderRole
    body: str | None
    person: str | None
    acting_for: str | None
    limit: LimitName
    over: timedelta
    at: datetime | None = None

    def shown(self) -> dict[str, Any]:
        """As the journal and the API show it; `over` in ISO 8601."""
        return {
            "role": self.role.value,
            "body": self.body,
            "person": self.person,
            "acting_for": self.acting_for,
            "limit": self.limit.value,
            "over": _DURATION.dump_python(self.over, mode="json"),
        }


def as_shown(items: Iterable[Mapping[str, Any]]) -> list[Charged]:
    """What `Charged.shown` made of some charges, such as those in a row of the journal, read again."""
    return [
        Charged(
            HolderRole(item["role"]),
            item.get("body"),
            item.get("person"),
            item.get("acting_for"),
            LimitName(item["limit"]),
            _DURATION.validate_python(item["over"]),
        )
        for item in items
    ]


def keep(message: int, charged: Iterable[tuple[int, Sequence[Charged]]]) -> list[Statement]:
    """Write whom the breaches of runs are charged to, by their numbers, in the place of what stood there."""
    charged = tuple(charged)
    rows = [
        {
            "message": message,
            "run": run,
            "position": position,
            "role": item.role,
            "body": item.body,
            "person": item.person,
            "acting_for": item.acting_for,
            "limit_name": item.limit,
            "over": item.over / SECOND,
            "at": item.at,
        }
        for run, items in charged
        for position, item in enumerate(items)
    ]
    forgotten: list[Statement] = [(_FORGET, [{"of_message": message, "of_run": run} for run, _ in charged])]
    return forgotten + ([(_ADD, rows)] if rows else [])


def of(connection: sa.Connection, breaches: Collection[Breach]) -> dict[Breach, list[Charged]]:
    """Whom these breaches are charged to; those that are nobody's are left out."""
    row = ChargeRow
    found: dict[Breach, list[Charged]] = {}
    for some in chunks(breaches):
        statement: sa.Select[*tuple[Any, ...]] = (
            sa.select(*ChargeRow.__table__.columns)  # type: ignore[attr-defined]
            .where(sa.tuple_(col(row.message), col(row.run)).in_(some))
            .order_by(col(row.message), col(row.run), col(row.position))
        )
        for message, run, _, role, body, person, acting_for, limit, over, at in connection.execute(statement):
            entry = Charged(HolderRole(role), body, person, acting_for, LimitName(limit), over * SECOND, at)
            found.setdefault((message, run), []).append(entry)
    return found


async def of_absent(
    session: AsyncSession, person: str, since: datetime, until: datetime | None
) -> Sequence[Breach]:
    """Breaches that are charged to the person for a moment from `since` on and before `until` (None: ever since)."""
    row = ChargeRow
    found = select(row.message, row.run).where(col(row.person) == person, col(row.at) >= since)
    if until is not None:
        found = found.where(col(row.at) < until)
    return (await session.exec(found.order_by(col(row.message), col(row.run)))).all()
