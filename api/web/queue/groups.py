"""Groups of a queue's rows: what is late, what runs out within an hour, and the rest by day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from api.web.templates import day
from service.messages.lines import MessageLine
from service.messages.time_left import OpenDuty

HOUR = timedelta(hours=1)
_LATE, _HOUR, _NONE = "late", "hour", "none"


@dataclass(slots=True)
class Group:
    """Rows under one heading; `key` is the same for as long as they belong together."""

    key: str
    title: str
    lines: list[MessageLine] = field(default_factory=list)


def grouped(lines: Sequence[MessageLine], *, at_work: bool) -> list[Group]:
    """The lines in their order, under headings; the hour is one of working time, `at_work` says whether it runs now."""
    groups: dict[str, Group] = {}
    for line in lines:
        key, title = _place(line.duty, at_work=at_work)
        groups.setdefault(key, Group(key, title)).lines.append(line)
    return list(groups.values())


def _place(duty: OpenDuty | None, *, at_work: bool) -> tuple[str, str]:
    if duty is None:
        return _NONE, "Без срока"
    if duty.is_late:
        return _LATE, "Просрочено"
    if duty.left <= HOUR:
        return _HOUR, "В ближайший час" if at_work else "В ближайший рабочий час"
    due = duty.due_at.date()
    return due.isoformat(), _day(due, duty.now.date())


def _day(due: date, today: date) -> str:
    if due == today:
        return "Сегодня"
    written = day(due)
    return f"Завтра, {written}" if due - today == timedelta(days=1) else written[0].upper() + written[1:]
