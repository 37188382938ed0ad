"""The figures of a period as they are asked for: counted by the request where they are few, else by a worker."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from pydantic import TypeAdapter

from service.reports.weekly import period as periods
from service.reports.weekly.composition import compose
from service.reports.weekly.making import PATIENCE, PAUSE
from service.reports.weekly.period import Period, Unit
from service.reports.workbooks import AT_ONCE, Hands, Kind, Maker, Tell
from service.runs.rules import Rules
from store.database.session import Connection
from store.people.persons import Actor
from store.reports import period as weekly
from store.reports.period import Span
from store.reports.versions import Made


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """The period that is wanted, of the region or of one body; whether it is over, and as what it is counted."""

    unit: Unit
    name: str
    body: str | None
    is_over: bool
    is_report: bool

    @property
    def period(self) -> Period:
        """The period itself."""
        return periods.named(self.unit, self.name)

    def both(self, rules: Rules) -> Span:
        """From the first moment of the period before it."""
        return self.period.later(-1).begins(rules.zone), self.period.span(rules.zone)[1]


async def _count(hands: Hands, _caller: Actor, asked: AskedPeriod) -> int:
    return await hands.lists.read(
        lambda connection: weekly.count(connection, asked.both(hands.rules), most=AT_ONCE + 1)
    )


async def _made(hands: Hands, _caller: Actor, asked: AskedPeriod, tell: Tell) -> bytes:
    """The summary as JSON, of version 0, as of this moment."""
    are_behind = partial(weekly.are_behind, span=asked.both(hands.rules))
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while await hands.lists.read(are_behind):  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(PAUSE)
    return await hands.lists.read(lambda connection: _composed(connection, hands.rules, asked, tell))


def _composed(connection: Connection, rules: Rules, asked: AskedPeriod, tell: Tell) -> bytes:
    summary = compose(
        *(connection, rules, asked.period, Made(asked.name, 0, datetime.now(UTC), None)),
        is_over=asked.is_over,
        is_report=asked.is_report,
        body=asked.body,
        tell=tell,
    )
    return summary.model_dump_json().encode()


MAKER: Final = Maker(Kind.PERIOD, TypeAdapter(AskedPeriod), _count, _made)
"""The figures of a period: none of them names a citizen, and they are the same for all who may read them."""
