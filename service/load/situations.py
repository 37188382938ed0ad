"""Situations to simulate: what is given with the act and the hours, as they are or as a change would make them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ValidationError

from calendar_rules import russian
from calendar_rules.day_hours import MICROSECOND
from calendar_rules.errors import CalendarError
from calendar_rules.regulation import Limits, Regulation
from calendar_rules.schedules import DEPARTMENT, Schedules
from calendar_rules.terms import Term
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS, Intervals, Weekday
from service.load.dues import Dues, instant
from service.load.given import Change, Crew, Given, GivenError, Plan
from service.load.office import Situation, Span
from service.load.people import shifts
from service.runs.rules import Rules

_LOOK_EVERY: Final = timedelta(minutes=10) // MICROSECOND
_DAY: Final = timedelta(days=1)
_AFTER_DUE: Final = timedelta(days=2)
"""So long after the last counted message is due a run goes on: who is late is known by then."""
_CURATOR = russian.Noun("куратор", "куратора", "кураторов", "куратора")
_EXECUTOR = russian.Noun("исполнитель", "исполнителя", "исполнителей", "исполнителя")


def changed(given: Given, rules: Rules, change: Change) -> tuple[Given, Rules]:
    """What is given, and the rules, with a change made. Raises GivenError where they do not fit."""
    try:
        return _given_with(given, change), _rules_with(rules, change)
    except ValidationError as error:
        raise GivenError(
            "; ".join(item["msg"].removeprefix("Value error, ") for item in error.errors())
        ) from error


def _given_with(given: Given, change: Change) -> Given:
    if change.per_day is not None:
        given = given.with_per_day(change.per_day)
    curators = with_people(given.curators, change.curators, "кураторов")
    if change.saturday:
        curators = (*curators, Crew(people=1, week={"sat": change.saturday}))
    bodies = dict(given.bodies)
    for key, more in change.executors.items():
        if key not in bodies:
            raise GivenError(f"Нет такого органа: {key}.")
        crews = with_people(bodies[key].crews or (Crew(people=0),), more, "исполнителей")
        bodies[key] = bodies[key].model_copy(update={"crews": crews})
    return given.changed(curators=curators, bodies=bodies)


def with_people(crews: Sequence[Crew], more: int, of_whom: str) -> tuple[Crew, ...]:
    """So many more, or fewer, in the first crew. Raises GivenError where it has not so many."""
    people = crews[0].people + more
    if people < 0:
        raise GivenError(f"Убавить {of_whom} на {-more} нельзя: в первой смене их {crews[0].people}.")
    return (crews[0].model_copy(update={"people": people}), *crews[1:])


def _rules_with(rules: Rules, change: Change) -> Rules:
    if change.week is not None:
        rules = replace(rules, schedules=_with_week(rules.schedules, change.week))
    if change.routing is None and change.answer is None:
        return rules
    act, limits = rules.regulation, rules.regulation.limits
    update: dict[str, object] = {}
    if change.routing is not None:
        update["routing"] = limits.routing.model_copy(update={"amount": change.routing})
    if change.answer is not None:
        update["answer"] = limits.answer.model_copy(update={"amount": change.answer})
        if limits.draft.counted == "before_answer" and act.readings.draft_under_reduced_term == "same_share":
            lead = limits.draft.amount * (change.answer / limits.answer.amount)
            update["draft"] = limits.draft.model_copy(update={"amount": lead})
    checked = Limits.model_validate({**_fields_of(limits), **update})
    return replace(rules, regulation=Regulation.model_validate({**_fields_of(act), "limits": checked}))


def _fields_of(part: BaseModel) -> dict[str, object]:
    """What it is made of, without what it has computed."""
    return {name: getattr(part, name) for name in type(part).model_fields}


def _with_week(schedules: Schedules, week: Mapping[Weekday, Intervals]) -> Schedules:
    """The Department's week is the default, and that of every body without hours of its own."""
    bodies = dict(schedules.bodies)
    own = bodies.pop(DEPARTMENT, None)
    default = schedules.default.model_copy(
        update={**(own.model_dump(exclude_none=True) if own else {}), "week": dict(week), "former": ()}
    )
    return schedules.model_copy(update={"default": default, "bodies": bodies, "later": ()})


def titled(change: Change, rules: Rules, given: Given) -> str:
    """A change in words."""
    return "; ".join(_parts(change, rules, given)) or "как есть"


def _parts(change: Change, rules: Rules, given: Given) -> Iterator[str]:
    limits = rules.regulation.limits
    if change.curators:
        yield _more(change.curators, _CURATOR)
    if change.saturday:
        yield f"дежурство одного куратора по субботам, {_intervals(change.saturday)}"
    if change.week is not None:
        days = (f"{_DAYS[day]} {_intervals(change.week[day])}" for day in WEEKDAYS if change.week.get(day))
        yield f"рабочее время: {', '.join(days)}"
    for key, more in change.executors.items():
        yield f"{given.bodies[key].title or key}: {_more(more, _EXECUTOR)}"
    if change.routing is not None:
        yield f"срок направления: {Term(amount=change.routing, unit=limits.routing.unit)}"
    if change.answer is not None:
        yield f"срок ответа: {Term(amount=change.answer, unit=limits.answer.unit)}"
    if change.per_day is not None:
        yield f"сообщений в день: {russian.number(change.per_day)}"


_DAYS: Final = dict(zip(WEEKDAYS, ("пн", "вт", "ср", "чт", "пт", "сб", "вс"), strict=True))


def _intervals(hours: Intervals) -> str:
    return ", ".join(f"{start}–{end}" for start, end in hours)


def _more(many: int, noun: russian.Noun) -> str:
    if abs(many) == 1:
        return f"ещё один {noun.one}" if many > 0 else f"на одного {noun.few} меньше"
    return f"ещё {russian.counted(many, noun)}" if many > 0 else f"на {russian.counted(-many, noun)} меньше"


def situation(given: Given, rules: Rules) -> Situation:
    """What runs need of it, made once. Raises GivenError for hours that make no week."""
    crews: dict[str | None, Sequence[Crew]] = {None: given.curators}
    crews.update({key: body.crews for key, body in given.bodies.items()})
    try:
        at_work = {key: shifts(own, rules.schedules.of(key), rules.production) for key, own in crews.items()}
        return Situation(
            given,
            Dues(rules),
            _hours(rules, None).timeline,
            {key: _hours(rules, key).timeline for key in given.bodies},
            lambda: {key: [shift.anew() for shift in own] for key, own in at_work.items()},
        )
    except (CalendarError, ValidationError) as error:
        raise GivenError(str(error)) from error


def _hours(rules: Rules, body: str | None) -> WorkCalendar:
    """When people of a body work: nobody does in a break, also where the act counts it."""
    return rules.schedules.of(body).calendar(rules.production, breaks_stop_the_clock=True)


def span(plan: Plan, rules: Rules) -> Span:
    """The moments of a run. Raises GivenError for days that are before the years of the calendar."""
    begin = datetime(plan.begins.year, plan.begins.month, plan.begins.day, tzinfo=rules.zone)
    end = begin + plan.days * _DAY
    try:
        last = rules.answer_due(rules.routing(end).due_at) + _AFTER_DUE
        days = _hours(rules, None).stretches(begin.date(), (end - _DAY).date())
        looks = tuple(
            at
            for day in days
            for opening, closing in day
            for at in range(instant(opening), instant(closing), _LOOK_EVERY)
        )
    except CalendarError as error:
        raise GivenError(str(error)) from error
    return Span(instant(begin - plan.warm_up * _DAY), instant(begin), instant(end), instant(last), looks)
