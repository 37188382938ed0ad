"""The road of a message as a timeline: its steps and every limit against working time (cl. 7 to 18).

Time that does not count is drawn narrow and hatched, so that ten working days fit on one line.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.web import templates
from calendar_rules import CalendarError, Step, titles
from calendar_rules.vocabulary import DraftKind, Stage
from service.commands.catalogue import CATALOGUE
from service.journal.reading import JournalRowView
from service.messages.view import LimitView, MessageView
from service.runs.rules import Rules
from workflows.vocabulary import Command, Fact

_WHOLE = 100.0  # per cent of the picture's width
_SKIPPED = 0.8
_MOST_SKIPPED = 30.0
_BETWEEN_DAYS = 8.0
"""Per cent that the name of a day needs."""
_ZERO = timedelta(0)
_SECOND = timedelta(seconds=1)

_AFTER: Final[Mapping[str, Stage]] = {
    Fact.REGISTERED: Stage.ROUTING,
    **{command: row.leads_to for command, row in CATALOGUE.items() if row.leads_to},
}
_PUBLISHED = {
    DraftKind.ANSWER: Stage.CLOSED,
    DraftKind.INTERIM: Stage.AWAITING_FINAL,
    DraftKind.CLARIFICATION: Stage.AWAITING_AUTHOR,
}
_OF_CURATORS = (Stage.ROUTING, Stage.APPROVAL, Stage.AWAITING_AUTHOR)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line, in per cent of its length."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class RoadStep:
    """A stage that the message was in: until `ends`, None for the one it is in; `worked`: working time spent in it."""

    stage: Stage
    body: str | None
    begins: datetime
    ends: datetime | None
    worked: timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the picture."""

    title: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Road:
    """The steps, and the picture of them and of the limits; moments are in the Department's zone."""

    steps: Sequence[RoadStep]
    days: Sequence[tuple[float, str]]
    skipped: Sequence[Piece]
    lines: Sequence[Line]


def road(message: MessageView, rows: Sequence[JournalRowView], rules: Rules, now: datetime) -> Road | None:
    """The road up to `now`; `rows` is the journal, its newest rows first. None where there is nothing to draw."""
    steps = list(_steps(rows, rules, now))
    if not steps:
        return None
    moments = [message.detected_at, steps[0].begins, *(run.started_at for run in message.limits)]
    ends = [steps[-1].begins, *(moment for run in message.limits for moment in _ends(run, now))]
    if steps[-1].stage is not Stage.CLOSED:
        ends.append(now)
    first, last = min(moments), max(ends)
    try:
        axis = _Axis(rules.department.explain_span(first, last))
    except CalendarError:
        return Road(steps, (), (), ())
    stages = Line(
        "Этапы",
        [
            axis.piece(("odd", "even")[place % 2], step.begins, step.ends or now)
            for place, step in enumerate(steps)
            if step.stage is not Stage.CLOSED
        ],
    )
    runs = [
        Line(f"п. {run.clause} {titles.LIMITS[run.name].lower()}", list(_of_run(run, axis, now)))
        for run in message.limits
    ]
    return Road(steps, list(axis.days(rules)), axis.skipped, [stages, *runs])


def _ends(run: LimitView, now: datetime) -> Iterator[datetime]:
    if done := run.met_at or run.cancelled_at:
        yield done
    else:
        yield run.due_at
        if run.breached_at is not None:
            yield now


def _of_run(run: LimitView, axis: "_Axis", now: datetime) -> Iterator[Piece]:
    """What of the term has passed, what was left of it, and how far it was overrun."""
    done = run.met_at or run.cancelled_at or now
    passed = min(max(done, run.started_at), run.due_at)
    yield axis.piece("past", run.started_at, passed)
    if passed < run.due_at:
        yield axis.piece("left", passed, run.due_at)
    if run.cancelled_at is None and done > run.due_at:
        yield axis.piece("late", run.due_at, done)


