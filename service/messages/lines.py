"""Messages as lines of a list: what is to be done, how much working time is left, and what it is about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from calendar_rules.vocabulary import Importance, Network, Stage
from calendar_rules.work_calendar import WorkCalendar
from service.access import note as access_note
from service.access import wording
from service.access.lately import Lately
from service.messages import searching
from service.messages.time_left import OpenDuty, duty
from service.messages.view import listed_state
from service.runs.rules import Rules
from store.database.packed import unpack
from store.database.session import Connection
from store.messages import open_runs, texts
from store.messages.listing import Listed
from store.messages.searching import Word
from workflows.state import LimitRun

_LINE = 160  # characters
_TELLING = 40
"""Characters from which on a sentence tells what a message is about; before it stand cries and addresses."""
_GREETING = re.compile(
    r"^(?:здравствуйте|добр(?:ый|ого) (?:день|дня|вечер|вечера)|доброе утро|доброго времени суток)"
    r"\b[^.!?,]{0,40}[.!,]+\s+",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"(\w*)[»)]?([.!?…]+)(?=\s+[«\d]?[А-ЯЁA-Z])")
_ABBREVIATION = re.compile(
    "г|гор|с|пос|дер|ст|ул|пр|просп|пер|бул|наб|пл|мкр|д|корп|стр|кв|пом|обл|им|т|тел|руб|коп|тыс|млн|см",
    re.IGNORECASE,
)
"""A full stop behind one of these ends no sentence."""
_AT_A_GLANCE = 40
"""Characters of a subject that a narrow list shows too."""
_KEPT = 2_000
"""Messages whose lines are kept as they were read, the last shown ones."""


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
    looks: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Whoever shows the line keeps here how it looks; it is gone with what was read of the message."""


class _Read(NamedTuple):
    """What was read of a message: its line without a duty and a place, the id of that, and the run of its duty.

    `of` is the digest of what it was read from: it serves for as long as the database has the same.
    """

    of: bytes
    line: MessageLine
    location: str | None
    run: LimitRun | None


_kept: Lately[int, _Read] = Lately(_KEPT)


def forget(message: int | None = None) -> None:
    """Keep nothing of this message any more, None: of any; it has changed, or may have been erased."""
    if message is None:
        _kept.clear()
    else:
        _kept.pop(message, None)


def subject(text: str) -> str:
    """What a message is about, in a line: its first sentences that say something, cut where they are long.

    A greeting says nothing, and neither does an address by itself. A line of one sentence stands as it was written.
    """
    first = next((line.strip() for line in text.splitlines() if line.strip()), wording.TEXT_IS_IN_A_PICTURE)
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
    known = [_read(row, runs.get(row.number)) for row in rows]
    places = texts.named(connection, [one.location for one in known if one.location])
    calendars = _Calendars(rules)
    return [_at(row, one, places, calendars, now) for row, one in zip(rows, known, strict=True)]


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


def _read(row: Listed, run: bytes | None) -> _Read:
    """What stands in a message's row, and in its run that is due first; read once for as long as both are the same."""
    told = f"{row.overdue}\0{row.detected_at}".encode()
    of = blake2b(
        b"\0".join((row.snapshot or b"", run or b"", row.packed_text, told)), digest_size=16
    ).digest()
    known = _kept.get(row.number)
    if known is not None and known.of == of:
        return known
    state = listed_state(row)
    line = MessageLine(
        number=row.number,
        subject=subject(row.text),
        location=None,
        network=state.network,
        stage=state.stage,
        body=state.current_body,
        topic=state.topic,
        importance=state.importance,
        curator=state.curator,
        assignee=state.assignee,
        detected_at=row.detected_at,
        overdue=row.overdue,
        duty=None,
    )
    read = _Read(of, line, state.location, LimitRun.model_validate_json(unpack(run)) if run else None)
    if row.snapshot is not None:
        _kept[row.number] = read
    return read


def _at(
    row: Listed, read: _Read, places: Mapping[str, str], calendars: _Calendars, now: datetime
) -> MessageLine:
    """The line of a message as it stands at this moment."""
    own_now, run = row.now(now), read.run
    return replace(
        read.line,
        location=places.get(read.location or ""),
        duty=duty(run, calendars.of(run.calendar), own_now, own_now - now) if run else None,
    )
