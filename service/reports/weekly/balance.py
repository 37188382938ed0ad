"""The balance of a period: what was open, what came, what was closed, what is left."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.reports.weekly.items import Item
from service.reports.weekly.summary import Balance, ClosedOtherwise, Declined
from store.database.session import Connection
from store.reports import period as weekly
from store.reports.period import Span
from workflows.vocabulary import Command, Fact

OPENING, CLOSING = "opening", "closing"
_ENDS: Mapping[str, str] = {Fact.REOPENED: "reopened", Command.CONFIRM_PUBLICATION: "answered"}


def of_period(
    connection: Connection, span: Span, parts: Iterable[Span], received: int, body: str | None = None
) -> Balance:
    """Each side of it counted by itself; an end that was undone counts as an end and as `reopened`.

    `parts`: of the span, one after another.
    """
    counts = Counter(item.field for part in parts for item in ends(connection, part, body))
    return Balance(
        opening=len(weekly.open_at(connection, span[0], body)),
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
        closing=len(weekly.open_at(connection, span[1], body)),
    )


def declined(ground: str) -> str:
    """The field of those that were declined on this ground."""
    return f"declined-{ground}"


def closed(reason: str) -> str:
    """The field of those that were closed for this reason."""
    return f"closed-{reason}"


def ends(connection: Connection, span: Span, body: str | None = None) -> Iterator[Item]:
    """What ended a message in the span, and what undid an end, under the names of the fields of the balance."""
    for row in weekly.ends_in(connection, span, body):
        if row.kind == Command.DECLINE:
            name = declined(row.data["ground"])
        elif row.kind == Command.CLOSE:
            name = closed(row.data["reason_kind"])
        else:
            name = _ENDS[row.kind]
        yield Item(name, row.message, row.at)


def still_open(connection: Connection, span: Span, body: str | None = None) -> Iterator[Item]:
    """What was open at the beginning and at the end of the span."""
    for name, moment in ((OPENING, span[0]), (CLOSING, span[1])):
        yield from (Item(name, number) for number in sorted(weekly.open_at(connection, moment, body)))
