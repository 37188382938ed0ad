"""The regulation: an act that sets the limits, as one TOML file.

Order 238 asks municipalities to adopt acts of their own (cl. 4.1), and other regions have theirs: the same
road with other numbers. So no number of an act stands in code; a message carries the whole regulation it was
started with, and a new edition reaches new messages only.
"""

import hashlib
import re
import tomllib
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from calendar_rules.terms import Counting, Term, Unit

ORDER_238 = Path(__file__).parent / "acts" / "ivanovo_238.toml"

Share = Field(gt=0, le=1)


class RegulationError(ValueError):
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
    """Whom a notice goes to; the directory says who that is on the day."""

    HOLDER = "holder"
    EXECUTORS = "executors"
    RESPONSIBLE = "responsible"
    CURATOR = "curator"
    DEPUTY = "deputy"
    HEAD = "head"
    GOVERNOR = "governor"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Limit(_Part):
    """One limit of the act: how long, from what event, whose, and who is told."""

    clause: int = Field(ge=1)
    title: str = Field(min_length=1)
    amount: timedelta
    unit: Unit
    holder: HolderRole
    starts: tuple[
        Literal["detection", "routing", "return", "receipt", "draft", "rework", "approval", "interim"], ...
    ]
    warns: bool = True
    breach_to: tuple[Audience, ...]
    escalation_to: Audience
    note: str = ""

    @property
    def term(self) -> Term:
        return Term(amount=self.amount, unit=self.unit)

    @model_validator(mode="after")
    def _term_is_sound(self) -> Self:
        _ = self.term
        return self


class AnswerLimit(Limit):
    """The term of the answer, which importance may shorten."""

    starts: tuple[Literal["detection", "routing"]]
    by_importance: dict[Literal["ordinary", "raised", "high"], timedelta] = {}

    def amount_for(self, importance: str | None, reduced: timedelta | None) -> timedelta:
        """The amount in force: the curator's reduced term, else that of the importance, else the ordinary."""
        if reduced is not None:
            return reduced
        return next((term for name, term in self.by_importance.items() if name == importance), self.amount)


class DraftLimit(Limit):
    """The moment by which the draft reaches the curator: a lead before `answer`, or a term from receipt."""

    counted: Literal["before_answer", "from_receipt"]


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


class Warnings(_Part):
    """When the holder is warned before a limit; working time."""

    before: timedelta = Field(gt=timedelta(0))
    at_most_share: float = Share


class Clarification(_Part):
    """What a published clarification request does to the term of the answer (cl. 10)."""

    meets_answer: bool
    reply_starts_answer: bool
    no_reply_after: timedelta
    no_reply_unit: Unit

    @property
    def no_reply(self) -> Term:
        return Term(amount=self.no_reply_after, unit=self.no_reply_unit)

    @model_validator(mode="after")
    def _term_is_sound(self) -> Self:
        _ = self.no_reply
        return self


class Surge(_Part):
    """A rise of activity on a topic, reported to the Governor (cl. 21)."""

    at_least: int = Field(ge=1)
    within: timedelta = Field(gt=timedelta(0))
    times_daily_mean: float = Field(gt=0)
    mean_over_days: int = Field(ge=1)


class Notices(_Part):
    """When notices go out, and who is told of what the order sends to one office."""

    outside_hours: Literal["wait_for_opening", "at_once"]
    never_wait: tuple[str, ...]
    overdue_reminder: Literal["daily_digest", "none"]
    inherited_to: Audience
    competence_dispute_from_return: int = Field(ge=1)
    competence_dispute_to: Audience
    threat_to: Audience
    governor_report_to: Audience


class Readings(_Part):
    """How the act is read where it is silent; every field is one question."""

    breaks_stop_the_clock: bool
    counting: Counting
    draft_under_reduced_term: Literal["same_share", "same_lead"]
    clarification: Clarification
    calendars: Literal["holder", "department"]
    repeated_routing: timedelta
    surge: Surge
    closed_networks: tuple[str, ...]
    self_approval: Literal["recorded", "refused"]
    warning: Warnings
    notices: Notices


