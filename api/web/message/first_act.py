"""First act on a message, for whoever finds that somebody else has decided meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from api.web import templates
from api.web.message.choices import Choices
from calendar_rules.russian import initials
from service.journal.reading import JournalRowView
from workflows.vocabulary import Command

_SAID: Final[Mapping[str, str]] = {
    Command.ROUTE: "Уже направлено",
    Command.RETURN: "Уже возвращено куратору",
    Command.CONTRIBUTE: "Информация уже передана",
    Command.SUBMIT_DRAFT: "Проект уже представлен",
    Command.WITHDRAW_DRAFT: "Проект отозван",
    Command.APPROVE: "Уже согласовано",
    Command.SEND_FOR_REWORK: "Уже возвращено на доработку",
    Command.CONFIRM_PUBLICATION: "Размещение уже подтверждено",
    Command.DECLINE: "Уже признано не подлежащим ответу",
    Command.AUTHOR_REPLIED: "Ответ автора уже внесён",
    Command.RESUME: "Работа уже продолжена",
    Command.CLOSE: "Уже закрыто",
    Command.REOPEN: "Уже открыто снова",
}
"""Of each command that ends what people were about to do."""


def first_act(journal: Sequence[JournalRowView], choices: Choices, now: datetime) -> str | None:
    """The last act that moved the message: «Уже согласовано: Петрова А. И., 10:41».

    `journal` has its newest rows first; the moment is in their zone, with its day where that is another than `now`'s.
    """
    row = next((row for row in journal if row.kind in _SAID), None)
    if row is None:
        return None
    at = templates.clock(row.at) if row.at.date() == now.date() else templates.moment(row.at)
    return f"{_SAID[row.kind]}: {initials(choices.person(row.person))}, {at}"
