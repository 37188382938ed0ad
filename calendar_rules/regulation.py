"""The regulation: an act that sets the limits, as one TOML file.

Order 238 asks municipalities to adopt acts of their own (cl. 4.1), and other regions have theirs: the same
road with other numbers. So no number of an act stands in code; a message carries the whole regulation it was
started with, and a new edition reaches new messages only.

It is long because each table of the file is a model here, with what may stand in it.
"""

import hashlib
import tomllib
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from calendar_rules.act_words import Clauses, Offices, Words
from calendar_rules.data_file import DataFileError, Duration, MisfitError, read
from calendar_rules.terms import Counting, Term, Unit, flaw
from calendar_rules.vocabulary import Importance, Network, NoticeKind
from calendar_rules.work_calendar import WorkCalendar

ORDER_238 = Path(__file__).parent / "acts" / "ivanovo_238.toml"
_HOURS = "_schedules.toml"
"""How the names of the files beside the acts end that hold working hours."""

Share = Field(gt=0, le=1)


class RegulationError(DataFileError):
    """A regulation file that cannot be used; the text names the file, the line and what is allowed there."""


class LimitName(StrEnum):
    """The nine limits of the order."""

    ROUTING = "routing"
    RETURN = "return"
    ANSWER = "answer"
    DRAFT = "draft"
    APPROVAL = "approval"
    REWORK = "rework"
    PUBLICATION = "publication"
    FINAL_DRAFT = "final_draft"
    CONTRIBUTION = "contribution"


class HolderRole(StrEnum):
    """Who owes what a limit asks for."""

    CURATOR = "curator"
    EXECUTOR = "executor"


class Audience(StrEnum):
    """To whom a notice goes; the directory says who that is on the day."""

    HOLDER = "holder"
    EXECUTORS = "executors"
    RESPONSIBLE = "responsible"
    CURATOR = "curator"
    DEPUTY = "deputy"
    DEPUTY_POLICY = "deputy_policy"
    HEAD = "head"
    GOVERNOR = "governor"


_CLAUSE_OF_ORDER_238 = dict(zip(LimitName, range(7, 16), strict=True))
"""In which the order has each limit: texts of the program cite those."""
_CURATORS = (LimitName.ROUTING, LimitName.APPROVAL)
_OF_A_BODY = {Audience.EXECUTORS, Audience.RESPONSIBLE, Audience.DEPUTY}
_NO_SUPERIORS = {Audience.HOLDER, Audience.EXECUTORS, Audience.CURATOR}
_OF_THE_ROAD = ("title", "holder", "starts", "warns", "breach_to", "escalation_to")
"""What a limit has alike in most acts; its clause and its term are each act's own."""
_SILENT = "актом не установлено, применён приказ № 238"


def _refuse_flawed(place: str, amount: timedelta, unit: Unit) -> None:
    if reason := flaw(amount, unit):
        raise MisfitError(place, reason)


def _superior(audience: Audience) -> Audience:
    if audience in _NO_SUPERIORS:
        raise ValueError("сведения о нарушении направляются руководству, а не тем, кто ведёт сообщение")
    return audience


