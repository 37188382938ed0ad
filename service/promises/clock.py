"""Course of a promise by the clock: warned, asked «Сделано?», broken; each a command to its message.

Whoever looks, and however often, gives each command once: its key names the promise, its day and the event. A late
machine breaks no promise: a question that went out late may be answered as long as one in time.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import structlog

from calendar_rules import CalendarError
from service.promises import moments
from service.runs import machine_commands
from service.runs.due_work import Run, of_promise
from service.runs.rules import Rules, RulesInForce
from store.commands import outbox
from store.database.engines import Database
from store.database.session import Session
from store.messages import finding
from store.promises import rows as promises
from store.promises.tables import PromiseRow
from workflows.commands import RecordPromise
from workflows.office import Portion
from workflows.promise import Look
from workflows.state import Promise
from workflows.vocabulary import Fact, PromiseEvent

log = structlog.get_logger(__name__)

_LATE = timedelta(minutes=1)
"""By which its workflow looks at a promise in which something falls due; that of one that does not is lost."""
_AGAIN = timedelta(minutes=5)
"""After which a promise is looked at again whose command is under way."""
_UNREACHED = timedelta(days=30)
"""After which a promise is looked at again that no calendar reaches."""
_SUMMARIES: dict[PromiseEvent, str] = {
    Fact.PROMISE_WARNED: "обещание: напоминание",
    Fact.PROMISE_ASKED: "обещание: «Сделано?»",
    Fact.PROMISE_BROKEN: "обещание: ждём отметки",
}


class _Step(NamedTuple):
    """What comes next of a promise, and when; `body`: the successor to which it passes."""

    event: PromiseEvent
    at: datetime
    body: str | None = None


class PromiseCourse:
    """Looks at promises, and gives their messages what is due."""

    def __init__(
        self,
        database: Database,
        rules: RulesInForce,
        *,
        training: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._rules = rules
        self._training = training
        self._now = clock

    async def runs(self) -> Iterable[Run]:
        """Workflows to be started, or told to look, now."""
        async with self._database.lookup() as session:
            found = await promises.to_look_at(session, self._now() - _LATE)
        return [of_promise(promise, message) for promise, message in found]

    async def portion(self, at: datetime | None = None) -> Portion:
        """In training: give what would have been given by `at`, of all promises."""
        if at is None or not self._training:
            return Portion()
        async with self._database.lookup() as session:
            due = await promises.due(session, at)
        for promise in due:
            await self.look(promise, at)
        return Portion(done=len(due))

    async def look(self, promise: str, at: datetime | None = None) -> Look:
        """Give the message what has fallen due of a promise by now, or by `at`; returns when to look again."""
        rules, now = await self._rules.now(), at or self._now()
        async with self._database.write() as session:
            row = await promises.locked(session, promise)
            if row is None:
                return Look()
            row.to_look, row.look_at = False, None
            message = await finding.by_number(session, row.message)
            if row.state not in promises.RUNNING or message is None or message.erased_at is not None:
                return Look()
            try:
                step = _next(rules, row, await promises.acting(session, row.body), now)
            except CalendarError as error:
                log.warning("no calendar reaches a promise", promise=row.id, error=str(error))
                row.look_at = max(row.due_at, now) + _UNREACHED
                return Look(at=row.look_at)
            row.look_at = step.at
            if step.at <= now:
                row.look_at = now + _AGAIN if await self._give(session, rules, row, step, now) else None
            return Look(at=row.look_at, summary=_SUMMARIES.get(step.event))

    async def _give(
        self, session: Session, rules: Rules, row: PromiseRow, step: _Step, now: datetime
    ) -> bool:
        """Give the command of a step unless that was done; False where the message has refused it."""
        key = f"promise-{row.id}-{step.event}-{step.body or row.due_at.astimezone(UTC).isoformat()}"
        known = await outbox.by_key(session, outbox.MACHINE, [key])
        if known is not None:
            if known.status == outbox.REFUSED:
                log.warning("a step of a promise was refused", promise=row.id, reason=known.detail)
            return known.status != outbox.REFUSED
        asks = step.event is Fact.PROMISE_ASKED
        command = RecordPromise(
            id=uuid4().hex,
            person=None,
            taken_at=step.at,
            promise=row.id,
            by=row.due_at,
            event=step.event,
            at=step.at,
            answer_by=moments.answer_by(rules, row.body, max(step.at, now)) if asks else None,
            body=step.body,
        )
        await machine_commands.give(session, command, row.message, key=key)
        return True


def _next(rules: Rules, row: PromiseRow, acting: str, now: datetime) -> _Step:
    """What comes next of a running promise; `acting` acts in the place of its body. Raises CalendarError."""
    promise = Promise.model_validate(row.promise)
    if acting != row.body:
        return _Step(Fact.PROMISE_PASSED_ON, now, acting)
    if promise.answer_by is not None:
        return _Step(Fact.PROMISE_BROKEN, promise.answer_by)
    # A text may have been published behind the day that it names.
    asked = max(moments.ask_at(rules, row.body, promise.by), promise.runs_since)
    warned = moments.warn_at(rules, row.body, promise.by)
    # Once, and not of a day that the body has just named.
    if warned is not None and promise.warned_at is None and promise.runs_since < warned and now < asked:
        return _Step(Fact.PROMISE_WARNED, warned)
    return _Step(Fact.PROMISE_ASKED, asked)
