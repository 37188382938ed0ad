"""The stages of a message and its commands: what is awaited in a stage, of whom, by which limits; which command fits
where, who may give it, and where it leads.

It is said here once: the workflow accepts by it, notices, digests and reports count by it, and pages read it.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import NamedTuple, get_args

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import DraftKind, DraftStatus, Outcome, Role, Stage
from workflows.state import MessageState
from workflows.vocabulary import Command, PromiseEvent

# ---- what a stage waits for


class Step(NamedTuple):
    """What a stage waits for: its limits, who owes it, the commands it is there for, and whose turn it is."""

    limits: tuple[LimitName, ...]
    owed_by: HolderRole
    commands: tuple[Command, ...]
    turn_of: HolderRole | None


_C, _E = HolderRole.CURATOR, HolderRole.EXECUTOR

STEPS: Mapping[Stage, Step] = {
    Stage.ROUTING: Step((LimitName.ROUTING,), _C, (Command.ROUTE,), _C),  # clause 7
    Stage.PREPARATION: Step(  # clause 10; clause 15: the earlier bodies of a joint answer contribute
        (LimitName.DRAFT, LimitName.CONTRIBUTION), _E, (Command.CONTRIBUTE, Command.SUBMIT_DRAFT), _E
    ),
    Stage.APPROVAL: Step(
        (LimitName.APPROVAL,), _C, (Command.APPROVE, Command.SEND_FOR_REWORK), _C
    ),  # clause 11
    Stage.REWORK: Step((LimitName.REWORK,), _E, (Command.SUBMIT_DRAFT,), _E),  # clause 12
    Stage.PUBLICATION: Step((LimitName.PUBLICATION,), _E, (Command.CONFIRM_PUBLICATION,), _E),  # clause 13
    Stage.AWAITING_FINAL: Step((LimitName.FINAL_DRAFT,), _E, (Command.SUBMIT_DRAFT,), _E),  # clause 14
    # The curator decides how long to wait for the author; the body may draft meanwhile, and owes the answer.
    Stage.AWAITING_AUTHOR: Step((), _E, (Command.AUTHOR_REPLIED, Command.RESUME), _C),
    Stage.CLOSED: Step((), _E, (), None),
}

OF_CURATORS = frozenset(stage for stage, step in STEPS.items() if step.turn_of is HolderRole.CURATOR)
"""The stages in which it is the curator's turn."""

MET_BY_CURATORS: Mapping[str, tuple[LimitName, ...]] = {
    Command.ROUTE: (LimitName.ROUTING,),
    Command.DECLINE: (LimitName.ROUTING,),
    Command.APPROVE: (LimitName.APPROVAL,),
    Command.SEND_FOR_REWORK: (LimitName.APPROVAL,),
}
MET_BY_BODIES: Mapping[str, tuple[LimitName, ...]] = {
    Command.RETURN: (LimitName.RETURN,),
    Command.CONTRIBUTE: (LimitName.CONTRIBUTION,),
    # Of these an interim answer and a clarification request do not meet the last (cl. 14).
    Command.SUBMIT_DRAFT: (*STEPS[Stage.PREPARATION].limits, LimitName.REWORK, LimitName.FINAL_DRAFT),
    Command.CONFIRM_PUBLICATION: (LimitName.PUBLICATION,),
}
"""The limits of its own step that a command may meet; `answer` is met by publication (cl. 9)."""

# ---- where a command leads

LEADS_TO: Mapping[str, Stage] = {
    Command.ROUTE: Stage.PREPARATION,
    Command.RETURN: Stage.ROUTING,
    Command.CONTRIBUTE: Stage.PREPARATION,
    Command.SUBMIT_DRAFT: Stage.APPROVAL,
    Command.APPROVE: Stage.PUBLICATION,
    Command.SEND_FOR_REWORK: Stage.REWORK,
    Command.AUTHOR_REPLIED: Stage.PREPARATION,
    Command.RESUME: Stage.PREPARATION,
    Command.DECLINE: Stage.CLOSED,
    Command.CLOSE: Stage.CLOSED,
}
"""The stage after a command, but for a contribution sent for rework, which leads nowhere else. A draft withdrawn, and
a message opened again, go back to the stage they came from."""

