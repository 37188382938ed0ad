"""Passing of a message, or part of it, on: to a successor, a message of its own, the police, nobody at all."""

from calendar_rules.vocabulary import DraftStatus
from workflows import commands, notice_facts, notice_routing, wording
from workflows.case import Case, CommandMoment, Refusal
from workflows.stages import OF_CURATORS
from workflows.state import Referral
from workflows.turns import Turns
from workflows.vocabulary import Command

_UNDER_WAY = (DraftStatus.SUBMITTED, DraftStatus.APPROVED, DraftStatus.REWORK)


class PassingOn:
    """The commands by which somebody else goes on with what a message tells."""

    def __init__(self, case: Case, turns: Turns) -> None:
        self.state, self.limits, self.journal = case.state, case.limits, case.journal
        self.enter, self._limits_of_act = case.enter, case.regulation.limits
        self._working_time, self._turns = case.working_time, turns

    # ---- a body that no longer acts

    def transfer(self, command: commands.Transfer, moment: CommandMoment) -> None:
        """What a body that no longer acts owes is its successor's, due unchanged; what it has missed stays its own."""
        state, body, successor = self.state, command.body, command.successor
        left = state.sequence[state.turn :]
        if body is None or body not in left or successor == body:
            raise Refusal(wording.refusal(state, self._limits_of_act))
        has_turn = body == state.current_body
        joins = successor in left
        if joins and not has_turn and body == left[-1]:
            raise Refusal(wording.SUCCESSOR_COMES_FIRST)
        recalled = notice_routing.executors_of(state, body)
        state.titles = {**state.titles, **command.titles}
        self._working_time.learn(command.schedules)
        row = self.enter(command, moment, body=body, successor=successor)
        state.successors = {**state.successors, body: successor}
        if joins:
            self._fall_away(body, moment)
        else:
            self._stand_in_its_place(body, successor)
        self.limits.pass_on(body, successor, moment.at)
        if not has_turn:
            return
        self._turns.tell_of_recall(row, body, recalled, command, moment)
        if joins:
            self._turns.begin(row, command, moment)
        else:
            self._tell_successor(row, moment)

    def _tell_successor(self, row: int, moment: CommandMoment) -> None:
        """What it owes now; nothing while a draft is with the curator, or the author is asked."""
        state, by = self.state, Command.TRANSFER
        waits = state.stage in OF_CURATORS
        facts = notice_facts.Assigned(by=by) if waits else notice_routing.assigned(state, by)
        self.journal.notify(row, facts, moment.at, notice_routing.executors_of(state, state.current_body))

    def _stand_in_its_place(self, body: str, successor: str) -> None:
        """In the sequence, where it may have had its turn already, and with the draft that is under way."""
        state = self.state
        done = tuple(earlier for earlier in state.sequence[: state.turn] if earlier != successor)
        left = tuple(successor if later == body else later for later in state.sequence[state.turn :])
        if body == state.current_body:
            state.assignee = None
            if successor not in state.turns:
                state.turns = (*state.turns, successor)
        state.sequence, state.turn = (*done, *left), len(done)
        draft = state.draft
        if draft is not None and draft.body == body and draft.status in _UNDER_WAY:
            # Whoever of the old body had sent it is not the one at work any more; the journal knows them.
            draft.body, draft.person, draft.acting_for = successor, None, None

    def _fall_away(self, body: str, moment: CommandMoment) -> None:
        """Clause 15: the successor has a place of its own further on, and gives the part of both there."""
        state = self.state
        if body == state.current_body:
            state.assignee = state.sendable_contribution = None
            self.limits.cancel_runs(
                moment.at, [run for run in state.open_limits() if run.holder.body == body]
            )
        left = tuple(later for later in state.sequence[state.turn :] if later != body)
        state.sequence = (*state.sequence[: state.turn], *left)

    # ---- another message of the same post

    def split(self, command: commands.Split, moment: CommandMoment) -> None:
        """Clause 7: the post's other problem goes its own road, as a message of its own."""
        self.state.split = (*self.state.split, command.message)
        self.enter(command, moment, split=command.message)

    # ---- others than the bodies

    def refer(self, command: commands.Refer, moment: CommandMoment) -> None:
        """Clause 18: what the message tells was passed on, and by what document."""
        self.note_referral(command, command.referral, moment)

    def note_referral(
        self, command: commands.Refer | commands.Close, referral: str, moment: CommandMoment
    ) -> None:
        """What was passed on, by a command of its own or with the end of the message."""
        assert command.to is not None  # noqa: S101
        noted = Referral(
            id=referral,
            to=command.to,
            document=command.document,
            dated=command.dated,
            note=command.note,
            person=command.person,
            at=moment.at,
        )
        self.state.referrals = (*self.state.referrals, noted)
        self.enter(
            command,
            moment,
            Command.REFER,
            referral=referral,
            to=command.to,
            dated=command.dated.isoformat() if command.dated else None,
        )

    # ---- nobody

    def redact(self, command: commands.Redact, moment: CommandMoment) -> None:
        """152-FZ: words or a file are gone from the database; the fact stays."""
        self.enter(
            command,
            moment,
            basis=command.basis,
            dated=command.dated.isoformat() if command.dated else None,
            resealed=dict(command.resealed) or None,
        )
