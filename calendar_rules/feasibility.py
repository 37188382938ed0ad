"""Where every step in time still makes the whole late: what an act asks for, added up.

Each step is taken at its limit on an unbroken working day, so the sums are those of the act itself, of no
particular date. Working hours and clock hours are added as they stand.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.terms import Term

_NOTHING = timedelta(0)


class Road(NamedTuple):
    """A course of events with every step at its limit: how long it takes, and what it may take."""

    title: str
    takes: timedelta
    allowed: timedelta
    limit: LimitName

    @property
    def is_late(self) -> bool:
        return self.takes > self.allowed

    @property
    def over(self) -> timedelta:
        """By how much it is late; zero if it is not."""
        return max(self.takes - self.allowed, _NOTHING)


def roads(regulation: Regulation) -> Iterator[Road]:
    """The courses the order itself describes, for every term of the answer the act knows."""
    yield from _of_term(regulation, "обычный срок", regulation.limits.answer.amount)
    for importance, term in regulation.limits.answer.by_importance.items():
        yield from _of_term(regulation, f"важность {importance}", term)


def _of_term(regulation: Regulation, which: str, answer: timedelta) -> Iterator[Road]:
    limits = regulation.limits
    routing = limits.routing.amount if limits.answer.starts == ("detection",) else _NOTHING
    draft = draft_after(regulation, answer)
    end = limits.approval.amount + limits.publication.amount
    rework = limits.rework.amount + limits.approval.amount
    # The draft is due at a moment, or a term after receipt; a slow routing eats into the first, not the second.
    drafted = draft if limits.draft.counted == "before_answer" else routing + limits.draft.amount
    yield Road(f"{which}: без доработки", drafted + end, answer, LimitName.ANSWER)
    yield Road(f"{which}: один круг доработки", drafted + rework + end, answer, LimitName.ANSWER)
    yield Road(
        f"{which}: возврат в последнюю минуту, новое направление, затем проект к сроку",
        routing + limits.return_.amount + limits.routing.amount,
        draft,
        LimitName.DRAFT,
    )
    for bodies in (2, 3):
        # The last body drafts within its own two hours, so all of them count.
        yield Road(
            f"{which}: органов по очереди — {bodies}, каждый к своему сроку",
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


def hours(amount: timedelta) -> str:
    """«9,5 ч», as people say it."""
    text = f"{amount / timedelta(hours=1):.2f}".rstrip("0").rstrip(".")
    return f"{text.replace('.', ',')} ч"


def term_text(term: Term) -> str:
    """The amount of a limit with its unit."""
    return str(term) if term.counts_days else f"{hours(term.amount)}, {_UNITS[term.unit.value]}"


_UNITS = {"working_hours": "рабочее время", "clock_hours": "подряд"}
