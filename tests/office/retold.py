"""Retelling of a message from its journal alone: an implementation of its own of who owed what when.

It shares no code with the program but words, so that numbers counted by both may be compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

CURATORS = None


@dataclass(eq=False)
class Owed:
    """One run of one limit; `late` is when it was broken, `blamed` whom the journal charges with that."""

    limit: str
    holder: str | None
    start: datetime
    done: datetime | None = None
    dropped: datetime | None = None
    late: datetime | None = None
    inherited: bool = False
    away: bool = False
    """The message was taken from the body whose hour this is, and the hour stands still."""
    blamed: tuple[str | None, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.done is None and self.dropped is None


@dataclass(frozen=True)
class Step:
    """A row of the journal."""

    at: datetime
    kind: str
    data: dict[str, Any]
    person: str | None = None


@dataclass
class Story:
    """One message as its journal tells it."""

    number: int
    steps: list[Step] = field(default_factory=list)
    runs: list[Owed] = field(default_factory=list)
    detected: datetime = datetime.min
    network: str = ""
    topic: str | None = None
    place: str | None = None
    """The id of the text."""
    repeats: str | None = None
    outcome: str | None = None
    ends: list[tuple[datetime, str, str | None]] = field(default_factory=list)
    """Moment, kind, and ground or reason; those that were undone as mistakes are not here."""
    had: set[str] = field(default_factory=set)
    """Bodies that had a turn."""
    drafted: str | None = None
    returned: list[tuple[datetime, str]] = field(default_factory=list)
    reworked: list[tuple[datetime, str]] = field(default_factory=list)
    decided: list[tuple[datetime, str, str, str, int]] = field(default_factory=list)
    """Moment, kind of row, draft, body, round."""
    files: dict[str, list[str]] = field(default_factory=dict)
    published: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Answers: moment, body, draft."""
    strayed: list[tuple[datetime, str]] = field(default_factory=list)
    """Bodies that a later route left out though they had sent nothing."""
    reported: list[datetime] = field(default_factory=list)
    escalated: list[tuple[datetime, int, tuple[str | None, ...]]] = field(default_factory=list)
    """Rows that may have been escalated: moment, number, and whom they charge."""

    # ---- the state on the way
    sequence: list[str] = field(default_factory=list)
    turn: int = 0
    contributed: list[str] = field(default_factory=list)
    windows: dict[str, Owed] = field(default_factory=dict)
    met_by: dict[str, list[Owed]] = field(default_factory=dict)
    taken: list[Owed] = field(default_factory=list)
    """What the end took away."""
    quiet: set[str] = field(default_factory=set)
    """Bodies of the last route that have sent nothing."""
    mistaken: bool = False

    @property
    def void(self) -> bool:
        return self.outcome == "void"


def retell(number: int, rows: Iterable[Any]) -> Story:
    """Read the journal of one message, in order."""
    story = Story(number)
    for row in rows:
        step = Step(row.at, row.kind, row.data, row.person)
        story.steps.append(step)
        told = _TELL.get(step.kind)
        if told is not None:
            told(story, step)
        if step.kind in ("breach", "inherited"):
            story.escalated.append((step.at, row.number, _blamed(step.data)))
    return story


def _open(story: Story, limit: str, holder: str | None, at: datetime) -> Owed:
    run = Owed(limit, holder, at)
    story.runs.append(run)
    return run


def _now(story: Story, limit: str) -> Owed | None:
    return next((run for run in story.runs if run.limit == limit and run.is_open), None)


def _do(story: Story, at: datetime, *limits: str) -> list[Owed]:
    done = [run for limit in limits if (run := _now(story, limit))]
    for run in done:
        run.done = at
    return done


def _drop(story: Story, at: datetime, *limits: str) -> None:
    for run in story.runs:
        if run.is_open and run.limit in limits:
            run.dropped = at


