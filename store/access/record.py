"""The record of access (152-FZ): rows that are added, searched, and deleted once a year has passed.

The identifier of a row is its moment, in microseconds, and a number of its own below: so rows of any index lie in the
order of time, and a page begins, and a period ends, at an identifier.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, delete, insert, literal, literal_column
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from store.access.tables import OK, AccessBlockRow, AccessRecordRow
from store.database.statements import Statement
from store.messages.tables import MessageRow
from store.people.persons import storable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHIFT = 256
_BLOCK = 64
"""Messages of one block: some days of an office, so that few rows of others are passed over in a search."""

KEPT_FOR = timedelta(days=366)
"""The database refuses to delete what is younger than a year."""

# With something to return all rows go in one statement; without, each goes in one of its own.
_INSERT = insert(AccessRecordRow).returning(col(AccessRecordRow.id))
_INSERT_BLOCKS = insert(AccessBlockRow).returning(col(AccessBlockRow.record))


@dataclass(frozen=True, slots=True)
class Access:
    """One row to be; `messages` are numbers, `candidates` ids, `details` what JSON can hold."""

    at: datetime
    call: str
    outcome: str
    person: str | None = None
    address: str = ""
    messages: Sequence[int] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    candidates: Sequence[int] = ()

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", _first_at(self.at) + secrets.randbelow(_SHIFT))

    def anew(self) -> "Access":
        """The same under another identifier: another process had the same one."""
        return replace(self, id=0)


@dataclass(frozen=True, slots=True)
class Sought:
    """What rows are searched by: all of it holds. `begins` itself belongs to the period, `ends` does not."""

    person: str | None = None
    message: int | None = None
    candidate: int | None = None
    call: str | None = None
    outcome: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None


def statements(accesses: Iterable[Access]) -> list[Statement]:
    """What writes these rows."""
    rows, blocks = [], []
    for access in accesses:
        rows.append(
            {
                "id": access.id,
                "at": access.at,
                "person": access.person,
                "call": access.call,
                "outcome": access.outcome,
                "address": access.address,
                "messages": _spaced(access.messages),
                "candidates": _spaced(access.candidates),
                "details": dict(access.details) or None,
            }
        )
        found = {number // _BLOCK for number in access.messages}
        found |= {_block_of_candidate(number) for number in access.candidates}
        blocks += [{"block": block, "record": access.id} for block in found]
    return [(_INSERT, rows), *([(_INSERT_BLOCKS, blocks)] if blocks else [])]


def _spaced(numbers: Sequence[int]) -> str:
    return f" {' '.join(map(str, numbers))} " if numbers else ""


def _block_of_candidate(candidate: int) -> int:
    """Below zero, where no message's is."""
    return -1 - candidate // _BLOCK


async def page(
    session: AsyncSession, sought: Sought, *, before: int | None, limit: int
) -> Sequence[AccessRecordRow]:
    """Up to `limit` rows, the newest first, with identifiers below `before`.

    Of a message also those of the candidate that it was: there the same author and text were seen.
    """
    if sought.person is not None and not storable(sought.person):
        return ()
    rows = (await session.exec(searching(sought, before=before, limit=limit))).all()
    if sought.message is None:
        return rows
    # A number that no message can have is larger than the column.
    is_it = col(MessageRow.number) == literal(sought.message, BigInteger)
    candidate = (await session.exec(select(MessageRow.candidate).where(is_it))).first()
    if candidate is None:
        return rows
    of_candidate = replace(sought, message=None, candidate=candidate)
    earlier = (await session.exec(searching(of_candidate, before=before, limit=limit))).all()
    found = {row.id: row for row in (*rows, *earlier)}
    return [found[place] for place in sorted(found, reverse=True)[:limit]]


def searching(sought: Sought, *, before: int | None, limit: int) -> SelectOfScalar[AccessRecordRow]:
    """The statement of `page`."""
    statement = select(AccessRecordRow)
    place = col(AccessRecordRow.id)
    if sought.message is not None:
        place = col(AccessBlockRow.record)
        statement = statement.join(AccessBlockRow, place == col(AccessRecordRow.id)).where(
            AccessBlockRow.block == sought.message // _BLOCK,
            col(AccessRecordRow.messages).contains(f" {sought.message} "),
        )
    elif sought.candidate is not None:
        place = col(AccessBlockRow.record)
        statement = statement.join(AccessBlockRow, place == col(AccessRecordRow.id)).where(
            AccessBlockRow.block == _block_of_candidate(sought.candidate),
            col(AccessRecordRow.candidates).contains(f" {sought.candidate} "),
        )
    if before is not None:
        statement = statement.where(place < before)
    if sought.begins is not None:
        statement = statement.where(place >= _first_at(sought.begins))
    if sought.ends is not None:
        statement = statement.where(place < _first_at(sought.ends))
    if sought.person is not None:
        statement = statement.where(AccessRecordRow.person == sought.person)
    if sought.call is not None:
        statement = statement.where(AccessRecordRow.call == sought.call)
    if sought.outcome is not None:
        statement = statement.where(AccessRecordRow.outcome == sought.outcome)
        if sought.outcome != OK:
            # Written out, not bound: SQLite goes by the index of these only where it sees that it serves.
            statement = statement.where(col(AccessRecordRow.outcome) != literal_column(f"'{OK}'", String))
    return statement.order_by(place.desc()).limit(limit)


async def forget_before(session: AsyncSession, moment: datetime, at_most: int | None = None) -> int:
    """Delete rows older than `moment`, the oldest first, `at_most` so many; returns how many they were.

    Raises IntegrityError, and deletes nothing, for rows less than a year old.
    """
    bound = _first_at(moment)
    if at_most is not None:
        following = (
            select(AccessRecordRow.id)
            .where(col(AccessRecordRow.id) < bound)
            .order_by(col(AccessRecordRow.id))
            .offset(at_most)
            .limit(1)
        )
        bound = (await session.exec(following)).first() or bound
    await session.exec(delete(AccessBlockRow).where(col(AccessBlockRow.record) < bound))
    done = await session.exec(delete(AccessRecordRow).where(col(AccessRecordRow.id) < bound))
    return int(done.rowcount)


def _first_at(moment: datetime) -> int:
    """The lowest identifier of a moment."""
    return (moment - _EPOCH) // _MICROSECOND * _SHIFT
