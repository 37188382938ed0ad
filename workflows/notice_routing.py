"""Whom a limit's warning, breach and escalation go to (cl. 20), as offices."""

from calendar_rules.regulation import Audience, HolderRole, LimitName, Regulation
from calendar_rules.vocabulary import Stage
from workflows.notice_facts import Assigned
from workflows.state import CURATOR, Addressee, Holder, LimitRun, MessageState
from workflows.vocabulary import Command

_STEP = {
    Stage.ROUTING: LimitName.ROUTING,
    Stage.APPROVAL: LimitName.APPROVAL,
    Stage.REWORK: LimitName.REWORK,
    Stage.PUBLICATION: LimitName.PUBLICATION,
    Stage.AWAITING_FINAL: LimitName.FINAL_DRAFT,
}


def open_step(state: MessageState) -> tuple[LimitName, Holder]:
    """The step a message waits for, and who owes it."""
    if state.stage is Stage.PREPARATION:
        step = LimitName.DRAFT if state.last_turn else LimitName.CONTRIBUTION
    else:
        step = _STEP.get(state.stage, LimitName.DRAFT)
    if step in (LimitName.ROUTING, LimitName.APPROVAL):
        return step, CURATOR
    return step, Holder(role=HolderRole.EXECUTOR, body=state.current_body)


def assigned(state: MessageState, by: Command, *, again: bool = False) -> Assigned:
    """What whoever receives the message by a command, perhaps `again`, owes, and by when."""
    run = state.open_limit(open_step(state)[0]) or state.open_limit(LimitName.CONTRIBUTION)
    if run is None:
        return Assigned(by=by, again=again)
    return Assigned(by=by, again=again, owed=run.name, due_at=run.due_at, clause=run.clause)


def curator_of(state: MessageState) -> Addressee:
    """The message's curator: who routed it last, else who registered it."""
    return Addressee(audience=Audience.CURATOR, person=state.curator)


def executors_of(state: MessageState, body: str | None) -> Addressee:
    """The executors of a body; of the one whose turn it is the assignee, where there is one."""
    return Addressee(audience=Audience.EXECUTORS, body=body, person=assignee_of(state, body))


def assignee_of(state: MessageState, body: str | None) -> str | None:
    """The person of the body to whom the work is assigned; None for every body but the one whose turn it is."""
    return state.assignee if body is not None and body == state.current_body else None


def warning_audience(state: MessageState, run: LimitRun) -> tuple[Addressee, ...]:
    """Who is warned before the limit: executors of the holding body, or the curator."""
    holder = _at_work(state, run)
    return (curator_of(state) if holder.role is HolderRole.CURATOR else executors_of(state, holder.body),)


def breach_audience(state: MessageState, run: LimitRun, regulation: Regulation) -> tuple[Addressee, ...]:
    """Who is notified of the breach itself."""
    holder = _at_work(state, run)
    # The answer is the curator's until routing and while a return waits: its chain is then that of `routing`.
    curators_answer = run.name is LimitName.ANSWER and holder.role is HolderRole.CURATOR
    chain = regulation.limits[LimitName.ROUTING if curators_answer else run.name].breach_to
    if assignee_of(state, holder.body) is not None and Audience.RESPONSIBLE not in chain:
        chain = (*chain, Audience.RESPONSIBLE)
    return tuple(_office(audience, holder, state) for audience in chain)


def escalation_audience(state: MessageState, run: LimitRun, regulation: Regulation) -> tuple[Addressee, ...]:
    """Who oversees the one at fault: for `answer`, the holder of the step that is open."""
    step, holder = open_step(state) if run.name is LimitName.ANSWER else (run.name, run.holder)
    owed = step if holder.role is HolderRole.CURATOR else run.name
    return (_office(regulation.limits[owed].escalation_to, holder, state),)


def _at_work(state: MessageState, run: LimitRun) -> Holder:
    """The run's holder; before its body has had its turn, the body that has it now (cl. 15)."""
    if run.name is LimitName.ANSWER and run.holder.body and run.holder.body not in state.turns:
        return Holder(role=HolderRole.EXECUTOR, body=state.current_body)
    return run.holder


def _office(audience: Audience, holder: Holder, state: MessageState) -> Addressee:
    match audience:
        case Audience.HOLDER:
            return (
                curator_of(state) if holder.role is HolderRole.CURATOR else executors_of(state, holder.body)
            )
        case Audience.EXECUTORS:
            return executors_of(state, holder.body)
        case Audience.CURATOR:
            return curator_of(state)
        case Audience.RESPONSIBLE | Audience.DEPUTY:
            return Addressee(audience=audience, body=holder.body)
        case Audience.DEPUTY_POLICY | Audience.HEAD | Audience.GOVERNOR:
            return Addressee(audience=audience)
