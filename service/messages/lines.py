"""Messages as lines of a list: what is to be done, how much working time is left, and what it is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_rules.vocabulary import Importance, Network, Stage
from calendar_rules.work_calendar import WorkCalendar
from service.access import note as access_note
from service.access import wording
from service.language.reading import reads_texts
from service.messages import searching
from service.messages.time_left import OpenDuty, duty
from service.messages.view import listed_state
from service.runs.rules import Rules
from store.database.packed import unpack
from store.database.session import Connection
from store.messages import open_runs, texts
from store.messages.listing import Listed
from store.messages.searching import Word
from workflows.state import LimitRun, MessageState

_LINE = 160  # characters
_TELLING = 40
"""Characters from which on a sentence tells what a message is about; before it stand cries and addresses."""
_GREETING = re.compile(
    r"^(?:здравствуйте|добр(?:ый|ого) (?:день|дня|вечер|вечера)|доброе утро|доброго времени суток)"
    r"\b[^.!?,]{0,40}[.!,]+\s+",
    re.IGNORECASE,
)
_READ = 1_000
"""Characters of a text in which its subject is looked for."""
_END_OF_SENTENCE = re.compile(r"(?<![\w.!?…])(\w*)[»)]?([.!?…]+)(?=\s+[«\d]?[А-ЯЁA-Z])")
_ABBREVIATION = re.compile(
    "г|гор|с|пос|дер|ст|ул|пр|просп|пер|бул|наб|пл|мкр|д|корп|стр|кв|пом|обл|им|т|тел|руб|коп|тыс|млн|см",
    re.IGNORECASE,
)
"""A full stop behind one of these ends no sentence."""
_AT_A_GLANCE = 40
"""Characters of a subject that a narrow list shows too."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as one line; `subject` is the beginning of its text.

    `excerpt` is what stands around the words sought, where they stand neither in the subject nor in the place.
    """

    number: int
    subject: str
    location: str | None
    network: Network
    stage: Stage
    body: str | None
    topic: str | None
    importance: Importance | None
    curator: str | None
    assignee: str | None
    detected_at: datetime
    overdue: bool
    duty: OpenDuty | None
    excerpt: str | None = None


@reads_texts()
def subject(text: str) -> str:
    """What a message is about, in a line: its first sentences that say something, cut where they are long.

    A greeting says nothing, and neither does an address by itself. A line of one sentence stands as it was written.
    """
    first = next(
        (line.strip() for line in text[:_READ].splitlines() if line.strip()), wording.TEXT_IS_IN_A_PICTURE
    )
    told = _GREETING.sub("", first) or first
    if told != first:
        told = told[0].upper() + told[1:]
    ends = (
        found.end()
        for found in _END_OF_SENTENCE.finditer(told)
        if found[2] != "." or not _ABBREVIATION.fullmatch(found[1])
    )
    end = next((end for end in ends if end >= _TELLING), None)
    if end is not None:
        told = told[:end].rstrip(".")
    if len(told) <= _LINE:
        return told
    return f"{told[:_LINE].rsplit(' ', 1)[0]}…"


def lines(connection: Connection, rules: Rules, rows: Sequence[Listed], now: datetime) -> list[MessageLine]:
    """The messages of a page as lines, in their order; moments are in the Department's zone."""
    access_note.shows(row.number for row in rows)
    runs = open_runs.first_of(connection, [row.number for row in rows])
    states = [listed_state(row) for row in rows]
    places = texts.named(connection, [state.location for state in states if state.location])
    calendars = _Calendars(rules)
    return [
        _line(row, state, runs.get(row.number), places.get(state.location or ""), calendars, now)
        for row, state in zip(rows, states, strict=True)
    ]


def with_excerpts(
    shown: Sequence[MessageLine], rows: Sequence[Listed], words: Sequence[Word]
) -> list[MessageLine]:
    """The lines of these rows, each with what was found of it where its line does not show that."""
    return [
        line
        if any(searching.spans(shows, words) for shows in (line.subject[:_AT_A_GLANCE], line.location or ""))
        else replace(line, excerpt=_excerpt(row, words))
        for line, row in zip(shown, rows, strict=True)
    ]


def _excerpt(row: Listed, words: Sequence[Word]) -> str | None:
    """Of the text, else of the author's name, else of the link."""
    each = (searching.excerpt(text, words) for text in (row.text, row.author, row.url))
    return next((found for found in each if found is not None), None)


class _Calendars:
    """The calendars by which the duties of one page run."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._made: dict[str | None, WorkCalendar] = {}

    def of(self, body: str | None) -> WorkCalendar:
        if body not in self._made:
            self._made[body] = self._rules.calendar_of(body)
        return self._made[body]


def _line(
    row: Listed,
    state: MessageState,
    run: bytes | None,
    location: str | None,
    calendars: _Calendars,
    now: datetime,
) -> MessageLine:
    """The line of a message as it stands at this moment; `run` is the one that is due first."""
    own_now = row.now(now)
    first = LimitRun.model_validate_json(unpack(run)) if run else None
    return MessageLine(
        number=row.number,
        subject=subject(row.text),
        location=location,
        network=state.network,
        stage=state.stage,
        body=state.current_body,
        topic=state.topic,
        importance=state.importance,
        curator=state.curator,
        assignee=state.assignee,
        detected_at=row.detected_at,
        overdue=row.overdue,
        duty=duty(first, calendars.of(first.calendar), own_now, own_now - now) if first else None,
    )
