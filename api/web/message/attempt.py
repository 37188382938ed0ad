"""A form that was not taken as it was sent."""

from dataclasses import dataclass, field

from api.web.message.form_body import Typed
from workflows.vocabulary import Command

ARRIVED_BEFORE = (
    "Предыдущая отправка этой формы дошла и уже исполнена, хотя ответ на неё потерялся. "
    "Посмотрите на странице, что сделано; если нужно отправить и изменённое, нажмите ещё раз."
)
"""Its key was given to what was sent before and then changed; the form comes back with another key."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was typed, and why it was not taken: `refused` as a whole, or `wrong` by field.

    `form` names the form where that is no command's.
    """

    typed: Typed
    command: Command | None = None
    refused: str | None = None
    wrong: dict[str, str] = field(default_factory=dict)
    form: str = ""