ONCE_PUBLISHED: Mapping[DraftKind, Stage] = {
    DraftKind.ANSWER: Stage.CLOSED,
    DraftKind.INTERIM: Stage.AWAITING_FINAL,
    DraftKind.CLARIFICATION: Stage.AWAITING_AUTHOR,
}
"""The stage after the publication of a text, by its kind (cl. 13, 14)."""

DRAFTS_OF: Mapping[str, tuple[DraftStatus, ...]] = {
    Command.APPROVE: (DraftStatus.SUBMITTED,),
    Command.SEND_FOR_REWORK: (DraftStatus.SUBMITTED, DraftStatus.APPROVED),
    Command.WITHDRAW_DRAFT: (DraftStatus.SUBMITTED, DraftStatus.APPROVED),
    Command.CORRECT_LINK: (DraftStatus.PUBLISHED,),
}
"""How far the draft is that a command names."""

# ---- what may be done, and by whom

_ALL = frozenset(Stage)
_OPEN = _ALL - {Stage.CLOSED}
_BEFORE_PUBLICATION = {Stage.ROUTING, Stage.PREPARATION, Stage.APPROVAL, Stage.REWORK}
_WITH_A_BODY = _OPEN - {Stage.ROUTING}
_CURATOR, _CURATORS = (Role.CURATOR,), (Role.CURATOR, Role.HEAD)
_BODY = (Role.EXECUTOR, Role.RESPONSIBLE)
"""The responsible may do what executors of the own body may (cl. 6)."""

Bodies = Callable[[MessageState], Iterable[str | None]]


def _that_published(state: MessageState) -> Iterable[str | None]:
    published = (draft.body for draft in state.drafts if draft.status is DraftStatus.PUBLISHED)
    return dict.fromkeys(heir for body in published for heir in state.answering_for(body))


def _that_promised(state: MessageState) -> Iterable[str | None]:
    return dict.fromkeys(promise.body for promise in state.promises if promise.may_be_kept)


def _that_may_move(state: MessageState) -> Iterable[str | None]:
    return dict.fromkeys(promise.body for promise in state.promises if promise.is_running)


def _in_turn(state: MessageState) -> Iterable[str | None]:
    return (state.current_body,)


def _contribution_is_sendable(state: MessageState) -> bool:
    return state.sendable_contribution is not None


class Rule(NamedTuple):
    """A command, who may give it, and in which stages; of the bodies that `of` names, and only where `where` holds."""

    command: Command
    roles: tuple[Role, ...]
    stages: Set[Stage]
    of: Bodies = lambda _: (None,)
    where: Callable[[MessageState], bool] = lambda _: True


