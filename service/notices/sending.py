"""Outcomes of a sending."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus


class Fate(StrEnum):
    """Whether a channel has taken what was sent."""

    TAKEN = "taken"
    LATER = "later"
    """It was certainly not taken, and may be another time."""
    UNKNOWN = "unknown"
    """The connection ended before the answer: it may have been taken."""
    NEVER = "never"
    """The channel has refused it for good."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it; `error` says why not, in Russian, and names no address. `everywhere`: the server takes
    nothing, whoever it is for."""

    fate: Fate
    error: str = ""
    everywhere: bool = False


_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def of_status(status: int) -> Outcome:
    """What a status of HTTP other than of success says."""
    if status in _LATER or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(Fate.LATER, f"Канал пока не принимает сообщения (ответ {status}).")
    return Outcome(Fate.NEVER, f"Канал отказал (ответ {status}): проверьте адрес, ключ и получателя.")
