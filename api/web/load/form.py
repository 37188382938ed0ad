"""Form of a calculation: what was typed into it as a question to the simulation, or what is wrong, by field."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from calendar_rules.terms import Term
from calendar_rules.working_hours import clock_time
from service.load.question import MOST_CURATORS, MOST_EXECUTORS, MOST_PER_DAY, Question
from service.runs.rules import Rules

NAMES: Final = (
    *("curators", "per_day", "opens", "closes", "saturday_from", "saturday_to"),
    *("body", "executors", "routing", "answer", "goal"),
)
_LONGEST: Final = 40
_NUMBER: Final = "Нужно число, например 2 или 1,5."
_WRONG: Final[Mapping[str, str]] = {
    "curators": f"Нужно целое число от 1 до {MOST_CURATORS}.",
    "per_day": f"Нужно число больше нуля и не больше {MOST_PER_DAY}.",
    "opens": "Нужно время, например 08:00.",
    "closes": "Нужно время, например 19:00.",
    "saturday": "Нужны начало и конец дежурства, конец позже начала.",
    "executors": f"Нужны орган и целое число от 1 до {MOST_EXECUTORS}.",
    "routing": "Нужно число больше нуля.",
    "answer": "Нужно число больше нуля.",
    "goal": "Нужно число больше 0 и меньше 100.",
}
_PLACES: Final[Mapping[str, str]] = {"saturday": "saturday_from"}
"""Where what is wrong with a part of the question is shown, if not at a field of its name."""


def question(typed: Mapping[str, str], rules: Rules) -> tuple[Question | None, Mapping[str, str]]:
    """The question; None where something is wrong, which is told by field."""
    wrong: dict[str, str] = {}
    given = dict(_given(typed, rules, wrong))
    try:
        asked = Question.model_validate(given)
    except ValidationError as error:
        for item in error.errors():
            name = str(item["loc"][0])
            wrong.setdefault(_PLACES.get(name, name), _WRONG.get(name, _NUMBER))
        return None, wrong
    return (None if wrong else asked), wrong


def _given(typed: Mapping[str, str], rules: Rules, wrong: dict[str, str]) -> Iterator[tuple[str, Any]]:
    def number(name: str, of: Callable[[str], float]) -> float | None:
        text = typed.get(name, "").replace(",", ".").replace("\u00a0", "").replace(" ", "")
        if not text:
            return None
        try:
            return of(text)
        except ValueError:
            wrong[name] = _WRONG[name]
            return None

    for name, of in (("curators", int), ("per_day", float), ("goal", float)):
        if (found := number(name, of)) is not None:
            yield name, found
    for name in ("opens", "closes"):
        if typed.get(name):
            yield name, typed[name]
    if typed.get("saturday_from") or typed.get("saturday_to"):
        yield "saturday", [[typed.get("saturday_from", ""), typed.get("saturday_to", "")]]
    executors = number("executors", int)
    if executors is not None or typed.get("body"):
        if executors is None or not typed.get("body"):
            wrong.setdefault("executors", _WRONG["executors"])
        else:
            yield "executors", {typed["body"]: executors}
    limits = rules.regulation.limits
    for name, term in (("routing", limits.routing.term), ("answer", limits.answer.term)):
        amount = number(name, float)
        if amount is None:
            continue
        if not 0 < amount <= _LONGEST:
            wrong[name] = f"Нужно число больше нуля и не больше {_LONGEST}."
            continue
        yield name, _amount(term, amount)


def _amount(term: Term, amount: float) -> timedelta:
    """So many hours to the minute, or whole days."""
    return timedelta(days=round(amount)) if term.counts_days else timedelta(minutes=round(amount * 60))


def usual_hours(rules: Rules) -> tuple[str, str]:
    """When the Department opens first in a week, and when it closes last."""
    week = rules.schedules.of(None).week
    hours = [hours for hours in week.values() if hours]
    if not hours:
        return clock_time(0), clock_time(0)
    return min(one[0][0] for one in hours), max(one[-1][1] for one in hours)
