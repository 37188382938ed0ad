"""Passes on, one step further, what nobody acknowledged in the act's time (cl. 20; docs/use/shortcomings.md).

Whether an escalation goes further is decided once, when its time is over: a breach that was acknowledged by anyone who
was told of it, was withdrawn, or is of a message registered by mistake, goes nowhere. Whoever was told already is not
told again.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from calendar_rules import CalendarError
from calendar_rules.explanation import uncapitalised
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import Network, NoticeKind
from service.notices import notice_text
from service.notices.breach_text import standing
from service.people.offices import Offices, Told, holding
from service.runs.rules import Rules, RulesInForce
from settings import Settings
from store.database import statements
from store.database.engines import Database
from store.database.session import Connection, Session
from store.notices import inbox as notices
from store.notices.inbox import Breach
from store.oversight import escalations
from store.oversight.escalations import Escalated
from store.oversight.shortcomings import Shortcoming
from store.people import offices, persons
from workflows import notice_facts
from workflows.office import Portion
from workflows.state import Addressee

log = structlog.get_logger(__name__)

_AT_ONCE = 200


class Escalations:
    """The task of this name; what is driven by hand in training passes on before it delivers."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._training = settings.training
        self._rules = rules
        self._clock = clock

    async def is_due(self) -> bool:
        """Whether any breach may go further now: the first whose time is over is the one that waits longest."""
        rules, now = await self._rules.now(), self._clock()
        async with self._database.lookup() as session:
            return bool(await _due(session, rules, now, at_most=1))

    async def portion(self, at: datetime | None = None) -> Portion:
        """Judge what waits, as of `at` in training, else of now; returns how many breaches went further."""
        now = at if at is not None and self._training else self._clock()
        return Portion(done=await self.pass_on(now))

    async def pass_on(self, now: datetime) -> int:
        """The same as of a moment; returns how many breaches went further."""
        return await pass_on(self._database, await self._rules.now(), now)


async def pass_on(database: Database, rules: Rules, now: datetime) -> int:
    """Pass on what was not acknowledged in time by `now`; returns how many breaches went further."""
    passed = 0
    while True:
        async with database.read() as session:
            due = await _due(session, rules, now)
        if not due:
            return passed
        async with database.write(alone=True) as session:
            # Read again: another process may have judged them, and somebody acknowledged.
            due = await _due(session, rules, now)
            passed += await _judge(session, database.dialect, rules, due, now)


async def _due(
    session: Session, rules: Rules, now: datetime, at_most: int = _AT_ONCE
) -> Mapping[Breach, datetime]:
    """Breaches whose time for acknowledging is over, each with the moment at which it was."""
    within = rules.readings.escalation.acknowledge_within
    # No working time is longer than the time it takes by the clock.
    found = await escalations.waiting(session, now - within, at_most)
    due = {key: _over(rules, since, within) for key, since in found}
    return {key: moment for key, moment in due.items() if moment <= now}


def _over(rules: Rules, since: datetime, within: timedelta) -> datetime:
    try:
        return rules.department.add(since, within)
    except CalendarError:
        return since + within


async def _judge(
    session: Session,
    dialect: str,
    rules: Rules,
    due: Mapping[Breach, datetime],
    now: datetime,
) -> int:
    connection = await session.connection()
    found = await connection.run_sync(escalations.of, list(due))
    names = await persons.names(session) if found else {}
    passed, rows = 0, []
    for item in found:
        told = await connection.run_sync(_further, item, rules, now)
        if not told or item.breach is None:
            continue
        passed += 1
        text = await connection.run_sync(_text, item, item.breach, rules, names, now)
        rows += [
            _row(item, person, acting_for, text, due[item.key], rules, now)
            for person, acting_for in told.items()
        ]
    if rows:
        await statements.run(session, notices.add_notices(rows, dialect))
        log.info("escalations nobody acknowledged went further", breaches=passed)
    await escalations.judge(session, due, now)
    return passed


def _further(connection: Connection, item: Escalated, rules: Rules, now: datetime) -> Told:
    """Whom it goes to; nobody where it goes nowhere."""
    if item.breach is None or item.is_void or item.acknowledged_at is not None:
        return {}
    to = Addressee(audience=rules.readings.escalation.then_to, body=next(iter(item.breach.bodies), None))
    known = {notice.person for notice in item.told}
    return {
        person: acting_for
        for person, acting_for in holding(connection, [to], now).items()
        if person not in known
    }


def _text(
    connection: Connection,
    item: Escalated,
    breach: Shortcoming,
    rules: Rules,
    names: Mapping[str, str],
    now: datetime,
) -> str:
    to = [Addressee(audience=Audience.RESPONSIBLE, body=body) for body in breach.bodies]
    return notice_text.unacknowledged(
        facts_of(breach, rules),
        message=str(breach.message),
        network=Network(breach.network),
        bodies=offices.titles(connection),
        charged=breach.charged,
        names=names,
        responsible=Offices(connection, to, now, now).responsible(breach.charged),
        within=rules.readings.escalation.acknowledge_within,
        told=[names.get(notice.person, notice.person) for notice in item.told],
        standing=_standing_then(breach, rules, now),
    )


def facts_of(breach: Shortcoming, rules: Rules) -> notice_facts.Escalation:
    """The breach as its own notice was told of it; moments in the Department's zone."""
    return notice_facts.Escalation(
        limit=breach.limit,
        clause=breach.clause,
        due_at=breach.due_at.astimezone(rules.zone),
        holder=breach.holder_role,
        body=breach.holder_body,
    )


def _standing_then(breach: Shortcoming, rules: Rules, now: datetime) -> str:
    """The same with its moment, for a text that is read when things may stand otherwise."""
    moment = max(now, breach.due_at).astimezone(rules.zone)
    return (
        f"По состоянию на {moment_text(moment, As.TIME_FIRST)}: {uncapitalised(standing(breach, rules, now))}"
    )


def _row(
    item: Escalated,
    person: str,
    acting_for: str | None,
    text: str,
    at: datetime,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    message, row = item.key
    return {
        "message": message,
        "row": row,
        "kind": NoticeKind.UNACKNOWLEDGED,
        "limit_name": item.breach.limit if item.breach else None,
        "person": person,
        "acting_for": acting_for,
        "at": at,
        "deliver_from": rules.opening(at),
        "text": text,
        "written_at": now,
        "fact": f"escalation-{message}-{row}",
    }
