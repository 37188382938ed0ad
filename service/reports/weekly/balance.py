"""The balance of a period: what was open, what came, what was closed, what is left."""

from collections import Counter
from typing import Final

from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.reports.weekly.summary import Balance, ClosedOtherwise, Declined
from store.database.session import Connection
from store.reports.facts import Facts, counted
from store.reports.period import Span, ends, open_at

OPENING: Final = "opening"
CLOSING: Final = "closing"


def of_period(connection: Connection, span: Span, received: int, body: str | None = None) -> Balance:
    """Each side of it counted by itself; an end that was undone counts as an end and as `reopened`."""
    counts: Counter[str] = Counter(dict(counted(connection, ends(span, body), "field")))
    opening, closing = (
        sum(many for (many,) in counted(connection, things(span, name, body))) for name in (OPENING, CLOSING)
    )
    return Balance(
        opening=opening,
        received=received,
        reopened=counts["reopened"],
        answered=counts["answered"],
        declined=tuple(
            Declined(ground=ground, count=counts[declined(ground)])
            for ground in DeclineGround
            if counts[declined(ground)]
        ),
        closed_otherwise=tuple(
            ClosedOtherwise(reason=reason, count=counts[closed(reason)])
            for reason in CloseReason
            if counts[closed(reason)]
        ),
        closing=closing,
    )


def declined(ground: str) -> str:
    """The field of those that were declined on this ground."""
    return f"declined-{ground}"


def closed(reason: str) -> str:
    """The field of those that were closed for this reason."""
    return f"closed-{reason}"


def things(span: Span, field: str, body: str | None = None) -> Facts:
    """What a field of the balance counts."""
    if field in (OPENING, CLOSING):
        return open_at(span[field == CLOSING], body)
    found = ends(span, body)
    return found.where(found.selected_columns["field"] == field)
