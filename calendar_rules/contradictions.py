"""Contradictions of an act, found before it is signed: what collides, with its numbers and clauses.

Sums are those of `feasibility`. Hours of the clock are tried against an ordinary week of the working hours that come
with the program.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from calendar_rules import act_text, russian, schedules
from calendar_rules.feasibility import Road, draft_after, roads
from calendar_rules.production_calendar import DATA_FILE
from calendar_rules.production_calendar import load as load_calendar
from calendar_rules.regulation import Audience, LimitName, Regulation, shipped
from calendar_rules.terms import Term, Unit
from calendar_rules.vocabulary import Importance
from calendar_rules.work_calendar import WorkCalendar

_NOTHING, _MINUTE, _DAY, _WEEK = timedelta(0), timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)
_ORDINARY_MONDAY = date(2026, 11, 23)
"""Of a week without holidays and shortened days, and with such weeks around it."""
_WORKING_HOURS_OF = {
    Unit.WORKING_HOURS: 1,
    Unit.WORKING_DAYS: 8 / 24,
    Unit.CLOCK_HOURS: 40 / 168,
    Unit.CALENDAR_DAYS: 40 / 168,
}
"""How much working time there is in a unit's hour, at forty hours a week: what terms in other units are compared by."""
IMPORTANCE = {Importance.ORDINARY: "обычная", Importance.RAISED: "повышенная", Importance.HIGH: "высокая"}
_WEEKDAYS = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
_NO_SUPERIORS = (Audience.HOLDER, Audience.EXECUTORS, Audience.CURATOR)
_OWN = {
    "authority": "кто издаёт документы",
    "basis": "основание документов",
    "bodies": "чьи органы",
    "place": "место издания",
    "chairman": "кому докладывает руководитель",
}


class Found(NamedTuple):
    """A contradiction; two of the same `key` are the same one, whatever their numbers."""

    key: str
    text: str
    clauses: tuple[int, ...] = ()


# ---- Steps that do not fit into the whole


def shortfall(regulation: Regulation, road: Road) -> str:
    """By how much a road is late, in Russian."""
    which = "" if road.importance is None else f", категория важности «{IMPORTANCE[road.importance]}»"
    due = "срока ответа" if road.limit is LimitName.ANSWER else "срока проекта"
    return (
        f"{road.title}{which}: {russian.short_amount(road.takes)} при допустимых {russian.short_amount(road.allowed)}, "
        f"на {russian.short_amount(road.over)} позже {due} (п. {regulation.limits[road.limit].clause})"
    )


def _late_roads(regulation: Regulation) -> Iterator[Found]:
    for road in roads(regulation):
        if road.is_late:
            key = f"steps_longer_than_whole:{road.importance}:{road.title}"
            yield Found(key, shortfall(regulation, road), (regulation.limits[road.limit].clause,))


def _terms(regulation: Regulation) -> Iterator[tuple[Importance | None, timedelta]]:
    yield None, regulation.limits.answer.amount
    yield from regulation.limits.answer.by_importance.items()


def _no_time_for_the_draft(regulation: Regulation) -> Iterator[Found]:
    limits = regulation.limits
    routing = limits.routing.amount if limits.answer.starts == ("detection",) else _NOTHING
    for importance, answer in _terms(regulation):
        due = draft_after(regulation, answer)
        if limits.draft.counted == "before_answer" and due <= routing:
            which = f", категория важности «{IMPORTANCE[importance]}»" if importance else ""
            yield Found(
                f"draft_due_before_it_can_start:{importance}",
                f"проект ответа{which}: представить его нужно через {russian.short_amount(max(due, _NOTHING))} "
                f"от начала срока ответа (п. {limits.draft.clause}), а направление органу занимает до "
                f"{russian.short_amount(routing)} (п. {limits.routing.clause})",
                (limits.draft.clause, limits.routing.clause),
            )


def _worked(term: Term) -> timedelta:
    return term.amount * _WORKING_HOURS_OF[term.unit]


