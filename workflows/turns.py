"""Turns of bodies (cl. 8, 10, 15): how a message passes from one to the next, and what each is told of it."""

from calendar_rules.regulation import LimitName
from workflows import commands, notice_facts, notice_routing
from workflows.case import Case, CommandMoment
from workflows.state import Addressee, executor
from workflows.vocabulary import Command


class Turns:
    """The turns of the bodies in the sequence of a message."""

    def __init__(self, case: Case) -> None:
        self._state, self._limits, self._journal = case.state, case.limits, case.journal

    def begin(self, row: int, command: commands.AnyCommand, moment: CommandMoment) -> None:
        """Clauses 8, 10, 15: the body whose turn it is receives the message."""
        state, limits, body = self._state, self._limits, self._state.body_in_turn
        again = command.name is Command.ROUTE and body in state.turns
        if body not in state.turns:
            state.turns = (*state.turns, body)
        if not limits.give_back(body, moment.reached):
            limits.open(LimitName.RETURN, executor(body), moment.reached)
        contribution = None
        if state.is_joint:
            contribution = limits.open(LimitName.CONTRIBUTION, executor(body), moment.reached)
        if state.last_turn:
            limits.open_draft(body, moment.reached, after=contribution)
        self.tell_of_assignment(row, command, moment, again=again)

    def tell_of_assignment(
        self, row: int, command: commands.AnyCommand, moment: CommandMoment, *, again: bool = False
    ) -> None:
        """The executors of the body whose turn it is learn what they owe."""
        to = notice_routing.executors_of(self._state, self._state.current_body)
        facts = notice_routing.assigned(self._state, command.name, again=again)
        self._journal.notify(row, facts, moment.at, to)

    def tell_of_recall(
        self, row: int, body: str, to: Addressee, command: commands.AnyCommand, moment: CommandMoment
    ) -> None:
        """A body whose turn falls away learns that nothing is asked of it any more."""
        back_to = self._state.current_body if isinstance(command, commands.SendForRework) else None
        later = isinstance(command, commands.Route) and body in command.bodies
        reason = command.reason if isinstance(command, commands.Close) else None
        facts = notice_facts.Recalled(body=body, by=command.name, back_to=back_to, later=later, reason=reason)
        self._journal.notify(row, facts, moment.at, to)
