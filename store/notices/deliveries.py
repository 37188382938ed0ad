"""Deliveries through channels: due, under way, and what became of them.

A notice is taken up for the channels of its person once; then it waits for its moment, goes in a parcel, alone or with
others, and is delivered or, where the address is refused for good, failed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import installation_settings, statements
from store.database.tables import SettingRow
from store.notices.channels import WAITING
from store.notices.tables import ChannelRow, DeliveryRow, NoticeRow
from store.people.tables import PersonRow

DELIVERED, FAILED = "delivered", "failed"
_TAKEN_UP = "channels.taken_up"
"""The setting that says up to which moment of writing notices have been taken up."""

_CHANNEL: sa.Table = ChannelRow.__table__  # type: ignore[attr-defined]
_DELIVERY: sa.Table = DeliveryRow.__table__  # type: ignore[attr-defined]
_NOTICE: sa.Table = NoticeRow.__table__  # type: ignore[attr-defined]
_IS_WAITING = _DELIVERY.c.state == sa.text(f"'{WAITING}'")  # said literally: the index is of such rows alone
_IS_OPEN = _CHANNEL.c.removed_at.is_(None)


@dataclass(frozen=True, slots=True)
class New:
    """A notice that was not taken up yet, with a channel of its person."""

    notice: int
    kind: str
    person: str
    deliver_from: datetime
    written_at: datetime
    channel: int


@dataclass(frozen=True, slots=True)
class Due:
    """A channel for which something is due, with the moments since which the first and the last of it wait."""

    channel: int
    scheme: str
    first_at: datetime
    last_at: datetime


async def taken_up_to(session: AsyncSession) -> datetime | None:
    """Up to which moment of writing notices were taken up; None before the first time."""
    written = await installation_settings.value(session, _TAKEN_UP)
    return datetime.fromisoformat(written) if written else None


async def say_taken_up(session: AsyncSession, moment: datetime) -> None:
    await session.merge(SettingRow(key=_TAKEN_UP, value=moment.isoformat()))


async def not_taken_up(session: AsyncSession, since: datetime | None) -> list[New]:
    """Notices written since a moment, and since the channel is there, that are not taken up for it; in their order.

    Who has left the service is told nothing more.
    """
    statement = (
        sa.select(
            col(NoticeRow.id),
            col(NoticeRow.kind),
            col(NoticeRow.person),
            col(NoticeRow.deliver_from),
            col(NoticeRow.written_at),
            col(ChannelRow.id),
        )
        .join(ChannelRow, col(ChannelRow.person) == col(NoticeRow.person))
        .join(PersonRow, col(PersonRow.key) == col(NoticeRow.person))
        .where(
            col(ChannelRow.removed_at).is_(None),
            col(PersonRow.active).is_(True),
            col(NoticeRow.written_at) >= col(ChannelRow.since),
            ~sa.exists().where(
                col(DeliveryRow.notice) == col(NoticeRow.id), col(DeliveryRow.channel) == col(ChannelRow.id)
            ),
        )
        .order_by(col(NoticeRow.id), col(ChannelRow.id))
    )
    if since is not None:
        statement = statement.where(col(NoticeRow.written_at) >= since)
    rows = await (await session.connection()).execute(statement)
    return [
        New(notice, kind, person, deliver_from, written_at, channel)
        for notice, kind, person, deliver_from, written_at, channel in rows
        if notice is not None and channel is not None
    ]


async def take_up(session: AsyncSession, new: Iterable[New], dialect: str) -> None:
    """They wait from now on; those that another process has taken up stay as they are."""
    rows: list[dict[str, Any]] = [
        {
            "notice": item.notice,
            "channel": item.channel,
            "state": WAITING,
            "deliver_from": item.deliver_from,
            "at": item.written_at,
            "parcel": None,
            "error": None,
        }
        for item in new
    ]
    await statements.run(session, statements.new_rows(DeliveryRow, rows, dialect))


async def due(
    session: AsyncSession,
    by: datetime,
    now: datetime | None,
    at_most: int,
    *,
    mail: bool = True,
    but: Collection[int] = (),
) -> list[Due]:
    """Channels with something to be delivered by a moment, those that wait longest first; `but` some.

    Those of people who have left are left out; with `now` those that pause after a failure, or that somebody delivers
    to; without `mail` mailboxes.
    """
    statement = (
        sa.select(_CHANNEL.c.id, _CHANNEL.c.scheme, sa.func.min(_DELIVERY.c.at), sa.func.max(_DELIVERY.c.at))
        .join(_DELIVERY, _DELIVERY.c.channel == _CHANNEL.c.id)
        .join(PersonRow, col(PersonRow.key) == _CHANNEL.c.person)
        .where(_IS_OPEN, col(PersonRow.active).is_(True), _IS_WAITING, _DELIVERY.c.deliver_from <= by)
        .group_by(_CHANNEL.c.id, _CHANNEL.c.scheme)
        .order_by(sa.func.min(_DELIVERY.c.notice))
        .limit(at_most)
    )
    if not mail:
        statement = statement.where(_CHANNEL.c.scheme != "mailto")
    if but:
        statement = statement.where(_CHANNEL.c.id.not_in(but))
    if now is not None:
        statement = statement.where(
            sa.or_(_CHANNEL.c.next_at.is_(None), _CHANNEL.c.next_at <= now),
            sa.or_(_CHANNEL.c.lease_until.is_(None), _CHANNEL.c.lease_until <= now),
        )
    return [Due(*row) for row in await (await session.connection()).execute(statement)]


async def claim(
    session: AsyncSession, wanted: Collection[int], now: datetime, until: datetime
) -> Sequence[ChannelRow]:
    """Nobody else delivers to these channels until a moment; those that are there and that nobody else has claimed."""
    await session.flush()
    claimed = await (await session.connection()).execute(
        sa.update(_CHANNEL)
        .where(
            _CHANNEL.c.id.in_(wanted),
            _IS_OPEN,
            sa.or_(_CHANNEL.c.lease_until.is_(None), _CHANNEL.c.lease_until <= now),
        )
        .values(lease_until=until)
        .returning(_CHANNEL)
    )
    return [ChannelRow(**row) for row in claimed.mappings()]


async def release(session: AsyncSession, held: Collection[int]) -> None:
    """Others may deliver to these channels again."""
    await (await session.connection()).execute(
        sa.update(_CHANNEL).where(_CHANNEL.c.id.in_(held)).values(lease_until=None)
    )


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes through a channel at once, in the order of the notices; `name` is set where it was tried before."""

    name: str | None
    notices: Sequence[NoticeRow]


