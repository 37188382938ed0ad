"""Duties of a message by itself: its limits at their moments, the silence of the author, its timers, the Web UI.

Nothing of it may fail for good: what raises is undone, owed, and tried again (see `containment`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Stage
from workflows import wording
from workflows.admissible import admissible
from workflows.containment import Retries, succeeds
from workflows.identity import BODY, IMPORTANCE, NETWORK, NEXT_DUE, OVERDUE, STAGE
from workflows.journal import Journal, Mark
from workflows.limits import MessageLimits
from workflows.state import Admission, Calendars, LimitRun, MessageInput, MessageState
from workflows.timers import Timers, Wanted

RECORD = "record"
# What may fail beside commands, as the alert names it.
_SILENCE, _TIMERS, _DETAILS, _ATTRIBUTES = "no_reply", "timers", "details", "attributes"

Found = TypeVar("Found")


class Duties:
    """The part of a message's workflow that nobody asks for."""

    state: MessageState
    journal: Journal
    limits: MessageLimits
    calendars: Calendars

    def __init__(self, start: MessageInput) -> None:
        self._start = start
        self._timers = Timers(self._on_moment)
        self._retries = Retries()
        # An earlier run's are set once more: what it had set may not hold any longer.
        self._attributes = {} if start.carried else _given_attributes()

    def nobody_replied(self, at: datetime) -> None:
        """The author was silent for too long."""
        raise NotImplementedError

    def use(self, calendars: Calendars) -> None:
        """Count by these calendars from now on."""
        raise NotImplementedError

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.calendars.department.timezone))

    def _before(self) -> "Before":
        """How everything stands that a step may change."""
        state, calendars = self.state.model_dump_json(by_alias=True), self.calendars
        return Before(self, state, calendars, self.journal.mark())

    @property
    def _silent_until(self) -> datetime | None:
        """Until when the author's reply is waited for; None if it is not, or no longer."""
        waiting = self.state.stage is Stage.AWAITING_AUTHOR and not self.state.no_reply_told
        return self.state.no_reply_at if waiting else None

    def _on_moment(self, number: int) -> None:
        """The timer of a run is served."""
        now = self._local(workflow.now())
        self._expire([*self.limits.due_until(now), *self._owed()])
        run = self.state.limits[number - 1]
        if (
            run.is_open
            and run.breached_at is None
            and run.warn_at is not None
            and run.warn_at <= now
            and run.due_at > now
            and not run.warned
        ):
            self._serve(run, lambda run: self.limits.warn(run, now))
        self._retries.forget_until(_limit(number), now)
        self._settle()

    def _pause_of(self, name: str) -> timedelta:
        now = self._local(workflow.now())
        return self._retries.failed(name, at=now) - now

    def _owes_a_breach(self) -> bool:
        return not self._retries.is_empty and any(
            self._retries.is_owed(_limit(run.number)) and run.breached_at is None and _ended_late(run)
            for run in self.state.limits
        )

    def _owed(self) -> list[LimitRun]:
        """Runs that have ended since their serving failed, past their due moment: a breach is still due for them."""
        owed = [run for run in self.state.limits if self._retries.is_owed(_limit(run.number))]
        for run in owed:
            if run.breached_at is not None or not (run.is_open or _ended_late(run)):
                self._retries.done(_limit(run.number))
        return [run for run in owed if run.breached_at is None and not run.is_open and _ended_late(run)]

    def _expire(self, runs: Iterable[LimitRun]) -> None:
        for run in runs:
            self._serve(run, self.limits.expire)

    def _serve(self, run: LimitRun, duty: Callable[[LimitRun], None]) -> None:
        """Do what a limit asks for at one of its moments; where that fails, it is owed, and tried again."""
        name, due, now = _limit(run.number), run.due_at, self._local(workflow.now())
        before = self._before()
        # By its number: what failed before it has put other objects in the place of the runs.
        work = partial(lambda number: duty(self.state.limits[number - 1]), run.number)
        if succeeds(self._retries.attempt(name), work, before.restore, alarm=f"limit_{run.name}"):
            self._retries.done(name)
        else:
            self._retries.failed(name, at=now, by=due)

    def _on_silence(self) -> None:
        if (until := self._silent_until) is not None:
            self._end_silence(until)
            self._settle()

    def _end_silence(self, until: datetime) -> None:
        before = self._before()
        work = partial(self.nobody_replied, max(until, self.state.last_moment))
        if succeeds(self._retries.attempt(_SILENCE), work, before.restore, alarm=_SILENCE):
            self._retries.done(_SILENCE)
        else:
            self._retries.failed(_SILENCE, at=self._local(workflow.now()))

    def _settle(self) -> None:
        """Bring everything that follows from the state up to it: what may be done, the timers, the Web UI."""
        self._contained(_TIMERS, self._follow_up, self._set_timers)
        self._contained(_DETAILS, lambda: wording.details(self.state), workflow.set_current_details)
        self._contained(_ATTRIBUTES, self._searched_by, self._upsert)

    def _contained(self, name: str, compute: Callable[[], Found], act: Callable[[Found], None]) -> None:
        """Act upon what is computed, which issues no command; where that fails, the next step computes it again."""
        found: list[Found] = []
        if succeeds(self._retries.attempt(name), lambda: found.append(compute()), nothing, alarm=name):
            self._retries.done(name)
            act(found[0])
        elif name == _TIMERS:
            # Until the next step a limit would be forgotten.
            self._timers.try_again(
                self._retries.failed(name, at=self._local(workflow.now())), wording.RETRY, self._settle
            )

    def _follow_up(self) -> tuple[tuple[Admission, ...], Wanted]:
        """What may be done now, and the timers that the limits need."""
        return admissible(self.state), self._timers.wanted(
            self.state, lambda run: self._retries.again_at(_limit(run.number))
        )

    def _set_timers(self, found: tuple[tuple[Admission, ...], Wanted]) -> None:
        self.state.allowed, wanted = found
        self._timers.align(wanted)
        if self._silent_until is None:
            self._retries.done(_SILENCE)
        until, again = self._silent_until, self._retries.again_at(_SILENCE)
        self._timers.expect_reply(max(until, again) if until and again else until, self._on_silence)

    def _searched_by(self) -> dict[str, SearchAttributeUpdate[Any] | None]:
        state = self.state
        return {
            NETWORK.name: NETWORK.value_set(state.network.value),
            STAGE.name: STAGE.value_set(state.stage.value),
            OVERDUE.name: OVERDUE.value_set(state.overdue),
            BODY.name: BODY.value_set(state.current_body) if state.current_body else BODY.value_unset(),
            IMPORTANCE.name: IMPORTANCE.value_set(state.importance) if state.importance else None,
            NEXT_DUE.name: NEXT_DUE.value_set(state.next_due) if state.next_due else NEXT_DUE.value_unset(),
        }

    def _upsert(self, attributes: dict[str, SearchAttributeUpdate[Any] | None]) -> None:
        known, carried = self._attributes, self._start.carried is not None
        changed = {
            name: update
            for name, update in attributes.items()
            # What an earlier run has set goes over, and is unset where it no longer holds.
            if update is not None
            and (update != known[name] if name in known else carried or update.value is not None)
        }
        if changed:
            known.update(changed)
            workflow.upsert_search_attributes(list(changed.values()))


class Before(NamedTuple):
    """How a message stood before a step."""

    process: Duties
    state: str
    calendars: Calendars
    journal: Mark

    def restore(self) -> None:
        """Undo what has happened to it since."""
        process = self.process
        for name, value in MessageState.model_validate_json(self.state):
            setattr(process.state, name, value)
        process.use(self.calendars)
        process.journal.forget(self.journal)


def _limit(number: int) -> str:
    return f"limit-{number}"


def _ended_late(run: LimitRun) -> bool:
    """Whether its duty was done, or fell away, after the due moment; a window that has ended blames nobody."""
    ended = run.met_at or run.cancelled_at
    return ended is not None and ended > run.due_at and run.name is not LimitName.RETURN


def nothing() -> None:
    """Nothing was changed, so nothing is undone."""


def _given_attributes() -> dict[str, SearchAttributeUpdate[Any]]:
    """Those the workflow was started with."""
    return {pair.key.name: pair.key.value_set(pair.value) for pair in workflow.info().typed_search_attributes}
