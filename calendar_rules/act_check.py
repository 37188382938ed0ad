"""The check of an act before it is signed: what contradicts itself in it, and the least change that mends each.

A remedy changes one number as little as possible, after which its contradiction is gone and no other has come. It is
found by checking the changed act again, not by a formula.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from calendar_rules import act_text, russian, schedules, titles
from calendar_rules.production_calendar import DATA_FILE
from calendar_rules.production_calendar import load as load_calendar
from calendar_rules.regulation import LimitName, Regulation, order_238
from calendar_rules.terms import Term, Unit
from calendar_rules.vocabulary import Importance
from calendar_rules.work_calendar import WorkCalendar

_NOTHING, _MINUTE, _DAY = timedelta(0), timedelta(minutes=1), timedelta(days=1)
_LONGEST, _SHORTEST = 8, 0.25
"""Beyond so many times of what stands no number is proposed: that would be another act."""
_ORDINARY_WEEK = (date(2026, 11, 23), date(2026, 11, 29))
"""Without holidays and shortened days, and with such weeks around it."""
_WORKING_HOURS_OF = {
    Unit.WORKING_HOURS: 1,
    Unit.WORKING_DAYS: 8 / 24,
    Unit.CLOCK_HOURS: 40 / 168,
    Unit.CALENDAR_DAYS: 40 / 168,
}
"""Working time in a unit's hour, at forty hours a week: what terms in other units are compared by."""
_WEEKDAYS = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")

Path = tuple[str, ...]


class Finding(NamedTuple):
    """What collides in an act, in Russian; two of the same `key` are the same one, whatever their numbers."""

    key: str
    text: str
    clauses: tuple[int, ...]


class Remedy(NamedTuple):
    """One number of the act and what it would have to be."""

    field: str  # as in the file: `limits.approval.amount`
    amount: timedelta
    title: str  # «согласование (п. 11) не дольше 1 ч 15 мин»


class Contradiction(NamedTuple):
    """A finding with the changes of which any one mends it; none where no number does."""

    rule: str
    text: str
    clauses: tuple[int, ...]
    remedies: tuple[Remedy, ...]


def contradictions(act: Regulation) -> list[Contradiction]:
    """Every contradiction of an act, by kind."""
    found = list(findings(act))
    keys = {one.key for one in found}
    return [
        Contradiction(one.key.split(":")[0], one.text, one.clauses, tuple(_remedies(act, one.key, keys)))
        for one in found
    ]


def findings(act: Regulation) -> Iterator[Finding]:
    """What collides in an act, without remedies."""
    for rule in (_late_roads, _no_time_for_the_draft, _disorder, _warnings, _clock, _clauses, _leftovers):
        yield from rule(act)


# ---- Steps that do not fit into the whole: each at its limit, on an unbroken working day


class Road(NamedTuple):
    """A course of events with every step at its limit: how long it takes, and what it may take."""

    title: str
    takes: timedelta
    allowed: timedelta
    limit: LimitName


def roads(act: Regulation, answer: timedelta) -> Iterator[Road]:
    """The courses that the order itself describes, under a term of the answer."""
    limits, routing, draft = act.limits, _routing(act), _draft_after(act, answer)
    # The draft is due at a moment, or a term after receipt; a slow routing eats into the first, not the second.
    drafted = draft if limits.draft.counted == "before_answer" else routing + limits.draft.amount
    end = limits.approval.amount + limits.publication.amount
    rework = limits.rework.amount + limits.approval.amount
    yield Road("ответ без доработки", drafted + end, answer, LimitName.ANSWER)
    yield Road("ответ после одной доработки", drafted + rework + end, answer, LimitName.ANSWER)
    returned = routing + limits.return_.amount + limits.routing.amount
    yield Road("проект после возврата и повторного направления", returned, draft, LimitName.DRAFT)
    for bodies, several in ((2, "двух"), (3, "трёх")):
        # The last body drafts within its own two hours, so all of them count.
        joint = routing + bodies * limits.contribution.amount
        yield Road(f"проект общего ответа {several} органов", joint, draft, LimitName.DRAFT)