def _registered(story: Story, step: Step) -> None:
    story.detected = datetime.fromisoformat(step.data["detected_at"])
    story.network = step.data["network"]
    _open(story, "routing", CURATORS, story.detected)
    _open(story, "answer", CURATORS, story.detected)


def _route(story: Story, step: Step) -> None:
    data, at, bodies = step.data, step.at, list(step.data["bodies"])
    story.strayed += [(at, body) for body in story.quiet - set(bodies)]
    story.quiet = set(bodies)
    _drop(story, at, "contribution", "draft")
    for body, run in story.windows.items():
        if run.is_open and body != bodies[0]:
            run.dropped, run.away = at, True
    _do(story, at, "routing")
    story.topic, story.repeats = data["topic"], data.get("repeats")
    story.place = data["texts"]["location"]
    story.sequence, story.turn = bodies, 0
    _pass_answer(story, bodies[-1])
    _turn(story, at)


def _turn(story: Story, at: datetime) -> None:
    body = story.sequence[story.turn]
    story.had.add(body)
    if (window := story.windows.get(body)) and window.away and window.late is None:
        window.done, window.dropped, window.away = None, None, False
    if body not in story.windows:
        story.windows[body] = _open(story, "return", body, at)
    earlier = [other for other in story.contributed if other not in story.sequence]
    if len(earlier) + len(story.sequence) > 1:
        _open(story, "contribution", body, at)
    if story.turn == len(story.sequence) - 1 and _now(story, "answer"):
        _open(story, "draft", body, at)


def _return(story: Story, step: Step) -> None:
    body = step.data["body"]
    story.returned.append((step.at, body))
    window = story.windows[body]
    window.done, window.dropped, window.away = step.at, None, True
    _drop(story, step.at, "contribution", "draft")
    _pass_answer(story, CURATORS)
    _open(story, "routing", CURATORS, step.at)


def _pass_answer(story: Story, holder: str | None) -> None:
    """Whose an answer that is late already was, stays on record."""
    answer = _now(story, "answer")
    if answer is not None and (answer.late is None or answer.inherited):
        answer.holder = holder


def _end_window(story: Story, body: str, at: datetime) -> None:
    if story.windows[body].is_open:
        story.windows[body].dropped = at


def _contribute(story: Story, step: Step) -> None:
    body = step.data["body"]
    _do(story, step.at, "contribution")
    _end_window(story, body, step.at)
    story.quiet.discard(body)
    if body not in story.contributed:
        story.contributed.append(body)
    story.turn += 1
    _turn(story, step.at)


def _rework(story: Story, step: Step) -> None:
    data, at = step.data, step.at
    story.reworked.append((at, data["body"]))
    if "contribution" in data:
        for run in story.windows.values():
            if run.is_open:
                run.dropped, run.away = at, True
        _drop(story, at, "contribution", "draft")
        story.turn -= 1
        _open(story, "contribution", story.sequence[story.turn], at)
        return
    story.decided.append((at, step.kind, data["draft"], data["body"], data["round"]))
    _do(story, at, "approval")
    _drop(story, at, "publication")
    _open(story, "rework", data["body"], at)


def _draft(story: Story, step: Step) -> None:
    data, at = step.data, step.at
    story.files[data["draft"]] = data.get("attachments", [])
    done = _do(story, at, "draft", "contribution", "rework")
    final = [run for run in story.runs if run.limit == "final_draft"]
    if data["draft_kind"] == "answer":
        done += _do(story, at, "final_draft")
    elif final and final[-1].done:
        final[-1].done = None
    _end_window(story, data["body"], at)
    story.met_by[data["draft"]] = done
    _open(story, "approval", CURATORS, at)


def _withdraw(story: Story, step: Step) -> None:
    _drop(story, step.at, "approval", "publication")
    for run in story.met_by[step.data["draft"]]:
        run.done = None


def _approve(story: Story, step: Step) -> None:
    data = step.data
    story.decided.append((step.at, step.kind, data["draft"], data["body"], data["round"]))
    _do(story, step.at, "approval")
    _open(story, "publication", data["body"], step.at)


