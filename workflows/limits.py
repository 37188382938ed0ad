"""The limits of a message: one class starts, warns, meets, breaches, moves and explains all nine.

It changes the state and the journal only; timers follow the state (see `timers`), so a step that is refused
can be undone whole.
"""

from datetime import datetime

from calendar_rules import CalendarRangeError, Step, WorkCalendar
from calendar_rules.regulation import HolderRole, LimitName, Regulation
from calendar_rules.terms import Term, Unit
from workflows import notice_routing
from workflows.journal import Journal
from workflows.notice_facts import Breach, Escalation, Warned, WithdrawnBreach
from workflows.state import Addressee, Holder, LimitRun, MessageState
from workflows.vocabulary import Fact
from workflows.working_time import WorkingTime


class MessageLimits:
    """Every run of every limit of one message."""

    def __init__(
        self, state: MessageState, regulation: Regulation, working_time: WorkingTime, journal: Journal
    ) -> None:
        self.state = state
        self._regulation = regulation
        self._working_time = working_time
        self._journal = journal

    # ---- starting

    def open(
        self,
        name: LimitName,
        holder: Holder,
        start: datetime,
        *,
        term: Term | None = None,
        opened: datetime | None = None,
    ) -> LimitRun:
        """Start a run at `start`; `opened` is when the start became known, for a late registration.

        A run that begins past its due moment is inherited: it blames nobody (CLAUSES, the limits).
        Raises CalendarRangeError where it would be due past the loaded production calendar.
        """
        spec = self._regulation.limits[name]
        run = LimitRun(
            number=len(self.state.limits) + 1,
            name=name,
            clause=spec.clause,
            holder=holder,
            calendar=None if name is LimitName.ANSWER else holder.body,
            term=term or spec.term,
            started_at=start,
            due_at=start,
        )
        run.due_at, run.explanation = self._compute(run)
        run.warn_at = self._warn_at(run)
        self.state.limits = (*self.state.limits, run)
        self._journal.touch(run)
        if run.due_at <= (opened or start):
            self._inherit(run, opened or start)
        return run

    def open_draft(self, body: str, start: datetime) -> None:
        """Start `draft` (cl. 10), counted back from the open `answer`; without one there is nothing to count from."""
        holder = Holder(role=HolderRole.EXECUTOR, body=body)
        if self._regulation.limits.draft.counted == "from_receipt":
            self.open(LimitName.DRAFT, holder, start)
        elif answer := self.state.open_limit(LimitName.ANSWER):
            self.open(LimitName.DRAFT, holder, start, term=self._draft_lead(answer))

    def _draft_lead(self, answer: LimitRun) -> Term:
        spec = self._regulation.limits.draft
        return Term(amount=self._regulation.draft_lead(answer.term.amount), unit=spec.unit)

    def _inherit(self, run: LimitRun, at: datetime) -> None:
        run.inherited, run.breached_at, run.warn_at = True, at, None
        row = self._journal.enter(Fact.INHERITED, at, limit=run.name, due_at=run.due_at.isoformat())
        to = Addressee(audience=self._regulation.readings.notices.inherited_to)
        facts = Escalation(
            limit=run.name,
            clause=run.clause,
            due_at=run.due_at,
            inherited=True,
            holder=run.holder.role,
            body=run.holder.body,
        )
        self._journal.notify(row, facts, at, to)

    # ---- computing and explaining

    def _counts_back(self, run: LimitRun) -> bool:
        return run.name is LimitName.DRAFT and self._regulation.limits.draft.counted == "before_answer"

    def _compute(self, run: LimitRun) -> tuple[datetime, tuple[Step, ...]]:
        calendar = self._working_time[run.calendar]
        if self._counts_back(run):
            answer = self.state.open_limit(LimitName.ANSWER)
            if answer is None:
                return run.due_at, run.explanation
            due = run.term.before(calendar, answer.due_at)
            return due, run.term.explain_before(calendar, due, answer.due_at)
        counting = self._regulation.readings.counting
        due = run.term.due(calendar, run.started_at, counting)
        return due, run.term.explain(calendar, run.started_at, due, counting)

    def _warn_at(self, run: LimitRun) -> datetime | None:
        """30 minutes before, and never more than half of the limit; nobody is warned of a window's end."""
        if not self._regulation.limits[run.name].warns:
            return None
        warning = self._regulation.readings.warning
        calendar = self._working_time[run.calendar]
        if run.term.unit is Unit.CLOCK_HOURS:
            return run.due_at - min(warning.before, (run.due_at - run.started_at) * warning.at_most_share)
        whole = calendar.between(run.started_at, run.due_at)
        return calendar.subtract(run.due_at, min(warning.before, whole * warning.at_most_share))

    def calendar_of(self, body: str | None) -> WorkCalendar:
        return self._working_time[body]

    # ---- the end of a run

    def meet(self, name: LimitName, at: datetime) -> LimitRun | None:
        """The duty of the open run of `name` was done at `at`, in time or late; returns the run."""
        run = self.state.open_limit(name)
        if run is not None:
            run.met_at = at
            self._journal.touch(run)
            self._disprove(run, at)
        return run

    def cancel(self, at: datetime, *names: LimitName) -> None:
        """The duties fell away at `at`: open runs of `names`, or all of them."""
        for run in self.state.open_limits():
            if not names or run.name in names:
                run.cancelled_at = at
                self._journal.touch(run)
                self._disprove(run, at)

    def reopen(self, run: LimitRun, at: datetime) -> None:
        """The duty is owed again, due unchanged; past it, the run is breached at its due moment."""
        run.met_at = None
        self._journal.touch(run)
        if run.breached_at is None and run.due_at < at:
            self.expire(run)

    def use_window(self, body: str, at: datetime) -> None:
        """A return in the window of clause 8, or after it: accepted, and late on that same run."""
        run = next(
            (
                run
                for run in reversed(self.state.limits)
                if run.name is LimitName.RETURN and run.holder.body == body
            ),
            None,
        )
        if run is None:
            return
        run.met_at, run.cancelled_at = at, None
        self._journal.touch(run)
        if at > run.due_at and run.breached_at is None:
            self._breach(run)

    # ---- warning and breach

    def warn(self, run: LimitRun, at: datetime) -> None:
        run.warned = True
        self._journal.touch(run)
        row = self._journal.enter(Fact.WARNING, at, limit=run.name, due_at=run.due_at.isoformat())
        to = notice_routing.warning_audience(self.state, run)
        self._journal.notify(row, Warned(limit=run.name, clause=run.clause, due_at=run.due_at), at, *to)

    def expire(self, run: LimitRun) -> None:
        """The due moment passed with the duty not done: dated by the moment of the limit."""
        if run.name is LimitName.RETURN:
            run.cancelled_at = run.due_at
            self._journal.touch(run)
            self._journal.enter(Fact.WINDOW_ENDED, run.due_at, limit=run.name, body=run.holder.body)
        else:
            self._breach(run)

    def expire_before(self, moment: datetime) -> None:
        """Everything due before `moment`, in order: a command at its due moment itself is in time."""
        self._expire([run for run in self.state.open_limits() if run.due_at < moment])

    def expire_until(self, moment: datetime) -> None:
        """Everything due at `moment` or before, in order: its timer is served."""
        self._expire([run for run in self.state.open_limits() if run.due_at <= moment])

    def _expire(self, runs: list[LimitRun]) -> None:
        for run in sorted((run for run in runs if run.breached_at is None), key=lambda run: run.due_at):
            self.expire(run)

    def _breach(self, run: LimitRun) -> None:
        run.breached_at = run.due_at
        self._journal.touch(run)
        facts = self._facts_of_breach(run)
        data = facts.model_dump(mode="json", exclude={"kind", "clause", "met_at"})
        row = run.told = self._journal.enter(Fact.BREACH, run.due_at, **data)
        notified, above = self._chain(run)
        run.told_to = (*notified, *above)
        self._journal.notify(row, facts, run.due_at, *notified)
        escalation = Escalation.model_validate(facts.model_dump(exclude={"kind"}))
        self._journal.notify(row, escalation, run.due_at, *above)

    def _facts_of_breach(self, run: LimitRun) -> Breach:
        facts = Breach(
            limit=run.name,
            clause=run.clause,
            due_at=run.due_at,
            met_at=run.met_at,
            holder=run.holder.role,
            body=run.holder.body,
        )
        if run.name is not LimitName.ANSWER:
            return facts
        step, owner = notice_routing.open_step(self.state)
        return facts.model_copy(update={"step": step, "step_holder": owner.role, "step_body": owner.body})

    def _chain(self, run: LimitRun) -> tuple[tuple[Addressee, ...], tuple[Addressee, ...]]:
        """Who is notified of the breach of the run, and to whom it is escalated, as things stand."""
        return (
            notice_routing.breach_audience(self.state, run, self._regulation),
            notice_routing.escalation_audience(self.state, run, self._regulation),
        )

    def notify_again(self, at: datetime) -> None:
        """After a command taken at `at`: the breach of `answer` names the step at its due moment, not at its serving.

        A command taken before the due moment, come after the timer was served, may have changed that step.
        """
        run = self.state.open_limit(LimitName.ANSWER)
        if run is None or run.told is None or at > run.due_at:
            return
        notified, above = self._chain(run)
        if (*notified, *above) != run.told_to:
            self._withdraw_breach(run, at)
            self._breach(run)

    def _disprove(self, run: LimitRun, at: datetime) -> None:
        """A command taken in time, come after the timer was served, withdraws the breach."""
        if run.breached_at is not None and not run.inherited and at <= run.due_at:
            self._withdraw_breach(run, at)

    def _withdraw_breach(self, run: LimitRun, at: datetime) -> None:
        run.breached_at = None
        self._journal.touch(run)
        row = self._journal.enter(
            Fact.BREACH_WITHDRAWN, at, limit=run.name, due_at=run.due_at.isoformat(), breach=run.told
        )
        facts = WithdrawnBreach(limit=run.name, clause=run.clause, due_at=run.due_at)
        self._journal.notify(row, facts, at, revokes=run.told)
        run.told = None

    # ---- moving

    def hold(self, name: LimitName, holder: Holder, at: datetime, reached: datetime) -> None:
        """Pass the open run, by a command of `at`, to a holder whom the message reached at `reached`.

        Who held it at a due moment before `at` stays on record. A run that came due on the way is inherited.
        """
        run = self.state.open_limit(name)
        if run is None or run.holder == holder:
            return
        if run.breached_at is not None and not run.inherited and run.due_at < at:
            return
        run.holder = holder
        self._journal.touch(run)
        if not run.inherited and run.due_at <= reached:
            if run.breached_at is not None:
                self._withdraw_breach(run, at)
            self._inherit(run, reached)

    def move(self, run: LimitRun, at: datetime, *, term: Term | None = None) -> None:
        """Compute the due moment of an open run again at `at`: its term or its calendar changed.

        A breach that the new due moment disproves is withdrawn; one that stands keeps its own due moment. A limit
        that came due only after `at`, on the command's way, had not been missed then.
        """
        before = (run.due_at, run.term)
        if term is not None:
            run.term = term
        if self._counts_back(run) and (answer := self.state.open_limit(LimitName.ANSWER)):
            run.term = self._draft_lead(answer)
        due, explanation = self._compute(run)
        missed = run.breached_at is not None and (run.inherited or run.due_at < at)
        if missed and due <= at:
            run.term = before[1]
            return
        if due == before[0] and explanation == run.explanation:
            return
        was_inherited, run.inherited = run.inherited, False
        if was_inherited:
            run.breached_at = None
        run.due_at, run.explanation = due, explanation
        run.warn_at = self._warn_at(run)
        run.warned = run.warned and run.warn_at is not None and run.warn_at <= at
        self._journal.touch(run)
        if due == before[0]:
            return
        self._journal.enter(
            Fact.LIMIT_MOVED,
            at,
            limit=run.name,
            due_before=before[0].isoformat(),
            due_at=due.isoformat(),
        )
        if run.breached_at is not None:
            self._withdraw_breach(run, at)
        if due <= at:
            self._inherit(run, at)

    def recompute(self, at: datetime) -> None:
        """Every open limit by the calendars as they are now, `answer` first, since `draft` counts from it."""
        runs = list(self.state.open_limits())
        for run in sorted(runs, key=lambda run: run.name is not LimitName.ANSWER):
            self.move(run, at)

    # ---- forecasts

    def forecast_rework(self, body: str, at: datetime) -> datetime | None:
        """When the answer would be published after this rework at the limits (cl. 12); None past the calendar."""
        limits, counting = self._regulation.limits, self._regulation.readings.counting
        steps = ((limits.rework, body), (limits.approval, None), (limits.publication, body))
        moment = at
        try:
            for limit, holder in steps:
                moment = limit.term.due(self._working_time[holder], moment, counting)
        except CalendarRangeError:
            return None
        return moment

    def forecast_sequence(self, at: datetime) -> datetime | None:
        """When the earlier bodies of a joint answer would be done at the limits (cl. 15)."""
        term, counting = self._regulation.limits.contribution.term, self._regulation.readings.counting
        moment = at
        try:
            for body in self.state.sequence[:-1]:
                moment = term.due(self._working_time[body], moment, counting)
        except CalendarRangeError:
            return None
        return moment

    def draft_due(self) -> datetime | None:
        """By when the last body's draft must come, before `draft` itself runs (cl. 10)."""
        answer = self.state.open_limit(LimitName.ANSWER)
        calendar = self._working_time[self.state.sequence[-1]]
        if self._regulation.limits.draft.counted == "from_receipt" or answer is None:
            return None
        return self._draft_lead(answer).before(calendar, answer.due_at)
