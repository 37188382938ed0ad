"""A form that was not taken as it was sent."""

from dataclasses import dataclass, field

from api.web.message.form_body import Typed
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was typed, and why it was not taken: `refused` as a whole, or `wrong` by field."""

    typed: Typed
    command: Command | None = None
    refused: str | None = None
    wrong: dict[str, str] = field(default_factory=dict)
