"""Charging of a breach (cl. 20), told a second time: from the moments of a message, without a look at the program."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tests.api.chance.hours import Hours

if TYPE_CHECKING:
    from tests.api.chance.order import Run

NOTHING = timedelta()


class Pause(NamedTuple):
    """A time in which nobody could work."""

    start: datetime
    end: datetime


class Charge(NamedTuple):
    """Whose own `limit` was over: a body's, None for a curator's.

    `person` had the work, as far as the journal tells; `over` is what it has cost an answer.
    """

    body: str | None
    person: str | None
    limit: str
    over: timedelta = NOTHING


def longest(run: "Run", now: str | None, hours: Hours) -> str | None:
    """Who had the work for the longest part of a run; `now` has had it last."""
    since, had = run.started, dict[str | None, timedelta]()
    for person, given_up in (*run.held, (now, run.due)):
        until = min(given_up, run.due)
        had[person] = had.get(person, NOTHING) + (hours.between(since, until) if since < until else NOTHING)
        since = max(since, until)
    return max(had, key=lambda person: had[person])


def over(run: "Run", since: datetime, until: datetime, hours: Hours) -> timedelta:
    """The working time of whoever owed it in which a run was late, without the time nobody could work."""
    lost = hours.between(since, until) if since < until else NOTHING
    for pause in run.stood:
        begin, end = max(pause.start, since), min(pause.end, until)
        if begin < end:
            lost -= hours.between(begin, end)
    return lost


def closed_by(person: str | None, pause: Pause, answer: "Run", hours: Hours) -> Charge:
    """Of an answer that came due while the message was closed by a mistake, what it was over by the end of that."""
    lost = hours.between(answer.due, pause.end) if pause.start <= answer.due < pause.end else NOTHING
    return Charge(None, person, "answer", lost)


def late_answer(
    answer: "Run",
    runs: Iterable["Run"],
    mistakes: Sequence[Charge],
    hours: Hours,
) -> list[Charge]:
    """Of whoever has lost its time: everyone whose own limit was over before it was due, once, with the longest."""
    found: dict[tuple[str | None, str | None], Charge] = {}
    counted: dict[tuple[str | None, str | None], datetime] = {}
    late = (run for run in runs if run.name != "answer" and run.breached is not None)
    for run in sorted(late, key=lambda run: run.due):
        until = min(run.met or run.cancelled or answer.due, answer.due)
        for charge in run.charged:
            who = charge.body, charge.person
            since = max(run.due, answer.started, counted.get(who, run.due))
            lost = over(run, since, until, hours)
            if since >= until:
                continue
            counted[who] = until
            before = found.get(who, charge._replace(over=NOTHING))
            first = charge if lost > before.over else before
            found[who] = first._replace(over=before.over + lost)
    # Of two that have lost the same the first one on record comes first.
    return sorted(
        (charge for charge in (*found.values(), *mistakes) if charge.over > NOTHING),
        key=lambda charge: -charge.over,
    )