RULES = (
    # Clause 13: a link may turn out wrong at any time, also after the end.
    Rule(Command.CORRECT_LINK, _CURATOR, _ALL, where=lambda state: state.is_published),
    Rule(Command.CORRECT_LINK, _BODY, _ALL, _that_published),
    # Clause 7; a wrong route is taken back until the first draft or contribution.
    Rule(Command.ROUTE, _CURATOR, {Stage.ROUTING}),
    Rule(Command.ROUTE, _CURATOR, {Stage.PREPARATION}, where=lambda state: not state.acted_since_route),
    Rule(Command.APPROVE, _CURATOR, {Stage.APPROVAL}),  # clause 11
    # An approval is taken back until the text stands; clause 15: so is the last contribution until the next body acts.
    Rule(Command.SEND_FOR_REWORK, _CURATOR, {Stage.APPROVAL, Stage.PUBLICATION}),
    Rule(Command.SEND_FOR_REWORK, _CURATOR, {Stage.PREPARATION}, where=_contribution_is_sendable),
    # Clause 18.
    Rule(Command.DECLINE, _CURATOR, _BEFORE_PUBLICATION, where=lambda state: not state.is_published),
    Rule(Command.AUTHOR_REPLIED, _CURATOR, {Stage.AWAITING_AUTHOR}),
    Rule(Command.RESUME, _CURATOR, {Stage.AWAITING_AUTHOR}),
    Rule(Command.CLOSE, _CURATOR, _OPEN),
    Rule(Command.CORRECT, _CURATOR, _OPEN),
    Rule(Command.REPORT_TO_GOVERNOR, _CURATOR, _OPEN),  # clause 21
    Rule(Command.HAND_OVER, _CURATORS, _OPEN),
    Rule(Command.NOTE, _CURATORS, _OPEN),
    Rule(Command.TRANSFER, _CURATORS, _WITH_A_BODY),
    Rule(Command.NOTE, _BODY, _OPEN, lambda state: state.turns),
    Rule(Command.ASSIGN, _BODY, _WITH_A_BODY, _in_turn),
    Rule(Command.RETURN, _BODY, {Stage.PREPARATION}, _in_turn),  # clause 8
    # Clause 15: each earlier body contributes, the last one drafts the joint answer.
    Rule(Command.CONTRIBUTE, _BODY, {Stage.PREPARATION}, _in_turn, lambda state: not state.last_turn),
    Rule(Command.SUBMIT_DRAFT, _BODY, {Stage.PREPARATION}, _in_turn, lambda state: state.last_turn),
    # Clauses 12, 14.
    Rule(Command.SUBMIT_DRAFT, _BODY, {Stage.REWORK, Stage.AWAITING_FINAL, Stage.AWAITING_AUTHOR}, _in_turn),
    Rule(Command.CONFIRM_PUBLICATION, _BODY, {Stage.PUBLICATION}, _in_turn),  # clause 13
    Rule(Command.WITHDRAW_DRAFT, _BODY, {Stage.APPROVAL, Stage.PUBLICATION}, _in_turn),
    Rule(
        Command.REOPEN, _CURATORS, {Stage.CLOSED}, where=lambda state: state.outcome is not Outcome.ANSWERED
    ),
    # A promise is due long after the end.
    Rule(Command.KEEP_PROMISE, _BODY, _ALL, _that_promised),
    Rule(Command.MOVE_PROMISE, _BODY, _ALL, _that_may_move),
    # What may be done with what a message tells, in every stage, and once it is closed.
    Rule(Command.SPLIT, _CURATOR, _ALL, where=lambda state: state.outcome is not Outcome.VOID),
    Rule(Command.REFER, _CURATORS, _ALL),
    Rule(Command.REDACT, (Role.ADMIN, Role.HEAD), _ALL),
    Rule(Command.RECORD_ERASURE, (Role.ADMIN,), _ALL),
)
"""Every way to give a command, in the order in which they are offered.

A change of calendars, a corrected charge, and what the clock does to a promise, are the machine's alone.
"""

MAY_GIVE: Mapping[str, tuple[Role, ...]] = {
    command: tuple(dict.fromkeys(role for rule in RULES if rule.command is command for role in rule.roles))
    for command in dict.fromkeys(rule.command for rule in RULES)
}
"""Who may ever give a command, in some stage."""

AFTER_THE_END = (
    *dict.fromkeys(rule.command for rule in RULES if Stage.CLOSED in rule.stages),
    Command.RECORD_PROMISE,
    Command.CORRECT_CHARGE,
)
"""The commands that a closed message may take."""

OF_PROMISES = frozenset(
    {Command.CONFIRM_PUBLICATION, Command.KEEP_PROMISE, Command.MOVE_PROMISE, *get_args(PromiseEvent)}
)
"""Kinds of rows with which a promise changes."""

OF_DESTRUCTION = (Command.RECORD_ERASURE, Command.REDACT)
"""Commands by which personal data go; their own texts are the service's record of why, and stay."""
