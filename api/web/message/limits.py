"""The limits of a message as its page shows them: what is left, a bar of time, and how the due moment is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.web.templates import weekday_moment
from calendar_rules import CalendarError, Step, titles
from calendar_rules.regulation import LimitName
from calendar_rules.russian import short_amount
from calendar_rules.terms import Term, Unit
from service.messages.time_left import OpenDuty, duty
from service.runs.rules import Rules
from workflows.state import LimitRun, MessageState

WIDTH = 1000.0
_SKIPPED = 36.0
"""How wide a stretch is that does not count, however long it was: a night is no wider than a lunch."""
_MOST_SKIPPED = 0.4
"""Of the bar, when there are many."""
_ZERO = timedelta(0)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bar: `past` and `left` count, `skipped` does not."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a due moment is found: the stretches in the order of the count, and what is said before and behind them."""

    steps: Sequence[Step]
    before: str | None = None
    behind: str | None = None


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """A run with what is left of it, None where it is over, its bar, empty where it fell away, and its reckoning."""

    run: LimitRun
    duty: OpenDuty | None
    bar: Sequence[Piece]
    reckoning: Reckoning | None


def shown_limits(
    state: MessageState,
    explained: Sequence[Sequence[Step]],
    rules: Rules,
    now: datetime,
    ahead: timedelta = _ZERO,
) -> list[ShownLimit]:
    """Every run of the message at `now` on its own clock, `ahead` of the wall's; the last started stands first.

    `explained` are the explanations of the runs, in their order.
    """
    return [
        ShownLimit(
            run,
            duty(run, rules.calendar_of(run.calendar), now, ahead) if run.is_open else None,
            () if run.cancelled_at else bar(_run_through(run, steps, rules), run.met_at or now),
            reckoning(run, steps, state),
        )
        for run, steps in reversed([*zip(state.limits, explained, strict=True)])
    ]


# ---- the bar


def _run_through(run: LimitRun, steps: Sequence[Step], rules: Rules) -> Sequence[Step]:
    """What a run goes through from its start to its due moment.

    That is its explanation, but for one counted back: that explains what lies behind the due moment (cl. 10).
    """
    if not _is_counted_back(run, steps):
        return steps
    if run.term.unit is Unit.CLOCK_HOURS:
        length = max(run.due_at - run.started_at, _ZERO)
        return [Step(start=run.started_at, end=run.due_at, counted=length, reason="часы подряд")]
    calendar, at, found = rules.calendar_of(run.calendar), run.started_at, list[Step]()
    try:
        for pause in run.stood:
            begin, end = max(pause.start, at), min(pause.end, run.due_at)
            if begin < end:
                found += calendar.explain_span(at, begin)
                found.append(Step(start=begin, end=end, counted=_ZERO, reason=pause.reason))
                at = end
        return [*found, *calendar.explain_span(at, run.due_at)]
    except CalendarError:
        return ()


def bar(steps: Sequence[Step], until: datetime) -> Sequence[Piece]:
    """The bar of these steps; what counted by `until` is past."""
    stretches = [part for step in steps for part in _split(step, until)]
    counted = sum((length for kind, length in stretches if kind != "skipped"), _ZERO)
    skipped = sum(kind == "skipped" for kind, _ in stretches)
    if not counted:
        return [Piece("skipped", 0, WIDTH)]
    narrow = min(_SKIPPED, WIDTH * _MOST_SKIPPED / max(skipped, 1))
    scale = (WIDTH - narrow * skipped) / (counted / timedelta(seconds=1))
    pieces: list[Piece] = []
    x = 0.0
    for kind, length in stretches:
        width = narrow if kind == "skipped" else scale * (length / timedelta(seconds=1))
        pieces.append(Piece(kind, round(x, 1), round(width, 1)))
        x += width
    return pieces


def _split(step: Step, until: datetime) -> Sequence[tuple[str, timedelta]]:
    """A step as what is past of it and what is left, with their lengths."""
    if not step.counted:
        return [("skipped", step.end - step.start)] if step.end > step.start else []
    middle = min(max(until, step.start), step.end)
    parts = (("past", middle - step.start), ("left", step.end - middle))
    return [(kind, length) for kind, length in parts if length]


# ---- the reckoning


def reckoning(run: LimitRun, steps: Sequence[Step], state: MessageState) -> Reckoning | None:
    """How the due moment of a run is found, by the steps of its explanation; None where there are none.

    Of a draft what is subtracted from the due moment of the answer (cl. 10), piece by piece as it is counted, back from
    it; a draft that waits for its body's contribution says so (cl. 15).
    """
    if not steps:
        return None
    awaited = state.limits[run.waits_for - 1] if run.waits_for else None
    due = weekday_moment(run.due_at)
    if not _is_counted_back(run, steps):
        if awaited is None or run.stood:
            return Reckoning(steps)
        waits = f"Срок ответа истекает не позднее {_named(awaited)}; проект представляется к его окончанию, {due}:"
        return Reckoning(steps, waits)
    counted = sum((step.counted for step in steps), _ZERO)
    answer = weekday_moment(steps[-1].end)
    if counted == run.term.amount:
        return Reckoning(
            tuple(reversed(steps)),
            f"Срок ответа — {answer}; за {_length(counted, run.term)} до него:",
            f"{titles.LIMITS[run.name]} — {due}.",
        )
    return Reckoning(
        steps,
        f"{_why_later(run, awaited)} — {due}. До срока ответа, {answer}, остаётся:",
        f"Итого до срока ответа: {_length(counted, run.term)}.",
    )


def _why_later(run: LimitRun, awaited: LimitRun | None) -> str:
    """Why a draft is due later than its lead before the answer."""
    if run.stood:
        lead = _length(run.term.amount, run.term)
        return f"{titles.LIMITS[run.name]}, за {lead} до срока ответа, продлён ({run.stood[-1].reason})"
    if awaited is not None:
        return f"Проект представляется не ранее окончания {_named(awaited)}"
    return "Проект представляется не ранее выявления сообщения"


def _named(run: LimitRun) -> str:
    return f"{titles.of_limit(run.name)} (п. {run.clause})"


def _is_counted_back(run: LimitRun, steps: Sequence[Step]) -> bool:
    """Whether the explanation says what lies between the due moment and that of the answer."""
    return bool(steps) and run.name is LimitName.DRAFT and steps[-1].end > run.due_at


def _length(amount: timedelta, term: Term) -> str:
    """An amount of the term's unit: «4 рабочих часа», «2 ч 13 мин рабочего времени»."""
    if not amount % _HOUR:
        return str(Term(amount=amount, unit=term.unit))
    return short_amount(amount) + (" рабочего времени" if term.unit is Unit.WORKING_HOURS else " подряд")
