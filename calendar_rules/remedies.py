"""Remedies for the contradictions of an act: the one number that would mend each.

A remedy is the least change of one number after which the contradiction is gone and no other has come. It is found by
checking the changed act, not by a formula.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from calendar_rules import russian
from calendar_rules.contradictions import IMPORTANCE, RULES, Found, findings
from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.terms import Term, Unit

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_LONGEST, _SHORTEST = 8, 0.25
"""Beyond so many times of what stands no number is proposed: that would be another act."""

Path = tuple[str, ...]
Rule = Callable[[Regulation], Iterator[Found]]


class Remedy(NamedTuple):
    """One number of the act and what it would have to be."""

    field: str  # as in the file: `limits.approval.amount`
    amount: timedelta
    title: str  # «согласование (п. 11) не дольше 1 ч 15 мин»


class Contradiction(NamedTuple):
    """What collides in an act, in Russian, with the changes of which any one mends it; none where no number does."""

    rule: str
    text: str
    clauses: tuple[int, ...]
    remedies: tuple[Remedy, ...]


def contradictions(regulation: Regulation) -> list[Contradiction]:
    """Every contradiction of an act, by kind."""
    keys = {one.key for one in findings(regulation)}
    return [
        Contradiction(
            one.key.split(":")[0], one.text, one.clauses, tuple(_remedies(regulation, rule, one.key, keys))
        )
        for rule in RULES
        for one in rule(regulation)
    ]


class _Number(NamedTuple):
    path: Path
    title: str
    amount: timedelta
    step: timedelta
    unit: Unit

    def changed(self, regulation: Regulation, amount: timedelta) -> Regulation:
        """The act with this number, whether or not it makes an act."""
        changed: Regulation = _with(regulation, self.path, amount)
        return changed

    def remedy(self, amount: timedelta) -> Remedy:
        longer = amount > self.amount
        told = (
            russian.short_amount(amount) if self.step == _MINUTE else f"{Term(amount=amount, unit=self.unit)}"
        )
        bound = "не короче" if longer else "не дольше"
        return Remedy(".".join(self.path), amount, f"{self.title} {bound} {told}")


class _Lead(_Number):
    def remedy(self, amount: timedelta) -> Remedy:
        bound = "не позднее чем" if amount > self.amount else "не ранее чем"
        told = f"{self.title} {bound} за {russian.short_amount(amount)} до срока ответа"
        return Remedy(".".join(self.path), amount, told)


def _numbers(regulation: Regulation) -> Iterator[_Number]:
    limits = regulation.limits
    for name in LimitName:
        limit = limits[name]
        kind = _Lead if name is LimitName.DRAFT and limits.draft.counted == "before_answer" else _Number
        step = _DAY if limit.term.counts_days else _MINUTE
        title = f"{limit.title} (п. {limit.clause})"
        yield kind(("limits", name.value, "amount"), title, limit.amount, step, limit.unit)
        if limit.warns_before is not None:
            path, title = ("limits", name.value, "warns_before"), f"предупреждение: {title}"
            yield _Number(path, title, limit.warns_before, step, limit.unit)
    answer = limits.answer
    for importance, amount in answer.by_importance.items():
        title = f"{answer.title} (п. {answer.clause}), категория важности «{IMPORTANCE[importance]}»,"
        yield _Number(("limits", "answer", "by_importance", importance), title, amount, _MINUTE, answer.unit)
    repeated = regulation.readings.repeated_routing
    yield _Number(
        ("readings", "repeated_routing"),
        "направление повторного сообщения",
        repeated,
        _MINUTE,
        limits.routing.unit,
    )


def _with(part: Any, path: Path, value: object) -> Any:
    """A copy of a part of an act with the value at `path`; not validated."""
    name, *rest = path
    if isinstance(part, dict):
        return {**part, name: value}
    field = "return_" if name == LimitName.RETURN else name
    return part.model_copy(update={field: _with(getattr(part, field), tuple(rest), value) if rest else value})


def _makes_an_act(regulation: Regulation) -> bool:
    try:
        Regulation.model_validate(regulation.model_dump(by_alias=True))
    except ValidationError:
        return False
    return True


def _remedies(regulation: Regulation, rule: Rule, key: str, before: set[str]) -> Iterator[Remedy]:
    for number in _numbers(regulation):
        for bound in (number.amount * _LONGEST, number.amount * _SHORTEST):
            amount = _nearest(regulation, number, bound, lambda act: all(key != one.key for one in rule(act)))
            if amount is None:
                continue
            changed = number.changed(regulation, amount)
            if {one.key for one in findings(changed)} < before and _makes_an_act(changed):
                yield number.remedy(amount)


def _nearest(
    regulation: Regulation, number: _Number, bound: timedelta, mended: Callable[[Regulation], bool]
) -> timedelta | None:
    """The amount nearest to what stands, towards `bound`, with which the act is mended; None where none does."""
    away = 1 if bound > number.amount else -1
    # Whole minutes also where the act has seconds.
    whole = number.amount // number.step + (1 if away > 0 and number.amount % number.step else 0)

    def amount(steps: int) -> timedelta:
        return (whole + away * steps) * number.step

    steps = _first(
        lambda steps: mended(number.changed(regulation, amount(steps))),
        abs(bound - number.amount) // number.step,
    )
    return None if steps is None else amount(steps)


def _first(holds: Callable[[int], bool], most: int) -> int | None:
    """The least number up to `most` for which it holds, where it goes on holding up to some number above it."""
    upper = 1
    while not holds(min(upper, most)):
        if upper >= most:
            return None
        upper *= 2
    low, high = upper // 2, min(upper, most)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high if most else None


def as_json(regulation: Regulation, found: Sequence[Contradiction]) -> str:
    """What `otklik regulation check --json` prints; amounts in ISO 8601."""
    named = [{**one._asdict(), "remedies": [remedy._asdict() for remedy in one.remedies]} for one in found]
    content = {"act": regulation.act.reference, "contradictions": named}
    return to_json(content, indent=2, timedelta_mode="iso8601").decode()
