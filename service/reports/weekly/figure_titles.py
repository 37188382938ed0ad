"""Titles of a report's numbers, over the lists of what they count."""

from collections.abc import Mapping
from typing import Final

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.reports.weekly import balance
from service.reports.weekly.drilldown import Cell

_TITLES: Final[Mapping[str, str]] = {
    "in_time": "Сроки, исполненные вовремя",
    "breached": "Нарушенные сроки",
    "late": "Нарушенные сроки",
    "open_overdue": "Просроченное и не исполненное",
    "returns": "Возвраты куратору",
    "rework_rounds": "Доработки",
    "received": "Поступившие сообщения",
    balance.OPENING: "В работе на начало периода",
    balance.CLOSING: "В работе на конец периода",
    "reopened": "Открытые снова",
    "answered": "Размещённые ответы",
    "declined": "Не подлежащие ответу",
    "unanswered": "Закрытые без ответа",
    "count": "Поступившие сообщения",
    "given": "Данные обещания",
    "kept": "Исполненные обещания",
    "moved": "Перенесённые обещания",
    "broken": "Неисполненные обещания",
    **{verdict.value: title for verdict, title in titles.VERDICTS.items()},
    "none": "Оценки нет",
    "drafts": "Рассмотренные проекты",
    "accepted_at_once": "Согласованное без доработки",
    "misroutings": "Направленное не по компетенции",
    "interim_promised": "Наступил срок окончательного ответа",
    "interim_kept": "Окончательные ответы, исполненные в срок",
    "repeated": "Повторные сообщения",
    "answers": "Размещённые ответы",
    "answers_with_photo": "Ответы с фото",
    "authors": "Обращавшиеся неоднократно",
    "author_messages": "Сообщения обращавшихся неоднократно",
    "escalations": "Направленные сведения о нарушениях",
    "acknowledged": "Подтверждённые сведения о нарушениях",
    "unacknowledged": "Неподтверждённые сведения о нарушениях",
    "breaches": "Нарушения сроков",
    "noted": "Нарушения, о которых указаны меры",
    "without": "Нарушения, о которых меры не указаны",
    "open": "Сообщения в работе",
    "done": "Выполненные шаги",
    **{balance.declined(ground): titles.DECLINE_GROUNDS[ground] for ground in DeclineGround},
    **{balance.closed(reason): titles.CLOSE_REASONS[reason] for reason in CloseReason},
    **{limit.value: titles.LIMITS[limit] for limit in LimitName},
}
_BY_ROWS: Final = frozenset(
    ("totals", "balance", "quality_beside", "repeated_authors", "escalations", "measures")
)
"""Tables whose rows are the figures."""
_RECEIVED: Final = frozenset(("locations", "networks"))


def of(cell: Cell) -> str | None:
    """The title; None for a cell that no report has."""
    name = cell.row if cell.table in _BY_ROWS else "received" if cell.table in _RECEIVED else cell.column
    title = _TITLES.get(name or "")
    return said(title) if title else None