Superior = Annotated[Audience, AfterValidator(_superior)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Limit(_Part):
    """One limit of the act: how long, from what event, whose, and who is notified."""

    clause: int = Field(ge=1)
    title: str = Field(min_length=1)
    amount: Duration
    unit: Unit
    holder: HolderRole
    starts: tuple[
        Literal["detection", "routing", "return", "receipt", "draft", "rework", "approval", "interim"], ...
    ] = Field(min_length=1)
    warns: bool = True
    warns_before: Duration | None = None
    """How long before its end this limit warns, where not as `readings.warning` says: working days (P1D) of a
    limit in days, else working time, or hours of the clock where the limit is counted in those."""
    breach_to: tuple[Audience, ...] = Field(min_length=1)
    escalation_to: Superior
    note: str = ""

    @property
    def term(self) -> Term:
        return Term(amount=self.amount, unit=self.unit)

    @model_validator(mode="after")
    def _term_is_sound(self) -> Self:
        _refuse_flawed("amount", self.amount, self.unit)
        if self.warns_before is not None:
            self._refuse_flawed_warning(self.warns_before)
        return self

    def _refuse_flawed_warning(self, before: timedelta) -> None:
        if not self.warns:
            raise MisfitError("warns_before", "предупреждение об этом сроке отключено (warns = false)")
        if before <= timedelta(0):
            raise MisfitError("warns_before", "должно быть больше нуля")
        if self.term.counts_days and before % timedelta(days=1):
            raise MisfitError(
                "warns_before",
                "предупреждение о сроке в днях указывается целым числом рабочих дней, например P1D",
            )
        if before >= self.amount:
            raise MisfitError("warns_before", f"предупреждение не может опережать весь срок ({self.term})")


class AnswerLimit(Limit):
    """The term of the answer, which importance may shorten."""

    starts: tuple[Literal["detection", "routing"]]
    by_importance: dict[Importance, Duration] = {}

    def amount_for(self, importance: str | None, reduced: timedelta | None) -> timedelta:
        """The amount in force: the curator's reduced term, else that of the importance, else the ordinary."""
        if reduced is not None:
            return reduced
        return next((term for name, term in self.by_importance.items() if name == importance), self.amount)

    @model_validator(mode="after")
    def _shorter_terms_are_sound(self) -> Self:
        for importance, amount in self.by_importance.items():
            place = f"by_importance.{importance}"
            _refuse_flawed(place, amount, self.unit)
            if amount > self.amount:
                raise MisfitError(place, f"сокращённый срок длиннее обычного ({self.term})")
        return self


class DraftLimit(Limit):
    """The moment by which the draft reaches the curator: a lead before `answer`, or a term from receipt."""

    counted: Literal["before_answer", "from_receipt"]

    @model_validator(mode="after")
    def _a_lead_is_in_hours(self) -> Self:
        if self.counted == "before_answer" and self.term.counts_days:
            raise MisfitError("unit", "срок, отсчитываемый назад от срока ответа, указывается в часах")
        return self


class Limits(_Part):
    """All nine; an act that is silent on one takes it from order 238 and says so in the limit's note."""

    routing: Limit
    return_: Limit = Field(alias="return")
    answer: AnswerLimit
    draft: DraftLimit
    approval: Limit
    rework: Limit
    publication: Limit
    final_draft: Limit
    contribution: Limit

    def __getitem__(self, name: LimitName) -> Limit:
        limit: Limit = getattr(self, "return_" if name is LimitName.RETURN else name.value)
        return limit

    @model_validator(mode="after")
    def _holders_are_those_of_the_road(self) -> Self:
        for name in LimitName:
            limit, of_curator = self[name], name in _CURATORS
            if limit.holder is not (HolderRole.CURATOR if of_curator else HolderRole.EXECUTOR):
                who = "за куратором" if of_curator else "за исполнителем"
                raise MisfitError(f"{name.value}.holder", f"этот срок всегда {who}")
            if of_curator and (strange := _OF_A_BODY & {*limit.breach_to, limit.escalation_to}):
                names = ", ".join(sorted(strange))
                raise MisfitError(
                    name.value, f"срок куратора: органа у него нет, поэтому {names} не подходит"
                )
        return self


class Warnings(_Part):
    """When the holder is warned before a limit; working time."""

    before: Duration = Field(gt=timedelta(0))
    at_most_share: float = Share


class Clarification(_Part):
    """What a published clarification request does to the term of the answer (cl. 10)."""

    meets_answer: bool
    reply_starts_answer: bool
    no_reply_after: Duration
    no_reply_unit: Unit

    @property
    def no_reply(self) -> Term:
        return Term(amount=self.no_reply_after, unit=self.no_reply_unit)

    @model_validator(mode="after")
    def _term_is_sound(self) -> Self:
        _refuse_flawed("no_reply_after", self.no_reply_after, self.no_reply_unit)
        return self


class Fair(_Part):
    """How much of the working time that the act leaves a step is a fair time in hand: with less it is nobody's."""

    share: Annotated[float, Share] = 0.5


class Escalation(_Part):
    """What becomes of an escalation (cl. 20) that nobody acknowledges; working time."""

    acknowledge_within: Duration = Field(default=timedelta(hours=4), gt=timedelta(0))
    then_to: Superior = Audience.HEAD


class Promises(_Part):
    """What becomes of a promise that a published text has made; working days of the body. No limit of the act.

    `warned_days_before`: how many working days before its day the body is reminded; 0: not at all. `answered_within`:
    by the closing of which working day after «Сделано?» was asked the body answers before the promise counts as broken.
    A day after is enough to look and to photograph, and still is tomorrow for whoever was promised something.
    """

    warned_days_before: int = Field(default=1, ge=0, le=30)
    answered_within: int = Field(default=1, ge=1, le=30)


class Surge(_Part):
    """A rise of activity on a topic, reported to the Governor (cl. 21).

    `chance_at_most`: so many messages must also be as unlikely as this where nothing has changed
    (`calendar_rules.surges.chance`); None: that is not asked.
    """

    at_least: int = Field(ge=1)
    within: Duration = Field(gt=timedelta(0))
    times_daily_mean: float = Field(gt=0, allow_inf_nan=False)
    mean_over_days: int = Field(ge=1)
    chance_at_most: float | None = Field(default=None, gt=0, lt=1, allow_inf_nan=False)


class Notices(_Part):
    """When notices go out, and who is notified of what the order sends to one office.

    `threat_to` is notified of both grounds of clause 18 that concern safety: a threat to an official and
    intent to harm another person. `void_after_breach_to` is notified when a message whose limit was
    breached is closed as registered by mistake. `weekly_summary_to` gets the summary of each week (cl. 21).
    `obligatory` kinds nobody can switch off in all of their channels.
    """

    outside_hours: Literal["wait_for_opening", "at_once"]
    never_wait: tuple[NoticeKind, ...]
    overdue_reminder: Literal["daily_digest", "none"]
    inherited_to: Audience
    competence_dispute_from_return: int = Field(ge=1)
    competence_dispute_to: Audience
    threat_to: Audience
    void_after_breach_to: Audience = Audience.HEAD
    governor_report_to: Audience
    weekly_summary_to: Literal[Audience.DEPUTY_POLICY, Audience.HEAD, Audience.GOVERNOR] = (
        Audience.DEPUTY_POLICY
    )
    obligatory: tuple[NoticeKind, ...] = (
        NoticeKind.BREACH,
        NoticeKind.ESCALATION,
        NoticeKind.UNACKNOWLEDGED,
        NoticeKind.THREAT,
        NoticeKind.GOVERNOR_REPORT,
    )


class Readings(_Part):
    """How the act is read where it is silent; every field is one question."""

    breaks_stop_the_clock: bool
    counting: Counting
    draft_under_reduced_term: Literal["same_share", "same_lead"]
    clarification: Clarification
    calendars: Literal["holder", "department"]
    repeated_routing: Duration
    surge: Surge
    closed_networks: tuple[Network, ...]
    self_approval: Literal["recorded", "refused"]
    warning: Warnings
    fair: Fair = Fair()
    escalation: Escalation = Escalation()
    promises: Promises = Field(default=Promises(), exclude=True)
    """No message's, as `Regulation.papers` are not."""
    notices: Notices


class Act(_Part):
    """Which act this is; named in every message's record."""

    key: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1)
    short_title: str | None = Field(default=None, min_length=1)
    edition: date
    in_force_from: date
    in_force_to: date | None = None
    source: str
    assumed: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """How the check and records name this edition of the act: `region-12:2027-01-01`."""
        return f"{self.key}:{self.edition.isoformat()}"

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.in_force_to is not None and self.in_force_to < self.in_force_from:
            raise MisfitError("in_force_to", f"раньше начала действия ({self.in_force_from:%d.%m.%Y})")
        return self

    @property
    def citation(self) -> str:
        """How records name the act: «Приказ № 238, редакция от 17.08.2020»."""
        return f"{self.short_title or self.title}, редакция от {self.edition:%d.%m.%Y}"


