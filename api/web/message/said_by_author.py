"""Verdict of the author, as the page of the message has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from calendar_rules.titles import VERDICTS
from calendar_rules.vocabulary import Role, Verdict
from service.messages.targets import Target
from service.messages.view import MessageView
from service.verdicts.verdicts import WRITERS

TITLES = [
    (verdict.value, "Ничего ясного" if verdict is Verdict.NONE else title)
    for verdict, title in VERDICTS.items()
]
"""What the buttons say that decide."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a verdict was not taken, and what was typed into its form."""

    why: str
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SaidByAuthor:
    """`may_decide`: the viewer says what the words mean; `repeating`: to register the repetition is offered to them."""

    may_decide: bool
    repeating: bool
    wrong: str | None
    typed: Mapping[str, str] | None


def said_by_author(target: Target, message: MessageView, wrong: Wrong | None = None) -> SaidByAuthor | None:
    """None where nothing was answered, or there is nothing to be read and nothing to be done."""
    if message.verdict is None:
        return None
    roles = {capacity.role for capacity in target.capacities}
    may_decide = not roles.isdisjoint(WRITERS)
    verdict = message.verdict
    if not may_decide and verdict.person is None and verdict.suggested is None:
        return None
    return SaidByAuthor(
        may_decide=may_decide,
        repeating=Role.CURATOR in roles
        and verdict.person is not None
        and verdict.value is Verdict.NOT_CONTENT,
        wrong=wrong.why if wrong else None,
        typed=wrong.typed if wrong else None,
    )
