"""The whole story of a message beside what is done with it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.message.choices import Choices
from api.web.message.entries import Entry, entries
from api.web.message.road import Road, road
from api.web.titles import Titles
from service.journal.reading import JournalView
from service.messages.targets import Target
from service.messages.view import MessageView
from service.notices.inbox import ToldNotice
from service.runs.rules import Rules
from store.messages.finding import SEES_ALL
from workflows.vocabulary import Command

ROWS = 200
"""Of the journal, the newest; the whole of it is shown when it is asked for."""


@dataclass(frozen=True, slots=True)
class Story:
    """The journal in words, the notes in it, the road, and who was told what.

    `has_more`: the journal has earlier rows. `sees_trace`: the person may see the workflow in Temporal's Web UI, which
    shows every message to whoever opens it.
    """

    entries: Sequence[Entry]
    has_more: bool
    notes: Sequence[Entry]
    road: Road | None
    notices: Sequence[ToldNotice]
    sees_trace: bool


def story(
    target: Target,
    message: MessageView,
    journal: JournalView,
    notices: Sequence[ToldNotice],
    titles: Titles,
    choices: Choices,
    rules: Rules,
    now: datetime,
) -> Story:
    """The story as somebody may see it who may see the message; `now` on its own clock, in the Department's zone."""
    found = entries(journal.items, message, titles, choices, rules.zone)
    return Story(
        entries=found,
        has_more=journal.next is not None,
        notes=[entry for entry in found if entry.kind == Command.NOTE],
        road=road(message, journal.items, rules, now),
        notices=notices,
        sees_trace=any(held.role in SEES_ALL for held in target.capacities),
    )