async def next_parcels(
    session: AsyncSession, of: Collection[int], by: datetime, at_most: int
) -> Mapping[int, Parcel]:
    """What goes next through each of these channels: first what may have gone before, just as it was; else what is due,
    at most so many."""
    place = sa.func.row_number().over(
        partition_by=_DELIVERY.c.channel, order_by=(_DELIVERY.c.parcel.is_(None), _DELIVERY.c.notice)
    )
    first = (
        sa.select(_DELIVERY.c.channel, _DELIVERY.c.notice, _DELIVERY.c.parcel, place.label("place"))
        .where(_DELIVERY.c.channel.in_(of), _IS_WAITING, _DELIVERY.c.deliver_from <= by)
        .subquery()
    )
    rows = await (await session.connection()).execute(
        sa.select(first.c.channel, first.c.parcel, _NOTICE)
        .join(_NOTICE, _NOTICE.c.id == first.c.notice)
        .where(first.c.place <= at_most)
        .order_by(first.c.channel, first.c.place)
    )
    found: dict[int, tuple[str | None, list[NoticeRow]]] = {}
    for channel, name, *fields in rows:
        known, notices = found.setdefault(channel, (name, []))
        if name == known:
            notices.append(NoticeRow(**dict(zip(_NOTICE.c.keys(), fields, strict=True))))
    return {channel: Parcel(name, notices) for channel, (name, notices) in found.items()}


async def pack(session: AsyncSession, packed: Collection[tuple[int, int, str]]) -> None:
    """Each is about to go: a channel, a notice, and the name under which it goes."""
    if packed:
        rows = [
            {"of_channel": channel, "of_notice": notice, "name": name} for channel, notice, name in packed
        ]
        await (await session.connection()).execute(_PACK, rows)


_PACK = (
    sa.update(_DELIVERY)
    .where(
        _DELIVERY.c.channel == sa.bindparam("of_channel"),
        _DELIVERY.c.notice == sa.bindparam("of_notice"),
        _IS_WAITING,
    )
    .values(parcel=sa.bindparam("name"))
)
_OF_PARCEL = (
    _DELIVERY.c.channel == sa.bindparam("of_channel"),
    _DELIVERY.c.parcel == sa.bindparam("name"),
    _IS_WAITING,
)
_SETTLE = (
    sa.update(_DELIVERY)
    .where(*_OF_PARCEL)
    .values(state=sa.bindparam("new_state"), at=sa.bindparam("now"), error=sa.bindparam("why"))
)
_UNPACK = sa.update(_DELIVERY).where(*_OF_PARCEL).values(parcel=None)
_WELL = (
    sa.update(_CHANNEL)
    .where(_CHANNEL.c.id == sa.bindparam("of_channel"))
    .values(attempts=0, error=None, failing_since=None, next_at=None, lease_until=None)
)


async def settle(
    session: AsyncSession, channel: int, name: str, state: str, at: datetime, error: str | None = None
) -> None:
    """A parcel was delivered, or has failed for good; the channel is released, and tried without a pause again."""
    connection = await session.connection()
    parcel = {"of_channel": channel, "name": name, "new_state": state, "now": at, "why": error}
    await connection.execute(_SETTLE, parcel)
    await connection.execute(_WELL, {"of_channel": channel})


