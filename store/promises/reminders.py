"""Promises of which people are reminded as the day begins: broken and not done yet, and those of the day."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.vocabulary import PromiseState
from store.promises.rows import RUNNING
from store.promises.tables import PromiseRow


class Promised(NamedTuple):
    """A promise of a body, in a text that answers a message; `until` in UTC."""

    message: int
    body: str
    until: datetime
    state: PromiseState

    @property
    def is_broken(self) -> bool:
        """Whether its day went by without it."""
        return self.state == PromiseState.BROKEN


def of_day(connection: sa.Connection, begins: datetime, ends: datetime) -> list[Promised]:
    """Those of a day, from its first moment up to the first one after it, and all broken ones not done yet.

    The longest broken comes first.
    """
    row = PromiseRow
    of_this_day = sa.and_(col(row.state).in_(RUNNING), col(row.until) >= begins, col(row.until) < ends)
    undone = sa.and_(
        col(row.state) == PromiseState.BROKEN, col(row.done_at).is_(None), col(row.until) < begins
    )
    statement = (
        sa.select(col(row.message), col(row.body), col(row.until), col(row.state))
        .where(sa.or_(of_this_day, undone))
        .order_by(col(row.until), col(row.id))
    )
    found: Iterable[tuple[int, str, datetime, str]] = connection.execute(statement)
    return [Promised(message, body, until, PromiseState(state)) for message, body, until, state in found]