class Act(_Part):
    """Which act this is; named in every message's record."""

    key: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1)
    edition: date
    in_force_from: date
    in_force_to: date | None = None
    source: str
    assumed: tuple[str, ...] = ()


class Regulation(_Part):
    """An act with its limits and readings, frozen: what a message is run by to its end."""

    act: Act
    limits: Limits
    readings: Readings

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
        # A term of a microsecond still has a lead: there is no draft after the answer.
        return max(lead * (answer_amount / self.ordinary_term), timedelta(microseconds=1))

    @model_validator(mode="after")
    def _terms_agree(self) -> Self:
        answer, draft = self.limits.answer, self.limits.draft
        if draft.counted == "before_answer" and draft.unit is answer.unit and draft.amount >= answer.amount:
            raise ValueError(
                "limits.draft: срок проекта отсчитывается до срока ответа и должен быть короче него"
            )
        for importance, term in answer.by_importance.items():
            if term > answer.amount:
                raise ValueError(
                    f"limits.answer.by_importance.{importance}: сокращённый срок длиннее обычного ({answer.amount})"
                )
        return self


def load(path: Path) -> Regulation:
    """Read a regulation file.

    Raises RegulationError with the file, the line and the reason, in Russian.
    """
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise RegulationError(f"{path}: файл не читается: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RegulationError(f"{path}: файл должен быть в кодировке UTF-8 (байт {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise RegulationError(f"{path}: это не TOML: {error}") from error
    try:
        return Regulation.model_validate(data)
    except ValidationError as error:
        raise RegulationError(
            "\n".join(_describe(path, text, dict(item)) for item in error.errors())
        ) from error


@cache
def order_238() -> Regulation:
    """Order 238 of Ivanovo region, the default act."""
    return load(ORDER_238)


def digest(regulation: Regulation) -> str:
    """A short name of the exact content, put on record beside the edition."""
    return hashlib.sha256(regulation.model_dump_json(by_alias=True).encode()).hexdigest()[:12]


_REASONS = {
    "missing": "нет обязательного поля",
    "extra_forbidden": "такого поля здесь нет; проверьте написание",
    "time_delta_parsing": "ожидается срок в виде ISO 8601: PT1H30M, P10D",
    "time_delta_type": "ожидается срок в виде ISO 8601 в кавычках: «PT1H30M»",
    "string_type": "ожидается строка в кавычках",
    "int_type": "ожидается целое число",
    "int_parsing": "ожидается целое число",
    "bool_type": "ожидается true или false",
    "bool_parsing": "ожидается true или false",
    "date_type": "ожидается дата: 2020-08-17",
}


def _describe(path: Path, text: str, error: dict[str, Any]) -> str:
    place = [str(part) for part in error["loc"]]
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("enum", "literal_error"):
        reason = f"допустимо только: {context['expected'].replace(' or ', ', ')}"
    elif kind == "value_error":
        reason = str(context["error"])
    else:
        reason = _REASONS.get(kind, error["msg"])
    got = error.get("input")
    shown = "" if kind == "missing" or isinstance(got, dict) else f" (стоит {got!r})"
    return f"{path}, строка {_line_of(text, place)}: {'.'.join(place) or 'файл'}: {reason}{shown}"


def _line_of(text: str, place: list[str]) -> int:
    """The line of the key at `place`, or of the nearest table above it; tomllib keeps no positions."""
    table: list[str] = []
    best, best_depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = [part.strip().strip('"') for part in header[1].split(".")]
            here = table
        elif key := re.match(r'\s*([\w."-]+)\s*=', line):
            here = [*table, *(part.strip('"') for part in key[1].split("."))]
        else:
            continue
        if len(here) > best_depth and place[: len(here)] == here:
            best, best_depth = number, len(here)
    return best