def _publish(story: Story, step: Step) -> None:
    data, at = step.data, step.at
    _do(story, at, "publication", "answer")
    if data["draft_kind"] == "answer":
        story.published.append((at, data["body"], data["draft"]))
        story.drafted = data["body"]
        _drop(story, at, *(run.limit for run in story.runs))
        story.ends.append((at, "answered", None))
        story.outcome = "answered"
    elif data["draft_kind"] == "interim" and not any(run.limit == "final_draft" for run in story.runs):
        _open(story, "final_draft", data["body"], at)


def _go_on(story: Story, step: Step) -> None:
    _drop(story, step.at, "answer")
    _open(story, "answer", step.data["body"], step.at)
    _open(story, "draft", step.data["body"], step.at)


def _decline(story: Story, step: Step) -> None:
    met = _do(story, step.at, "routing")
    _end(story, step, "declined", step.data["ground"], met)


def _close(story: Story, step: Step) -> None:
    reason = step.data["reason_kind"]
    _end(story, step, "void" if reason == "registered_by_mistake" else "unanswered", reason, [])


def _end(story: Story, step: Step, outcome: str, why: str, met: list[Owed]) -> None:
    story.taken = [*met, *(run for run in story.runs if run.is_open)]
    _drop(story, step.at, *(run.limit for run in story.runs))
    story.outcome, story.mistaken = outcome, outcome == "void"
    if not story.mistaken:
        story.ends.append((step.at, outcome, why))


def _reopened(story: Story, step: Step) -> None:
    for run in story.taken:
        run.done = run.dropped = None
    story.outcome = None
    if not story.mistaken:
        story.ends.append((step.at, "reopened", None))


def _correct(story: Story, step: Step) -> None:
    story.network = step.data.get("network", story.network)
    story.topic = step.data.get("topic", story.topic)
    story.place = step.data.get("texts", {}).get("location", story.place)


def _breach(story: Story, step: Step) -> None:
    data = step.data
    if data["limit"] == "return":
        run = story.windows[data["body"]]
    else:
        last = next(run for run in reversed(story.runs) if run.limit == data["limit"])
        run = _now(story, data["limit"]) or last
    run.late, run.inherited = step.at, False
    run.blamed = _blamed(data)
    if run.limit == "answer" and run.blamed:
        run.holder = run.blamed[0]


def _blamed(data: dict[str, Any]) -> tuple[str | None, ...]:
    """Each once, whose own limits were over twice, too."""
    charged = data.get("charged", ())
    return tuple(dict.fromkeys(CURATORS if one["role"] == "curator" else one["body"] for one in charged))


def _withdrawn(story: Story, step: Step) -> None:
    run = _now(story, step.data["limit"]) or next(
        run for run in reversed(story.runs) if run.limit == step.data["limit"]
    )
    run.late = None


def _inherited(story: Story, step: Step) -> None:
    run = _now(story, step.data["limit"])
    assert run is not None
    run.inherited, run.late = True, step.at


def _moved(story: Story, step: Step) -> None:
    run = _now(story, step.data["limit"])
    if run is not None and run.inherited:
        run.inherited, run.late = False, None


def _reported(story: Story, step: Step) -> None:
    story.reported.append(step.at)


_TELL = {
    "registered": _registered,
    "route": _route,
    "return_to_curator": _return,
    "contribute": _contribute,
    "send_for_rework": _rework,
    "submit_draft": _draft,
    "withdraw_draft": _withdraw,
    "approve": _approve,
    "confirm_publication": _publish,
    "author_replied": _go_on,
    "resume": _go_on,
    "decline": _decline,
    "close_unanswered": _close,
    "reopened": _reopened,
    "correct": _correct,
    "breach": _breach,
    "breach_withdrawn": _withdrawn,
    "inherited": _inherited,
    "limit_moved": _moved,
    "report_to_governor": _reported,
}
