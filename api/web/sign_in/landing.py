"""Landing after signing in: where one's work is."""

from datetime import UTC, datetime

from api.web import session
from api.web.shell.page import OVERVIEW
from calendar_rules.vocabulary import Role
from store.people.persons import Actor

QUEUE = "/"
_WORK_IN_THE_QUEUE = frozenset({Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE})


def landing(person: Actor, going_to: str | None) -> str:
    """The address where the person was going; else the queue, the overview or the administration.

    Who stands in for others goes to their work too.
    """
    address = session.local(going_to)
    if address != QUEUE:
        return address
    held = {capacity.role for capacity in person.capacities(datetime.now(UTC))}
    if held & _WORK_IN_THE_QUEUE:
        return QUEUE
    if held.intersection(OVERVIEW):
        return "/overview"
    return "/admin" if Role.ADMIN in held else QUEUE
