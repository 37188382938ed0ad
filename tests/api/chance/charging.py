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

    `person` had the work, as far as the journal tells; `at` is when that mattered, `over` what it has cost an answer.
    """

    body: str | None
    person: str | None
    limit: str
    at: datetime
    over: timedelta = NOTHING


def own(limit: str, body: str | None, person: str | None, due: datetime) -> Charge:
    """The breach of a step's own limit is its holder's."""
    return Charge(body, person, limit, due)


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
    return Charge(None, person, "answer", pause.start, lost)


def late_answer(
    answer: "Run",
    runs: Iterable["Run"],
    mistakes: Sequence[Charge],
    hours: Hours,
) -> list[Charge]:
    """Of whoever has lost its time: everyone whose own limit was over before it was due."""
    found: list[Charge] = []
    for run in runs:
        if run.name == "answer" or run.inherited or run.breached is None or not run.charged:
            continue
        ended = run.met or run.cancelled or answer.due
        lost = over(run, max(run.due, answer.started), min(ended, answer.due), hours)
        found += [charge._replace(over=lost) for charge in run.charged]
    # Of two that have lost the same the first one on record comes first.
    return sorted(
        (charge for charge in (*found, *mistakes) if charge.over > NOTHING), key=lambda charge: -charge.over
    )
