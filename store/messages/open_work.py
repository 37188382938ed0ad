"""Open work of a body or a person, asked before they stop working: messages, promises among them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import Stage
from store.messages.listing import OPEN_STAGES
from store.messages.tables import MessageRow

_OPEN = col(MessageRow.stage).in_(OPEN_STAGES)


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message that is not closed. `body`: whose turn it is, None while a curator routes it."""

    number: int
    stage: Stage
    body: str | None


def of_body(connection: sa.Connection, body: str) -> list[OpenMessage]:
    """Open messages that wait for the body: it has the turn, or will have it in a joint answer (cl. 15)."""
    rows = connection.execute(
        sa.select(
            col(MessageRow.number),
            col(MessageRow.stage),
            col(MessageRow.current_body),
            col(MessageRow.snapshot),
        )
        .where(_OPEN)
        .order_by(col(MessageRow.number))
    )
    return [
        OpenMessage(number, Stage(stage), current)
        for number, stage, current, snapshot in rows
        if current == body or (stage != Stage.ROUTING and body in _to_come(snapshot or {}))
    ]


def _to_come(snapshot: dict[str, Any]) -> list[str]:
    """The bodies whose turn it is or will be."""
    sequence: list[str] = snapshot.get("sequence", [])
    return sequence[snapshot.get("turn", 0) :]


def of_person(connection: sa.Connection, person: str) -> list[OpenMessage]:
    """Open messages whose curator the person is, or that were assigned to them."""
    rows = connection.execute(
        sa.select(col(MessageRow.number), col(MessageRow.stage), col(MessageRow.current_body))
        .where(_OPEN, sa.or_(col(MessageRow.curator) == person, col(MessageRow.assignee) == person))
        .order_by(col(MessageRow.number))
    )
    return [OpenMessage(number or 0, Stage(stage), body) for number, stage, body in rows]
