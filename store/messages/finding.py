"""Messages as people find them: by number or link, if they may see them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from calendar_rules.vocabulary import Outcome, Role, Stage
from store.messages.tables import LimitRunRow, MessageBodyRow, MessageRow
from store.people import persons
from store.people.persons import Capacity, SignedIn

SEES_ALL = frozenset({Role.CURATOR, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR, Role.ADMIN})
SEES_OWN = frozenset({Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY})
SEES_ANY = SEES_ALL | SEES_OWN
"""The roles in which messages are seen at all."""
OPEN = tuple(stage for stage in Stage if stage is not Stage.CLOSED)
"""Named, as an index serves them, and not all stages but one."""
_MICROSECOND = timedelta(microseconds=1)
_BETWEEN = "\n"
"""Between keys of bodies that the database gives as one text."""


def message_now(message: MessageRow, now: datetime) -> datetime:
    """The moment on the message's own clock; it differs from the wall's only in training."""
    return now + ahead(message)


def ahead(message: MessageRow) -> timedelta:
    """How far the message's clock is ahead of the wall's; zero outside training."""
    return message.clock_ahead * _MICROSECOND


def bodies_of(capacities: Iterable[Capacity]) -> list[str]:
    """The bodies whose messages someone with these capacities sees."""
    return sorted(
        {capacity.body for capacity in capacities if capacity.role in SEES_OWN and capacity.body is not None}
    )


def sees(capacities: Sequence[Capacity], turns: Sequence[str]) -> bool:
    """Whether someone with these capacities may see a message that was with these bodies."""
    return any(
        capacity.role in SEES_ALL or (capacity.role in SEES_OWN and capacity.body in turns)
        for capacity in capacities
    )


async def by_number(session: AsyncSession, number: int) -> MessageRow | None:
    return await session.get(MessageRow, number)


async def by_key(session: AsyncSession, key: str) -> MessageRow | None:
    """The message that is unique by this key."""
    return (await session.exec(select(MessageRow).where(MessageRow.url_key == key))).first()


async def locked(session: AsyncSession, number: int, *, may_be_named: bool = False) -> MessageRow:
    """The row of a message that exists, read again; until the end of the transaction nobody else changes it.

    On PostgreSQL rows that name the message wait as well, unless it `may_be_named` meanwhile.
    """
    how = {"key_share": True} if may_be_named else True
    found = await session.get(MessageRow, number, with_for_update=how, populate_existing=True)
    assert found is not None  # noqa: S101
    return found


def begin_again(row: MessageRow) -> None:
    """The program is about to start the workflow again: the run that leads the message is not known yet."""
    row.restarts += 1
    row.run_id = None


async def led(session: AsyncSession) -> dict[int, str | None]:
    """Open messages that have begun, each with the run that leads it."""
    rows = await session.exec(
        select(MessageRow.number, MessageRow.run_id).where(
            col(MessageRow.stage).in_(OPEN), MessageRow.recorded > 0
        )
    )
    return {number: run_id for number, run_id in rows if number is not None}


def pass_link_on(message: int, key: str, parts: Collection[int]) -> list[sa.Update]:
    """Make the first of a post's other messages that counts the one known by its link, in the place of this one."""
    part, holder = aliased(MessageRow), aliased(MessageRow)
    heir = (
        sa.select(sa.func.min(col(part.number)))
        .where(
            col(part.number).in_(parts),
            col(part.url_key).is_(None),
            col(part.erased_at).is_(None),
            sa.or_(col(part.outcome).is_(None), col(part.outcome) != Outcome.VOID),
        )
        .scalar_subquery()
    )
    held = sa.exists(sa.select(1).where(col(holder.url_key) == key))
    return [
        sa.update(MessageRow)
        .where(col(MessageRow.number) == message, col(MessageRow.url_key) == key, heir.is_not(None))
        .values(url_key=None),
        sa.update(MessageRow).where(col(MessageRow.number) == heir, sa.not_(held)).values(url_key=key),
    ]


async def numbers_by_key(session: AsyncSession, keys: Iterable[str]) -> dict[str, int]:
    """The numbers of the messages that have these keys of posts, by key."""
    rows = await session.exec(
        select(MessageRow.url_key, MessageRow.number).where(col(MessageRow.url_key).in_(list(keys)))
    )
    return {key: number for key, number in rows if key is not None and number is not None}


async def open_ones(session: AsyncSession) -> Sequence[MessageRow]:
    """Every message that is not closed."""
    return (await session.exec(select(MessageRow).where(col(MessageRow.stage).in_(OPEN)))).all()


async def in_stage(session: AsyncSession, numbers: Iterable[int], stage: Stage) -> set[int]:
    """Those of some messages that are in a stage."""
    rows = await session.exec(
        select(MessageRow.number).where(
            col(MessageRow.number).in_(list(numbers)), col(MessageRow.stage) == stage
        )
    )
    return {number for number in rows if number is not None}


