"""Roads of the demo's complaints: a table of steps with the working time of each, and the commands they come to.

What is late is late by intent. Times are those of order 238; they differ from complaint to complaint by up to a fifth
and are the same at every start.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from calendar_rules.regulation import order_238
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind
from embedded.demo.data import Complaint
from workflows.vocabulary import Command

_IN_TIME: Final = "approve 45, publish 15"
_INTERIM: Final = "route 40, interim 150, approve 45, publish 15"
_CLARIFICATION: Final = "route 40, clarification 120, approve 45, publish 15"

ROADS: Final[Mapping[str, Sequence[str]]] = {
    "answered": [f"route 40, draft 150, {_IN_TIME}"],
    "answered_late": [
        f"route 40, draft 345, {_IN_TIME}",
        f"route 125, draft 90, {_IN_TIME}",
        "route 40, draft 110, approve 130, publish 15",
        "route 40, draft 120, approve 45, publish 50",
        f"route 40, draft 700, {_IN_TIME}",
        # When the body receives it, its draft is due already.
        "route 340, draft 60, approve 30, publish 15",
    ],
    "answered_after_rework": [f"route 30, earlier 90, rework 35, draft 35, {_IN_TIME}"],
    "answered_after_two_reworks": [
        f"route 30, earlier 70, rework 30, earlier 85, rework 25, draft 35, {_IN_TIME}",
        f"route 30, earlier 80, rework 30, earlier 35, rework 30, draft 35, {_IN_TIME}",
    ],
    "returned_then_answered": [f"route 30, return 30, route 30, draft 120, {_IN_TIME}"],
    "returned_twice": [f"route 25, return 25, route 25, return 25, route 25, draft 90, {_IN_TIME}"],
    "returned_late": [f"route 25, return 90, route 25, draft 70, {_IN_TIME}"],
    "joint_answered": [
        f"route 10, contributions 152, draft 40, {_IN_TIME}",
        f"route 25, contributions 50, draft 60, {_IN_TIME}",
    ],
    "joint_returned_in_middle": [
        f"route 20, contribution 35, return 25, route 20, contributions 35, draft 50, {_IN_TIME}"
    ],
    "joint_contribution_rework": [
        f"route 20, earlier_contribution 40, rework_contribution 20, contributions 45, draft 50, {_IN_TIME}"
    ],
    "interim_then_answered": [
        *[f"{_INTERIM}, draft 2400, {_IN_TIME}"] * 2,
        f"{_INTERIM}, draft 7100, {_IN_TIME}",
        f"{_INTERIM}, draft 2000, {_IN_TIME}",
    ],
    "interim_awaiting_final": [f"{_INTERIM}, waits {minutes}" for minutes in (3700, 2900, 2100, 1300, 600)],
    "clarification_replied_answered": [f"{_CLARIFICATION}, reply 330, draft 120, {_IN_TIME}"],
    "clarification_awaiting_author": [
        f"{_CLARIFICATION}, waits {minutes}" for minutes in (880, 630, 380, 130)
    ],
    "clarification_no_reply_closed": [f"{_CLARIFICATION}, close 2700"],
    "repeated_answered": [f"route 40, draft 150, {_IN_TIME}"],
    "declined_harm": ["decline 35"],
    "declined_obscene": ["decline 30"],
    "declined_threat": ["decline 25"],
    "closed_deleted": ["route 40, close 70"],
    "closed_comments_closed": ["route 40, close 90"],
    "registered_by_mistake": ["close 25"],
    "reduced_term_answered": [f"route 40, draft 140, {_IN_TIME}"],
    "governor_reported": [f"route 40, report 8, draft 140, {_IN_TIME}"],
    "withdrawn_draft_answered": [f"route 40, earlier 90, withdraw 12, draft 60, {_IN_TIME}"],
    "open_routing": [f"waits {minutes}" for minutes in (6, 18, 30, 42, 54, 66)],
    "open_routing_late": ["waits 240", "waits 310"],
    "open_preparation": [f"route 30, waits {minutes}" for minutes in (20, 50, 80, 110, 140, 170, 200)],
    "open_preparation_late": [f"route 30, waits {minutes}" for minutes in (330, 440, 610)],
    "open_joint": [f"route 20, contributions 30, waits {minutes}" for minutes in (24, 48, 72)],
    "open_approval": [f"route 40, draft 130, waits {minutes}" for minutes in (7, 16, 25, 34, 43, 52)],
    "open_rework": [f"route 30, earlier 100, rework 35, waits {minutes}" for minutes in (9, 18, 27, 36)],
    "open_publication": [f"route 40, draft 130, approve 45, waits {minutes}" for minutes in (4, 9, 13, 18)],
    "open_returned": [f"route 30, return 30, waits {minutes}" for minutes in (18, 40)],
}
"""By road, its steps with the minutes of working time that each takes: of the first complaint on it, of the second and
so on; the last line is of all further ones. `waits` is how long nothing has been done by now."""

_DRAFTS: Final = {
    "draft": ("answer", DraftKind.ANSWER),
    "interim": ("interim", DraftKind.INTERIM),
    "clarification": ("clarification", DraftKind.CLARIFICATION),
}
"""What a step that drafts takes from the complaint."""

_GROUNDS: Final = {
    "declined_harm": DeclineGround.HARM_TO_PERSON,
    "declined_obscene": DeclineGround.OBSCENE_OR_INSULTING,
    "declined_threat": DeclineGround.THREAT_TO_OFFICIAL,
}
_REASONS: Final = {
    "clarification_no_reply_closed": CloseReason.NO_REPLY,
    "closed_deleted": CloseReason.DELETED,
    "closed_comments_closed": CloseReason.COMMENTS_CLOSED,
    "registered_by_mistake": CloseReason.REGISTERED_BY_MISTAKE,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One command: `after` is working time since detection; a curator acts where there is no `body`.

    `fields` are the command's own but for what depends on numbers: `repeats` is a slug.
    """

    after: timedelta
    command: Command
    body: str | None
    fields: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Road:
    """A complaint's road: when it is registered, its steps, and how long it has waited since; None: it has ended."""

    complaint: Complaint
    registered: timedelta
    steps: tuple[Step, ...]
    waits: timedelta | None

    @property
    def lasts(self) -> timedelta:
        """Working time from detection to the last command."""
        return self.steps[-1].after if self.steps else timedelta(0)


