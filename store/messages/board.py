"""The board: how many open messages of each body are in each stage, how many are late, and which are due first.

A message stands at every body that has or had its turn with it, as in the list narrowed by that body: so a count is the
length of the list it opens.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import Stage
from store.messages.listing import OPEN_STAGES, visible
from store.messages.tables import MessageBodyRow, MessageRow
from store.people.persons import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """The open messages of a body in a stage; `body` None: of all, also those that no body has had.

    `first` are the numbers of those due first.
    """

    body: str | None
    stage: Stage
    messages: int
    late: int
    first: tuple[int, ...]


def standings(connection: sa.Connection, actor: Actor, now: datetime, *, first: int) -> list[Standing]:
    """What the person may see, by body and stage, each with up to `first` numbers; empty ones are left out."""
    number, due = col(MessageRow.number), col(MessageRow.first_due)
    is_late = sa.case((col(MessageRow.overdue).is_(sa.true()), 1), else_=0).label("is_late")
    seen = (
        sa.select(number.label("number"), col(MessageRow.stage).label("stage"), due.label("due"), is_late)
        .where(col(MessageRow.stage).in_(OPEN_STAGES), visible(actor, now))
        .cte("seen")
    )
    of_all = sa.select(sa.cast(sa.null(), sa.String).label("body"), *seen.c)
    of_bodies = sa.select(col(MessageBodyRow.body), *seen.c).join(
        seen, col(MessageBodyRow.message) == seen.c.number
    )
    standing = sa.union_all(of_all, of_bodies).subquery()
    cell = [standing.c.body, standing.c.stage]
    order = [standing.c.due.is_(None), standing.c.due, standing.c.number]
    placed = sa.select(
        *cell,
        standing.c.number,
        sa.func.count().over(partition_by=cell).label("messages"),
        sa.func.sum(standing.c.is_late).over(partition_by=cell).label("late"),
        sa.func.row_number().over(partition_by=cell, order_by=order).label("place"),
    ).subquery()
    statement = sa.select(placed).where(placed.c.place <= first).order_by(placed.c.place)
    numbers: dict[tuple[str | None, str], list[int]] = {}
    amounts: dict[tuple[str | None, str], tuple[int, int]] = {}
    for row in connection.execute(statement):
        numbers.setdefault((row.body, row.stage), []).append(row.number)
        amounts[row.body, row.stage] = (row.messages, int(row.late))
    return [
        Standing(body, Stage(stage), *amounts[body, stage], tuple(found))
        for (body, stage), found in numbers.items()
    ]
