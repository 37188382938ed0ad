"""Messages as lines of a list: what is to be done, how much working time is left, and what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_rules import CalendarError
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Importance, Network, Stage
from calendar_rules.work_calendar import WorkCalendar
from service import access_note
from service.message_view import LimitView, listed_state
from service.rules import Rules
from store import open_runs, texts
from store.listing import Listed
from store.session import Connection
from workflows.state import LimitRun, MessageState

_LINE = 160  # characters
_ZERO = timedelta(0)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Working time from `start` to `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """The duty of a message that is due first, as it stands at a moment.

    `left` is working time to `due_at`, negative once that has passed. `spans` is the working time from that moment on
    in which it runs: to `due_at`, or to the end of the working day where that has passed. All moments are those of the
    message's own clock, which is `ahead` of the wall's in training, and else the same.
    """

    limit: LimitName
    clause: int
    due_at: datetime
    warn_at: datetime | None
    left: timedelta
    spans: tuple[Span, ...]
    now: datetime
    ahead: timedelta = _ZERO

    @property
    def is_late(self) -> bool:
        return self.left < _ZERO

    @property
    def is_soon(self) -> bool:
        """Whether it runs out: the holder has been warned."""
        return not self.is_late and self.warn_at is not None and self.warn_at <= self.now


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as one line; `subject` is the beginning of its text."""

    number: int
    subject: str
    location: str | None
    network: Network
    stage: Stage
    body: str | None
    topic: str | None
    importance: Importance | None
    curator: str | None
    assignee: str | None
    detected_at: datetime
    overdue: bool
    duty: OpenDuty | None


def subject(text: str) -> str:
    """The first line of a message's text, cut where it is long."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(first) <= _LINE:
        return first
    return f"{first[:_LINE].rsplit(' ', 1)[0]}…"


def lines(connection: Connection, rules: Rules, rows: Sequence[Listed], now: datetime) -> list[MessageLine]:
    """The messages of a page as lines, in their order; moments are in the Department's zone."""
    access_note.shows(row.number for row in rows)
    states = [listed_state(row) for row in rows]
    runs = open_runs.first_of(connection, [row.number for row in rows])
    places = texts.named(connection, [state.location for state in states if state.location])
    calendars = _Calendars(rules)
    return [
        _line(row, state, places, calendars, runs.get(row.number), now)
        for row, state in zip(rows, states, strict=True)
    ]


def duty(
    run: LimitRun | LimitView, calendar: WorkCalendar, now: datetime, ahead: timedelta = _ZERO
) -> OpenDuty:
    """An open run as it stands at `now` on the message's own clock, which is `ahead` of the wall's."""
    zone = ZoneInfo(calendar.timezone)
    if now < run.due_at:
        spans = [
            Span(max(step.start, now), step.end)
            for step in run.explanation
            if step.counted and step.end > now
        ]
        left = sum((span.end - span.start for span in spans), _ZERO)
        if run.name is LimitName.FINAL_DRAFT:  # its days count as days, however long
            left = _between(calendar, now, run.due_at)
    else:
        left = -_between(calendar, run.due_at, now)
        spans = _spans(calendar, now)
    return OpenDuty(
        limit=run.name,
        clause=run.clause,
        due_at=run.due_at.astimezone(zone),
        warn_at=run.warn_at if isinstance(run, LimitRun) else None,
        left=left,
        spans=tuple(spans),
        now=now.astimezone(zone),
        ahead=ahead,
    )


class _Calendars:
    """The calendars by which the duties of one page run."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._made: dict[str | None, WorkCalendar] = {}

    def of(self, body: str | None) -> WorkCalendar:
        if body not in self._made:
            self._made[body] = self._rules.calendar_of(body)
        return self._made[body]


def _line(
    row: Listed,
    state: MessageState,
    places: Mapping[str, str],
    calendars: _Calendars,
    run: str | None,
    now: datetime,
) -> MessageLine:
    open_run = LimitRun.model_validate_json(run) if run else None
    own_now = row.now(now)
    return MessageLine(
        number=row.number,
        subject=subject(row.text),
        location=places.get(state.location or ""),
        network=state.network,
        stage=state.stage,
        body=state.current_body,
        topic=state.topic,
        importance=state.importance,
        curator=state.curator,
        assignee=state.assignee,
        detected_at=row.detected_at,
        overdue=row.overdue,
        duty=duty(open_run, calendars.of(open_run.calendar), own_now, own_now - now) if open_run else None,
    )


def _between(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    try:
        return calendar.between(start, end)
    except CalendarError:
        return end - start


def _spans(calendar: WorkCalendar, now: datetime) -> list[Span]:
    """Working time of the day that follows `now`."""
    try:
        steps = calendar.explain_span(now, now + _AHEAD)
    except CalendarError:
        return []
    return [Span(step.start, step.end) for step in steps if step.counted]