class Papers(_Part):
    """What the office's papers take from the act: who issues them, on what ground, to what office.

    `basis` and `bodies` stand in the genitive («пункт 21 Положения, утверждённого …», «о работе исполнительных
    органов …»), offices in the nominative: who holds them on the day says the directory, and the case the sentence.
    """

    authority: str | None = Field(default=None, min_length=1)
    """Who issues them; the Department of the directory where the act does not say."""
    basis: str | None = Field(default=None, min_length=1)
    bodies: str = Field(default="исполнительных органов государственной власти", min_length=1)
    place: str | None = Field(default=None, min_length=1)
    summary_clause: int | None = Field(default=None, ge=1)
    shortcomings_clause: int | None = Field(default=None, ge=1)
    """By which clauses summaries and what is told of shortcomings are due; None where that is not known of the act."""
    chairman: str = Field(default="Председатель Правительства", min_length=1)
    """Whom the head tells of escalations that nobody acknowledged."""

    def ground(self, clause: int | None, act: Act) -> str:
        """«пункт 21 Положения, утверждённого приказом № 238 от 17.08.2020»; without a clause the act alone."""
        if clause is None:
            return act.title
        return f"пункт {clause} {self.basis}" if self.basis else f"пункт {clause} ({act.title})"


class Regulation(_Part):
    """An act with its limits and readings, frozen: what a message is run by to its end.

    `papers`, `offices` and `clauses` are words of the office and no message's: they do not travel with it, nor are they
    part of its digest.
    """

    act: Act
    limits: Limits
    readings: Readings
    papers: Papers = Field(default=Papers(), exclude=True)
    offices: Offices = Field(default=Offices(), exclude=True)
    clauses: Clauses = Field(default=Clauses(), exclude=True)

    @cached_property
    def words(self) -> Words:
        """How the program names offices and cites clauses where this act is in force."""
        limits, own = self.limits, self.clauses
        of_limits = {_CLAUSE_OF_ORDER_238[name]: limits[name].clause for name in LimitName}
        others = {
            **{3: own.networks, 4: own.bodies, 5: own.detection, 6: own.responsible, 16: own.repeated},
            **{17: own.form, 18: own.declined, 19: own.journal},
            **{20: self.papers.shortcomings_clause, 21: self.papers.summary_clause},
        }
        basis = (self.papers.basis or "").split(",")[0].split(" ")[0]
        named = self.act.short_title or self.act.title
        return Words(self.offices, of_limits | others, named, f" {basis}" if basis else "")

    @property
    def ordinary_term(self) -> timedelta:
        return self.limits.answer.amount

    def routing_term(self, *, repeated: bool) -> Term:
        """The term of `routing` (cl. 7), which the act may set apart for a repeated message (cl. 16)."""
        limit = self.limits.routing
        return Term(amount=self.readings.repeated_routing if repeated else limit.amount, unit=limit.unit)

    def answer_term(self, importance: str | None, reduced: timedelta | None) -> Term:
        """The term of `answer` in force (cl. 7, 9)."""
        limit = self.limits.answer
        return Term(amount=limit.amount_for(importance, reduced), unit=limit.unit)

    def draft_lead(self, answer_amount: timedelta) -> timedelta:
        """How long before `answer` is due the draft must be with the curator (cl. 10); working time."""
        lead = self.limits.draft.amount
        if self.readings.draft_under_reduced_term == "same_lead":
            return lead
        # A term of a microsecond still has a lead: a draft is never due after the answer.
        return max(lead * (answer_amount / self.ordinary_term), timedelta(microseconds=1))

    def warning_at(
        self, name: LimitName, term: Term, calendar: WorkCalendar, start: datetime, due: datetime
    ) -> datetime | None:
        """When the holder of a run of `term`, from `start` to `due`, is warned; none where the limit warns nobody."""
        limit, warning = self.limits[name], self.readings.warning
        if not limit.warns:
            return None
        return term.warning_before(
            calendar,
            start,
            due,
            ordinary=warning.before,
            at_most_share=warning.at_most_share,
            own=limit.warns_before,
        )

    @model_validator(mode="after")
    def _terms_agree(self) -> Self:
        answer, draft, routing = self.limits.answer, self.limits.draft, self.limits.routing
        if draft.counted == "before_answer" and draft.unit is answer.unit and draft.amount >= answer.amount:
            raise MisfitError(
                "limits.draft.amount",
                f"срок проекта отсчитывается до срока ответа и должен быть короче него ({answer.term})",
            )
        _refuse_flawed("readings.repeated_routing", self.readings.repeated_routing, routing.unit)
        return self


