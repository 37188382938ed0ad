"""Promises of published texts as steps of their message: given, kept, moved, and what the clock does to them."""

from pydantic import JsonValue

from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import PromiseState, Role
from workflows import commands, notice_facts, notice_routing, wording
from workflows.case import Case, CommandMoment, Refusal
from workflows.state import Addressee, Draft, Move, Promise
from workflows.vocabulary import Fact

_OF_BODIES = (Role.EXECUTOR, Role.RESPONSIBLE)


class Promises:
    """The commands about promises, which fit every stage: most are due long after the message is closed."""

    def __init__(self, case: Case) -> None:
        self.state, self.journal, self.enter = case.state, case.journal, case.enter
        self._local = case.working_time.local

    def give(self, draft: Draft, moment: CommandMoment) -> None:
        """A promise is given when its text is published."""
        given = (
            Promise(
                id=stated.id,
                draft=draft.id,
                body=draft.body,
                what=stated.what,
                by=self._local(stated.by),
                given_at=moment.at,
            )
            for stated in draft.promises
        )
        self.state.promises = (*self.state.promises, *given)

    def keep_promise(self, command: commands.KeepPromise, moment: CommandMoment) -> None:
        """It was done; a broken promise stays broken, with the moment at which it was done."""
        promise = self._of_own_body(command)
        if not promise.may_be_kept:
            raise Refusal(wording.PROMISE_KEPT)
        if promise.is_running:
            promise.state, promise.settled_at = PromiseState.KEPT, moment.at
        promise.done_at = moment.at
        promise.url, promise.attachment, promise.note = command.url, command.attachment, command.note
        files: list[JsonValue] = [command.attachment] if command.attachment else []
        self.enter(command, moment, promise=promise.id, body=promise.body, attachments=files)

    def move_promise(self, command: commands.MovePromise, moment: CommandMoment) -> None:
        """Another day, of which the curator is told; one that is over can't be moved."""
        promise, by = self._of_own_body(command), self._local(command.by)
        if not promise.is_running:
            raise Refusal(wording.PROMISE_IS_OVER)
        if by <= moment.at:
            raise Refusal(wording.PROMISE_IN_THE_PAST)
        since = promise.by
        move = Move(since=since, to=by, reason=command.reason, person=command.person, at=moment.at)
        promise.moves = (*promise.moves, move)
        promise.state, promise.by = PromiseState.MOVED, by
        promise.warned_at = promise.asked_at = promise.answer_by = None
        row = self.enter(
            command,
            moment,
            promise=promise.id,
            body=promise.body,
            by=by.isoformat(),
            by_before=since.isoformat(),
        )
        facts = notice_facts.PromiseMoved(body=promise.body, since=since, by=by)
        self.journal.notify(row, facts, moment.at, notice_routing.curator_of(self.state))

    def record_promise(self, command: commands.RecordPromise, moment: CommandMoment) -> None:
        """What the clock or the directory does to a promise, if it still stands as when that was found."""
        promise = self._known(command.promise)
        at, by = self._local(command.at), promise.by
        if not promise.is_running or command.by != by:
            raise Refusal(wording.PROMISE_MOVED_ON)
        match command.event:
            case Fact.PROMISE_WARNED:
                promise.warned_at = at
                facts: notice_facts.AnyNotice = notice_facts.PromiseNear(by=by)
                to = [Audience.EXECUTORS]
            case Fact.PROMISE_ASKED:
                assert command.answer_by is not None  # noqa: S101
                answer_by = self._local(command.answer_by)
                promise.asked_at, promise.answer_by = at, answer_by
                facts = notice_facts.PromiseAsked(by=by, answer_by=answer_by)
                to = [Audience.EXECUTORS]
            case Fact.PROMISE_BROKEN:
                promise.state, promise.settled_at = PromiseState.BROKEN, by
                facts = notice_facts.PromiseBroken(body=promise.body, by=by)
                to = [Audience.RESPONSIBLE, Audience.DEPUTY]
            case Fact.PROMISE_PASSED_ON:
                assert command.body is not None  # noqa: S101
                self._pass_on(promise, command.body, command, moment)
                return
        row = self.enter(
            command, moment, command.event, promise=promise.id, body=promise.body, by=by.isoformat()
        )
        told = (Addressee(audience=audience, body=promise.body) for audience in to)
        self.journal.notify(row, facts, moment.at, *told)

    def _pass_on(
        self, promise: Promise, successor: str, command: commands.RecordPromise, moment: CommandMoment
    ) -> None:
        """What a body that no longer acts has promised is its successor's, who sees the message from now on."""
        before, promise.body = promise.body, successor
        if successor not in self.state.turns:
            self.state.turns = (*self.state.turns, successor)
        self.enter(command, moment, command.event, promise=promise.id, body=successor, body_before=before)

    def _known(self, promise: str) -> Promise:
        found = next((one for one in self.state.promises if one.id == promise), None)
        if found is None:
            raise Refusal(wording.NO_PROMISE)
        return found

    def _of_own_body(self, command: commands.KeepPromise | commands.MovePromise) -> Promise:
        promise = self._known(command.promise)
        if not any(grant.role in _OF_BODIES and grant.body == promise.body for grant in command.grants):
            raise Refusal(wording.OF_ANOTHER_PROMISING_BODY)
        return promise