def _routing(act: Regulation) -> timedelta:
    """What routing takes of the term of the answer."""
    return act.limits.routing.amount if act.limits.answer.starts == ("detection",) else _NOTHING


def _draft_after(act: Regulation, answer: timedelta) -> timedelta:
    """How long after the term of the answer begins the draft is due."""
    draft = act.limits.draft
    if draft.counted == "from_receipt":
        return act.limits.routing.amount + draft.amount
    return answer - act.draft_lead(answer)


def _terms(act: Regulation) -> Iterator[tuple[timedelta, str]]:
    """Every term of the answer, and of which importance it is, in Russian."""
    yield act.limits.answer.amount, ""
    for importance, amount in act.limits.answer.by_importance.items():
        yield amount, f", категория важности «{titles.IMPORTANCE[importance].lower()}»"


def _late_roads(act: Regulation) -> Iterator[Finding]:
    for answer, which in _terms(act):
        for road in roads(act, answer):
            if road.takes > road.allowed:
                clause = act.limits[road.limit].clause
                due = "срока ответа" if road.limit is LimitName.ANSWER else "срока проекта"
                yield Finding(
                    f"steps_longer_than_whole:{which}:{road.title}",
                    f"{road.title}{which}: {russian.short_amount(road.takes)} при допустимых "
                    f"{russian.short_amount(road.allowed)}, на {russian.short_amount(road.takes - road.allowed)} "
                    f"позже {due} (п. {clause})",
                    (clause,),
                )


def _no_time_for_the_draft(act: Regulation) -> Iterator[Finding]:
    draft, routing = act.limits.draft, act.limits.routing
    for answer, which in _terms(act):
        due = _draft_after(act, answer)
        if draft.counted == "before_answer" and due <= _routing(act):
            yield Finding(
                f"draft_due_before_it_can_start:{which}",
                f"проект ответа{which}: представить его нужно через {russian.short_amount(max(due, _NOTHING))} от "
                f"начала срока ответа (п. {draft.clause}), а направление органу занимает до "
                f"{russian.short_amount(_routing(act))} (п. {routing.clause})",
                (draft.clause, routing.clause),
            )


# ---- Terms in the wrong order


def _disorder(act: Regulation) -> Iterator[Finding]:
    """What is urgent longer than what is not, the whole shorter than a part."""
    answer, final, routing = act.limits.answer, act.limits.final_draft, act.limits.routing
    raised, high = (act.answer_term(each, None) for each in (Importance.RAISED, Importance.HIGH))
    if high.amount > raised.amount:
        yield Finding(
            "importance_out_of_order",
            f"ответ (п. {answer.clause}): категория важности «высокая» — {high}, «повышенная» — {raised}: более "
            "важное ждёт дольше",
            (answer.clause,),
        )
    if final.amount * _WORKING_HOURS_OF[final.unit] <= answer.amount * _WORKING_HOURS_OF[answer.unit]:
        yield Finding(
            "final_before_answer",
            f"окончательный проект ответа: {final.term} (п. {final.clause}) — не дольше, чем сам ответ: "
            f"{answer.term} (п. {answer.clause}); промежуточный ответ времени не прибавляет",
            (final.clause, answer.clause),
        )
    if act.readings.repeated_routing > routing.amount:
        yield Finding(
            "repeated_routing_longer",
            f"направление повторного сообщения: {act.routing_term(repeated=True)} — дольше обычного: {routing.term} "
            f"(п. {routing.clause})",
            (routing.clause,),
        )


