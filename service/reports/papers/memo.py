"""Memo of the head to the Chairman's office on escalations that nobody acknowledged (cl. 20)."""

from pydantic import BaseModel, ConfigDict

from service.reports.papers.form import Requisites


class MemoLine(BaseModel):
    """An escalation that was not acknowledged: of which message and limit, whom it charges, to whom, since when."""

    model_config = ConfigDict(frozen=True)

    message: str
    limit: str
    charged: str
    told: str
    told_at: str
    until: str


class Memo(BaseModel):
    """The paper. `opening` and `closing` are whole sentences."""

    model_config = ConfigDict(frozen=True)

    requisites: Requisites
    opening: str
    lines: tuple[MemoLine, ...]
    closing: str
