"""Titles of every kind of row in a message's journal."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from workflows.vocabulary import Command, Fact

ROW_TITLES: Final[Mapping[StrEnum, str]] = {
    Fact.REGISTERED: "Сообщение зарегистрировано",
    Command.ROUTE: "Направлено для ответа",
    Command.RETURN: "Возвращено куратору",
    Command.CONTRIBUTE: "Представлена информация для общего ответа",
    Command.SUBMIT_DRAFT: "Проект представлен на согласование",
    Command.WITHDRAW_DRAFT: "Проект отозван",
    Command.APPROVE: "Проект согласован",
    Command.SEND_FOR_REWORK: "Возвращено на доработку",
    Command.CONFIRM_PUBLICATION: "Размещение подтверждено",
    Command.CORRECT_LINK: "Ссылка на размещённый текст исправлена",
    Command.DECLINE: "Признано не подлежащим обработке и ответу",
    Command.AUTHOR_REPLIED: "Получен ответ автора",
    Command.RESUME: "Работа продолжена без ответа автора",
    Command.CLOSE: "Закрыто без ответа",
    Command.REOPEN: "Открыто снова",
    Fact.REOPENED: "Открыто снова",
    Command.CORRECT: "Сведения исправлены",
    Command.NOTE: "Добавлена заметка",
    Command.ASSIGN: "Назначен исполнитель",
    Command.HAND_OVER: "Передано другому куратору",
    Command.REPORT_TO_GOVERNOR: "Доложено Губернатору",
    Command.TRANSFER: "Перенаправлено преемнику",
    Command.SPLIT: "Вторая часть выделена в отдельное сообщение",
    Command.REFER: "Передано по принадлежности",
    Command.REDACT: "Отдельные сведения уничтожены",
    Command.CHANGE_CALENDAR: "Изменено рабочее время",
    Command.RECORD_ERASURE: "Персональные данные уничтожены",
    Fact.INHERITED: "Срок истёк до начала отсчёта",
    Fact.WARNING: "Направлено предупреждение об истечении срока",
    Fact.BREACH: "Зафиксировано нарушение срока",
    Fact.BREACH_WITHDRAWN: "Отметка о нарушении снята",
    Fact.WINDOW_ENDED: "Время для возврата истекло",
    Fact.LIMIT_MOVED: "Срок изменён",
    Fact.NO_REPLY: "Нет ответа автора",
    Fact.REFUSED: "Действие не принято",
}
"""One for every command, and for every fact noted beside them."""
