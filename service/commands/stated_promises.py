"""Promises as a text states them: by whom of which body, and until when they may be."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from service.access import wording
from service.access.errors import InvalidInputError
from service.commands.requests import DraftBody
from service.messages.targets import OF_BODIES, Target
from service.promises import stating
from service.promises.stating import Stating
from store.database.session import Session
from store.people.persons import Capacity

_LONGEST: Final = timedelta(days=3660)


async def with_draft(session: Session, target: Target, draft: str, body: DraftBody, now: datetime) -> None:
    """Write down what a draft promises, and what in it is no promise, as the draft is taken.

    Raises InvalidInputError for a day that is over.
    """
    if not body.promises and not body.promises_denied:
        return
    for promise in body.promises:
        later(promise.until, target.now, "promises")
    by = stating_of(target, draft, _drafting(target), now)
    for promise in body.promises:
        await stating.state(session, by, promise.what, promise.until)
    await stating.deny(session, by, body.promises_denied)


def _drafting(target: Target) -> str:
    """The body that drafts: whose turn it is, as far as the row knows; the message itself says it with the text."""
    own = [
        capacity.body
        for capacity in target.capacities
        if capacity.role in OF_BODIES and capacity.body in target.turns and capacity.body is not None
    ]
    return target.row.current_body if target.row.current_body in own else next(iter(own), "")


def stating_of(target: Target, draft: str, body: str, now: datetime) -> Stating:
    """Who states a promise of a draft, in whose place, at which moment of the message's clock."""
    capacity = of_body(target.capacities, body)
    acting_for = capacity.acting_for if capacity else None
    return Stating(target.number, draft, body, target.caller.key, acting_for, target.now, now)


def of_body(capacities: Iterable[Capacity], body: str) -> Capacity | None:
    """The capacity in which somebody acts for a body, their own first."""
    return next(
        (capacity for capacity in capacities if capacity.role in OF_BODIES and capacity.body == body), None
    )


def later(until: datetime, now: datetime, field: str = "until") -> None:
    """Raises InvalidInputError for a day that is over, or too far away."""
    if until <= now:
        raise InvalidInputError(field, wording.IN_THE_FUTURE)
    if until - now > _LONGEST:
        raise InvalidInputError(field, wording.TOO_FAR)
