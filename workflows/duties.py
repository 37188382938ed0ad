"""Duties of a message by itself: its limits at their moments, the silence of the author, its timers, the Web UI.

Nothing of it may fail for good: what raises is undone, owed, and tried again (see `containment`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from calendar_rules.regulation import LimitName
from workflows import wording
from workflows.admissible import admissible
from workflows.case import Case
from workflows.containment import Retries, nothing, succeeds
from workflows.identity import BODY, IMPORTANCE, NETWORK, NEXT_DUE, OVERDUE, STAGE
from workflows.message import MessageRoad
from workflows.state import Admission, LimitRun
from workflows.timers import Timers, Wanted
from workflows.vocabulary import Duty

Found = TypeVar("Found")


class Duties:
    """The part of a message's workflow that nobody asks for."""

    def __init__(self, case: Case, road: MessageRoad, *, is_first_run: bool) -> None:
        self._case, self._road = case, road
        self._state, self._limits = case.state, case.limits
        self._timers = Timers(self._on_moment)
        self._retries = Retries()
        # An earlier run's are set once more: what it had set may not hold any longer.
        self._is_first_run, self._attributes = is_first_run, _given_attributes() if is_first_run else {}

    def stop(self) -> None:
        """Cancel what waits for a moment: the message goes over to a new run."""
        self._timers.stop()

    def catch_up(self, moment: datetime) -> None:
        """Bring the message to a command's own moment, so that it finds the limits as they stood then.

        A limit that cannot be served does not hold up the command: it is owed, and served when it can be.
        """
        until = self._state.silent_until
        if until is not None and until < moment:
            self._expire(self._limits.due_before(until))
            self._end_silence(until)
        self._expire([*self._limits.due_before(moment), *self._owed()])

    def settle(self) -> None:
        """Bring everything that follows from the state up to it: what may be done, the timers, the Web UI."""
        self._contained(Duty.TIMERS, self._follow_up, self._set_timers)
        limits = self._case.regulation.limits
        self._contained(
            Duty.DETAILS, lambda: wording.details(self._state, limits), workflow.set_current_details
        )
        self._contained(Duty.ATTRIBUTES, self._searched_by, self._upsert)

    def owe_a_breach(self) -> bool:
        """Whether a limit that has ended late could not be served yet."""
        return not self._retries.is_empty and any(
            self._retries.is_owed(_limit(run.number)) and run.breached_at is None and _ended_late(run)
            for run in self._state.limits
        )

    def _on_moment(self, number: int) -> None:
        """The timer of a run is served."""
        now = self._case.now
        self._case.journal.hangs_on_clock = True
        self._expire([*self._limits.due_until(now), *self._owed()])
        run = self._state.limits[number - 1]
        if (
            run.is_open
            and run.breached_at is None
            and run.warn_at is not None
            and run.warn_at <= now
            and run.due_at > now
            and not run.warned
        ):
            self._serve(run, lambda run: self._limits.warn(run, now))
        self._retries.forget_until(_limit(number), now)
        self.settle()

    def _owed(self) -> list[LimitRun]:
        """Runs that have ended since their serving failed, past their due moment: a breach is still due for them."""
        owed = [run for run in self._state.limits if self._retries.is_owed(_limit(run.number))]
        for run in owed:
            if run.breached_at is not None or not (run.is_open or _ended_late(run)):
                self._retries.done(_limit(run.number))
        return [run for run in owed if run.breached_at is None and not run.is_open and _ended_late(run)]

    def _expire(self, runs: Iterable[LimitRun]) -> None:
        for run in runs:
            self._serve(run, self._limits.expire)

    def _serve(self, run: LimitRun, duty: Callable[[LimitRun], None]) -> None:
        """Do what a limit asks for at one of its moments; where that fails, it is owed, and tried again."""
        name, due, now = _limit(run.number), run.due_at, self._case.now
        undo = self._case.before()
        # By its number: what failed before it has put other objects in the place of the runs.
        work = partial(lambda number: duty(self._state.limits[number - 1]), run.number)
        if succeeds(self._retries.attempt(name), work, undo, alarm=f"limit_{run.name}"):
            self._retries.done(name)
        else:
            self._retries.failed(name, at=now, by=due)
            self._case.journal.hangs_on_clock = True

    def _on_silence(self) -> None:
        if (until := self._state.silent_until) is not None:
            self._case.journal.hangs_on_clock = True
            self._end_silence(until)
            self.settle()

    def _end_silence(self, until: datetime) -> None:
        undo = self._case.before()
        work = partial(self._road.nobody_replied, max(until, self._state.last_moment))
        if succeeds(self._retries.attempt(Duty.NO_REPLY), work, undo, alarm=Duty.NO_REPLY):
            self._retries.done(Duty.NO_REPLY)
        else:
            self._retries.failed(Duty.NO_REPLY, at=self._case.now)
            self._case.journal.hangs_on_clock = True

    def _contained(self, name: str, compute: Callable[[], Found], act: Callable[[Found], None]) -> None:
        """Act upon what is computed, which issues no command; where that fails, the next step computes it again."""
        found: list[Found] = []
        if succeeds(self._retries.attempt(name), lambda: found.append(compute()), nothing, alarm=name):
            self._retries.done(name)
            act(found[0])
        elif name == Duty.TIMERS:
            # Until the next step a limit would be forgotten.
            self._timers.set(name, self._retries.failed(name, at=self._case.now), wording.RETRY, self.settle)

    def _follow_up(self) -> tuple[tuple[Admission, ...], Wanted]:
        """What may be done now, and the timers that the limits need."""
        return admissible(self._state), self._timers.wanted(
            self._state, lambda run: self._retries.again_at(_limit(run.number))
        )

    def _set_timers(self, found: tuple[tuple[Admission, ...], Wanted]) -> None:
        self._state.allowed, wanted = found
        self._timers.align(wanted)
        if self._state.silent_until is None:
            self._retries.done(Duty.NO_REPLY)
        until, again = self._state.silent_until, self._retries.again_at(Duty.NO_REPLY)
        until = max(until, again) if until and again else until
        self._timers.set(Duty.NO_REPLY, until, wording.reply_timer(until) if until else "", self._on_silence)

    def _searched_by(self) -> dict[str, SearchAttributeUpdate[Any] | None]:
        state = self._state
        return {
            NETWORK.name: NETWORK.value_set(state.network.value),
            STAGE.name: STAGE.value_set(state.stage.value),
            OVERDUE.name: OVERDUE.value_set(state.overdue),
            BODY.name: BODY.value_set(state.current_body) if state.current_body else BODY.value_unset(),
            IMPORTANCE.name: IMPORTANCE.value_set(state.importance) if state.importance else None,
            NEXT_DUE.name: NEXT_DUE.value_set(state.next_due) if state.next_due else NEXT_DUE.value_unset(),
        }

    def _upsert(self, attributes: dict[str, SearchAttributeUpdate[Any] | None]) -> None:
        known = self._attributes
        changed = {
            name: update
            for name, update in attributes.items()
            # What an earlier run has set goes over, and is unset where it no longer holds.
            if update is not None
            and (
                update != known[name] if name in known else not self._is_first_run or update.value is not None
            )
        }
        if changed:
            known.update(changed)
            workflow.upsert_search_attributes(list(changed.values()))


def _limit(number: int) -> str:
    return f"limit-{number}"


def _ended_late(run: LimitRun) -> bool:
    """Whether its duty was done, or fell away, after the due moment; a window that has ended blames nobody."""
    ended = run.met_at or run.cancelled_at
    return ended is not None and ended > run.due_at and run.name is not LimitName.RETURN


def _given_attributes() -> dict[str, SearchAttributeUpdate[Any]]:
    """Those the workflow was started with."""
    return {pair.key.name: pair.key.value_set(pair.value) for pair in workflow.info().typed_search_attributes}