class _Axis:
    """Where a moment stands: working time to scale, each stretch that does not count equally narrow."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = [step for step in steps if step.end > step.start]
        counted = sum((step.counted for step in self._steps if step.counted), _ZERO)
        gaps = sum(not step.counted for step in self._steps)
        narrow = min(_SKIPPED, _MOST_SKIPPED / max(gaps, 1)) if counted else _WHOLE / max(gaps, 1)
        scale = (_WHOLE - narrow * gaps) / (counted / _SECOND) if counted else 0.0
        self._places = [0.0]
        for step in self._steps:
            width = scale * (step.counted / _SECOND) if step.counted else narrow
            self._places.append(self._places[-1] + width)
        self._starts = [step.start for step in self._steps]

    @property
    def skipped(self) -> list[Piece]:
        """What does not count."""
        return [
            Piece(
                "skipped",
                round(self._places[place], 2),
                round(self._places[place + 1] - self._places[place], 2),
            )
            for place, step in enumerate(self._steps)
            if not step.counted
        ]

    def at(self, moment: datetime) -> float:
        """The place of a moment, in per cent; before the beginning and after the end: there."""
        if not self._steps:
            return 0.0
        number = max(bisect_right(self._starts, moment) - 1, 0)
        step = self._steps[number]
        part = min(max((moment - step.start) / (step.end - step.start), 0.0), 1.0)
        return self._places[number] + part * (self._places[number + 1] - self._places[number])

    def piece(self, kind: str, start: datetime, end: datetime) -> Piece:
        """A stretch from one moment to another; a moment is a thin line."""
        x = self.at(start)
        return Piece(kind, round(x, 2), round(max(self.at(end) - x, 0.2), 2))

    def days(self, rules: Rules) -> Iterator[tuple[float, str]]:
        """The days on which somebody works, by where they begin, as far as their names have room."""
        free, known = 0.0, None
        for step in self._steps:
            day = step.start.astimezone(rules.zone).date()
            x = self.at(step.start)
            if step.counted and day != known and free <= x < _WHOLE - _BETWEEN_DAYS / 2:
                yield round(x, 2), templates.short_day(day)
                free = x + _BETWEEN_DAYS
            known = day if step.counted else known


def _steps(rows: Sequence[JournalRowView], rules: Rules, now: datetime) -> Iterator[RoadStep]:
    """The stages one after another; one that the message entered again is another step."""
    moves = list(_moves(rows))
    for place, (stage, body, at) in enumerate(moves):
        ends = moves[place + 1][2] if place + 1 < len(moves) else None
        until = ends or (now if stage is not Stage.CLOSED else at)
        try:
            worked = rules.calendar_of(body).between(at, until)
        except CalendarError:
            worked = max(until - at, _ZERO)
        yield RoadStep(stage, body, at, ends, worked)


def _moves(rows: Sequence[JournalRowView]) -> Iterator[tuple[Stage, str | None, datetime]]:
    """Each stage with the body that has the message in it, and when that began."""
    stage: Stage | None = None
    before: Stage | None = None
    named: list[str] = []
    for row in reversed(rows):
        data = row.data
        body: str | None = data.get("body")
        if row.kind == Command.ROUTE:
            named = data.get("bodies") or []
            body = named[0] if named else None
        match row.kind:
            case Command.CONFIRM_PUBLICATION:
                following = _PUBLISHED[DraftKind(data["draft_kind"])]
            case Command.WITHDRAW_DRAFT:
                following = before or Stage.PREPARATION
            case Command.REOPEN | Fact.REOPENED:
                following = Stage(data.get("stage") or Stage.ROUTING)
            case Command.SEND_FOR_REWORK if "contribution" in data:
                following = Stage.PREPARATION
            case _ if row.kind in _AFTER:
                following = _AFTER[row.kind]
            case _:
                continue
        if row.kind == Command.SUBMIT_DRAFT:
            before = stage
        if row.kind == Command.CONTRIBUTE and body is not None and body in named[:-1]:
            body = named[named.index(body) + 1]
        stage = following
        yield stage, None if stage in (*_OF_CURATORS, Stage.CLOSED) else body, row.at
