"""A message as reports count it: whose limits were kept by the order told a second time, the rest by its journal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.api.chance.hours import Hours
from tests.api.chance.order import Order, Run
from tests.api.messages.case import View, when


@dataclass(frozen=True)
class Step:
    """A row of the journal."""

    at: datetime
    kind: str
    data: View
    person: str | None


@dataclass
class Story:
    """One message; of `ends` those that were undone as mistakes are not here: moment, kind, ground or reason."""

    number: int
    order: Order
    steps: list[Step] = field(default_factory=list)
    network: str = ""
    topic: str | None = None
    place: str | None = None
    """The id of the text."""
    repeats: str | None = None
    ends: list[tuple[datetime, str, str | None]] = field(default_factory=list)
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
    escalated: list[tuple[datetime, int, set[str | None]]] = field(default_factory=list)
    """Rows that may have been escalated: moment, number, and whom they charge."""
    quiet: set[str] = field(default_factory=set)
    """Bodies of the last route that have sent nothing."""
    mistaken: bool = False

    @classmethod
    def told(cls, number: int, rows: Sequence[View], now: datetime) -> "Story":
        """Until `now`, from the journal in order."""
        story = cls(number, Order([Hours()]))
        for row in rows:
            story.order.apply(row)
            story._read(row)
        if story.order.stage != "closed":
            story.order.pass_to(now)
        return story

    @property
    def runs(self) -> Sequence[Run]:
        return self.order.runs

    @property
    def detected(self) -> datetime:
        return self.order.detected

    @property
    def outcome(self) -> str | None:
        return self.order.outcome

    @property
    def had(self) -> set[str]:
        """Bodies that had a turn."""
        return self.order.turns

    @property
    def void(self) -> bool:
        return self.outcome == "void"

    def _read(self, row: View) -> None:  # noqa: PLR0912  one for each kind of row
        at, kind, data = when(row["at"]), row["kind"], row["data"]
        self.steps.append(Step(at, kind, data, row["person"]))
        match kind:
            case "registered" | "route" | "correct":
                self._named(data)
                if kind == "route":
                    self.repeats = data.get("repeats")
                    self.strayed += [(at, body) for body in self.quiet - set(data["bodies"])]
                    self.quiet = set(data["bodies"])
            case "contribute":
                self.quiet.discard(data["body"])
            case "return_to_curator":
                self.returned.append((at, data["body"]))
            case "submit_draft":
                self.files[data["draft"]] = data.get("attachments", [])
            case "approve" | "send_for_rework":
                if kind == "send_for_rework":
                    self.reworked.append((at, data["body"]))
                if "contribution" not in data:
                    self.decided.append((at, kind, data["draft"], data["body"], data["round"]))
            case "confirm_publication" if data["draft_kind"] == "answer":
                self.published.append((at, data["body"], data["draft"]))
                self.drafted = data["body"]
                self.ends.append((at, "answered", None))
            case "decline":
                self._ended(at, "declined", data["ground"])
            case "close_unanswered":
                self._ended(at, "unanswered", data["reason_kind"])
            case "reopened" if not self.mistaken:
                self.ends.append((at, "reopened", None))
            case "report_to_governor":
                self.reported.append(at)
            case "breach" | "inherited":
                charged = {item["body"] for item in data.get("charged", ())}
                self.escalated.append((at, row["number"], charged))

    def _named(self, data: View) -> None:
        self.network = data.get("network", self.network)
        self.topic = data.get("topic", self.topic)
        self.place = data.get("texts", {}).get("location", self.place)

    def _ended(self, at: datetime, kind: str, why: str) -> None:
        self.mistaken = why == "registered_by_mistake"
        if not self.mistaken:
            self.ends.append((at, kind, why))
