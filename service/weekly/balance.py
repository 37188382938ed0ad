"""The balance of a week: what was open, what came, what was closed, what is left."""

from collections import Counter

from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.weekly.summary import Balance, ClosedOtherwise, Declined
from store import weekly
from store.session import Connection
from store.weekly import Span
from workflows.vocabulary import Command, Fact


def of_week(connection: Connection, span: Span, received: int) -> Balance:
    """Each side of it counted by itself; an end that was undone counts as an end and as `reopened`."""
    kinds: Counter[str] = Counter()
    grounds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in weekly.ends_in(connection, span):
        kinds[row.kind] += 1
        if row.kind == Command.DECLINE:
            grounds[row.data["ground"]] += 1
        elif row.kind == Command.CLOSE:
            reasons[row.data["reason_kind"]] += 1
    return Balance(
        opening=weekly.open_at(connection, span[0]),
        received=received,
        reopened=kinds[Fact.REOPENED],
        answered=kinds[Command.CONFIRM_PUBLICATION],
        declined=tuple(
            Declined(ground=ground, count=grounds[ground]) for ground in DeclineGround if grounds[ground]
        ),
        closed_otherwise=tuple(
            ClosedOtherwise(reason=reason, count=reasons[reason]) for reason in CloseReason if reasons[reason]
        ),
        closing=weekly.open_at(connection, span[1]),
    )
