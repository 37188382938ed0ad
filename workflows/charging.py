"""Charging of a breach (cl. 20): whose own limit was over lost the time, and never a step that is in time.

The message works that out by its own runs alone; who the persons were the record of the step finds out.
"""

from datetime import datetime, timedelta

from calendar_rules.regulation import HolderRole, LimitName
from workflows import notice_routing
from workflows.notice_facts import Charge
from workflows.state import LimitRun, MessageState
from workflows.working_time import WorkingTime


def charges(
    state: MessageState, working_time: WorkingTime, run: LimitRun, by: str | None = None
) -> tuple[Charge, ...]:
    """Whose the breach of a run is, the one most over first: of a step's own limit its holder's, of `answer` whoever
    lost the time; empty where that is nobody.

    `by` is who has done the duty late, where that is known already.
    """
    if run.name is not LimitName.ANSWER:
        late = timedelta(0) if run.met_at is None else over(working_time, run, run.due_at, run.met_at)
        return (_of_its_holder(state, run, late, by),)
    found = [
        charge.model_copy(update={"over": over(working_time, step, max(step.due_at, run.started_at), until)})
        for step in state.limits
        if step.name is not LimitName.ANSWER and step.breached_at is not None
        for charge in step.charges
        if (until := min(step.met_at or step.cancelled_at or run.due_at, run.due_at)) > step.due_at
    ]
    found += [
        Charge(
            role=HolderRole.CURATOR,
            person=end.person,
            limit=LimitName.ANSWER,
            over=working_time[None].between(run.due_at, end.end),
            at=end.start,
        )
        # It came due while the message was closed: what it was over by when it was opened again.
        for end in state.mistaken_ends
        if end.start <= run.due_at < end.end
    ]
    return tuple(sorted((charge for charge in found if charge.over), key=lambda charge: -charge.over))


def over(working_time: WorkingTime, run: LimitRun, since: datetime, until: datetime) -> timedelta:
    """The working time of the holder from `since` to `until`, less what nobody could work."""
    calendar = working_time[run.holder.body]
    stood = (calendar.between(max(pause.start, since), min(pause.end, until)) for pause in run.stood)
    return calendar.between(since, until) - sum(stood, timedelta(0))


def _of_its_holder(state: MessageState, run: LimitRun, late: timedelta, by: str | None) -> Charge:
    return Charge(
        role=run.holder.role,
        body=run.holder.body,
        person=notice_routing.at_work(state, run, by),
        limit=run.name,
        over=late,
        at=run.due_at,
    )
