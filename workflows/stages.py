"""The stages of a message and its commands: what is awaited in a stage, of whom, by which limits; which command fits
where, who may give it, and where it leads.

It is said here once: the workflow accepts by it, notices, digests and reports count by it, and pages read it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import DraftKind, DraftStatus, Outcome, Role, Stage
from workflows.state import MessageState
from workflows.vocabulary import Command

# ---- what a stage waits for


class Step(NamedTuple):
    """What a stage waits for: the limits of it, who owes it, and the commands that it is there for.

    `decided_by`: whose turn it is, where that is not who owes the answer.
    """

    limits: tuple[LimitName, ...] = ()
    owed_by: HolderRole = HolderRole.EXECUTOR
    commands: tuple[Command, ...] = ()
    decided_by: HolderRole | None = None


STEPS: Mapping[Stage, Step] = {
    Stage.ROUTING: Step((LimitName.ROUTING,), HolderRole.CURATOR, (Command.ROUTE,)),  # cl. 7
    Stage.PREPARATION: Step(  # cl. 10; cl. 15: the earlier bodies of a joint answer contribute
        (LimitName.DRAFT, LimitName.CONTRIBUTION), commands=(Command.CONTRIBUTE, Command.SUBMIT_DRAFT)
    ),
    Stage.APPROVAL: Step(  # cl. 11
        (LimitName.APPROVAL,), HolderRole.CURATOR, (Command.APPROVE, Command.SEND_FOR_REWORK)
    ),
    Stage.REWORK: Step((LimitName.REWORK,), commands=(Command.SUBMIT_DRAFT,)),  # cl. 12
    Stage.PUBLICATION: Step((LimitName.PUBLICATION,), commands=(Command.CONFIRM_PUBLICATION,)),  # cl. 13
    Stage.AWAITING_FINAL: Step((LimitName.FINAL_DRAFT,), commands=(Command.SUBMIT_DRAFT,)),  # cl. 14
    # The curator decides how long to wait for the author; the body may draft meanwhile, and owes the answer.
    Stage.AWAITING_AUTHOR: Step(
        commands=(Command.AUTHOR_REPLIED, Command.RESUME), decided_by=HolderRole.CURATOR
    ),
    Stage.CLOSED: Step(),
}

OF_CURATORS = frozenset(
    stage for stage, step in STEPS.items() if HolderRole.CURATOR in (step.owed_by, step.decided_by)
)
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
    Command.SUBMIT_DRAFT: (
        *(LimitName.DRAFT, LimitName.CONTRIBUTION, LimitName.REWORK, LimitName.FINAL_DRAFT),
    ),
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

# ---- what may be done, and by whom

_ALL = frozenset(Stage)
_OPEN = _ALL - {Stage.CLOSED}
_OF_A_BODY = _OPEN - {Stage.ROUTING}
_CURATOR, _CURATORS = (Role.CURATOR,), (Role.CURATOR, Role.HEAD)
_BODY = (Role.EXECUTOR, Role.RESPONSIBLE)
"""The responsible may do what executors of the own body may (cl. 6)."""


def _always(_: MessageState) -> bool:
    return True


def _of_no_body(_: MessageState) -> Iterable[str | None]:
    return (None,)


def _of_the_one_in_turn(state: MessageState) -> Iterable[str | None]:
    return (state.current_body,)


def _of_those_that_had_a_turn(state: MessageState) -> Iterable[str | None]:
    return state.turns


def _of_those_that_published(state: MessageState) -> Iterable[str | None]:
    published = (draft.body for draft in state.drafts if draft.status is DraftStatus.PUBLISHED)
    return dict.fromkeys(heir for body in published for heir in state.answering_for(body))


class Rule(NamedTuple):
    """A command with the stages in which the roles may give it; of bodies that `of` names, and `where` that holds."""

    command: Command
    stages: frozenset[Stage]
    roles: tuple[Role, ...]
    of: Callable[[MessageState], Iterable[str | None]] = _of_no_body
    where: Callable[[MessageState], bool] = _always


def _of_the_body(command: Command, *stages: Stage, where: Callable[[MessageState], bool] = _always) -> Rule:
    return Rule(command, frozenset(stages), _BODY, _of_the_one_in_turn, where)


def _of_the_curator(
    command: Command, *stages: Stage, where: Callable[[MessageState], bool] = _always
) -> Rule:
    return Rule(command, frozenset(stages), _CURATOR, where=where)


RULES = (
    # Clause 13: a link may turn out wrong at any time, also after the end.
    Rule(Command.CORRECT_LINK, _ALL, _CURATOR, where=lambda state: state.is_published),
    Rule(Command.CORRECT_LINK, _ALL, _BODY, _of_those_that_published),
    # Clause 7; a wrong route is taken back until the first draft or contribution.
    _of_the_curator(Command.ROUTE, Stage.ROUTING),
    _of_the_curator(Command.ROUTE, Stage.PREPARATION, where=lambda state: not state.acted_since_route),
    _of_the_curator(Command.APPROVE, Stage.APPROVAL),  # clause 11
    # An approval is taken back until the text stands; clause 15: so is the last contribution until the next body acts.
    _of_the_curator(Command.SEND_FOR_REWORK, Stage.APPROVAL, Stage.PUBLICATION),
    _of_the_curator(
        Command.SEND_FOR_REWORK,
        Stage.PREPARATION,
        where=lambda state: state.sendable_contribution is not None,
    ),
    _of_the_curator(  # clause 18
        Command.DECLINE,
        *(Stage.ROUTING, Stage.PREPARATION, Stage.APPROVAL, Stage.REWORK),
        where=lambda state: not state.is_published,
    ),
    _of_the_curator(Command.AUTHOR_REPLIED, Stage.AWAITING_AUTHOR),
    _of_the_curator(Command.RESUME, Stage.AWAITING_AUTHOR),
    Rule(Command.CLOSE, _OPEN, _CURATOR),
    Rule(Command.CORRECT, _OPEN, _CURATOR),
    Rule(Command.REPORT_TO_GOVERNOR, _OPEN, _CURATOR),  # clause 21
    Rule(Command.HAND_OVER, _OPEN, _CURATORS),
    Rule(Command.NOTE, _OPEN, _CURATORS),
    Rule(Command.TRANSFER, _OF_A_BODY, _CURATORS),
    Rule(Command.NOTE, _OPEN, _BODY, _of_those_that_had_a_turn),
    Rule(Command.ASSIGN, _OF_A_BODY, _BODY, _of_the_one_in_turn),
    _of_the_body(Command.RETURN, Stage.PREPARATION),  # clause 8
    # Clause 15: each earlier body contributes, the last one drafts the joint answer.
    _of_the_body(Command.CONTRIBUTE, Stage.PREPARATION, where=lambda state: not state.last_turn),
    _of_the_body(Command.SUBMIT_DRAFT, Stage.PREPARATION, where=lambda state: state.last_turn),
    # Clauses 12, 14.
    _of_the_body(Command.SUBMIT_DRAFT, Stage.REWORK, Stage.AWAITING_FINAL, Stage.AWAITING_AUTHOR),
    _of_the_body(Command.CONFIRM_PUBLICATION, Stage.PUBLICATION),  # clause 13
    _of_the_body(Command.WITHDRAW_DRAFT, Stage.APPROVAL, Stage.PUBLICATION),
    Rule(
        *(Command.REOPEN, frozenset({Stage.CLOSED}), _CURATORS),
        where=lambda state: state.outcome is not Outcome.ANSWERED,
    ),
    # What may be done with what a message tells, in every stage, and once it is closed.
    Rule(Command.SPLIT, _ALL, _CURATOR, where=lambda state: state.outcome is not Outcome.VOID),
    Rule(Command.REFER, _ALL, _CURATORS),
    Rule(Command.REDACT, _ALL, (Role.ADMIN, Role.HEAD)),
    Rule(Command.RECORD_ERASURE, _ALL, (Role.ADMIN,)),
)
"""Every way to give a command, in the order in which they are offered. A change of calendars is the machine's alone."""

AFTER_THE_END = tuple(dict.fromkeys(rule.command for rule in RULES if Stage.CLOSED in rule.stages))
"""The commands that a closed message may take."""
