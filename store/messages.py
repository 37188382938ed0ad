"""Messages as people find them: by link, by what they may see, by likeness."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people import Actor, Capacity, Role
from store.tables import LimitRun, Message, MessageBody

SEES_ALL = frozenset({Role.CURATOR, Role.HEAD, Role.DEPUTY_POLICY, Role.GOVERNOR, Role.ADMIN})
_SEES_OWN = frozenset({Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY})
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to."""

    stage: str | None = None
    body: str | None = None
    overdue: bool | None = None
    q: str | None = None


def message_now(message: Message, now: datetime) -> datetime:
    """The moment on the message's own clock; it differs from the wall's only in training."""
    return now + message.clock_ahead * _MICROSECOND


def sees(capacities: Sequence[Capacity], turns: Sequence[str]) -> bool:
    """Whether someone with these capacities may see a message that was with these bodies."""
    return any(
        capacity.role in SEES_ALL or (capacity.role in _SEES_OWN and capacity.body in turns)
        for capacity in capacities
    )


async def by_number(session: AsyncSession, number: int) -> Message | None:
    return await session.get(Message, number)


def url_key(url: str) -> str:
    """What a link is unique by: its digest, since an index takes no link of any length."""
    return sha256(url.encode()).hexdigest()


async def by_url(session: AsyncSession, url: str) -> Message | None:
    found = await session.exec(select(Message).where(Message.url_key == url_key(url)))
    return found.first()


async def set_clock(session: AsyncSession, number: int, ahead: int) -> None:
    """Write how far the message's clock is ahead of the wall's, in microseconds; in training only."""
    await session.exec(sa.update(Message).where(col(Message.number) == number).values(clock_ahead=ahead))


async def turns(session: AsyncSession, number: int) -> list[str]:
    """The bodies that have or had their turn."""
    return list(await session.exec(select(MessageBody.body).where(MessageBody.message == number)))


async def rows_written(session: AsyncSession, numbers: Iterable[int]) -> dict[int, int]:
    """How many journal rows of some messages their own rows in the database are the state after."""
    rows = await session.exec(
        select(Message.number, Message.rows).where(col(Message.number).in_(list(numbers)))
    )
    return {number: written for number, written in rows if number is not None}


async def limits(session: AsyncSession, numbers: Sequence[int]) -> dict[int, list[LimitRun]]:
    """Limit runs of some messages, in order of start."""
    rows = await session.exec(
        select(LimitRun)
        .where(col(LimitRun.message).in_(numbers))
        .order_by(col(LimitRun.message), col(LimitRun.number))
    )
    found: dict[int, list[LimitRun]] = {number: [] for number in numbers}
    for row in rows:
        found[row.message].append(row)
    return found


async def page(
    session: AsyncSession, actor: Actor, filters: Filters, now: datetime, *, before: int | None, size: int
) -> Sequence[Message]:
    """Up to `size` messages the person may see, newest first, registered before number `before`."""
    statement = select(Message).where(_visible(actor, now)).order_by(col(Message.number).desc()).limit(size)
    if before is not None:
        statement = statement.where(col(Message.number) < before)
    if filters.stage is not None:
        statement = statement.where(Message.stage == filters.stage)
    if filters.overdue is not None:
        statement = statement.where(col(Message.overdue).is_(filters.overdue))
    if filters.body is not None:
        statement = statement.where(_was_with((filters.body,)))
    if filters.q:
        statement = statement.where(col(Message.search_text).contains(searchable(filters.q), autoescape=True))
    return (await session.exec(statement)).all()


_SEARCHED = str.maketrans(
    {"ё": "е", "\u00a0": " ", "\u202f": " "} | dict.fromkeys("\u200b\u2060\ufeff\u00ad")
)


def searchable(*texts: str) -> str:
    """Texts as they are searched: in lower case, «ё» as «е», spaces that do not break as others, no invisible signs."""
    return "\n".join(texts).lower().translate(_SEARCHED)


def _was_with(bodies: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(MessageBody.message) == col(Message.number), col(MessageBody.body).in_(bodies)
    )


def _visible(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """What the person may see, each message by its own clock.

    What a person may do changes only where an absence begins or ends, so clocks are judged by the spans between.
    """
    edges = sorted({moment for away in actor.substitutions for moment in (away.starts_at, away.ends_at)})
    ahead = col(Message.clock_ahead)
    spans: list[sa.ColumnElement[bool]] = []
    for start, end in zip([None, *edges], [*edges, None], strict=True):
        seen = _visible_in(actor.capacities(start or (end - _MICROSECOND if end else now)))
        within = [
            *([ahead >= (start - now) // _MICROSECOND] if start else []),
            *([ahead < (end - now) // _MICROSECOND] if end else []),
        ]
        spans.append(sa.and_(seen, *within))
    return sa.or_(*spans)


def _visible_in(capacities: Sequence[Capacity]) -> sa.ColumnElement[bool]:
    if any(capacity.role in SEES_ALL for capacity in capacities):
        return sa.true()
    bodies = {capacity.body for capacity in capacities if capacity.role in _SEES_OWN and capacity.body}
    return _was_with(sorted(bodies)) if bodies else sa.false()
