"""Whom a limit's warning, breach and escalation go to (cl. 20), as offices."""

from calendar_rules.regulation import Audience, HolderRole, LimitName, Regulation
from calendar_rules.vocabulary import Stage
from workflows.notice_facts import Assigned
from workflows.stages import STEPS
from workflows.state import CURATOR, Addressee, Contribution, Draft, Holder, LimitRun, MessageState, executor
from workflows.vocabulary import Command

_AUDIENCES = {HolderRole.CURATOR: Audience.CURATOR, HolderRole.EXECUTOR: Audience.EXECUTORS}


def open_step(state: MessageState) -> tuple[LimitName, Holder]:
    """The step a message waits for, and who owes it."""
    step = STEPS[state.stage]
    if state.stage is Stage.PREPARATION and not state.last_turn:
        limit = LimitName.CONTRIBUTION
    else:
        limit = step.limits[0] if step.limits else LimitName.DRAFT
    if step.owed_by is HolderRole.CURATOR:
        return limit, CURATOR
    return limit, executor(state.current_body)


def assigned(state: MessageState, by: Command, *, again: bool = False) -> Assigned:
    """What whoever receives the message by a command, perhaps `again`, owes, and by when."""
    run = state.open_limit(open_step(state)[0]) or state.open_limit(LimitName.CONTRIBUTION)
    facts = Assigned(by=by, again=again, repeats=state.repeats)
    if run is None:
        return facts
    return facts.model_copy(update={"owed": run.name, "due_at": run.due_at, "clause": run.clause})


def curator_of(state: MessageState) -> Addressee:
    """The message's curator: who routed it last, else who registered it."""
    return Addressee(audience=Audience.CURATOR, person=state.curator)


def executors_of(state: MessageState, body: str | None) -> Addressee:
    """The executors of a body; of the one whose turn it is the assignee, where there is one."""
    return Addressee(audience=Audience.EXECUTORS, body=body, person=assignee_of(state, body))


def assignee_of(state: MessageState, body: str | None) -> str | None:
    """The person of the body to whom the work is assigned; None for every body but the one whose turn it is."""
    return state.assignee if body is not None and body == state.current_body else None


def named(state: MessageState, holder: Holder) -> str | None:
    """Whose the work is now: the curator of the message, the assignee of the body whose turn it is, if there is one."""
    return state.curator if holder.role is HolderRole.CURATOR else assignee_of(state, holder.body)


def acted_for(state: MessageState, run: LimitRun, by: str | None = None) -> str | None:
    """Who has acted for the body in the step that a limit is about, such as `by`; None: whoever the directory says.

    Of a substitute's work it is the person in whose place they were: who was there the record names.
    """
    parts: tuple[Contribution | Draft, ...] = (*state.contributions, *state.drafts)
    acted = [part.acting_for or part.person for part in parts if part.body == run.holder.body]
    step = run.name is not LimitName.RETURN
    return by or (acted[-1] if acted and step else None)


def warning_audience(state: MessageState, run: LimitRun) -> tuple[Addressee, ...]:
    """Who is warned before the limit: executors of the holding body, or the curator; of `answer` whose step it is."""
    holders = _of_the_answer(state) if run.name is LimitName.ANSWER else [run.holder]
    found = (
        curator_of(state) if holder.role is HolderRole.CURATOR else executors_of(state, holder.body)
        for holder in holders
    )
    return tuple(dict.fromkeys(found))


def breach_audience(state: MessageState, run: LimitRun, regulation: Regulation) -> tuple[Addressee, ...]:
    """Who is notified of the breach itself: those charged, and of a late `answer` whose it is now as well."""
    answer = run.name is LimitName.ANSWER
    holders = [*_charged(run), *_of_the_answer(state)] if answer else [run.holder]
    found = []
    for holder in holders:
        # A curator has the chain of `routing`.
        of_curator = answer and holder.role is HolderRole.CURATOR
        chain = regulation.limits[LimitName.ROUTING if of_curator else run.name].breach_to
        if assignee_of(state, holder.body) is not None and Audience.RESPONSIBLE not in chain:
            chain = (*chain, Audience.RESPONSIBLE)
        found += [_office(audience, holder, state) for audience in chain]
    # Who had it for the longest part may have it no more.
    earlier = {held.person for held in run.held}
    found += [
        Addressee(audience=_AUDIENCES[charge.role], body=charge.body, person=charge.person)
        for charge in run.charges
        if charge.person in earlier
    ]
    return tuple(dict.fromkeys(found))


def escalation_audience(state: MessageState, run: LimitRun, regulation: Regulation) -> tuple[Addressee, ...]:
    """The superiors of those charged; where there is none, the head is told, without blame."""
    if not run.charges:
        return (Addressee(audience=regulation.readings.notices.inherited_to),)
    found = []
    for charge, holder in zip(run.charges, _charged(run), strict=True):
        owed = charge.limit if holder.role is HolderRole.CURATOR else run.name
        # Who closed the message by a mistake had no limit of their own.
        owed = LimitName.ROUTING if owed is LimitName.ANSWER and holder.body is None else owed
        found.append(_office(regulation.limits[owed].escalation_to, holder, state))
    return tuple(dict.fromkeys(found))


def _of_the_answer(state: MessageState) -> list[Holder]:
    """Who can still do something about the answer: whose step is open, and the body that drafts."""
    step = open_step(state)[1]
    # Before the body that drafts has had its turn it can do nothing (cl. 15).
    drafts = state.answer_holder
    return [step, drafts] if drafts.body in (None, *state.turns) else [step]


def _charged(run: LimitRun) -> list[Holder]:
    return [Holder(role=charge.role, body=charge.body) for charge in run.charges]


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
