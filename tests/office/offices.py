"""People present (cl. 6, 20), told from the directory of this office and its absences: whom a breach names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tests.api.chance.charging import Charge
from tests.api.messages.case import View
from tests.office import absences
from tests.office.month import Month
from tests.office.people import DEPUTIES

_ENTRY = ("role", "body", "person", "acting_for", "limit")
Named = tuple[str | None, ...]
"""An entry of whose breach it is: role, body, person, in whose place, the own limit that was over."""


class Present(NamedTuple):
    """Who is there, and in whose place if a substitute."""

    person: str
    acting_for: str | None


def shown(charged: Sequence[View]) -> list[Named]:
    """Whom a breach names by an answer of the program, or a row of the journal."""
    return [tuple(entry[name] for name in _ENTRY) for entry in charged]


@dataclass(frozen=True)
class Offices:
    """Everybody of a month, in which each body has one executor."""

    month: Month

    def there(self, person: str, at: datetime) -> Present:
        """Who does the person's work at a moment."""
        present = absences.at_work(self.month, person, at)
        # What nobody stands in for is the responsible's own.
        own = present == person or absences.nobody_stands_in(self.month, person, at)
        return Present(present, None if own else person)

    def named(self, charges: Sequence[Charge]) -> list[Named]:
        """Whom a breach names, most over first: never who was away, but whoever was there in their place."""
        return [
            (
                "curator" if charge.body is None else "executor",
                charge.body,
                *self.there(charge.person or f"executor-{charge.body}", charge.at),
                charge.limit,
            )
            for charge in charges
        ]

    def above(self, charges: Sequence[Charge], at: datetime) -> set[str]:
        """To whom a breach is escalated: the superiors of those charged; where it is nobody's, the head."""
        superiors = {"head" if charge.body is None else DEPUTIES[charge.body] for charge in charges}
        return {self.there(person, at).person for person in superiors or {"head"}}