def _warnings(act: Regulation) -> Iterator[Finding]:
    """Warnings that would come before the shortened limit that they warn of has begun."""
    shortened = [(LimitName.ANSWER, which, amount) for amount, which in _terms(act) if which]
    shortened.append((LimitName.ROUTING, " повторного сообщения", act.readings.repeated_routing))
    for name, which, amount in shortened:
        limit = act.limits[name]
        if limit.warns_before is not None and limit.warns_before >= amount:
            term, before = (Term(amount=each, unit=limit.unit) for each in (amount, limit.warns_before))
            yield Finding(
                f"warning_longer_than_limit:{name}:{which}",
                f"{limit.title}{which} (п. {limit.clause}): предупреждение за {before}, а сокращённый срок — {term}",
                (limit.clause,),
            )


# ---- Hours of the clock against working time


def _clock(act: Regulation) -> Iterator[Finding]:
    """Limits in hours of the clock that a night or a weekend leaves without the working time they need."""
    for name in LimitName:
        limit = act.limits[name]
        counted_back = name is LimitName.DRAFT and act.limits.draft.counted == "before_answer"
        if limit.unit is not Unit.CLOCK_HOURS or counted_back:
            continue
        steps = (
            (LimitName.ROUTING, LimitName.APPROVAL, LimitName.PUBLICATION) if name is LimitName.ANSWER else ()
        )
        within = [act.limits[step] for step in steps if act.limits[step].unit is Unit.WORKING_HOURS]
        needed = sum((step.amount for step in within), _NOTHING)
        left, start = _least_worked(act, limit.term)
        if left < needed or left == _NOTHING:
            wanted = f", а на направление, согласование и размещение нужно {russian.short_amount(needed)}"
            yield Finding(
                f"no_working_time:{name}",
                f"{limit.title} (п. {limit.clause}), {limit.term}: если срок начался {_WEEKDAYS[start.weekday()]} в "
                f"{start:%H:%M}, рабочего времени до его истечения — {russian.short_amount(left)}"
                f"{wanted if needed else ''}",
                (limit.clause, *(step.clause for step in within)),
            )


def _least_worked(act: Regulation, term: Term) -> tuple[timedelta, datetime]:
    """The least working time that a term begun in an ordinary week has, and its start."""
    counting = act.readings.counting
    calendar = _assumed_calendar(act.readings.breaks_stop_the_clock)
    days = list(calendar.stretches(*_ORDINARY_WEEK))
    starts = [moment for spans in days for span in spans for moment in (span[0], span[1] - 5 * _MINUTE)]
    if counting.outside_hours == "at_once":
        starts += [spans[-1][1] for spans in days if spans]
    return min((calendar.between(start, term.due(calendar, start, counting)), start) for start in starts)


@cache
def _assumed_calendar(breaks_stop: bool) -> WorkCalendar:
    return schedules.assumed().of(None).calendar(load_calendar(DATA_FILE), breaks_stop_the_clock=breaks_stop)


# ---- What is cited, and what was copied


def _clauses(act: Regulation) -> Iterator[Finding]:
    by_clause: dict[int, list[str]] = {}
    for name in LimitName:
        by_clause.setdefault(act.limits[name].clause, []).append(act.limits[name].title)
    text = act_text.of(act.act)
    for clause, limits in by_clause.items():
        if len(limits) > 1:
            said = f"п. {clause} указан для разных сроков: {', '.join(limits)}"
            yield Finding(f"clause_cited_twice:{clause}", said, (clause,))
        if text and clause not in text.clauses:
            yield Finding(f"clause_missing:{clause}", f"п. {clause} в тексте акта нет", (clause,))


def _leftovers(act: Regulation) -> Iterator[Finding]:
    """What stands in the file as it stands in order 238, from which files are copied."""
    order = order_238()
    if act.act.key == order.act.key:
        return
    for title, own, others in (
        ("название", act.act.title, order.act.title),
        ("краткое название", act.act.short_title, order.act.short_title),
        ("кто издаёт документы", act.papers.authority, order.papers.authority),
        ("основание документов", act.papers.basis, order.papers.basis),
        ("чьи органы", act.papers.bodies, order.papers.bodies),
        ("место издания", act.papers.place, order.papers.place),
        ("кому докладывает руководитель", act.papers.chairman, order.papers.chairman),
    ):
        if own == others:
            cited = order.act.short_title
            yield Finding(
                f"left_of_another_act:{title}", f"{title} — как в другом акте ({cited}): «{own}»", ()
            )


