"""Admissible commands: what may be done with a message now, and by whom; the only list of it.

The workflow accepts commands by it, the API answers by it, and the pages show their buttons by it.
"""

from collections.abc import Iterable, Iterator

from calendar_rules.vocabulary import DraftStatus, Outcome, Role, Stage
from workflows.commands import Grant
from workflows.state import Admission, MessageState
from workflows.vocabulary import Command

_DRAFTING = (Stage.REWORK, Stage.AWAITING_FINAL, Stage.AWAITING_AUTHOR)
_DECLINABLE = (Stage.ROUTING, Stage.PREPARATION, Stage.APPROVAL, Stage.REWORK)
_OF_BODIES = (Role.EXECUTOR, Role.RESPONSIBLE)
"""The responsible may do what executors of the own body may (cl. 6)."""


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
    yield from _corrections_of_links(state)
    if state.stage is not Stage.CLOSED:
        yield from _of_the_road(state)
    elif state.outcome is not Outcome.ANSWERED:
        yield from _given(Command.REOPEN, Role.CURATOR, Role.HEAD)
    yield from _of_what_was_found(state)


def _of_the_road(state: MessageState) -> Iterator[Admission]:
    for command in _curators_commands(state):
        yield from _given(command, Role.CURATOR)
    yield from _given(Command.HAND_OVER, Role.CURATOR, Role.HEAD)
    yield from _given(Command.NOTE, Role.CURATOR, Role.HEAD)
    if state.current_body is not None:
        yield from _given(Command.TRANSFER, Role.CURATOR, Role.HEAD)
    for body in state.turns:
        yield from _given(Command.NOTE, *_OF_BODIES, body=body)
    for command in _executors_commands(state):
        yield from _given(command, *_OF_BODIES, body=state.current_body)


def _corrections_of_links(state: MessageState) -> Iterator[Admission]:
    """Clause 13: a link may turn out wrong at any time, also after the end."""
    published = [draft.body for draft in state.drafts if draft.status is DraftStatus.PUBLISHED]
    if published:
        yield from _given(Command.CORRECT_LINK, Role.CURATOR)
    for body in dict.fromkeys(heir for drafted in published for heir in state.answering_for(drafted)):
        yield from _given(Command.CORRECT_LINK, *_OF_BODIES, body=body)


def _of_what_was_found(state: MessageState) -> Iterator[Admission]:
    """What may be done with what a message tells, in every stage, and once it is closed."""
    if state.outcome is not Outcome.VOID:
        yield from _given(Command.SPLIT, Role.CURATOR)
    yield from _given(Command.REFER, Role.CURATOR, Role.HEAD)
    yield from _given(Command.REDACT, Role.ADMIN, Role.HEAD)
    yield from _given(Command.RECORD_ERASURE, Role.ADMIN)


def _curators_commands(state: MessageState) -> Iterator[Command]:
    stage = state.stage
    # Clause 7; a wrong route is taken back until the first draft or contribution.
    if stage is Stage.ROUTING or (stage is Stage.PREPARATION and not state.acted_since_route):
        yield Command.ROUTE
    if stage is Stage.APPROVAL:  # clause 11
        yield Command.APPROVE
    # An approval is taken back until the text stands; clause 15: so is the last contribution until the next body acts.
    if stage in (Stage.APPROVAL, Stage.PUBLICATION) or (
        stage is Stage.PREPARATION and state.sendable_contribution is not None
    ):
        yield Command.SEND_FOR_REWORK
    if stage in _DECLINABLE and not state.is_published:  # clause 18
        yield Command.DECLINE
    if stage is Stage.AWAITING_AUTHOR:
        yield Command.AUTHOR_REPLIED
        yield Command.RESUME
    yield Command.CLOSE
    yield Command.CORRECT
    yield Command.REPORT_TO_GOVERNOR  # clause 21


def _executors_commands(state: MessageState) -> Iterator[Command]:
    stage = state.stage
    if state.current_body is not None:
        yield Command.ASSIGN
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
        yield Command.WITHDRAW_DRAFT


def _given(command: Command, *roles: Role, body: str | None = None) -> Iterator[Admission]:
    for role in roles:
        yield Admission(command=command, role=role, body=body)
