"""New working time reaches running messages: a command to each open one, when the files have changed (DESIGN, 5)."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import Stage
from service.rules import Rules
from store import messages
from store.database import Database
from store.tables import CommandRow, MessageRow, SettingRow
from workflows.commands import ChangeCalendar
from workflows.state import MessageState

log = structlog.get_logger(__name__)

APPLIED = "working_time"
"""The setting that names the working time which running messages know."""

MACHINE = "otklik"
"""Stands for a person in the outbox; the journal names nobody."""


def fingerprint(rules: Rules) -> str:
    """A short name of the production calendar and of everyone's hours together."""
    content = f"{rules.production.version} {rules.schedules.model_dump_json()}"
    return sha256(content.encode()).hexdigest()[:16]


async def roll_out(database: Database, rules: Rules) -> int:
    """Put a change of calendar into the outbox for every open message that may know another one; gives how many.

    One transaction: a second process that starts at the same time, or a start after a fall, adds nothing.
    """
    current = fingerprint(rules)
    try:
        async with database.write() as session:
            known = await session.get(SettingRow, APPLIED)
            if known is not None and known.value == current:
                return 0
            changed = 0
            if known is None:
                session.add(SettingRow(key=APPLIED, value=current))
            else:
                known.value = current
                changed = await _tell_open_messages(session, rules, current)
    except IntegrityError:
        return 0
    if changed:
        log.info("working time has changed", messages=changed, working_time=current)
    return changed


async def _tell_open_messages(session: AsyncSession, rules: Rules, name: str) -> int:
    rows = (await session.exec(select(MessageRow).where(col(MessageRow.stage) != Stage.CLOSED))).all()
    now = datetime.now(UTC)
    for row in rows:
        assert row.number is not None  # noqa: S101
        bodies = MessageState.model_validate(row.snapshot).bodies if row.snapshot else ()
        calendars = rules.calendars(row.detected_at)
        command = ChangeCalendar(
            id=uuid4().hex,
            person=None,
            taken_at=messages.message_now(row, now),
            production=calendars.production,
            department=calendars.department,
            bodies={body: rules.schedules.of(body) for body in bodies},
        )
        session.add(
            CommandRow(
                id=command.id,
                person=MACHINE,
                key=f"{APPLIED}-{command.id}",
                request=name,
                message=row.number,
                name=command.name,
                payload=command.model_dump(mode="json", by_alias=True),
                taken_at=messages.message_now(row, now),
            )
        )
    return len(rows)
