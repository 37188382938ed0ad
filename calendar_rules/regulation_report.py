"""What `otklik regulation check` prints of an act: its limits, its readings, and where it cannot be kept."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import BaseModel

from calendar_rules.feasibility import hours, roads, term_text
from calendar_rules.regulation import LimitName, Regulation, digest

_NAMES = {
    "breaks_stop_the_clock": "перерывы останавливают отсчёт",
    "counting.ends_at_closing": "срок кончается ровно в конце рабочего дня",
    "counting.days_count_from": "дни считаются с",
    "counting.outside_hours": "событие вне рабочего времени",
    "draft_under_reduced_term": "проект при сокращённом сроке",
    "clarification.meets_answer": "размещённый запрос исполняет срок ответа",
    "clarification.reply_starts_answer": "ответ автора начинает срок заново",
    "clarification.no_reply_after": "ответа автора ждут",
    "clarification.no_reply_unit": "в чём ждут ответа автора",
    "calendars": "чей календарь считается",
    "repeated_routing": "направление повторного сообщения",
    "surge.at_least": "всплеск: не меньше сообщений",
    "surge.within": "всплеск: за",
    "surge.times_daily_mean": "всплеск: больше среднего дня в раз",
    "surge.mean_over_days": "всплеск: средний день за дней",
    "closed_networks": "сети, где ничего не размещается",
    "self_approval": "согласование своего проекта",
    "warning.before": "предупреждение до срока",
    "warning.at_most_share": "предупреждение: не больше доли срока",
    "notices.outside_hours": "уведомления вне рабочего времени",
    "notices.never_wait": "не ждут рабочего времени",
    "notices.overdue_reminder": "напоминание о просрочке",
    "notices.inherited_to": "об унаследованном сроке узнаёт",
    "notices.competence_dispute_from_return": "спор о компетенции с возврата номер",
    "notices.competence_dispute_to": "о споре узнаёт",
    "notices.threat_to": "об угрозе узнаёт",
    "notices.governor_report_to": "доклад получает",
}
_HOLDERS = {"curator": "куратор", "executor": "орган"}


def report(regulation: Regulation) -> Iterator[str]:
    """The lines of the report."""
    act = regulation.act
    yield f"{act.title}"
    yield f"Ключ {act.key}, редакция от {act.edition:%d.%m.%Y}, отпечаток {digest(regulation)}. {act.source}"
    for assumption in act.assumed:
        yield f"  принято: {assumption}"
    yield ""
    yield "Сроки"
    yield from _limits(regulation)
    yield ""
    yield "Прочтения, где акт молчит"
    for name, value in _flat(regulation.readings):
        yield f"  {_NAMES.get(name, name)}: {_shown(value)}"
    yield ""
    yield from _late(regulation)


def _limits(regulation: Regulation) -> Iterator[str]:
    for name in LimitName:
        limit = regulation.limits[name]
        note = f" — {limit.note}" if limit.note else ""
        back = (
            " до срока ответа"
            if name is LimitName.DRAFT and regulation.limits.draft.counted == "before_answer"
            else ""
        )
        yield (
            f"  п. {limit.clause:<3} {limit.title:<30} {term_text(limit.term)}{back}; "
            f"{_HOLDERS[limit.holder]}{note}"
        )
    for importance, term in regulation.limits.answer.by_importance.items():
        yield f"         ответ, важность {importance}: {hours(term)}"


def _late(regulation: Regulation) -> Iterator[str]:
    found = list(roads(regulation))
    late = [road for road in found if road.is_late]
    if not late:
        yield "Если каждый шаг сделан в последнюю минуту своего срока, целое всё равно успевает."
        return
    yield "Каждый шаг вовремя, а целое опаздывает:"
    for road in late:
        yield (
            f"  {road.title}: {hours(road.takes)} при сроке {hours(road.allowed)} "
            f"({regulation.limits[road.limit].title}, на {hours(road.over)} позже)"
        )


def _flat(part: BaseModel, prefix: str = "") -> Iterator[tuple[str, object]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, timedelta):
        return f"{value.days} дн." if value.days and not value.seconds else hours(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "нет"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {item}" for key, item in value.items()) or "нет"
    return str(value)