async def unpack(session: AsyncSession, channel: int, name: str) -> None:
    """A parcel was certainly not taken: what is in it may go with others the next time."""
    await (await session.connection()).execute(_UNPACK, {"of_channel": channel, "name": name})


async def pause(session: AsyncSession, channel: int, now: datetime, until: datetime, error: str) -> None:
    """Something did not get through there, and is tried again at a moment; the channel is released."""
    await (await session.connection()).execute(
        sa.update(_CHANNEL)
        .where(_CHANNEL.c.id == channel)
        .values(
            attempts=_CHANNEL.c.attempts + 1,
            error=error,
            failing_since=sa.func.coalesce(
                _CHANNEL.c.failing_since, sa.literal(now, _CHANNEL.c.since.type), type_=_CHANNEL.c.since.type
            ),
            next_at=until,
            lease_until=None,
        )
    )


# ---- what became of it


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one notice in one channel."""

    notice: int
    channel: int
    scheme: str
    address: str
    state: str
    at: datetime


async def of_notices(session: AsyncSession, notices: Collection[int]) -> list[Told]:
    """What became of these notices, in the order of their channels; the moment of what waits is from when it may go."""
    statement = (
        sa.select(
            _DELIVERY.c.notice,
            _CHANNEL.c.id,
            _CHANNEL.c.scheme,
            _CHANNEL.c.address,
            _DELIVERY.c.state,
            sa.case((_IS_WAITING, _DELIVERY.c.deliver_from), else_=_DELIVERY.c.at),
        )
        .join(_CHANNEL, _CHANNEL.c.id == _DELIVERY.c.channel)
        .where(_DELIVERY.c.notice.in_(notices))
        .order_by(_DELIVERY.c.notice, _CHANNEL.c.id)
    )
    return [Told(*row) for row in await (await session.connection()).execute(statement)]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A channel through which something has failed for good, or has waited for long because it does not get through."""

    channel: int
    person: str
    name: str
    scheme: str
    failed: int
    waiting: int
    since: datetime
    error: str | None


async def undelivered(session: AsyncSession, failing_since: datetime) -> list[Undelivered]:
    """Channels with deliveries that have failed, or that have been failing since a moment or longer."""
    failed = sa.func.sum(sa.case((_DELIVERY.c.state == FAILED, 1), else_=0))
    waiting = sa.func.sum(sa.case((_IS_WAITING, 1), else_=0))
    since = sa.func.min(
        sa.case((_DELIVERY.c.state == FAILED, _DELIVERY.c.at), else_=_CHANNEL.c.failing_since),
        type_=_CHANNEL.c.since.type,
    )
    error = sa.func.coalesce(sa.func.max(_DELIVERY.c.error), _CHANNEL.c.error)
    statement = (
        sa.select(
            _CHANNEL.c.id,
            _CHANNEL.c.person,
            col(PersonRow.name),
            _CHANNEL.c.scheme,
            failed,
            waiting,
            since,
            error,
        )
        .join(_DELIVERY, _DELIVERY.c.channel == _CHANNEL.c.id)
        .join(PersonRow, col(PersonRow.key) == _CHANNEL.c.person)
        .where(
            _IS_OPEN,
            sa.or_(
                _DELIVERY.c.state == FAILED, sa.and_(_IS_WAITING, _CHANNEL.c.failing_since <= failing_since)
            ),
        )
        .group_by(_CHANNEL.c.id, _CHANNEL.c.person, col(PersonRow.name), _CHANNEL.c.scheme, _CHANNEL.c.error)
        .order_by(_CHANNEL.c.id)
    )
    return [Undelivered(*row) for row in await (await session.connection()).execute(statement)]


async def again(session: AsyncSession, channel: int, now: datetime) -> int:
    """What has failed there waits once more, and is tried at once; returns how many notices."""
    done = await session.exec(
        sa.update(DeliveryRow)
        .where(col(DeliveryRow.channel) == channel, col(DeliveryRow.state) == FAILED)
        .values(state=WAITING, parcel=None, error=None, at=now)
    )
    await session.exec(
        sa.update(ChannelRow)
        .where(col(ChannelRow.id) == channel)
        .values(attempts=0, next_at=None, error=None, failing_since=None)
    )
    return done.rowcount


@dataclass(frozen=True, slots=True)
class Figures:
    """How delivery stands: due and not delivered yet, since when the oldest of it, and how many have failed."""

    waiting: int
    oldest: datetime | None
    failed: int


async def figures(session: AsyncSession, now: datetime) -> Figures:
    connection = await session.connection()
    waiting, oldest = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.min(_DELIVERY.c.deliver_from)).where(
                _IS_WAITING, _DELIVERY.c.deliver_from <= now
            )
        )
    ).one()
    failed = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(_DELIVERY.join(_CHANNEL, _CHANNEL.c.id == _DELIVERY.c.channel))
        .where(_DELIVERY.c.state == FAILED, _IS_OPEN)
    )
    return Figures(waiting, oldest, failed or 0)
