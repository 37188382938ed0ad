"""Figures of networks that an operator watches: sources, candidates, publications, and checks of what was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.columns import UtcMoment
from store.networks import candidates
from store.networks.tables import IS_POLLED, IS_UNDER_WAY, PublicationRow, SourceRow, StandingRow


@dataclass(frozen=True, slots=True)
class PolledSources:
    """Sources of one network that are polled: `failing` ones have failed the last time; `due_since` is the earliest
    moment at which one of them was to be looked at, in the future where none waits."""

    count: int
    failing: int
    due_since: datetime | None


@dataclass(frozen=True, slots=True)
class Publications:
    """Publications under way in one network, and when the oldest of them was asked for."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    """At one moment, by network: sources, publications; new candidates; checks of published texts that are overdue."""

    sources: Mapping[str, PolledSources]
    publications: Mapping[str, Publications]
    candidates: int
    checks: int


# One that fails is put off by itself: it is late against the moment it was put off to.
_TO_BE_LOOKED_AT = case(
    (col(SourceRow.next_at) > col(SourceRow.look_at), col(SourceRow.next_at)), else_=col(SourceRow.look_at)
)
SOURCES = (
    select(
        col(SourceRow.network),
        func.count(),
        func.count(case((col(SourceRow.failures) > 0, 1))),
        func.min(_TO_BE_LOOKED_AT),
    )
    .where(IS_POLLED)
    .group_by(col(SourceRow.network))
)
PUBLICATIONS = (
    select(col(PublicationRow.network), func.count(), func.min(col(PublicationRow.asked_at)))
    .where(IS_UNDER_WAY)
    .group_by(col(PublicationRow.network))
)
CHECKS = select(func.count()).where(
    col(StandingRow.next_at).is_not(None), col(StandingRow.next_at) <= bindparam("now", type_=UtcMoment)
)


async def read(session: AsyncSession, now: datetime) -> NetworkFigures:
    """The figures by the wall clock; sources are few, of the rest only what is under way is read."""
    connection = await session.connection()
    return NetworkFigures(
        sources={network: PolledSources(*found) for network, *found in await connection.execute(SOURCES)},
        publications={
            network: Publications(count, oldest)
            for network, count, oldest in await connection.execute(PUBLICATIONS)
        },
        candidates=await candidates.count_new(session),
        checks=await connection.scalar(CHECKS, {"now": now}) or 0,
    )
