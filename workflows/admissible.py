"""What may be done with a message now, and by whom: the only list of it.

The workflow accepts commands by it, the API answers by it, and the pages show their buttons by it.
"""

from collections.abc import Iterable, Iterator

from calendar_rules.vocabulary import Role, Stage
from workflows.commands import Grant
from workflows.state import Admission, MessageState
from workflows.vocabulary import Command

_DRAFTING = (Stage.REWORK, Stage.AWAITING_FINAL, Stage.AWAITING_AUTHOR)
_DECLINABLE = (Stage.ROUTING, Stage.PREPARATION, Stage.APPROVAL, Stage.REWORK)


def admissible(state: MessageState) -> tuple[Admission, ...]:
    """Every command the message takes in its present state, with the role and body that may give it."""
    return tuple(_admissions(state))


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


def _admissions(state: MessageState) -> Iterator[Admission]:
    if state.stage is Stage.CLOSED:
        return
    yield from (_curator(command) for command in _curators_commands(state))
    body = state.current_body
    yield from (_executor(command, body) for command in _executors_commands(state))


def _curators_commands(state: MessageState) -> Iterator[Command]:
    stage = state.stage
    # Clause 7; a wrong route is taken back until the first draft or contribution.
    if stage is Stage.ROUTING or (stage is Stage.PREPARATION and not state.acted_since_route):
        yield Command.ROUTE
    if stage is Stage.APPROVAL:  # clause 11
        yield Command.APPROVE
    # Clause 15: the last contribution may be sent back until the next body has acted.
    if stage is Stage.APPROVAL or (stage is Stage.PREPARATION and state.sendable_contribution is not None):
        yield Command.SEND_FOR_REWORK
    if stage in _DECLINABLE and not state.is_published:  # clause 18
        yield Command.DECLINE
    if stage is Stage.AWAITING_AUTHOR:
        yield Command.AUTHOR_REPLIED
    yield Command.CLOSE
    yield Command.REPORT_TO_GOVERNOR  # clause 21


def _executors_commands(state: MessageState) -> Iterator[Command]:
    stage = state.stage
    if stage is Stage.PREPARATION:
        yield Command.RETURN  # clause 8
        # Clause 15: each earlier body contributes, the last one drafts the joint answer.
        yield Command.SUBMIT_DRAFT if state.last_turn else Command.CONTRIBUTE
    elif stage in _DRAFTING:  # clauses 12, 14
        yield Command.SUBMIT_DRAFT
    elif stage is Stage.APPROVAL:
        yield Command.WITHDRAW_DRAFT
    elif stage is Stage.PUBLICATION:  # clause 13
        yield Command.CONFIRM_PUBLICATION


def _curator(command: Command) -> Admission:
    return Admission(command=command, role=Role.CURATOR)


def _executor(command: Command, body: str | None) -> Admission:
    return Admission(command=command, role=Role.EXECUTOR, body=body)
