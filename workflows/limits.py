"""The limits of a message: one class starts, warns, meets, breaches, moves and explains all nine, and so is long.

It changes the state and the journal only; timers follow the state (see `timers`), so a step that is refused
can be undone whole.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from calendar_rules import due_moments
from calendar_rules.due_moments import AnswerDue, DueMoment, Stood, due_moment
from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.terms import Term
from workflows import charging, notice_routing
from workflows.journal import Journal
from workflows.notice_facts import Breach, Charge, Escalation, Warned, WithdrawnBreach
from workflows.state import Addressee, Counted, Held, Holder, LimitRun, MessageState, executor
from workflows.vocabulary import Fact
from workflows.working_time import WorkingTime

_ELSEWHERE = "сообщение находилось у другого исполнителя"


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
        after: LimitRun | None = None,
    ) -> LimitRun:
        """Start a run at `start`; `opened` is when the start became known, for a late registration.

        A run that begins past its due moment, or with less than a fair time in hand, is inherited: it blames nobody
        (docs/prove/order.md, readings).
        Raises CalendarRangeError where it would be due past the loaded production calendar.
        """
        spec = self._regulation.limits[name]
        run = LimitRun(
            number=len(self.state.limits) + 1,
            name=name,
            clause=spec.clause,
            holder=holder,
            calendar=None if name is LimitName.ANSWER or self._counts_back(name) else holder.body,
            term=term or spec.term,
            started_at=start,
            due_at=start,
            waits_for=after.number if after else None,
        )
        if (due := self._due(run)) is not None:
            self._take_over(run, due)
        self.state.limits = (*self.state.limits, run)
        self._journal.touch(run)
        if run.due_at <= (opened or start):
            self._inherit(run, opened or start, past=True)
        else:
            run.inherited = not self._is_fair(run, opened or start, self._whole(run))
        return run

    def open_draft(self, body: str, start: datetime, *, after: LimitRun | None = None) -> None:
        """Start `draft` (cl. 10), counted back from the open `answer`; without one there is nothing to count from.

        It is not due before `after`, the `contribution` of the same body (cl. 15).
        """
        if self._counts_back(LimitName.DRAFT) and self.state.open_limit(LimitName.ANSWER) is None:
            return
        self.open(LimitName.DRAFT, executor(body), start, after=after)

    def _whole(self, run: LimitRun) -> timedelta:
        """The working time that the act leaves the step of a run, where every step before it ends at its own due.

        What is counted on from its own start has all of its term; a draft counted back from `answer` what `routing`
        leaves of that, where both run from the same event.
        """
        since, answer = run.started_at, self.state.open_limit(LimitName.ANSWER)
        if self._counts_back(run.name) and run.waits_for is None and answer is not None:
            steps = (one for one in self.state.limits if one.name is LimitName.ROUTING)
            before = next((step.due_at for step in steps if step.started_at == answer.started_at), None)
            since = before or answer.started_at
        return charging.worked(self._working_time[run.calendar], run, since, run.due_at)

    def _is_fair(self, run: LimitRun, since: datetime, whole: timedelta) -> bool:
        """Whether its holder has from `since` the share of the whole that readings call fair; of `answer` the steps
        are asked for theirs alone."""
        if run.name is LimitName.ANSWER:
            return True
        left = charging.worked(self._working_time[run.holder.body], run, since, run.due_at)
        return left >= whole * self._regulation.readings.fair.share

    def _inherit(self, run: LimitRun, at: datetime, *, past: bool) -> None:
        """At `at` it has passed and is nobody's: `past` before it began, else with too little time in hand."""
        run.inherited, run.breached_at, run.warn_at = True, at, None
        row = run.told = self._journal.enter(
            Fact.INHERITED,
            at,
            limit=run.name,
            due_at=run.due_at.isoformat(),
            holder=run.holder.role,
            body=run.holder.body,
            past=past,
        )
        to = Addressee(audience=self._regulation.readings.notices.inherited_to)
        facts = Escalation(
            limit=run.name,
            clause=run.clause,
            due_at=run.due_at,
            inherited=True,
            past=past,
            holder=run.holder.role,
            body=run.holder.body,
        )
        self._journal.notify(row, facts, at, to)

    # ---- computing and explaining

    def _counts_back(self, name: LimitName) -> bool:
        return due_moments.counts_back(self._regulation, name)

    def _due(self, run: LimitRun) -> DueMoment | None:
        """When the run is due by its term and the calendars as they are; None where it has nothing to count from."""
        answer = None
        contribution = self.state.limits[run.waits_for - 1] if run.waits_for else None
        if self._counts_back(run.name):
            open_answer = self.state.open_limit(LimitName.ANSWER)
            if open_answer is None:
                return None
            answer = AnswerDue(open_answer.term.amount, open_answer.due_at, self.state.detected_at)
        return due_moment(
            self._regulation,
            self._working_time[run.calendar],
            run.name,
            run.started_at,
            term=run.term,
            answer=answer,
            contribution_due=contribution.due_at if contribution else None,
            stood=run.stood,
        )

    def answer_term(self) -> Term:
        """The term of `answer` in force (cl. 7, 9)."""
        return self._regulation.answer_term(self.state.importance, self.state.reduced_term)

    def draft_due(self) -> datetime | None:
        """By when the last body's draft must come, before `draft` itself runs (cl. 10)."""
        answer = self.state.open_limit(LimitName.ANSWER)
        calendar = self._working_time[None]
        if answer is None or not self._counts_back(LimitName.DRAFT):
            return None
        return due_moments.draft_term(self._regulation, answer.term.amount).before(calendar, answer.due_at)

    def answer_due(self, run: LimitRun, term: Term) -> datetime:
        """When the open `answer` would be due under another term."""
        calendar = self._working_time[run.calendar]
        return due_moment(self._regulation, calendar, LimitName.ANSWER, run.started_at, term=term).due_at

    def _take_over(self, run: LimitRun, due: DueMoment) -> None:
        run.term, run.due_at, run.warn_at = due.term, due.due_at, due.warn_at
        run.provisional, run.counted = due.provisional, self._counted(run, due)

    def _counted(self, run: LimitRun, due: DueMoment) -> Counted:
        """What the due moment has been counted from, the calendars being as they are."""
        calendar = self._working_time.named(run.calendar)
        return Counted(calendar=calendar, back_from=due.back_from, pauses=len(run.stood))

    # ---- the end of a run

    def meet(self, name: LimitName, at: datetime) -> LimitRun | None:
        """The duty of the open run of `name` was done at `at`, in time or late; returns the run."""
        run = self.state.open_limit(name)
        if run is not None:
            run.met_at = at
            self._end(run, at)
        return run

    def cancel(self, at: datetime, *names: LimitName) -> None:
        """The duties fell away at `at`: open runs of `names`, or all of them."""
        self.cancel_runs(at, [run for run in self.state.open_limits() if not names or run.name in names])

    def cancel_runs(self, at: datetime, runs: Iterable[LimitRun]) -> None:
        """The duties of these open runs fell away at `at`."""
        for run in runs:
            run.cancelled_at = at
            self._end(run, at)

    def _end(self, run: LimitRun, at: datetime) -> None:
        self._journal.touch(run)
        self._disprove(run, at)
        if run.breached_at is not None and run.name is not LimitName.ANSWER:
            run.charges = tuple(
                charge.model_copy(update={"over": charging.over(self._working_time, run, run.due_at, at)})
                for charge in run.charges
            )

    def reopen(self, run: LimitRun, at: datetime) -> None:
        """The duty is owed again, due unchanged; past it, the run is breached at its due moment."""
        run.met_at = run.cancelled_at = None
        self._journal.touch(run)
        if run.breached_at is None and run.due_at < at:
            self.expire(run)

    def go_on(self, run: LimitRun, at: datetime, stood: Stood) -> None:
        """The duty is owed again after nobody could work on it for a time, which counts against nobody.

        It is due later by the working time of that; `answer` keeps its due moment, and so does what was breached.
        """
        run.met_at = run.cancelled_at = run.away_since = None
        self._journal.touch(run)
        if run.name is LimitName.ANSWER:
            self.reopen(run, at)
            return
        run.stood = (*run.stood, stood)
        if run.breached_at is None:
            self.move(run, at)

    def use_window(self, body: str, at: datetime, person: str | None) -> None:
        """A return in the window of clause 8, or after it: accepted, and late on that same run."""
        run = next(reversed(self._windows(body)), None)
        if run is None:
            return
        run.met_at, run.cancelled_at = at, None
        self._journal.touch(run)
        if at < run.due_at:
            run.away_since = at
        elif at > run.due_at and run.breached_at is None:
            self._breach(run, by=person)

    def end_window(self, body: str, at: datetime) -> None:
        """Clause 8: the body has begun to answer, and its hour passes unused."""
        self.cancel_runs(at, [run for run in self._windows(body) if run.is_open])

    def take_away(self, at: datetime, windows: Iterable[LimitRun]) -> None:
        """The message leaves these bodies, whose hour of clause 8 stands still while it is elsewhere."""
        runs = list(windows)
        self.cancel_runs(at, runs)
        for run in runs:
            run.away_since = at

    def accept_returns(self, bodies: Iterable[str], at: datetime) -> None:
        """Clause 8: a message that goes to others was not theirs who returned it: late, they are charged with that
        alone, and a late answer with what is left."""
        theirs: Collection[str | None] = set(bodies)
        windows = [
            run for run in self.state.limits if run.name is LimitName.RETURN and run.met_at is not None
        ]
        owed = [
            run
            for run in self.state.limits
            for window in windows
            if (run.holder, run.cancelled_at) == (window.holder, window.met_at)
            and run.holder.body not in theirs
            if run.breached_at is not None and not run.inherited
        ]
        for run in owed:
            self._withdraw_breach(run, at, returned=True)
        answer = self.state.open_limit(LimitName.ANSWER)
        if owed and answer is not None and answer.is_overdue and not answer.inherited:
            self._withdraw_breach(answer, at, returned=True)
            self._breach(answer)

    def give_back(self, body: str, at: datetime) -> bool:
        """Clause 8: the hour of a body that has had the message before goes on, and does not start again.

        Returns whether the body has had one.
        """
        windows = self._windows(body)
        for run in windows:
            if run.away_since is not None:
                since = Stood(start=run.away_since, end=at, reason=_ELSEWHERE)
                self.go_on(run, at, since)
        return bool(windows)

    def windows_at(self, at: datetime) -> list[LimitRun]:
        """The hours of clause 8 that ran at `at`, those included that have ended since, on a command's way."""
        runs = [run for run in self.state.open_limits() if run.name is LimitName.RETURN]
        return [*runs, *self.lapsed_after(at)]

    def _windows(self, body: str) -> list[LimitRun]:
        return [run for run in self.state.limits if run.name is LimitName.RETURN and run.holder.body == body]

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

    def due_before(self, moment: datetime) -> list[LimitRun]:
        """What has to expire before a command of `moment`, in order: at its due moment itself it is in time."""
        return self._in_order(run for run in self.state.open_limits() if run.due_at < moment)

    def due_until(self, moment: datetime) -> list[LimitRun]:
        """What has to expire by `moment`, that moment included, in order: its timer is served."""
        return self._in_order(run for run in self.state.open_limits() if run.due_at <= moment)

    @staticmethod
    def _in_order(runs: Iterable[LimitRun]) -> list[LimitRun]:
        return sorted((run for run in runs if run.breached_at is None), key=lambda run: run.due_at)

    def _breach(self, run: LimitRun, *, by: str | None = None) -> None:
        """`by` is who has done the duty late, where that is known already."""
        if run.inherited:
            self._inherit(run, run.due_at, past=False)
            return
        run.breached_at = run.due_at
        run.charges = self._charges(run, by)
        if run.name is LimitName.ANSWER and run.charges:
            run.holder = Holder(role=run.charges[0].role, body=run.charges[0].body)
        self._journal.touch(run)
        facts = Breach(
            limit=run.name,
            clause=run.clause,
            due_at=run.due_at,
            met_at=run.met_at,
            holder=run.holder.role,
            body=run.holder.body,
            charged=run.charges,
        )
        if run.name is LimitName.ANSWER and not run.charges:
            facts = facts.model_copy(update=self._why_nobodys())
        data = facts.model_dump(mode="json", exclude={"kind", "clause", "met_at"})
        data["assignee"] = notice_routing.assignee_of(self.state, run.holder.body)
        row = run.told = self._journal.enter(Fact.BREACH, run.due_at, **data)
        notified, above = self._chain(run)
        run.told_to = (*notified, *above)
        self._journal.notify(row, facts, run.due_at, *notified)
        escalation = Escalation.model_validate(facts.model_dump(exclude={"kind"}))
        self._journal.notify(row, escalation, run.due_at, *above)

    def _why_nobodys(self) -> dict[str, object]:
        """What made the answer late, where no step was: rounds of rework, and steps with too little time."""
        runs = self.state.limits
        short = dict.fromkeys(run.name for run in runs if run.inherited and run.name is not LimitName.ANSWER)
        return {"rounds": sum(run.name is LimitName.REWORK for run in runs), "short": tuple(short)}

    def _charges(self, run: LimitRun, by: str | None = None) -> tuple[Charge, ...]:
        return charging.charges(self.state, self._working_time, run, by)

    def _chain(self, run: LimitRun) -> tuple[tuple[Addressee, ...], tuple[Addressee, ...]]:
        """Who is notified of the breach of the run, and to whom it is escalated, as things stand."""
        return (
            notice_routing.breach_audience(self.state, run, self._regulation),
            notice_routing.escalation_audience(self.state, run, self._regulation),
        )

    def notify_again(self, at: datetime) -> None:
        """After a command taken at `at`: a breach names who was at work at its due moment, not at its serving.

        A command taken before the due moment, come after the timer was served, may have changed the step, the
        curator or the assignee.
        """
        for run in list(self.state.open_limits()):
            if run.told is None or run.inherited or at > run.due_at:
                continue
            notified, above = self._chain(run)
            if (*notified, *above) != run.told_to or self._charges(run) != run.charges:
                self._withdraw_breach(run, at)
                self._breach(run)

    def _disprove(self, run: LimitRun, at: datetime) -> None:
        """A command taken in time, come after the timer was served, withdraws the breach."""
        served = run.breached_at is not None and (not run.inherited or run.breached_at == run.due_at)
        if served and at <= run.due_at:
            self._withdraw_breach(run, at)

    def _withdraw_breach(self, run: LimitRun, at: datetime, *, returned: bool = False) -> None:
        run.breached_at, run.charges = None, ()
        if run.name is LimitName.ANSWER:
            run.holder = self.state.answer_holder
        self._journal.touch(run)
        row = self._journal.enter(
            Fact.BREACH_WITHDRAWN, at, limit=run.name, due_at=run.due_at.isoformat(), breach=run.told
        )
        facts = WithdrawnBreach(limit=run.name, clause=run.clause, due_at=run.due_at, returned=returned)
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
            self._inherit(run, reached, past=True)

    def change_hands(self, holder: Holder, at: datetime) -> None:
        """Clause 20: from `at` somebody else of the same holder has the work of the open runs."""
        person = notice_routing.named(self.state, holder)
        for run in self.state.open_limits():
            if run.holder == holder and run.name is not LimitName.ANSWER:
                run.held = (*run.held, Held(person=person, until=at))
                self._journal.touch(run)

    def pass_on(self, body: str, successor: str, at: datetime) -> None:
        """What a body owes passes to its successor by a command of `at`, due unchanged; what was missed does not."""
        for run in self.state.open_limits():
            missed = run.breached_at is not None and not run.inherited and run.due_at < at
            if run.holder.body == body and not missed:
                self.pass_to(run, successor, at)

    def pass_to(self, run: LimitRun, body: str, at: datetime) -> None:
        """Have another body owe from `at` what the run asks for: with less than a fair time in hand it is inherited.

        By its calendar it is counted where it is counted again.
        """
        whole = charging.worked(self._working_time[run.holder.body], run, run.started_at, run.due_at)
        if run.calendar == run.holder.body:
            run.calendar = body
        run.holder = Holder(role=run.holder.role, body=body)
        run.inherited = run.inherited or not self._is_fair(run, at, whole)
        self._journal.touch(run)

    def move(self, run: LimitRun, at: datetime, *, term: Term | None = None) -> None:
        """Compute the due moment of an open run again at `at`: its term or its calendar changed.

        A breach that the new due moment disproves is withdrawn; one that stands keeps its own due moment. A limit
        that came due only after `at`, on the command's way, had not been missed then.
        """
        before = run.due_at
        due = self._due(run if term is None else run.model_copy(update={"term": term}))
        missed = run.breached_at is not None and (run.inherited or before < at)
        if due is None or (missed and due.due_at <= at):
            return
        if (due.due_at, due.term, self._counted(run, due)) == (before, run.term, run.counted):
            return
        if run.inherited:
            run.breached_at = run.told = None
        warned_at = run.warn_at
        self._take_over(run, due)
        began = max(run.started_at, self.state.registered_at)
        is_fair = self._is_fair(run, began, self._whole(run))
        # Whoever took it over has no more of it than before.
        run.inherited = not is_fair or (run.inherited and due.due_at <= before)
        if run.warn_at != warned_at:
            run.warned = run.warned and run.warn_at is not None and run.warn_at <= at
        self._journal.touch(run)
        if due.due_at == before:
            return
        self._journal.enter(
            Fact.LIMIT_MOVED,
            at,
            limit=run.name,
            due_before=before.isoformat(),
            due_at=due.due_at.isoformat(),
            by=self._journal.last_command,
        )
        if run.breached_at is not None:
            self._withdraw_breach(run, at)
        if due.due_at <= at:
            self._inherit(run, at, past=True)

    def recompute(self, at: datetime) -> None:
        """Every open limit by the calendars as they are now, `draft` last, since it counts from others."""
        for run in sorted(self.state.open_limits(), key=lambda run: run.name is LimitName.DRAFT):
            self.move(run, at)

    def lapsed_after(self, at: datetime) -> list[LimitRun]:
        """Windows that ended by themselves while a command taken at `at` was on its way."""
        return [
            run
            for run in self.state.limits
            if run.name is LimitName.RETURN and run.cancelled_at == run.due_at and run.due_at > at
        ]

    def move_lapsed(self, run: LimitRun, at: datetime) -> None:
        """Clause 8: a window that new hours would have moved, had they come at once, is open until then."""
        due = self._due(run)
        if due is not None and due.due_at != run.due_at:
            run.cancelled_at = None
            self.move(run, at)