# ---- Remedies


class _Number(NamedTuple):
    path: Path
    title: str
    amount: timedelta
    step: timedelta
    unit: Unit
    counts_back: bool = False

    def remedy(self, amount: timedelta) -> Remedy:
        longer = amount > self.amount
        told = (
            russian.short_amount(amount) if self.step == _MINUTE else f"{Term(amount=amount, unit=self.unit)}"
        )
        if self.counts_back:
            bound, told = "не позднее чем за" if longer else "не ранее чем за", f"{told} до срока ответа"
        else:
            bound = "не короче" if longer else "не дольше"
        return Remedy(".".join(self.path), amount, f"{self.title} {bound} {told}")


def _numbers(act: Regulation) -> Iterator[_Number]:
    for name in LimitName:
        limit = act.limits[name]
        step = _DAY if limit.term.counts_days else _MINUTE
        title, back = f"{limit.title} (п. {limit.clause})", name is LimitName.DRAFT
        counts_back = back and act.limits.draft.counted == "before_answer"
        yield _Number(("limits", name.value, "amount"), title, limit.amount, step, limit.unit, counts_back)
        if limit.warns_before is not None:
            path = ("limits", name.value, "warns_before")
            yield _Number(path, f"предупреждение: {title}", limit.warns_before, step, limit.unit)
    answer, routing = act.limits.answer, act.limits.routing
    for importance, amount in answer.by_importance.items():
        title = f"{answer.title} (п. {answer.clause}), категория важности «{titles.IMPORTANCE[importance].lower()}»,"
        yield _Number(("limits", "answer", "by_importance", importance), title, amount, _MINUTE, answer.unit)
    repeated = act.readings.repeated_routing
    title = "направление повторного сообщения"
    yield _Number(("readings", "repeated_routing"), title, repeated, _MINUTE, routing.unit)


def _remedies(act: Regulation, key: str, before: set[str]) -> Iterator[Remedy]:
    for number in _numbers(act):
        for bound in (number.amount * _LONGEST, number.amount * _SHORTEST):
            amount = _nearest(act, number, bound, key)
            if amount is None:
                continue
            changed = _with(act, number.path, amount)
            if {one.key for one in findings(changed)} < before and _makes_an_act(changed):
                yield number.remedy(amount)


def _nearest(act: Regulation, number: _Number, bound: timedelta, key: str) -> timedelta | None:
    """The amount nearest to what stands, towards `bound`, without this contradiction; None where none is."""
    away = 1 if bound > number.amount else -1
    # Whole minutes also where the act has seconds.
    whole = -(-number.amount // number.step) if away > 0 else number.amount // number.step

    def mended(steps: int) -> bool:
        changed = _with(act, number.path, (whole + away * steps) * number.step)
        return all(key != one.key for one in findings(changed))

    most = abs(bound - number.amount) // number.step
    if not mended(most):
        return None
    return (whole + away * bisect_left(range(most), True, key=mended)) * number.step


def _with(part: Any, path: Path, value: object) -> Any:
    """A copy of a part of an act with the value at `path`; not validated."""
    name, *rest = path
    if isinstance(part, dict):
        return {**part, name: value}
    field = "return_" if name == LimitName.RETURN else name
    return part.model_copy(update={field: _with(getattr(part, field), tuple(rest), value) if rest else value})


def _makes_an_act(act: Regulation) -> bool:
    try:
        Regulation.model_validate(act.model_dump(by_alias=True))
    except ValidationError:
        return False
    return True
