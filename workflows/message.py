"""The road of a message by order 238: one long-running workflow, whose timers are the order's limits.

Each command of the order is one method, named with its clause. What keeps it running (the inbox, the drain of
records, continuing as new) is in `process`; limits, timers and the journal are behind their names.
"""

from datetime import datetime, timedelta
from typing import assert_never

from temporalio import workflow

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.terms import Term
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DraftKind,
    DraftStatus,
    Outcome,
    Stage,
)
from workflows import commands, notice_facts, notice_routing, wording
from workflows.identity import WORKFLOW_TYPE
from workflows.mailbox import Mailbox
from workflows.process import CommandMoment, Refusal
from workflows.state import (
    CURATOR,
    Addressee,
    Contribution,
    Draft,
    Holder,
    LimitRun,
    MessageInput,
)
from workflows.vocabulary import Fact

DRAFTED = (LimitName.DRAFT, LimitName.CONTRIBUTION, LimitName.REWORK)
"""The limits that any draft meets when it reaches the curator."""


@workflow.defn(name=WORKFLOW_TYPE)
class OpenSourceMessage(Mailbox):
    """One message from open sources, from its detection to its end."""

    @workflow.init
    def __init__(self, start: MessageInput) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: MessageInput) -> str:
        """Runs until the message is closed and everything about it is in the database; returns the outcome."""
        return await self.keep_running()

    def perform(self, command: commands.AnyCommand, moment: CommandMoment) -> None:  # noqa: PLR0912
        """The method that serves each command."""
        match command:
            case commands.Route():
                self.route(command, moment)
            case commands.Return():
                self.return_to_curator(command, moment)
            case commands.Contribute():
                self.contribute(command, moment)
            case commands.SubmitDraft():
                self.submit_draft(command, moment)
            case commands.WithdrawDraft():
                self.withdraw_draft(command, moment)
            case commands.Approve():
                self.approve(command, moment)
            case commands.SendForRework():
                self.send_for_rework(command, moment)
            case commands.ConfirmPublication():
                self.confirm_publication(command, moment)
            case commands.Decline():
                self.decline(command, moment)
            case commands.AuthorReplied():
                self.author_replied(command, moment)
            case commands.Close():
                self.close_unanswered(command, moment)
            case (
                commands.CorrectLink()
                | commands.Resume()
                | commands.Reopen()
                | commands.Correct()
                | commands.Note()
                | commands.Assign()
                | commands.HandOver()
            ):
                raise Refusal(wording.refusal(self.state))
            case commands.ReportToGovernor():
                self.report_to_governor(command, moment)
            case commands.ChangeCalendar():
                self.change_calendar(command, moment)
            case commands.RecordErasure():
                self.record_erasure(command, moment)
            case _:
                assert_never(command)

    # ---- detection

    def begin(self, start: MessageInput) -> None:
        """Clauses 5, 7, 9: found by the Curator; `routing` and `answer` run from detection."""
        at = self.state.registered_at
        self.journal.enter(
            Fact.REGISTERED,
            at,
            person=start.registered_by,
            acting_for=start.acting_for,
            network=self.state.network,
            detected_at=self.state.detected_at.isoformat(),
            act=self.state.act,
            edition=self.state.edition,
        )
        self._open_routing(self.state.detected_at, opened=at)
        if self.regulation.limits.answer.starts == ("detection",):
            self._open_answer(self.state.detected_at, CURATOR, opened=at)

    def _open_routing(self, start: datetime, *, opened: datetime | None = None) -> LimitRun:
        term = self.regulation.routing_term(repeated=self.state.repeats is not None)
        return self.limits.open(LimitName.ROUTING, CURATOR, start, term=term, opened=opened)

    def _open_answer(self, start: datetime, holder: Holder, *, opened: datetime | None = None) -> None:
        self.limits.open(LimitName.ANSWER, holder, start, term=self._answer_term(), opened=opened)

    def _answer_term(self) -> Term:
        return self.regulation.answer_term(self.state.importance, self.state.reduced_term)

    # ---- clause 7: routing

    def route(self, command: commands.Route, moment: CommandMoment) -> None:
        """Clause 7 (and 15, 16): topic, location, importance, the bodies in their order, a reduced term."""
        state, limits = self.state, self.limits
        ordinary = self.regulation.ordinary_term
        if command.reduced_term is not None and not timedelta(0) < command.reduced_term < ordinary:
            term = self.regulation.limits.answer.term
            raise Refusal(f"Сокращённый срок должен быть больше нуля и короче обычного ({term}).")
        # A wrong route is taken back: what the body was asked for falls away.
        limits.cancel(moment.at, LimitName.RETURN, LimitName.CONTRIBUTION, LimitName.DRAFT)
        limits.meet(LimitName.ROUTING, moment.at)
        # For whom a substitute routed it: once they are back, the message is theirs.
        state.curator = self.acting_for or command.person
        state.topic, state.importance = command.topic, command.importance
        state.location = command.location
        state.reduced_term, state.repeats = command.reduced_term, command.repeats
        state.sequence, state.turn, state.acted_since_route = command.bodies, 0, False
        state.sendable_contribution = None
        state.stage = Stage.PREPARATION
        self.learn_schedules(command.schedules)
        row = self.enter(
            command,
            moment,
            bodies=list(command.bodies),
            topic=command.topic,
            importance=command.importance,
            reduced_term=self.duration(command.reduced_term),
            repeats=command.repeats,
        )
        self._restate_answer(moment)
        self._pass_turn(row, command, moment)
        self._warn_of_long_sequence(row, moment)

    def _restate_answer(self, moment: CommandMoment) -> None:
        """Clauses 7, 9: the term is stated anew, and the body that drafts holds it from now on."""
        answer = self.state.open_limit(LimitName.ANSWER)
        if answer is not None:
            self.limits.move(answer, moment.at, term=self._answer_term())
            # After the move, which may withdraw a breach: until then who was in breach keeps the run.
            self._pass_answer(moment)
        elif not any(run.name is LimitName.ANSWER for run in self.state.limits):
            self._open_answer(moment.reached, self._body(self.state.sequence[-1]))

    def _pass_answer(self, moment: CommandMoment) -> None:
        """Clause 9: the curator's until routing and while a return waits, else of the body that drafts."""
        routing = self.state.stage is Stage.ROUTING
        holder = CURATOR if routing else self._body(self.state.sequence[-1])
        self.limits.hold(LimitName.ANSWER, holder, *moment)

    def _pass_turn(self, row: int, command: commands.AnyCommand, moment: CommandMoment) -> None:
        """Clauses 8, 10, 15: the body whose turn it is receives the message."""
        state = self.state
        body = state.sequence[state.turn]
        if body not in state.turns:
            state.turns = (*state.turns, body)
        self.limits.open(LimitName.RETURN, self._body(body), moment.reached)
        if state.is_joint:
            self.limits.open(LimitName.CONTRIBUTION, self._body(body), moment.reached)
        if state.last_turn:
            self.limits.open_draft(body, moment.reached)
        self._notify_of_assignment(row, command, moment)

    def _notify_of_assignment(self, row: int, command: commands.AnyCommand, moment: CommandMoment) -> None:
        """The executors of the body whose turn it is learn what they owe."""
        to = notice_routing.executors_of(self.state.current_body)
        self.journal.notify(row, notice_routing.assigned(self.state, command.name), moment.at, to)

    def _warn_of_long_sequence(self, row: int, moment: CommandMoment) -> None:
        """Clause 15: the curator learns at once that the sequence cannot fit into `draft`."""
        due = self.limits.draft_due()
        forecast = self.limits.forecast_sequence(moment.reached) if len(self.state.sequence) > 1 else None
        if due is not None and forecast is not None and forecast > due:
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
        body = state.current_body
        assert body is not None  # noqa: S101
        row = self.enter(command, moment, body=body, competent_body=command.competent_body)
        self.limits.use_window(body, moment.at)
        self.limits.cancel(moment.at, LimitName.CONTRIBUTION, LimitName.DRAFT)
        state.returns += 1
        state.sendable_contribution = None
        state.stage = Stage.ROUTING
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
        body = state.current_body
        assert body is not None  # noqa: S101
        self.limits.meet(LimitName.CONTRIBUTION, moment.at)
        self.limits.cancel(moment.at, LimitName.RETURN)
        contribution = Contribution(
            id=command.contribution,
            body=body,
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
        self._pass_turn(row, command, moment)

    def _send_contribution_for_rework(self, command: commands.SendForRework, moment: CommandMoment) -> None:
        """Clause 15: back to the body that contributed last, while the next one has not acted."""
        state = self.state
        if command.contribution != state.sendable_contribution:
            raise Refusal(
                "На доработку возвращается только последняя информация, пока следующий орган не начал."
            )
        self.limits.cancel(moment.at, LimitName.RETURN, LimitName.CONTRIBUTION, LimitName.DRAFT)
        state.turn -= 1
        state.sendable_contribution = None
        body = state.sequence[state.turn]
        run = self.limits.open(LimitName.CONTRIBUTION, self._body(body), moment.reached)
        row = self.enter(command, moment, body=body, contribution=command.contribution)
        self._notify_of_rework(row, run, moment)

    def _notify_of_rework(self, row: int, run: LimitRun, moment: CommandMoment) -> None:
        facts = notice_facts.Rework(owed=run.name, clause=run.clause, due_at=run.due_at)
        self.journal.notify(row, facts, moment.at, notice_routing.executors_of(run.holder.body))

    # ---- clause 10: the draft

    def submit_draft(self, command: commands.SubmitDraft, moment: CommandMoment) -> None:
        """Clauses 10, 12, 14: a draft, an interim answer or a clarification request reaches the curator."""
        state = self.state
        body, before = state.current_body, state.draft
        assert body is not None  # noqa: S101
        self._check_draft(command)
        met = [self.limits.meet(name, moment.at) for name in DRAFTED]
        if command.kind is DraftKind.ANSWER:
            met.append(self.limits.meet(LimitName.FINAL_DRAFT, moment.at))
        else:
            self._owe_final_draft_again(moment)
        self.limits.cancel(moment.at, LimitName.RETURN)
        draft = Draft(
            id=command.draft,
            kind=command.kind,
            body=body,
            person=command.person,
            text=command.text,
            measures=command.measures,
            attachments=command.attachments,
            round=_round_after(before),
            stage_before=state.stage,
            met=tuple(run.number for run in met if run is not None),
        )
        state.drafts = (*state.drafts, draft)
        state.acted_since_route = True
        state.sendable_contribution = None
        state.stage = Stage.APPROVAL
        row = self.enter(
            command,
            moment,
            body=body,
            draft=draft.id,
            draft_kind=draft.kind,
            round=draft.round,
            attachments=list(draft.attachments),
        )
        run = self.limits.open(LimitName.APPROVAL, CURATOR, moment.reached)
        facts = notice_facts.DraftReceived(body=body, draft_kind=draft.kind, due_at=run.due_at)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(state))

    def _check_draft(self, command: commands.SubmitDraft) -> None:
        if command.kind is DraftKind.CLARIFICATION and self._interim_is_published():
            raise Refusal(
                "После промежуточного ответа принимаются только ответ и промежуточный ответ (п. 14)."
            )
        if self.state.repeats and command.kind is not DraftKind.CLARIFICATION and command.measures is None:
            raise Refusal(
                "Ответ на повторное сообщение должен содержать принятые меры или ход решения (п. 16)."
            )
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
        """The body takes its draft back; every run the draft had met is owed again."""
        state = self.state
        draft = self._current_draft(command.draft)
        self.enter(command, moment, body=draft.body, draft=draft.id)
        self.limits.cancel(moment.at, LimitName.APPROVAL)
        draft.status = DraftStatus.WITHDRAWN
        state.stage = draft.stage_before
        for number in draft.met:
            self.limits.reopen(state.limits[number - 1], moment.at)

    def _current_draft(self, draft: str | None) -> Draft:
        current = self.state.draft
        if current is None or current.id != draft or current.status is not DraftStatus.SUBMITTED:
            raise Refusal(
                "Этот проект уже не на согласовании: откройте сообщение заново и проверьте последний."
            )
        return current

    # ---- clauses 11, 12: approval and rework

    def approve(self, command: commands.Approve, moment: CommandMoment) -> None:
        """Clause 11: the text may be published."""
        draft = self._current_draft(command.draft)
        own = draft.person is not None and draft.person == command.person
        if own and self.regulation.readings.self_approval == "refused":
            raise Refusal("Свой проект согласовать нельзя: это делает другой куратор.")
        self.limits.meet(LimitName.APPROVAL, moment.at)
        draft.status = DraftStatus.APPROVED
        self.state.stage = Stage.PUBLICATION
        row = self.enter(command, moment, draft=draft.id, self_approval=True if own else None)
        run = self.limits.open(LimitName.PUBLICATION, self._body(draft.body), moment.reached)
        to = notice_routing.executors_of(draft.body)
        self.journal.notify(row, notice_facts.Approved(due_at=run.due_at), moment.at, to)

    def send_for_rework(self, command: commands.SendForRework, moment: CommandMoment) -> None:
        """Clauses 11, 12: back to the body with a comment, and a forecast of the end."""
        if command.contribution is not None or self.state.stage is Stage.PREPARATION:
            self._send_contribution_for_rework(command, moment)
            return
        draft = self._current_draft(command.draft)
        self.limits.meet(LimitName.APPROVAL, moment.at)
        draft.status, draft.comment = DraftStatus.REWORK, command.comment
        self.state.stage = Stage.REWORK
        row = self.enter(command, moment, draft=draft.id, body=draft.body, round=draft.round)
        run = self.limits.open(LimitName.REWORK, self._body(draft.body), moment.reached)
        self._notify_of_rework(row, run, moment)
        answer = self.state.open_limit(LimitName.ANSWER)
        forecast = self.limits.forecast_rework(draft.body, moment.reached)
        if answer is not None and forecast is not None and forecast > answer.due_at:
            both = (notice_routing.executors_of(draft.body), notice_routing.curator_of(self.state))
            self._forecast(row, moment, forecast, LimitName.ANSWER, *both)

    # ---- clauses 13, 14: publication

    def confirm_publication(self, command: commands.ConfirmPublication, moment: CommandMoment) -> None:
        """Clauses 9, 10, 13, 14: the text stands in the network."""
        draft = self.state.draft
        assert draft is not None  # noqa: S101
        draft.status = DraftStatus.PUBLISHED
        draft.published_url, draft.published_at = command.url, moment.at
        self.limits.meet(LimitName.PUBLICATION, moment.at)
        self.enter(command, moment, draft=draft.id, draft_kind=draft.kind, body=draft.body)
        clarification = self.regulation.readings.clarification
        match draft.kind:
            case DraftKind.ANSWER:
                self.limits.meet(LimitName.ANSWER, moment.at)
                self._close(Outcome.ANSWERED, moment)
            case DraftKind.INTERIM:
                self.limits.meet(LimitName.ANSWER, moment.at)
                self.state.stage = Stage.AWAITING_FINAL
                # A second interim answer does not move `final_draft`.
                if not any(run.name is LimitName.FINAL_DRAFT for run in self.state.limits):
                    self.limits.open(LimitName.FINAL_DRAFT, self._body(draft.body), moment.reached)
            case DraftKind.CLARIFICATION:
                if clarification.meets_answer:
                    self.limits.meet(LimitName.ANSWER, moment.at)
                self.state.stage = Stage.AWAITING_AUTHOR
                self.state.no_reply_told = False
                self.state.asked_at = moment.reached
                self.state.no_reply_at = self.no_reply_due(moment.reached)

    # ---- the author's reply

    def author_replied(self, command: commands.AuthorReplied, moment: CommandMoment) -> None:
        """The clarification is answered: the same body goes on, with a new `answer` and `draft`."""
        state = self.state
        body = state.current_body
        assert body is not None  # noqa: S101
        state.stage, state.no_reply_at = Stage.PREPARATION, None
        row = self.enter(command, moment, body=body)
        if self.regulation.readings.clarification.reply_starts_answer:
            # Of an act by which the request has not met it: the new one takes its place.
            self.limits.cancel(moment.at, LimitName.ANSWER)
            self._open_answer(moment.reached, self._body(body))
        self.limits.open_draft(body, moment.reached)
        self._notify_of_assignment(row, command, moment)

    def nobody_replied(self, at: datetime) -> None:
        """No reply in time: the curator closes the message or goes on."""
        self.state.no_reply_told = True
        row = self.journal.enter(Fact.NO_REPLY, at)
        self.journal.notify(row, notice_facts.NoReply(), at, notice_routing.curator_of(self.state))

    # ---- clause 18 and other ends

    def decline(self, command: commands.Decline, moment: CommandMoment) -> None:
        """Clause 18: not processed; a threat is reported to the head at once."""
        self.state.decline_ground = command.ground
        row = self.enter(command, moment, ground=command.ground)
        if command.ground is DeclineGround.THREAT_TO_OFFICIAL:
            to = Addressee(audience=self.regulation.readings.notices.threat_to)
            self.journal.notify(row, notice_facts.Threat(ground=command.ground), moment.at, to)
        self.limits.meet(LimitName.ROUTING, moment.at)
        self._close(Outcome.DECLINED, moment)

    def close_unanswered(self, command: commands.Close, moment: CommandMoment) -> None:
        """Closed without an answer; what was registered by mistake counts nowhere."""
        if command.reason is CloseReason.NO_REPLY and self.state.stage is not Stage.AWAITING_AUTHOR:
            raise Refusal(wording.refusal(self.state))
        self.state.close_reason = command.reason
        self.enter(command, moment, reason_kind=command.reason)
        void = command.reason is CloseReason.REGISTERED_BY_MISTAKE
        self._close(Outcome.VOID if void else Outcome.UNANSWERED, moment)

    def _close(self, outcome: Outcome, moment: CommandMoment) -> None:
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
        self.replace_calendars(command)
        self.enter(command, moment, production=command.production.version)
        self.limits.recompute(moment.at)
        self._pass_answer(moment)
        if self.state.no_reply_at is not None and self.state.asked_at is not None:
            self.state.no_reply_at = self.no_reply_due(self.state.asked_at)

    def record_erasure(self, command: commands.RecordErasure, moment: CommandMoment) -> None:
        """152-FZ: the texts are gone from the database; the fact stays."""
        self.enter(command, moment)

    @staticmethod
    def _body(body: str) -> Holder:
        return Holder(role=HolderRole.EXECUTOR, body=body)


def _round_after(before: Draft | None) -> int:
    """Rework starts the next round; a draft that was withdrawn is sent again in its own."""
    if before is None or before.status is DraftStatus.PUBLISHED:
        return 1
    return before.round + (before.status is DraftStatus.REWORK)
