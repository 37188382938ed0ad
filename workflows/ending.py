"""What an end without an answer left behind, so that a mistaken one can be undone."""

from datetime import datetime

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, DraftStatus, Stage
from workflows.state import End, LimitRun, MessageState

_STEP = {
    Stage.ROUTING: (LimitName.ROUTING,),
    Stage.PREPARATION: (LimitName.DRAFT, LimitName.CONTRIBUTION),
    Stage.APPROVAL: (LimitName.APPROVAL,),
    Stage.REWORK: (LimitName.REWORK,),
    Stage.PUBLICATION: (LimitName.PUBLICATION,),
    Stage.AWAITING_FINAL: (LimitName.FINAL_DRAFT,),
}


def end_of(state: MessageState) -> End:
    """How a closed message ended: as it noted itself, else derived from its drafts and runs.

    Messages closed by earlier releases noted nothing. Of those the stage follows from the drafts and from who had the
    message last, the moment of the end from the run that was open in that stage; a run that ended then was open.
    `no_reply_at` is not known of them.
    """
    if state.end is not None:
        return state.end
    stage = _stage_left(state)
    at = _moment_of(state, stage)
    return End(
        stage=stage,
        # Only `decline` meets a run, and only the one of the curator's own step.
        met=tuple(run.number for run in state.limits if run.name is LimitName.ROUTING and run.met_at == at),
        cancelled=tuple(run.number for run in state.limits if run.cancelled_at == at and not _ran_out(run)),
    )


def _stage_left(state: MessageState) -> Stage:  # noqa: PLR0911  one for each way to end
    numbers = {name: _last_number(state, name) for name in LimitName}
    if numbers[LimitName.ROUTING] > numbers[LimitName.RETURN]:
        return Stage.ROUTING  # nobody has received it since
    draft = state.draft
    if draft is None:
        return Stage.PREPARATION
    match draft.status:
        case DraftStatus.SUBMITTED:
            return Stage.APPROVAL
        case DraftStatus.APPROVED:
            return Stage.PUBLICATION
        case DraftStatus.REWORK:
            return Stage.REWORK
        case DraftStatus.WITHDRAWN:
            return draft.stage_before
        case DraftStatus.PUBLISHED if draft.kind is DraftKind.CLARIFICATION:
            return Stage.PREPARATION if _was_resumed(state) else Stage.AWAITING_AUTHOR
        case _:
            return Stage.AWAITING_FINAL


def _was_resumed(state: MessageState) -> bool:
    """Whether a draft was owed again after the clarification request: the author had replied."""
    published = state.drafts[-1].published_at
    return published is not None and any(
        run.name is LimitName.DRAFT and run.started_at >= published for run in state.limits
    )


def _moment_of(state: MessageState, stage: Stage) -> datetime:
    """When the message ended; the moment of its last command, where no run tells."""
    steps = [run for run in state.limits if run.name in _STEP.get(stage, ())]
    ended = [moment for run in steps[-1:] for moment in (run.cancelled_at, run.met_at) if moment is not None]
    return ended[0] if ended else state.last_moment


def _last_number(state: MessageState, name: LimitName) -> int:
    return max((run.number for run in state.limits if run.name is name), default=0)


def _ran_out(run: LimitRun) -> bool:
    """A window of clause 8 that passed unused is cancelled at its own due moment."""
    return run.name is LimitName.RETURN and run.cancelled_at == run.due_at
