"""Memo of the head to the Chairman's office on escalations that nobody acknowledged (cl. 20), a document of Word."""

from pydantic import BaseModel, ConfigDict

from service.reports.papers.form import BLANK, Requisites


class MemoLine(BaseModel):
    """An escalation that was not acknowledged: of which message and limit, whom it charges, to whom, since when.

    `message` is empty below another line of the same message.
    """

    model_config = ConfigDict(frozen=True)

    message: str
    limit: str
    charged: str
    told: str
    told_at: str


class Memo(BaseModel):
    """The paper. `opening` and `closing` are whole sentences."""

    model_config = ConfigDict(frozen=True)

    requisites: Requisites
    opening: str
    lines: tuple[MemoLine, ...]
    closing: str


def docx(memo: Memo, template: bytes) -> bytes:
    """Return the paper, to be changed before it is signed. Raises TemplateFaultError."""
    from service.reports.papers import word  # noqa: PLC0415  seldom wanted, and large

    return word.fill(template, fields(memo))


def fields(memo: Memo) -> dict[str, object]:
    """Return what a template may name."""
    return {"memo": memo.model_dump(mode="json"), "blank": BLANK}
