"""Overdue messages at a moment, with the limits that passed, and whose the open step is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Stage
from store.messages.tables import LimitRunRow, MessageRow


@dataclass(frozen=True, slots=True)
class Passed:
    """An open limit that passed; `calendar` is the body whose working time counts, None for the Department's."""

    limit: LimitName
    clause: int
    calendar: str | None
    due_at: datetime
    inherited: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """A message with the limits that passed, the first due first; whose step is open, as in queues."""

    message: int
    stage: Stage
    curator: str | None
    body: str | None
    assignee: str | None
    passed: tuple[Passed, ...]


def at(connection: sa.Connection, moment: datetime) -> list[Overdue]:
    """Every message that was overdue at the moment and is to this day, by number."""
    run = LimitRunRow
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(MessageRow.number),
            col(MessageRow.stage),
            col(MessageRow.step_curator),
            col(MessageRow.step_body),
            col(MessageRow.assignee),
            col(run.name),
            col(run.run),
            col(run.due_at),
            col(run.inherited),
        )
        .join(run, col(run.message) == col(MessageRow.number))
        .where(
            col(MessageRow.overdue).is_(sa.true()),
            col(MessageRow.stage) != Stage.CLOSED,
            col(run.breached_at) <= moment,
            col(run.met_at).is_(None),
            col(run.cancelled_at).is_(None),
        )
        .order_by(col(MessageRow.number), col(run.due_at), col(run.number))
    )
    found: dict[int, Overdue] = {}
    passed: dict[int, list[Passed]] = {}
    for (
        number,
        stage,
        curator,
        body,
        assignee,
        limit,
        whole,
        due_at,
        inherited,
    ) in connection.execute(statement):
        found.setdefault(number, Overdue(number, Stage(stage), curator, body, assignee, ()))
        passed.setdefault(number, []).append(
            Passed(LimitName(limit), whole["clause"], whole.get("calendar"), due_at, inherited)
        )
    return [
        Overdue(item.message, item.stage, item.curator, item.body, item.assignee, tuple(passed[number]))
        for number, item in found.items()
    ]