def _disorder(regulation: Regulation) -> Iterator[Found]:
    """Terms that stand in the wrong order: what is urgent longer than what is not, the whole shorter than a part."""
    limits, answer = regulation.limits, regulation.limits.answer
    raised, high = (
        answer.by_importance.get(each, answer.amount) for each in (Importance.RAISED, Importance.HIGH)
    )
    if high > raised:
        yield Found(
            "importance_out_of_order",
            f"ответ (п. {answer.clause}): категория важности «высокая» — {Term(amount=high, unit=answer.unit)}, "
            f"«повышенная» — {Term(amount=raised, unit=answer.unit)}: более важное ждёт дольше",
            (answer.clause,),
        )
    if _worked(limits.final_draft.term) <= _worked(answer.term):
        yield Found(
            "final_before_answer",
            f"окончательный проект ответа: {limits.final_draft.term} (п. {limits.final_draft.clause}) — не дольше, чем "
            f"сам ответ: {answer.term} (п. {answer.clause}); промежуточный ответ времени не прибавляет",
            (limits.final_draft.clause, answer.clause),
        )
    if regulation.readings.repeated_routing > limits.routing.amount:
        yield Found(
            "repeated_routing_longer",
            f"направление повторного сообщения: {regulation.routing_term(repeated=True)} — дольше обычного: "
            f"{limits.routing.term} (п. {limits.routing.clause})",
            (limits.routing.clause,),
        )
    act = regulation.act
    if act.in_force_from < act.edition:
        yield Found(
            "in_force_before_edition",
            f"действует с {act.in_force_from:%d.%m.%Y} — раньше своей редакции от {act.edition:%d.%m.%Y}",
        )
    if act.in_force_to is not None and act.in_force_to < act.in_force_from:
        yield Found(
            "in_force_backwards",
            f"действует по {act.in_force_to:%d.%m.%Y} — раньше, чем начинает: с {act.in_force_from:%d.%m.%Y}",
        )


def _warnings(regulation: Regulation) -> Iterator[Found]:
    """Warnings that would come before what they warn of has begun."""
    warning, limits = regulation.readings.warning, regulation.limits
    shorter = [(LimitName.ANSWER, key.value, amount) for key, amount in limits.answer.by_importance.items()]
    for name, which, amount in (
        *shorter,
        (LimitName.ROUTING, "repeated", regulation.readings.repeated_routing),
    ):
        before = limits[name].warns_before
        if before is not None and before >= amount:
            term, own = (Term(amount=each, unit=limits[name].unit) for each in (amount, before))
            yield Found(
                f"warning_longer_than_limit:{name}:{which}",
                f"{limits[name].title} (п. {limits[name].clause}): предупреждение за {own}, "
                f"а сокращённый срок — {term}",
                (limits[name].clause,),
            )
    if warning.at_most_share == 1:
        for name in LimitName:
            limit = limits[name]
            common = limit.warns and limit.warns_before is None and not limit.term.counts_days
            if common and warning.before >= limit.amount:
                yield Found(
                    f"warning_longer_than_limit:{name}",
                    f"{limit.title} (п. {limit.clause}): предупреждение за {russian.short_amount(warning.before)} "
                    f"приходит в самом начале срока ({limit.term})",
                    (limit.clause,),
                )


# ---- Hours of the clock against working time


def _clock(regulation: Regulation) -> Iterator[Found]:
    """Limits in hours of the clock that a night or a weekend leaves without the working time they need."""
    limits = regulation.limits
    for name in LimitName:
        limit = limits[name]
        if limit.unit is not Unit.CLOCK_HOURS or (
            name is LimitName.DRAFT and limits.draft.counted == "before_answer"
        ):
            continue
        steps = (
            [LimitName.ROUTING, LimitName.APPROVAL, LimitName.PUBLICATION] if name is LimitName.ANSWER else []
        )
        needed = sum((limits[s].amount for s in steps if limits[s].unit is Unit.WORKING_HOURS), _NOTHING)
        start, left = _least_worked(regulation, limit.term)
        if left > needed or (needed and left == needed):
            continue
        wanted = (
            f", а на направление, согласование и размещение нужно {russian.short_amount(needed)}"
            if needed
            else ""
        )
        yield Found(
            f"no_working_time:{name}",
            f"{limit.title} (п. {limit.clause}), {limit.term}: если срок начался {_WEEKDAYS[start.weekday()]} в "
            f"{start:%H:%M}, рабочего времени до его истечения — {russian.short_amount(left)}{wanted}",
            (limit.clause, *(limits[s].clause for s in steps)),
        )


