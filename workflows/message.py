"""The road of a message by order 238, as code: each command of the order is one method, named with its clause.

What puts a message right beside its road is in `amending`, who else goes on with it in `passing_on`; what keeps it
running (the mailbox, the drain of records, continuing as new) in `process`. It is long because the order is: whoever
has it in hand follows it here from top to bottom. Limits, timers and the journal are behind their names.
"""

from datetime import datetime, timedelta

from pydantic import JsonValue, TypeAdapter

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, DraftStatus, Outcome, Stage
from workflows import commands, forecasts, notice_facts, notice_routing, wording
from workflows.amending import Amendments
from workflows.case import Case, CommandMoment, Refusal
from workflows.passing_on import PassingOn
from workflows.promise_steps import Promises
from workflows.stages import DRAFTS_OF, LEADS_TO, MET_BY_BODIES, ONCE_PUBLISHED
from workflows.state import (
    CURATOR,
    Addressee,
    Contribution,
    Draft,
    End,
    Holder,
    LimitRun,
    MessageInput,
    executor,
)
from workflows.turns import Turns
from workflows.vocabulary import Fact

_DURATION: TypeAdapter[timedelta | None] = TypeAdapter(timedelta | None)
_REPORTED_GROUNDS = (DeclineGround.THREAT_TO_OFFICIAL, DeclineGround.HARM_TO_PERSON)