async def open_with(session: AsyncSession, body: str | None) -> int:
    """How many messages are open that are or were with the body; None: how many are open at all."""
    statement = select(sa.func.count()).where(col(MessageRow.stage).in_(OPEN))
    if body is not None:
        had = select(MessageBodyRow.message).where(MessageBodyRow.body == body)
        statement = statement.where(col(MessageRow.number).in_(had))
    return (await session.exec(statement)).one()


async def set_clock(session: AsyncSession, number: int, ahead: int) -> None:
    """Write how far the message's clock is ahead of the wall's, in microseconds; in training only."""
    await session.exec(
        sa.update(MessageRow).where(col(MessageRow.number) == number).values(clock_ahead=ahead)
    )


async def turns(session: AsyncSession, number: int) -> list[str]:
    """The bodies that have or had their turn."""
    return list(await session.exec(select(MessageBodyRow.body).where(MessageBodyRow.message == number)))


async def is_repeated_to(session: AsyncSession, number: int, bodies: Sequence[str]) -> bool:
    """Whether a message that is or was with one of the bodies repeats this one (cl. 16)."""
    later = (
        select(MessageRow.number)
        .join(MessageBodyRow, col(MessageBodyRow.message) == col(MessageRow.number))
        .where(MessageRow.repeats == number, col(MessageBodyRow.body).in_(bodies))
        .limit(1)
    )
    return (await session.exec(later)).first() is not None


async def rows_written(session: AsyncSession, numbers: Iterable[int]) -> dict[int, int]:
    """How many journal rows of some messages their own rows in the database are the state after."""
    rows = await session.exec(
        select(MessageRow.number, MessageRow.rows).where(col(MessageRow.number).in_(list(numbers)))
    )
    return {number: written for number, written in rows if number is not None}


WithTurns = tuple[MessageRow, Sequence[str]]
"""A message, and the bodies that have or had their turn."""
_TURNS = (
    select(sa.func.aggregate_strings(col(MessageBodyRow.body), _BETWEEN))
    .where(MessageBodyRow.message == MessageRow.number)
    .scalar_subquery()
)
# A number from an address may be larger than the column.
_OF_NUMBER = col(MessageRow.number) == sa.bindparam("number", type_=sa.BigInteger)
_WITH_TURNS = select(MessageRow, _TURNS).where(_OF_NUMBER)


async def with_turns(session: AsyncSession, number: int) -> WithTurns | None:
    """The message of a number with its turns; None if there is none."""
    found = (await session.exec(_WITH_TURNS, params={"number": number})).first()
    return None if found is None else _with_turns(*found)


async def with_sign_in(
    session: AsyncSession, number: int, digest: str, now: datetime
) -> tuple[SignedIn | None, WithTurns | None]:
    """What `persons.signed_in` and `with_turns` return, by one statement: commands begin with both."""
    asked = {"number": number, "digest": digest, "now": now}
    statement = _with_sign_in(session.get_bind().dialect.name)
    message, turns, sign_in = (await session.exec(statement, params=asked)).one()
    found = None if message is None else _with_turns(message, turns)
    return persons.signed_in_from(sign_in, digest), found


@cache
def _with_sign_in(dialect: str) -> "Select[MessageRow, Any, str]":
    always = sa.select(sa.literal(1).label("one")).subquery("always")
    selected = select(MessageRow, _TURNS, persons.sign_in_as_json(dialect))
    return selected.select_from(always.outerjoin(MessageRow, _OF_NUMBER))


def _with_turns(message: MessageRow, turns: str | None) -> WithTurns:
    return message, turns.split(_BETWEEN) if turns else ()


async def limits(session: AsyncSession, numbers: Sequence[int]) -> dict[int, list[LimitRunRow]]:
    """Limit runs of some messages, in order of start."""
    rows = await session.exec(
        select(LimitRunRow)
        .where(col(LimitRunRow.message).in_(numbers))
        .order_by(col(LimitRunRow.message), col(LimitRunRow.number))
    )
    found: dict[int, list[LimitRunRow]] = {number: [] for number in numbers}
    for row in rows:
        found[row.message].append(row)
    return found


UNSEEN = dict.fromkeys(
    code
    for code in (0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
)
"""Signs nobody sees: they part words, turn the direction of writing, or do nothing. For `str.translate`."""
_SEARCHED = UNSEEN | str.maketrans({"ё": "е", "\u00a0": " ", "\u202f": " "})


def searchable(*texts: str) -> str:
    """Texts as they are searched: in lower case, «ё» as «е», spaces that do not break as others, no invisible signs."""
    return "\n".join(texts).lower().translate(_SEARCHED)
