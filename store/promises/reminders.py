"""Promises of which people are reminded as the day begins: broken and not done yet, and those of the day."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import PromiseState
from store.messages.tables import MessageRow
from store.promises.rows import RUNNING
from store.promises.tables import PromiseRow


class Promised(NamedTuple):
    """A promise of a body, in a text that answers a message; `by` in UTC."""

    message: int
    body: str
    by: datetime
    state: PromiseState

    @property
    def is_broken(self) -> bool:
        """Whether nobody has confirmed it by its day."""
        return self.state == PromiseState.BROKEN


def of_day(connection: sa.Connection, begins: datetime, ends: datetime) -> list[Promised]:
    """Those of a day, from its first moment up to the first one after it, and all broken ones not done yet.

    The longest broken comes first. Of erased messages nobody is reminded.
    """
    row = PromiseRow
    of_this_day = sa.and_(col(row.state).in_(RUNNING), col(row.due_at) >= begins, col(row.due_at) < ends)
    undone = sa.and_(
        col(row.state) == PromiseState.BROKEN, col(row.done_at).is_(None), col(row.due_at) < begins
    )
    statement = (
        sa.select(col(row.message), col(row.body), col(row.due_at), col(row.state))
        .join(MessageRow, col(MessageRow.number) == col(row.message))
        .where(sa.or_(of_this_day, undone), col(MessageRow.erased_at).is_(None))
        .order_by(col(row.due_at), col(row.id))
    )
    found: Iterable[tuple[int, str, datetime, str]] = connection.execute(statement)
    return [Promised(message, body, by, PromiseState(state)) for message, body, by, state in found]