class MessageRoad:
    """The steps of one message, from its detection to its end.

    A step changes the case alone, and issues no command to Temporal. It may raise Refusal or CalendarError, and is then
    undone whole by whoever asked for it.
    """

    def __init__(self, case: Case) -> None:
        self._case, self.regulation, self.state = case, case.regulation, case.state
        self.limits, self.journal, self.enter = case.limits, case.journal, case.enter
        self._working_time = case.working_time
        self._turns = Turns(case)
        self._amendments = Amendments(case)
        self._passing_on = PassingOn(case, self._turns)
        self._promises = Promises(case)

    def perform(self, command: commands.AnyCommand, moment: CommandMoment) -> None:
        """Each command is served by the method of its name: here, or beside the road."""
        parts = (self, self._amendments, self._passing_on, self._promises)
        served_by = next(part for part in parts if hasattr(part, command.name))
        getattr(served_by, command.name)(command, moment)

    # ---- detection

    def begin(self, start: MessageInput) -> None:
        """Clauses 5, 7, 9: found by the Curator; `routing` and `answer` run from detection."""
        at = self.state.registered_at
        self.state.attachments, self.state.topic = start.attachments, start.topic
        self.state.split = (start.split_from,) if start.split_from else ()
        row = self.journal.enter(
            Fact.REGISTERED,
            at,
            person=start.registered_by,
            acting_for=start.acting_for,
            network=self.state.network,
            detected_at=self.state.detected_at.isoformat(),
            act=self.state.act,
            edition=self.state.edition,
            topic=start.topic,
            split=start.split_from,
            attachments=list(start.attachments) or None,
        )
        self._open_routing(self.state.detected_at, opened=at)
        if self.regulation.limits.answer.starts == ("detection",):
            self._open_answer(self.state.detected_at, CURATOR, opened=at)
        past = tuple(run.name for run in self.state.limits if run.breached_at is not None)
        if start.split_from and past:
            facts = notice_facts.SplitAfterBreach(split_from=start.split_from, past=past)
            to = Addressee(audience=self.regulation.readings.notices.inherited_to)
            self.journal.notify(row, facts, at, to)

    def _open_routing(self, start: datetime, *, opened: datetime | None = None) -> LimitRun:
        term = self.regulation.routing_term(repeated=self.state.repeats is not None)
        return self.limits.open(LimitName.ROUTING, CURATOR, start, term=term, opened=opened)

    def _open_answer(self, start: datetime, holder: Holder, *, opened: datetime | None = None) -> None:
        self.limits.open(LimitName.ANSWER, holder, start, term=self.limits.answer_term(), opened=opened)

    # ---- clause 7: routing

    def route(self, command: commands.Route, moment: CommandMoment) -> None:
        """Clause 7 (and 15, 16): topic, location, importance, the bodies in their order, a reduced term."""
        state, limits = self.state, self.limits
        self._check_reduced_term(command, moment)
        # A wrong route is taken back: what the body was asked for falls away.
        limits.cancel(moment.at, LimitName.CONTRIBUTION, LimitName.DRAFT)
        self._end_windows(command.bodies, moment)
        limits.meet(LimitName.ROUTING, moment.at)
        before = state.current_body
        recalled = notice_routing.executors_of(state, before)
        if before != command.bodies[0]:
            state.assignee = None
        state.titles = {**state.titles, **command.titles}
        # For whom a substitute routed it: once they are back, the message is theirs.
        state.curator = moment.acting_for or command.person
        state.topic, state.importance = command.topic, command.importance
        state.location = command.location
        state.reduced_term, state.repeats = command.reduced_term, command.repeats
        state.sequence, state.turn, state.acted_since_route = command.bodies, 0, False
        state.sendable_contribution = None
        state.stage = LEADS_TO[command.name]
        self._working_time.learn(command.schedules)
        row = self.enter(
            command,
            moment,
            bodies=list(command.bodies),
            topic=command.topic,
            importance=command.importance,
            reduced_term=_DURATION.dump_python(command.reduced_term, mode="json"),
            repeats=command.repeats,
        )
        self._restate_answer(moment)
        limits.accept_returns(command.bodies, moment.at)
        if before is not None and before != command.bodies[0]:
            self._turns.tell_of_recall(row, before, recalled, command, moment)
        self._turns.begin(row, command, moment)
        self._warn_of_long_sequence(row, moment)

    def _check_reduced_term(self, command: commands.Route, moment: CommandMoment) -> None:
        """Clause 7 shortens the term of the answer; it does not abolish clauses 9 and 10."""
        reduced, ordinary = command.reduced_term, self.regulation.limits.answer.term
        if reduced is None:
            return
        if not timedelta(0) < reduced < ordinary.amount:
            raise Refusal(f"Сокращённый срок должен быть больше нуля и короче обычного ({ordinary}).")
        answer = self.state.open_limit(LimitName.ANSWER)
        if answer is None:
            return
        term = self.regulation.answer_term(command.importance, reduced)
        due = self.limits.answer_due(answer, term)
        if due <= moment.at:
            raise Refusal(
                f"С таким сокращённым сроком ({term}) ответ должен был быть размещён {wording.moment(due)}. "
                f"Укажите больший срок или направьте без сокращения (п. {self.regulation.limits.routing.clause})."
            )

    def _end_windows(self, bodies: tuple[str, ...], moment: CommandMoment) -> None:
        """Clause 8: the hour of whoever has the message goes on; that of everybody else stands still."""
        windows = self.limits.windows_at(moment.at)
        self.limits.take_away(moment.at, [run for run in windows if run.holder.body != bodies[0]])

    def _restate_answer(self, moment: CommandMoment) -> None:
        """Clauses 7, 9: the term is stated again, and the body that drafts holds it from now on."""
        answer = self.state.open_limit(LimitName.ANSWER)
        if answer is not None:
            self.limits.move(answer, moment.at, term=self.limits.answer_term())
            # After the move, which may withdraw a breach: until then who was in breach keeps the run.
            self._pass_answer(moment)
        elif not any(run.name is LimitName.ANSWER for run in self.state.limits):
            self._open_answer(moment.reached, executor(self.state.sequence[-1]))

    def _pass_answer(self, moment: CommandMoment) -> None:
        self.limits.hold(LimitName.ANSWER, self.state.answer_holder, moment.at, moment.reached)

    def _warn_of_long_sequence(self, row: int, moment: CommandMoment) -> None:
        """Clause 15: the curator learns at once that the sequence cannot fit into `draft`."""
        due, forecast = self.limits.draft_due(), forecasts.of_earlier_bodies(self._case, moment.reached)
        if len(self.state.sequence) > 1 and due is not None and forecast is not None and forecast > due:
            self._forecast(row, moment, forecast, LimitName.DRAFT, notice_routing.curator_of(self.state))

    def _forecast(
        self, row: int, moment: CommandMoment, forecast: datetime, limit: LimitName, *to: Addressee
    ) -> None:
        self.state.forecast_at = forecast
        clause = self.regulation.limits[limit].clause
        facts = notice_facts.Forecast(limit=limit, clause=clause, forecast_at=forecast)
        self.journal.notify(row, facts, moment.at, *to)

    # ---- clause 8: return

    def return_to_curator(self, command: commands.Return, moment: CommandMoment) -> None:
        """Clause 8: not our competence; late after an hour, and accepted all the same."""
        state = self.state
        body = state.body_in_turn
        row = self.enter(command, moment, body=body, competent_body=command.competent_body)
        self.limits.use_window(body, moment.at, moment.acting_for or command.person)
        self.limits.cancel(moment.at, LimitName.CONTRIBUTION, LimitName.DRAFT)
        state.assignee = None
        state.returns += 1
        state.sendable_contribution = None
        state.stage = LEADS_TO[command.name]
        self._pass_answer(moment)
        run = self._open_routing(moment.reached)
        facts = notice_facts.Returned(body=body, competent_body=command.competent_body, due_at=run.due_at)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(state))
        notices = self.regulation.readings.notices
        if state.returns >= notices.competence_dispute_from_return:
            to = Addressee(audience=notices.competence_dispute_to)
            self.journal.notify(row, notice_facts.CompetenceDispute(returns=state.returns), moment.at, to)

    # ---- clause 15: a joint answer

    def contribute(self, command: commands.Contribute, moment: CommandMoment) -> None:
        """Clause 15: an earlier body sends its part, and the next one receives the message."""
        state = self.state
        body = state.body_in_turn
        self.limits.meet(LimitName.CONTRIBUTION, moment.at)
        self.limits.end_window(body, moment.at)
        contribution = Contribution(
            id=command.contribution,
            body=body,
            person=command.person,
            acting_for=moment.acting_for,
            text=command.text,
            at=moment.at,
            attachments=command.attachments,
        )
        if body in state.contributed:
            state.contributions = tuple(
                contribution if old.body == body else old for old in state.contributions
            )
        else:
            state.contributions = (*state.contributions, contribution)
            state.contributed = (*state.contributed, body)
        state.acted_since_route = True
        state.sendable_contribution = contribution.id
        state.assignee = None
        state.turn += 1
        row = self.enter(
            command,
            moment,
            body=body,
            contribution=command.contribution,
            attachments=list(command.attachments),
        )
        facts = notice_facts.ContributionReceived(body=body)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(state))
        self._turns.begin(row, command, moment)

    def _send_contribution_for_rework(self, command: commands.SendForRework, moment: CommandMoment) -> None:
        """Clause 15: back to the body that contributed last, while the next one has not acted."""
        state = self.state
        if command.contribution != state.sendable_contribution:
            raise Refusal(
                "На доработку возвращается только последняя информация, пока следующий орган не начал."
            )
        before = state.body_in_turn
        recalled = notice_routing.executors_of(state, before)
        self.limits.take_away(moment.at, self.limits.windows_at(moment.at))
        self.limits.cancel(moment.at, LimitName.CONTRIBUTION, LimitName.DRAFT)
        state.turn -= 1
        state.sendable_contribution = state.assignee = None
        body = state.sequence[state.turn]
        run = self.limits.open(LimitName.CONTRIBUTION, executor(body), moment.reached)
        row = self.enter(command, moment, body=body, contribution=command.contribution)
        self._notify_of_rework(row, run, moment)
        self._turns.tell_of_recall(row, before, recalled, command, moment)

    def _notify_of_rework(
        self, row: int, run: LimitRun, moment: CommandMoment, draft: Draft | None = None
    ) -> None:
        """The body learns what it is to mend; `draft` is as the command found it, None for a contribution."""
        facts = notice_facts.Rework(
            owed=run.name,
            clause=run.clause,
            due_at=run.due_at,
            draft_kind=draft.kind if draft else None,
            approval_taken_back=draft is not None and draft.status is DraftStatus.APPROVED,
        )
        self.journal.notify(row, facts, moment.at, notice_routing.executors_of(self.state, run.holder.body))

    # ---- clause 10: the draft

    def submit_draft(self, command: commands.SubmitDraft, moment: CommandMoment) -> None:
        """Clauses 10, 12, 14: a draft, an interim answer or a clarification request reaches the curator."""
        state = self.state
        body, before = state.body_in_turn, state.draft
        self._check_draft(command)
        is_answer = command.kind is DraftKind.ANSWER
        met = [
            self.limits.meet(name, moment.at)
            for name in MET_BY_BODIES[command.name]
            if is_answer or name is not LimitName.FINAL_DRAFT
        ]
        if not is_answer:
            self._owe_final_draft_again(moment)
        self.limits.end_window(body, moment.at)
        draft = Draft(
            id=command.draft,
            kind=command.kind,
            body=body,
            person=command.person,
            acting_for=moment.acting_for,
            text=command.text,
            measures=command.measures,
            attachments=command.attachments,
            round=_round_after(before),
            stage_before=state.stage,
            met=tuple(run.number for run in met if run is not None),
            taken_from=command.taken_from,
            promises=command.promises,
        )
        state.drafts = (*state.drafts, draft)
        state.acted_since_route = True
        state.sendable_contribution = None
        state.stage = LEADS_TO[command.name]
        named = self._named(draft) | {"attachments": list(draft.attachments), "taken_from": draft.taken_from}
        if draft.promises:
            named["promises"] = [promise.model_dump(mode="json") for promise in draft.promises]
        row = self.enter(command, moment, **named)
        run = self.limits.open(LimitName.APPROVAL, CURATOR, moment.reached)
        facts = notice_facts.DraftReceived(body=body, draft_kind=draft.kind, due_at=run.due_at)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(state))

    def _check_draft(self, command: commands.SubmitDraft) -> None:
        if command.kind is DraftKind.CLARIFICATION and self._interim_is_published():
            raise Refusal(
                "После промежуточного ответа принимаются только ответ и промежуточный ответ "
                f"(п. {self.regulation.limits.final_draft.clause})."
            )
        if self.state.repeats and command.kind is not DraftKind.CLARIFICATION and command.measures is None:
            raise Refusal("Ответ на повторное сообщение должен содержать принятые меры или ход решения.")
        if self.state.network in self.regulation.readings.closed_networks:
            raise Refusal(
                "Размещение в этой сети отключено. Закройте сообщение с основанием «комментирование закрыто»."
            )

    def _interim_is_published(self) -> bool:
        return any(
            draft.kind is DraftKind.INTERIM and draft.status is DraftStatus.PUBLISHED
            for draft in self.state.drafts
        )

    def _owe_final_draft_again(self, moment: CommandMoment) -> None:
        """Clause 14: an interim answer in place of a final draft sent for rework; only `answer` meets the limit."""
        runs = [run for run in self.state.limits if run.name is LimitName.FINAL_DRAFT]
        if runs and runs[-1].met_at is not None:
            self.limits.reopen(runs[-1], moment.at)

    def withdraw_draft(self, command: commands.WithdrawDraft, moment: CommandMoment) -> None:
        """The body takes its draft back until the text stands; every run the draft had met is owed again."""
        state = self.state
        draft = self._draft_under_way(command)
        row = self.enter(command, moment, **self._named(draft))
        self.limits.cancel(moment.at, LimitName.APPROVAL, LimitName.PUBLICATION)
        draft.status = DraftStatus.WITHDRAWN
        state.stage = draft.stage_before
        facts = notice_facts.DraftWithdrawn(body=draft.body, draft_kind=draft.kind)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(state))
        for number in draft.met:
            run = state.limits[number - 1]
            # Of a body that has ceased to act meanwhile it is the successor who owes it again.
            if run.breached_at is None and run.holder.body in state.successors:
                self.limits.pass_to(run, draft.body, moment.at)
            self.limits.reopen(run, moment.at)

    def _draft_under_way(
        self, command: commands.WithdrawDraft | commands.Approve | commands.SendForRework
    ) -> Draft:
        """The draft that is up for approval or, approved, for publication. Raises Refusal for any other."""
        current = self.state.draft
        if current is None or current.id != command.draft or current.status not in DRAFTS_OF[command.name]:
            raise Refusal(
                "Этот проект уже не на согласовании: откройте сообщение заново и проверьте последний."
            )
        return current

    @staticmethod
    def _named(draft: Draft) -> dict[str, JsonValue]:
        """What a journal row says of the draft that it is about."""
        return {"draft": draft.id, "draft_kind": draft.kind, "body": draft.body, "round": draft.round}

    # ---- clauses 11, 12: approval and rework

    def approve(self, command: commands.Approve, moment: CommandMoment) -> None:
        """Clause 11: the text may be published."""
        draft = self._draft_under_way(command)
        own = draft.person is not None and draft.person == command.person
        if own and self.regulation.readings.self_approval == "refused":
            raise Refusal("Свой проект согласовать нельзя: это делает другой куратор.")
        self.limits.meet(LimitName.APPROVAL, moment.at)
        draft.status = DraftStatus.APPROVED
        self.state.stage = LEADS_TO[command.name]
        approved: dict[str, JsonValue] = {**commands.texts_of(draft)}
        row = self.enter(
            command, moment, **self._named(draft), approved=approved, self_approval=True if own else None
        )
        run = self.limits.open(LimitName.PUBLICATION, executor(draft.body), moment.reached)
        to = notice_routing.executors_of(self.state, draft.body)
        self.journal.notify(row, notice_facts.Approved(due_at=run.due_at), moment.at, to)

    def send_for_rework(self, command: commands.SendForRework, moment: CommandMoment) -> None:
        """Clauses 11, 12: back to the body with a comment, and a forecast of the end; an approval is taken back."""
        if command.contribution is not None or self.state.stage is Stage.PREPARATION:
            self._send_contribution_for_rework(command, moment)
            return
        draft = self._draft_under_way(command)
        found = draft.model_copy()
        self.limits.meet(LimitName.APPROVAL, moment.at)
        self.limits.cancel(moment.at, LimitName.PUBLICATION)
        draft.status, draft.comment = DraftStatus.REWORK, command.comment
        self.state.stage = LEADS_TO[command.name]
        row = self.enter(command, moment, **self._named(draft))
        run = self.limits.open(LimitName.REWORK, executor(draft.body), moment.reached)
        self._notify_of_rework(row, run, moment, found)
        answer = self.state.open_limit(LimitName.ANSWER)
        forecast = forecasts.after_rework(self._case, draft.body, moment.reached)
        if answer is not None and forecast is not None and forecast > answer.due_at:
            both = (
                notice_routing.executors_of(self.state, draft.body),
                notice_routing.curator_of(self.state),
            )
            self._forecast(row, moment, forecast, LimitName.ANSWER, *both)

    # ---- clauses 13, 14: publication

    def confirm_publication(self, command: commands.ConfirmPublication, moment: CommandMoment) -> None:
        """Clauses 9, 10, 13, 14: the text stands in the network."""
        draft = self.state.draft
        assert draft is not None  # noqa: S101
        if command.obstacle is not None:
            raise Refusal(command.obstacle)
        if command.url is None or command.draft not in (None, draft.id):
            raise Refusal(wording.ANOTHER_IS_APPROVED)
        draft.status = DraftStatus.PUBLISHED
        draft.published_url, draft.published_at, draft.proof = command.url, moment.at, command.proof
        self._promises.give(draft, moment)
        self.limits.meet(LimitName.PUBLICATION, moment.at)
        self.enter(
            command,
            moment,
            draft=draft.id,
            draft_kind=draft.kind,
            body=draft.body,
            attachments=[command.proof] if command.proof else None,
        )
        if draft.kind is not DraftKind.CLARIFICATION or self.regulation.readings.clarification.meets_answer:
            self.limits.meet(LimitName.ANSWER, moment.at)
        self.state.stage = ONCE_PUBLISHED[draft.kind]
        match draft.kind:
            case DraftKind.ANSWER:
                self._end(Outcome.ANSWERED, moment)
            case DraftKind.INTERIM:
                # A second interim answer does not move `final_draft`.
                if not any(run.name is LimitName.FINAL_DRAFT for run in self.state.limits):
                    self.limits.open(LimitName.FINAL_DRAFT, executor(draft.body), moment.reached)
            case DraftKind.CLARIFICATION:
                self.state.no_reply_told = False
                self.state.asked_at = moment.reached
                self.state.no_reply_at = self._no_reply_due(moment.reached)

    # ---- the author's reply

    def author_replied(self, command: commands.AuthorReplied, moment: CommandMoment) -> None:
        """The clarification is answered: the same body goes on."""
        self._go_on(command, moment)

    def resume(self, command: commands.Resume, moment: CommandMoment) -> None:
        """The clarification goes unanswered: the same body goes on without the author's reply."""
        self._go_on(command, moment)

    def _go_on(self, command: commands.AuthorReplied | commands.Resume, moment: CommandMoment) -> None:
        """With a new `answer` and `draft` of the term in force."""
        state = self.state
        body = state.body_in_turn
        state.stage, state.no_reply_at = LEADS_TO[command.name], None
        row = self.enter(command, moment, body=body)
        if self.regulation.readings.clarification.reply_starts_answer:
            # Of an act by which the request has not met it: the new one takes its place.
            self.limits.cancel(moment.at, LimitName.ANSWER)
            self._open_answer(moment.reached, executor(body))
        self.limits.open_draft(body, moment.reached)
        self._turns.tell_of_assignment(row, command, moment)

    def _no_reply_due(self, asked_at: datetime) -> datetime:
        """Until when the author's reply is waited for."""
        term = self.regulation.readings.clarification.no_reply
        return term.due(self._working_time[None], asked_at, self.regulation.readings.counting)

    def nobody_replied(self, at: datetime) -> None:
        """No reply in time: the curator closes the message or goes on."""
        self.state.no_reply_told = True
        row = self.journal.enter(Fact.NO_REPLY, at)
        self.journal.notify(row, notice_facts.NoReply(), at, notice_routing.curator_of(self.state))

    # ---- clause 18 and other ends

    def decline(self, command: commands.Decline, moment: CommandMoment) -> None:
        """Clause 18: not processed; a threat, or intent to harm, is reported to the head at once."""
        self.state.decline_ground = command.ground
        row = self.enter(command, moment, ground=command.ground)
        if command.ground in _REPORTED_GROUNDS:
            to = Addressee(audience=self.regulation.readings.notices.threat_to)
            self.journal.notify(row, notice_facts.Threat(ground=command.ground), moment.at, to)
        routing = self.limits.meet(LimitName.ROUTING, moment.at)
        self._end_unanswered(Outcome.DECLINED, row, command, moment, met=(routing.number,) if routing else ())

    def close_unanswered(self, command: commands.Close, moment: CommandMoment) -> None:
        """Closed without an answer; what was registered by mistake counts nowhere, but its breaches stay on record."""
        state, void = self.state, command.reason is CloseReason.REGISTERED_BY_MISTAKE
        if command.reason is CloseReason.NO_REPLY and state.stage is not Stage.AWAITING_AUTHOR:
            raise Refusal(wording.refusal(state, self.regulation.limits))
        if void and state.is_published:
            raise Refusal(wording.NO_MISTAKE_AFTER_PUBLICATION)
        state.close_reason = command.reason
        row = self.enter(command, moment, reason_kind=command.reason)
        if command.to is not None and command.referral is not None:
            self._passing_on.note_referral(command, command.referral, moment)
        self._end_unanswered(Outcome.VOID if void else Outcome.UNANSWERED, row, command, moment)
        breaches = sum(run.breached_at is not None and not run.inherited for run in state.limits)
        if void and breaches:
            to = Addressee(audience=self.regulation.readings.notices.void_after_breach_to)
            self.journal.notify(row, notice_facts.VoidAfterBreach(breaches=breaches), moment.at, to)

    def _end_unanswered(
        self,
        outcome: Outcome,
        row: int,
        command: commands.Decline | commands.Close,
        moment: CommandMoment,
        *,
        met: tuple[int, ...] = (),
    ) -> None:
        """Kept for whoever undoes it; the body whose turn it is learns that nothing is asked of it any more."""
        state = self.state
        body = state.current_body
        if body is not None:
            to = notice_routing.executors_of(state, body)
            self._turns.tell_of_recall(row, body, to, command, moment)
        state.end = End(
            at=moment.at,
            # The record names the substitute, who was there, and in whose place.
            person=moment.acting_for or command.person,
            stage=state.stage,
            met=met,
            cancelled=tuple(
                run.number
                for run in state.limits
                if run.is_open or run in self.limits.lapsed_after(moment.at)
            ),
            no_reply_at=state.no_reply_at,
        )
        self._end(outcome, moment)

    def _end(self, outcome: Outcome, moment: CommandMoment) -> None:
        """The road is over, and nothing is owed any more."""
        self.limits.cancel(moment.at)
        self.state.stage, self.state.outcome, self.state.no_reply_at = Stage.CLOSED, outcome, None

    # ---- clause 21: the Governor

    def report_to_governor(self, command: commands.ReportToGovernor, moment: CommandMoment) -> None:
        """Clause 21: a message of social significance, at once."""
        row = self.enter(command, moment)
        to = Addressee(audience=self.regulation.readings.notices.governor_report_to)
        self.journal.notify(row, notice_facts.GovernorReport(), moment.at, to)

    # ---- the machine's own

    def change_calendar(self, command: commands.ChangeCalendar, moment: CommandMoment) -> None:
        """Working time changed: open limits move, on record."""
        self._working_time.replace(command.production, command.department, command.bodies)
        department = command.department.timezone
        self.enter(command, moment, production=command.production.version, timezone=department)
        for run in self.limits.lapsed_after(moment.at):
            self.limits.move_lapsed(run, moment.at)
        self.limits.recompute(moment.at)
        self._pass_answer(moment)
        if self.state.no_reply_at is not None and self.state.asked_at is not None:
            self.state.no_reply_at = self._no_reply_due(self.state.asked_at)

    def correct_charge(self, command: commands.CorrectCharge, moment: CommandMoment) -> None:
        """Clause 20: whoever was absent is charged no more; the record names who was there."""
        run = self.state.limits[command.run - 1]
        if not run.charges:
            raise Refusal("Нарушения, которое нужно исправить, больше нет.")
        self.journal.touch(run)
        facts = notice_facts.ChargeCorrected(
            limit=run.name, clause=run.clause, due_at=run.due_at, charged=run.charges
        )
        data = facts.model_dump(mode="json", exclude={"kind", "clause"})
        row = self.enter(command, moment, Fact.CHARGE_CORRECTED, **data)
        self.journal.notify(row, facts, moment.at, revokes=run.told)

    def record_erasure(self, command: commands.RecordErasure, moment: CommandMoment) -> None:
        """152-FZ: the texts are gone from the database; the fact stays."""
        self.enter(command, moment)


def _round_after(before: Draft | None) -> int:
    """Rework starts the next round; a draft that was withdrawn is sent again in its own."""
    if before is None or before.status is DraftStatus.PUBLISHED:
        return 1
    return before.round + (before.status is DraftStatus.REWORK)