def load(path: Path) -> Regulation:
    """Read a regulation file; what it leaves open is read as in order 238.

    Raises RegulationError with the file, the line and the reason, in Russian.
    """
    return read(path, Regulation, RegulationError, fill=_filled)


def _filled(written: dict[str, Any]) -> dict[str, Any]:
    """The content of a file with what it leaves open as the file of order 238 has it.

    A limit without a table is taken whole, with a note that says so; of one with a table, what most acts have alike.
    """
    order = _content_of_order_238()
    limits, readings = written.get("limits", {}), written.get("readings", {})
    if isinstance(limits, dict):
        limits = {**{name: {**usual, "note": _SILENT} for name, usual in order["limits"].items()}, **limits}
        for name, usual in order["limits"].items():
            if isinstance(limits[name], dict):
                alike = {field: usual[field] for field in _OF_THE_ROAD if field in usual}
                limits[name] = alike | limits[name]
    return {**written, "limits": limits, "readings": _over(order["readings"], readings)}


def _over(usual: Any, own: Any) -> Any:
    if not isinstance(usual, dict) or not isinstance(own, dict):
        return own
    return {**usual, **{name: _over(usual.get(name), value) for name, value in own.items()}}


@cache
def _content_of_order_238() -> dict[str, Any]:
    return tomllib.loads(ORDER_238.read_text("utf-8"))


@cache
def order_238() -> Regulation:
    """Order 238, the default act."""
    return load(ORDER_238)


@cache
def shipped() -> tuple[Regulation, ...]:
    """The acts that come with the program, by their files' names."""
    files = sorted(ORDER_238.parent.glob("*.toml"))
    return tuple(load(path) for path in files if not path.name.endswith(_HOURS))


def digest(regulation: Regulation) -> str:
    """A short name of the exact content, put on record beside the edition."""
    return hashlib.sha256(regulation.model_dump_json(by_alias=True).encode()).hexdigest()[:12]
