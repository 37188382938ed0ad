"""Work of the bodies that a person distributes (cl. 6): whom it is assigned to, and what nobody has."""

from collections.abc import Sequence
from datetime import datetime

from calendar_rules.vocabulary import Role
from service.messages import lines as message_lines
from service.messages.lines import MessageLine
from service.runs.rules import Rules
from store.database.session import Connection
from store.messages import listing
from store.messages.listing import Filters, Sort
from store.people.persons import Actor

_MOST = 100


def to_assign(connection: Connection, rules: Rules, caller: Actor, now: datetime) -> Sequence[MessageLine]:
    """The open messages whose turn is with the caller's bodies, first due first; none for others."""
    capacities = caller.capacities(now)
    own = sorted({held.body for held in capacities if held.role is Role.RESPONSIBLE and held.body})
    found = []
    for body in own:
        asked = Filters(body=body, is_open=True)
        page = listing.page(connection, caller, asked, now, size=_MOST, sort=Sort.DUE)
        lines = message_lines.lines(connection, rules, page.rows, now)
        found += [line for line in lines if line.body == body]
    return found
