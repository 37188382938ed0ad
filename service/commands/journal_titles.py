"""Titles of rows in a message's journal, as people read them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.commands.catalogue import CATALOGUE
from workflows.vocabulary import Command, Fact

ROW_TITLES: Final[Mapping[StrEnum, str]] = {
    **{command: row.journal for command, row in CATALOGUE.items()},
    Command.CHANGE_CALENDAR: "Изменено рабочее время",
    Command.CORRECT_CHARGE: "Исправлено, за кем учтено нарушение срока",
    Fact.REGISTERED: "Сообщение зарегистрировано",
    Fact.REOPENED: CATALOGUE[Command.REOPEN].journal,
    Fact.INHERITED: "Срок истёк, нарушением не считается",
    Fact.WARNING: "Направлено предупреждение об истечении срока",
    Fact.BREACH: "Зафиксировано нарушение срока",
    Fact.CHARGE_CORRECTED: "Исправлено, за кем учтено нарушение срока",
    Fact.BREACH_WITHDRAWN: "Отметка о нарушении снята",
    Fact.WINDOW_ENDED: "Время для возврата истекло",
    Fact.LIMIT_MOVED: "Срок изменён",
    Fact.NO_REPLY: "Нет ответа автора",
    Fact.REFUSED: "Действие не принято",
    Command.RECORD_PROMISE: "Изменено состояние обещания",
    Fact.PROMISE_WARNED: "Направлено напоминание об обещании",
    Fact.PROMISE_ASKED: "Запрошено исполнение обещания",
    Fact.PROMISE_BROKEN: "Исполнение обещания не подтверждено",
    Fact.PROMISE_PASSED_ON: "Обещание перешло к органу-преемнику",
}
"""One for every command, and for every fact noted beside them."""
