"""Notes made in the course of a request of who asks and what they are shown, for the record of access.

Whoever finds it out notes it; without a request under way nothing is noted.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from service.access.recorded_calls import Call
from store.people.persons import Actor, represented_by


@dataclass(slots=True)
class AccessNote:
    """Of one request. `written` names the call that is on record already, in the transaction of what was done."""

    address: str = ""
    person: str | None = None
    tried: str | None = None
    """Whom somebody tried to sign in as, where there is such a person."""
    messages: dict[int, None] = field(default_factory=dict)
    candidates: dict[int, None] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    written: Call | None = None


CURRENT: ContextVar[AccessNote | None] = ContextVar("access note", default=None)
"""The note of the request whose context this is."""


def asks(person: Actor) -> None:
    """The request is this person's; for whom they stand in at this moment goes with it."""
    if (note := CURRENT.get()) is None:
        return
    note.person = person.key
    if person.substitutions:
        _, *others = represented_by(person.key, person.substitutions, datetime.now(UTC))
        if others:
            note.details["acting_for"] = others


def signs_in(person: str) -> None:
    """The request opens a sign-in of this person."""
    if (note := CURRENT.get()) is not None:
        note.person = person


def tries(person: str) -> None:
    """Somebody tries to sign in as this person, whom the directory has.

    What else people type as a name is not noted: it may be a password.
    """
    if (note := CURRENT.get()) is not None:
        note.tried = person


def is_written(call: Call) -> None:
    """What the request has done is on record already."""
    if (note := CURRENT.get()) is not None:
        note.written = call


def adds(**details: Any) -> None:
    """What was done, in more detail; nothing secret and nothing of a citizen."""
    if (note := CURRENT.get()) is not None:
        note.details.update(details)


def shows(messages: Iterable[int]) -> None:
    """The answer is about, or shows, the messages of these numbers."""
    if (note := CURRENT.get()) is not None:
        note.messages.update(dict.fromkeys(messages))


def shows_candidates(candidates: Iterable[int]) -> None:
    """The answer is about, or shows, the candidates of these ids: author, link and text of each are a citizen's."""
    if (note := CURRENT.get()) is not None:
        note.candidates.update(dict.fromkeys(candidates))