def identity(*parts: object) -> str:
    """An id that is the same at every start."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def chance(*parts: object) -> float:
    """A number from zero to below one, which is the same at every start."""
    return int(identity(*parts)[:8], 16) / 0x1_0000_0000


def road(complaint: Complaint, variant: int) -> Road:
    """The road of a complaint; `variant` is how many complaints of the same road come before it."""
    lines = ROADS[complaint.road]
    reduced = complaint.route.reduced_term
    share = 1.0 if reduced is None else int(reduced[2:-1]) / (order_238().ordinary_term / timedelta(hours=1))
    at, waits = timedelta(0), None
    steps: list[Step] = []
    walk = _Walk(complaint)
    for name, minutes in _named(lines[min(variant, len(lines) - 1)]):
        if name == "waits":
            waits = minutes
            continue
        for command, body, fields, texts in walk.take(name):
            at += timedelta(
                seconds=round(
                    minutes.total_seconds() * share * (0.8 + 0.4 * chance(complaint.slug, len(steps)))
                )
            )
            steps.append(Step(at, command, body, fields, texts))
    first = steps[0].after if steps else waits or at
    return Road(complaint, min(first, timedelta(hours=1)) * 0.15, tuple(steps), waits)


def _named(line: str) -> Iterator[tuple[str, timedelta]]:
    for part in line.split(", "):
        name, _, minutes = part.partition(" ")
        yield name, timedelta(minutes=int(minutes))


_Taken = tuple[Command, str | None, dict[str, Any], dict[str, str]]


class _Walk:
    """A complaint on its way: whose turn it is, and which of its texts come next."""

    def __init__(self, complaint: Complaint) -> None:
        self._complaint = complaint
        self._bodies = list(complaint.route.bodies)
        self._turn = 0
        self._returned_to: str | None = None
        self._numbers = {"draft": 0, "contribution": 0, "answer": 0}
        self._returns = iter(complaint.returns)
        self._contributions = list(complaint.contributions)
        self._comments = iter(complaint.rework_comments)
        self._earlier = iter(complaint.earlier_drafts)

    def take(self, name: str) -> Iterator[_Taken]:
        """The command of a step; of `contributions` one for every body that has not contributed."""
        for _ in range(len(self._contributions) if name == "contributions" else 1):
            yield self._command(name)

    @property
    def _body(self) -> str:
        return self._bodies[self._turn]

    def _last(self, kind: str) -> str:
        return identity(self._complaint.slug, kind, self._numbers[kind])

    def _next(self, kind: str) -> str:
        self._numbers[kind] += 1
        return self._last(kind)

    def _command(self, name: str) -> _Taken:  # noqa: PLR0911, PLR0912  one line a step
        complaint = self._complaint
        match name:
            case "route":
                return self._routed()
            case "return":
                returned = next(self._returns)
                self._returned_to = returned.to
                fields = {"competent_body": returned.to}
                return Command.RETURN, self._body, fields, {"reason": returned.reason}
            case "contribution" | "contributions" | "earlier_contribution":
                return self._contributed(is_earlier=name == "earlier_contribution")
            case "rework_contribution":
                self._turn -= 1
                fields, texts = (
                    {"contribution": self._last("contribution")},
                    {"comment": next(self._comments)},
                )
                return Command.SEND_FOR_REWORK, None, fields, texts
            case "draft" | "interim" | "clarification":
                field, kind = _DRAFTS[name]
                return self._drafted(getattr(complaint, field), kind)
            case "earlier":
                return self._drafted(next(self._earlier), DraftKind.ANSWER)
            case "withdraw":
                return Command.WITHDRAW_DRAFT, self._body, {"draft": self._last("draft")}, {}
            case "approve":
                return Command.APPROVE, None, {"draft": self._last("draft")}, {}
            case "rework":
                texts = {"comment": next(self._comments)}
                return Command.SEND_FOR_REWORK, None, {"draft": self._last("draft")}, texts
            case "publish":
                self._next("answer")
                page = complaint.url.split("/")[2]
                url = f"https://{page}/otklik-demo/{complaint.slug}/answer-{self._numbers['answer']}"
                return Command.CONFIRM_PUBLICATION, self._body, {}, {"url": url}
            case "reply":
                return Command.AUTHOR_REPLIED, None, {}, {"text": complaint.author_reply or ""}
            case "decline":
                return Command.DECLINE, None, {"ground": _GROUNDS[complaint.road]}, {}
            case "close":
                return Command.CLOSE, None, {"reason": _REASONS[complaint.road]}, {}
            case "report":
                return Command.REPORT_TO_GOVERNOR, None, {}, {"reason": complaint.governor_reason or ""}
        raise ValueError(f"the roads of the demo have no step {name!r}")

    def _routed(self) -> _Taken:
        """After a return to the body that it named, and to those that came after it."""
        route = self._complaint.route
        if self._returned_to is not None:
            self._bodies = [self._returned_to, *self._bodies[self._turn + 1 :]]
        self._turn = 0
        fields = route.model_dump(exclude={"location"}, exclude_none=True) | {"bodies": tuple(self._bodies)}
        return Command.ROUTE, None, fields, {"location": route.location}

    def _contributed(self, *, is_earlier: bool) -> _Taken:
        text = self._complaint.earlier_contribution if is_earlier else self._contributions.pop(0)
        body, fields = self._body, {"contribution": self._next("contribution")}
        self._turn += 1
        return Command.CONTRIBUTE, body, fields, {"text": text or ""}

    def _drafted(self, text: str | None, kind: DraftKind) -> _Taken:
        fields = {"draft": self._next("draft"), "kind": kind}
        measures = self._complaint.measures if kind is DraftKind.ANSWER else None
        texts = {"text": text or ""} | ({"measures": measures} if measures is not None else {})
        return Command.SUBMIT_DRAFT, self._body, fields, texts
