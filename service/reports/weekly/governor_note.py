"""Note of one page to the Governor on a message that a curator reported (cl. 21)."""

from pydantic import BaseModel, ConfigDict

from service.reports.papers.form import Requisites


class NoteLine(BaseModel):
    """What is told, and of what."""

    model_config = ConfigDict(frozen=True)

    what: str
    told: str


class GovernorNote(BaseModel):
    """The note."""

    model_config = ConfigDict(frozen=True)

    message: int
    title: str
    made: str
    """What it is about, and when the note was made."""
    reason: str
    """Why the curator reports it, in the curator's words."""
    lines: tuple[NoteLine, ...]
    text: str
    is_cut: bool
    """Whether the text goes on where the note does not."""
    requisites: Requisites
