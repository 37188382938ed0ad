"""Feasibility of an act: its steps added up, and where every step in time still makes the whole late.

Each step is taken at its limit on an unbroken working day, so the sums are those of the act itself, of no
particular date. Working hours and clock hours are added as they stand.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.vocabulary import Importance

_NOTHING = timedelta(0)
_BODIES = {2: "двух", 3: "трёх"}


class Road(NamedTuple):
    """A course of events with every step at its limit: how long it takes, and what it may take."""

    importance: Importance | None  # none under the ordinary term
    title: str
    takes: timedelta
    allowed: timedelta
    limit: LimitName

    @property
    def is_late(self) -> bool:
        """Whether it takes longer than it may."""
        return self.takes > self.allowed

    @property
    def over(self) -> timedelta:
        """By how much it is late; zero if it is not."""
        return max(self.takes - self.allowed, _NOTHING)


def roads(regulation: Regulation) -> Iterator[Road]:
    """The courses the order itself describes, for every term of the answer the act knows."""
    yield from _of_term(regulation, None, regulation.limits.answer.amount)
    for importance, term in regulation.limits.answer.by_importance.items():
        yield from _of_term(regulation, importance, term)


def _of_term(regulation: Regulation, importance: Importance | None, answer: timedelta) -> Iterator[Road]:
    limits = regulation.limits
    routing = limits.routing.amount if limits.answer.starts == ("detection",) else _NOTHING
    draft = draft_after(regulation, answer)
    end = limits.approval.amount + limits.publication.amount
    rework = limits.rework.amount + limits.approval.amount
    # The draft is due at a moment, or a term after receipt; a slow routing eats into the first, not the second.
    drafted = draft if limits.draft.counted == "before_answer" else routing + limits.draft.amount
    yield Road(importance, "ответ без доработки", drafted + end, answer, LimitName.ANSWER)
    yield Road(importance, "ответ после одной доработки", drafted + rework + end, answer, LimitName.ANSWER)
    yield Road(
        importance,
        "проект после возврата и повторного направления",
        routing + limits.return_.amount + limits.routing.amount,
        draft,
        LimitName.DRAFT,
    )
    for bodies in (2, 3):
        # The last body drafts within its own two hours, so all of them count.
        yield Road(
            importance,
            f"проект общего ответа {_BODIES[bodies]} органов",
            routing + bodies * limits.contribution.amount,
            draft,
            LimitName.DRAFT,
        )


def draft_after(regulation: Regulation, answer: timedelta) -> timedelta:
    """How long after the term of the answer begins the draft is due."""
    draft = regulation.limits.draft
    if draft.counted == "from_receipt":
        return regulation.limits.routing.amount + draft.amount
    return answer - regulation.draft_lead(answer)
