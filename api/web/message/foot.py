"""The foot of a message's page: which acts stand beside the main one, and which under «Ещё»."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.message.forms import CommandForm
from api.web.message.limits import ShownLimit
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role
from service.messages.targets import Target
from service.messages.view import MessageView
from workflows.vocabulary import Command

IN_THE_MIDDLE = frozenset(
    {Command.ROUTE, Command.SUBMIT_DRAFT, Command.CONTRIBUTE, Command.CONFIRM_PUBLICATION}
)
"""Commands whose form is what one works on: it takes the widest column."""
_LAST = (Command.DECLINE, Command.CLOSE, Command.REDACT, Command.RECORD_ERASURE)
"""What refuses, closes or destroys."""


@dataclass(frozen=True, slots=True)
class Foot:
    """Acts beside the main one, those under «Ещё», and at its end those that cannot easily be taken back."""

    beside: Sequence[CommandForm]
    more: Sequence[CommandForm]
    danger: Sequence[CommandForm]


def foot(
    target: Target,
    message: MessageView,
    limits: Sequence[ShownLimit],
    main: Sequence[CommandForm],
    allowed: Sequence[CommandForm],
) -> Foot:
    """The acts of `allowed` that are not in `main`, in their order."""
    others = [form for form in allowed if form not in main]
    wanted = set[Command]()
    if not main:
        wanted |= {Command.NOTE, Command.WITHDRAW_DRAFT}
    # In the hour in which it is allowed; afterwards a return is late (cl. 8).
    if any(item.run.name is LimitName.RETURN and item.duty and not item.duty.is_late for item in limits):
        wanted.add(Command.RETURN)
    responsible = any(held.role is Role.RESPONSIBLE for held in target.capacities)
    if message.assignee is None and responsible:
        wanted.add(Command.ASSIGN)
    return Foot(
        beside=[form for form in others if form.command in wanted],
        more=[form for form in others if form.command not in wanted and form.command not in _LAST],
        danger=[form for form in others if form.command in _LAST],
    )