@cache
def _ordinary_week(breaks_stop: bool) -> WorkCalendar:
    return schedules.assumed().of(None).calendar(load_calendar(DATA_FILE), breaks_stop_the_clock=breaks_stop)


def _least_worked(regulation: Regulation, term: Term) -> tuple[datetime, timedelta]:
    """When a term of an ordinary week has the least working time, and how much that is."""
    calendar = _ordinary_week(regulation.readings.breaks_stop_the_clock)
    starts: list[datetime] = []
    for spans in calendar.stretches(_ORDINARY_MONDAY, _ORDINARY_MONDAY + _WEEK - _DAY):
        starts += [moment for span in spans for moment in (span[0], span[1] - 5 * _MINUTE)]
    if regulation.readings.counting.outside_hours == "at_once":
        starts += [
            spans[-1][1] for spans in calendar.stretches(_ORDINARY_MONDAY, _ORDINARY_MONDAY + 4 * _DAY)
        ]
    counting = regulation.readings.counting
    worked = [(calendar.between(start, term.due(calendar, start, counting)), start) for start in starts]
    left, start = min(worked)
    return start, left


# ---- Who is told, what is cited, what was copied


def _chain(regulation: Regulation) -> Iterator[Found]:
    for name in LimitName:
        limit = regulation.limits[name]
        if not limit.breach_to:
            yield Found(
                f"nobody_told:{name}",
                f"{limit.title} (п. {limit.clause}): о нарушении не уведомляется никто",
                (limit.clause,),
            )
        if limit.escalation_to in _NO_SUPERIORS:
            yield Found(
                f"escalation_to_nobody:{name}",
                f"{limit.title} (п. {limit.clause}): сведения о нарушении направляются не руководству, а тем же, кто "
                "ведёт сообщение",
                (limit.clause,),
            )
    then, head = (
        regulation.readings.escalation.then_to,
        (Audience.HOLDER, Audience.EXECUTORS, Audience.CURATOR),
    )
    if then in head:
        yield Found(
            "unacknowledged_to_nobody", "неподтверждённые сведения о нарушении направляются не руководству"
        )


def _clauses(regulation: Regulation) -> Iterator[Found]:
    by_clause: dict[int, list[str]] = {}
    for name in LimitName:
        by_clause.setdefault(regulation.limits[name].clause, []).append(regulation.limits[name].title)
    for clause, titles in by_clause.items():
        if len(titles) > 1:
            yield Found(
                f"clause_cited_twice:{clause}",
                f"п. {clause} указан для разных сроков: {', '.join(titles)}",
                (clause,),
            )
    text = act_text.of(regulation.act)
    for clause in by_clause if text else ():
        if text and clause not in text.clauses:
            yield Found(f"clause_missing:{clause}", f"п. {clause} в тексте акта нет", (clause,))


def _leftovers(regulation: Regulation) -> Iterator[Found]:
    """What stands in the file as it stands in another act: it was copied and not changed."""
    act, papers = regulation.act, regulation.papers
    for other in shipped():
        if other.act.key == act.key:
            continue
        same = [
            ("название", act.title, other.act.title),
            ("краткое название", act.short_title, other.act.short_title),
        ]
        for field, title in _OWN.items():
            if field in other.papers.model_fields_set:
                same.append((title, getattr(papers, field), getattr(other.papers, field)))
        for title, own, others in same:
            if own and own == others:
                yield Found(
                    f"left_of_another_act:{other.act.key}:{title}",
                    f"{title} — как в другом акте ({other.act.short_title or other.act.title}): «{own}»",
                )


RULES: Sequence[Callable[[Regulation], Iterator[Found]]] = (
    _late_roads,
    _no_time_for_the_draft,
    _disorder,
    _warnings,
    _clock,
    _chain,
    _clauses,
    _leftovers,
)
"""Each finds contradictions of its kind."""


def findings(regulation: Regulation) -> Iterator[Found]:
    """Every contradiction of an act, by kind."""
    for rule in RULES:
        yield from rule(regulation)
