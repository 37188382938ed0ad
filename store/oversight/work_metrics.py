"""Measures an operator watches: commands that wait, limits that are open, late, or not served, what networks bring."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Integer, bindparam, case, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Stage
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database import installation_settings
from store.database.columns import UtcMoment
from store.messages.listing import in_place
from store.messages.tables import LimitRunRow, MessageRow
from store.networks import network_figures
from store.networks.network_figures import NetworkFigures
from store.notices import deliveries
from store.notices.deliveries import Figures
from store.processes import rows
from store.processes.rows import Kind

SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Commands in one state of delivery, and when the oldest of them was taken."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class OpenLimits:
    """Open runs of limits: `soon` ones are due within `SOON`, `late` ones past their due moment.

    `unserved_since` is the earliest due moment that has passed and has left nothing on record, None if there is none.
    """

    count: int
    soon: int
    late: int
    unserved_since: datetime | None

    def __add__(self, other: Self) -> Self:
        moments = [each for each in (self.unserved_since, other.unserved_since) if each is not None]
        return replace(
            self,
            count=self.count + other.count,
            soon=self.soon + other.soon,
            late=self.late + other.late,
            unserved_since=min(moments, default=None),
        )


@dataclass(frozen=True, slots=True)
class WorkMetrics:
    """At one moment: commands by state of delivery, messages by stage, limits by name and by the key of the body that
    holds them, the Department's under None; notices on their way through channels; what networks bring and take.

    `processes` are how many of each kind work; `last_copy` is when the last copy on record was taken, if there is one.
    """

    at: datetime
    waiting: Mapping[str, Waiting]
    stages: Mapping[str, int]
    limits: Mapping[str, OpenLimits]
    bodies: Mapping[str | None, OpenLimits]
    notices: Figures
    networks: NetworkFigures
    processes: Mapping[Kind, int]
    last_copy: datetime | None


WAITING = (
    select(col(CommandRow.status), func.count(), func.min(col(CommandRow.taken_at)))
    .where(col(CommandRow.status).in_(outbox.WAITING))
    .group_by(col(CommandRow.status))
)
OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)
STAGES = (
    select(col(MessageRow.stage), func.count())
    .where(col(MessageRow.stage).in_(OPEN_STAGES))
    .group_by(col(MessageRow.stage))
)
_PAST = col(LimitRunRow.due_at) < bindparam("now", type_=UtcMoment)
_SOON = ~_PAST & (col(LimitRunRow.due_at) < bindparam("soon", type_=UtcMoment))
LIMITS = (
    select(
        col(LimitRunRow.name),
        col(LimitRunRow.holder_body),
        func.count(),
        func.count(case((_SOON, 1))),
        func.count(case((_PAST, 1))),
        func.min(
            case((_PAST & col(LimitRunRow.breached_at).is_(None), col(LimitRunRow.due_at))), type_=UtcMoment
        ),
    )
    .where(col(LimitRunRow.met_at).is_(None), col(LimitRunRow.cancelled_at).is_(None))
    .group_by(col(LimitRunRow.name), col(LimitRunRow.holder_body))
)

# So SQLite keeps to the index of what is open: to group by the bare column it reads every run there ever was.
_MESSAGE = in_place(LimitRunRow.__table__.c.message)  # type: ignore[attr-defined]
UNSERVED = (
    select(_MESSAGE)
    .where(
        col(LimitRunRow.met_at).is_(None),
        col(LimitRunRow.cancelled_at).is_(None),
        col(LimitRunRow.breached_at).is_(None),
        col(LimitRunRow.due_at) < bindparam("before", type_=UtcMoment),
    )
    .group_by(_MESSAGE)
    .order_by(func.min(col(LimitRunRow.due_at)))
    .limit(bindparam("at_most", type_=Integer))
)


async def unserved_messages(session: AsyncSession, before: datetime, limit: int) -> list[int]:
    """Messages with a limit that was due before then, by the wall clock, and left nothing on record; oldest first."""
    connection = await session.connection()
    return list((await connection.execute(UNSERVED, {"before": before, "at_most": limit})).scalars())


async def read(session: AsyncSession, now: datetime) -> WorkMetrics:
    """The figures by the wall clock; the statements are answered from indexes of what waits and what is open."""
    connection = await session.connection()
    waiting = (await connection.execute(WAITING)).all()
    limits: dict[str, OpenLimits] = {}
    bodies: dict[str | None, OpenLimits] = {}
    for name, body, *found in await connection.execute(LIMITS, {"now": now, "soon": now + SOON}):
        runs = OpenLimits(*found)
        limits[name] = limits[name] + runs if name in limits else runs
        bodies[body] = bodies[body] + runs if body in bodies else runs
    processes = await connection.run_sync(rows.known)
    return WorkMetrics(
        at=now,
        waiting={status: Waiting(count, oldest) for status, count, oldest in waiting},
        stages=dict((await connection.execute(STAGES)).all()),
        limits=limits,
        bodies=bodies,
        notices=await deliveries.figures(session, now),
        networks=await network_figures.read(session, now),
        processes=Counter(one.kind for one in processes if one.is_alive),
        last_copy=await installation_settings.last_copy(session),
    )
