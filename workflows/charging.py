"""Charging of a breach (cl. 20): whose own limit was over lost the time, and never a step that is in time.

The message works that out by its own runs alone; who the persons were the record of the step finds out.
"""

from datetime import datetime, timedelta

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.work_calendar import WorkCalendar
from workflows import notice_routing
from workflows.notice_facts import Charge
from workflows.state import Held, LimitRun, MessageState
from workflows.working_time import WorkingTime

_Whose = tuple[HolderRole, str | None, str | None]


def charges(
    state: MessageState, working_time: WorkingTime, run: LimitRun, by: str | None = None
) -> tuple[Charge, ...]:
    """Whose the breach of a run is, the one most over first: of a step's own limit its holder's, of `answer` whoever
    lost the time; empty where that is nobody.

    `by` is who has done the duty late, where that is known already.
    """
    if run.name is not LimitName.ANSWER:
        late = timedelta(0) if run.met_at is None else over(working_time, run, run.due_at, run.met_at)
        return (_of_its_holder(state, working_time, run, late, by),)
    found = _of_steps(state, working_time, run)
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


def _of_steps(state: MessageState, working_time: WorkingTime, answer: LimitRun) -> list[Charge]:
    """Whose own limits were over before the answer was due, each once: an hour is nobody's twice."""
    late = (run for run in state.limits if run.name is not LimitName.ANSWER and run.breached_at is not None)
    found: dict[_Whose, Charge] = {}
    counted: dict[_Whose, datetime] = {}
    for run in sorted(late, key=lambda run: run.due_at):
        until = min(run.met_at or run.cancelled_at or answer.due_at, answer.due_at)
        for charge in run.charges:
            whose = charge.role, charge.body, charge.person
            since = max(run.due_at, answer.started_at, counted.get(whose, run.due_at))
            if since >= until:
                continue
            lost, counted[whose] = over(working_time, run, since, until), until
            before = found.get(whose)
            longer = charge if before is None or lost > before.over else before
            both = lost if before is None else lost + before.over
            found[whose] = longer.model_copy(update={"over": both})
    return list(found.values())


def over(working_time: WorkingTime, run: LimitRun, since: datetime, until: datetime) -> timedelta:
    """The working time of the holder from `since` to `until`, less what nobody could work."""
    return worked(working_time[run.holder.body], run, since, until)


def worked(calendar: WorkCalendar, run: LimitRun, since: datetime, until: datetime) -> timedelta:
    """The working time of a calendar from `since` to `until`, less what nobody could work on the run."""
    stood = (calendar.between(max(pause.start, since), min(pause.end, until)) for pause in run.stood)
    return calendar.between(since, until) - sum(stood, timedelta(0))


def _of_its_holder(
    state: MessageState, working_time: WorkingTime, run: LimitRun, late: timedelta, by: str | None
) -> Charge:
    person, at = _longest(state, working_time[run.holder.body], run)
    return Charge(
        role=run.holder.role,
        body=run.holder.body,
        person=person or notice_routing.acted_for(state, run, by),
        limit=run.name,
        over=late,
        at=at,
    )


def _longest(state: MessageState, calendar: WorkCalendar, run: LimitRun) -> tuple[str | None, datetime]:
    """Who had the work for the longest part of a run up to its due moment, and the middle of that part: whoever was
    away for more than half of it was away then. None: nobody in particular."""
    since, last = run.started_at, Held(person=notice_routing.named(state, run.holder), until=run.due_at)
    found: dict[str | None, list[tuple[timedelta, datetime]]] = {}
    for held in (*run.held, last):
        until = min(held.until, run.due_at)
        found.setdefault(held.person, []).append((calendar.between(since, until), since))
        since = max(since, until)
    person = max(found, key=lambda person: sum((worked for worked, _ in found[person]), timedelta(0)))
    worked, start = max(found[person])
    return person, calendar.add(start, worked / 2) if worked else run.due_at
