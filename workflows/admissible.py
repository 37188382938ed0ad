"""Admissible commands: what may be done with a message now, and by whom; the only list, made by the rules in `stages`.

The workflow accepts commands by it, the API answers by it, and the pages show their buttons by it.
"""

from collections.abc import Iterable
from functools import cache

from calendar_rules.vocabulary import Role
from workflows.commands import Grant
from workflows.stages import RULES
from workflows.state import Admission, MessageState
from workflows.vocabulary import Command


def admissible(state: MessageState) -> tuple[Admission, ...]:
    """Every command the message takes in its present state, with the role and body that may give it."""
    return tuple(
        _admission(rule.command, role, body)
        for rule in RULES
        if state.stage in rule.stages and rule.where(state)
        for body in rule.of(state)
        for role in rule.roles
    )


def capacity(state: MessageState, command: Command, grants: Iterable[Grant]) -> Grant | None:
    """The capacity in which a person may give the command now; their own before a substituted one."""
    admitted = [
        grant
        for grant in grants
        for admission in state.allowed
        if admission.command == command
        and grant.role is admission.role
        and admission.body in (None, grant.body)
    ]
    return min(admitted, key=lambda grant: grant.acting_for is not None, default=None)


@cache
def _admission(command: Command, role: Role, body: str | None) -> Admission:
    return Admission(command=command, role=role, body=body)
