"""The open duty of a message that is due first, for lists in which each message is a line."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from calendar_rules.regulation import LimitName
from store.messages.tables import LimitRunRow

_OPEN = (
    sa.select(col(LimitRunRow.message), sa.type_coerce(col(LimitRunRow.run), sa.LargeBinary))
    .where(
        col(LimitRunRow.message).in_(sa.bindparam("messages", expanding=True)),
        col(LimitRunRow.met_at).is_(None),
        col(LimitRunRow.cancelled_at).is_(None),
        col(LimitRunRow.name) != LimitName.RETURN,  # a window, and no duty
    )
    # The one that comes first is read last, and stays.
    .order_by(col(LimitRunRow.due_at).desc(), col(LimitRunRow.number).desc())
)


def first_of(connection: sa.Connection, messages: Sequence[int]) -> dict[int, bytes]:
    """The open run that is due first of each message, as packed JSON; none of a message in which no limit is open."""
    if not messages:
        return {}
    return dict(connection.execute(_OPEN, {"messages": messages}).all())
