"""New working time reaches running messages: a command to each open one (docs/change/decisions.md, 5)."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import structlog

from calendar_rules.schedules import DEPARTMENT
from service.runs import calendar_in_force
from service.runs.rules import Rules
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database import installation_settings
from store.database.engines import Database
from store.database.session import IntegrityError, Session
from store.messages import finding
from store.people import dated_values
from store.promises import rows as promises
from workflows.commands import ChangeCalendar
from workflows.state import MessageState

log = structlog.get_logger(__name__)

_ON_THEIR_WAY = timedelta(minutes=1)

APPLIED = "working_time"
"""The setting that names the working time which running messages know."""


def fingerprint(rules: Rules) -> str:
    """A short name of the production calendar and of everyone's hours together."""
    content = f"{rules.production.version} {rules.schedules.model_dump_json()}"
    return sha256(content.encode()).hexdigest()[:16]


async def roll_out(database: Database, rules: Rules, looked_at: datetime | None = None) -> int:
    """Put a change of calendar into the outbox for every open message that may know another one; returns how many.

    The rules count by the hours that bodies have by then, and by the calendar in force, which is the one found
    here where it is new. One transaction: a second process that starts at the same time, or a start after a fall,
    adds nothing. `looked_at`: when this process last knew what is in force; where another has brought something since,
    messages registered here meanwhile are told too.
    """
    try:
        async with database.write() as session:
            # What is known first, then what stands: between them another process may only have brought it up to date.
            known = await installation_settings.value(session, APPLIED)
            rules.keep_hours(await dated_values.hours(session))
            before = fingerprint(rules)
            stands = await calendar_in_force.bring(session, rules)
            current = fingerprint(rules)
            if stands is None:
                return 0
            if stands.editions[-1] != rules.edition:
                log.warning("another file of the production calendar is in force", years=stands.years)
            if known == current:
                since = looked_at - _ON_THEIR_WAY if looked_at and before != current else None
                return await _notify_open_messages(session, rules, current, since) if since else 0
            if not await installation_settings.replace(session, APPLIED, known, current):
                return 0
            changed = await _notify_open_messages(session, rules, current) if known is not None else 0
            await promises.look_again(session)
    except IntegrityError:
        return 0
    if changed:
        log.info("working time has changed", messages=changed, working_time=current)
    return changed


async def _notify_open_messages(
    session: Session, rules: Rules, name: str, since: datetime | None = None
) -> int:
    """`since`: only those registered since then."""
    rows = [row for row in await finding.open_ones(session) if since is None or row.registered_at >= since]
    now = datetime.now(UTC)
    for row in rows:
        assert row.number is not None  # noqa: S101
        bodies = MessageState.model_validate(row.snapshot).bodies if row.snapshot else ()
        calendars = rules.calendars(row.detected_at)
        day = row.detected_at.astimezone(rules.zone).date()
        command = ChangeCalendar(
            id=uuid4().hex,
            person=None,
            taken_at=finding.message_now(row, now),
            production=calendars.production,
            department=calendars.department,
            # Those of a route under way are not in the state yet.
            bodies={
                body: rules.schedules.of(body).carried_from(day)
                for body in {*bodies, *rules.given} - {DEPARTMENT}
            },
        )
        await outbox.add(
            session,
            CommandRow(
                id=command.id,
                person=outbox.MACHINE,
                key=f"{APPLIED}-{command.id}",
                request=name,
                message=row.number,
                name=command.name,
                payload=command.model_dump(mode="json", by_alias=True, exclude_defaults=True),
                taken_at=finding.message_now(row, now),
            ),
        )
    return len(rows)
