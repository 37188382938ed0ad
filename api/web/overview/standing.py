"""The state of things, in a sentence."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from api.web.templates import short_day, time_left
from calendar_rules.moments import As, moment_text
from calendar_rules.regulation import LimitName
from calendar_rules.russian import Noun, counted
from service.messages.lines import MessageLine
from service.oversight.overview import Overview
from workflows.stages import OF_CURATORS

_MESSAGES = Noun("сообщение", "сообщения", "сообщений", "сообщения")
NOT_DONE = {
    LimitName.ROUTING: "направление",
    LimitName.RETURN: "возврат",
    LimitName.ANSWER: "ответ на сообщение",
    LimitName.DRAFT: "подготовка проекта ответа",
    LimitName.APPROVAL: "согласование",
    LimitName.REWORK: "доработка",
    LimitName.PUBLICATION: "размещение ответа",
    LimitName.FINAL_DRAFT: "окончательный проект ответа",
    LimitName.CONTRIBUTION: "информация для общего ответа",
}
"""What was not done in time, by its limit."""


def sentence(overview: Overview) -> str:
    """«Просрочено 5 сообщений: 3 у органов, 2 у кураторов. Дольше всего № 110, на 5 ч 36 мин.»; empty: none is."""
    late = overview.figures.late
    if not late:
        return ""
    told = f"Просрочено {counted(late, _MESSAGES)}"
    if len(overview.late) == late:
        told += f": {_whose(overview.late)}"
    longest = next((line for line in overview.late if line.duty), None)
    if longest is None or longest.duty is None:
        return f"{told}."
    return f"{told}. Дольше всего № {longest.number}, на {time_left(longest.duty).removeprefix('−')}."


def _whose(late: Sequence[MessageLine]) -> str:
    of_curators = sum(line.stage in OF_CURATORS for line in late)
    parts = (("у органа", "у органов", len(late) - of_curators), ("у куратора", "у кураторов", of_curators))
    there = [(one if messages == 1 else many, messages) for one, many, messages in parts if messages]
    if len(there) == 1:
        return there[0][0] if len(late) == 1 else f"все {there[0][0]}"
    return ", ".join(f"{messages} {whose}" for whose, messages in there)


def since_when(overview: Overview, now: datetime) -> str | None:
    """From when on nothing is late, behind «с»: «9:15», «пт 20 ноября, 10:32»; None where that is not known."""
    since = overview.none_late_since
    if since is None:
        return None
    form = As.HOUR if since.date() == now.astimezone(since.tzinfo).date() else As.WEEKDAY
    return moment_text(since, form, now=now)


def since(first: date, today: date) -> str:
    """From when breaches are shown: «за сегодня и вчера», after days off «с 27 нояб.»."""
    return "за сегодня и вчера" if today - first == timedelta(days=1) else f"с {short_day(first)}"
