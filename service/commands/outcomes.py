"""Outcomes of a command, as whoever gave it is answered."""

from dataclasses import dataclass

from service.messages.view import MessageView


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message did it; `message` is the message after it, `registered` whether it is a new one."""

    message: MessageView
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The message does not take it now; `detail` says in Russian what is awaited."""

    detail: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Stored, and will be applied; repeated under its key it answers with its outcome.

    `message` is the number of the message it is about.
    """

    command: str
    message: int


CommandResult = Accepted | Refused | Taken
