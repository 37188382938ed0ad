"""First act on a message, for whoever finds that somebody else has decided meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from api.web.message.choices import Choices
from calendar_rules.moments import until
from calendar_rules.russian import initials
from service.commands.catalogue import CATALOGUE
from service.journal.reading import JournalRowView


def first_act(journal: Sequence[JournalRowView], choices: Choices, now: datetime) -> str | None:
    """The last act that moved the message: «Уже согласовано: Петрова А. И., 10:41».

    `journal` has its newest rows first; the moment is in their zone, with its day where that is another than `now`'s.
    """
    already = {str(command): row.already for command, row in CATALOGUE.items() if row.already}
    row = next((row for row in journal if row.kind in already), None)
    if row is None:
        return None
    at = until(row.at, now)
    return f"{already[row.kind]}: {initials(choices.person(row.person))}, {at}"
