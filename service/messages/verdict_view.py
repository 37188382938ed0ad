"""Verdict of a message as it is shown: what a person has put on record of the author's words, and what stood before."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Verdict
from store.verdicts.verdicts import Given


class GivenVerdict(BaseModel):
    """Оценка, которую внёс сотрудник."""

    model_config = ConfigDict(frozen=True)

    value: Verdict = Field(description="content — доволен, discontent — не решено, unclear — ничего ясного.")
    reply: str | None = Field(description="Что написал автор.")
    url: str | None = Field(description="Где он это написал, если запись найдена.")
    person: str
    acting_for: str | None
    at: datetime


class VerdictView(GivenVerdict):
    """Что автор говорит об ответе: оценка, внесённая последней."""

    history: list[GivenVerdict] = Field(description="Все внесённые оценки, последняя сверху (п. 19).")


def verdict_view(given: Sequence[Given], zone: tzinfo | None) -> VerdictView | None:
    """The verdicts given of a message, the last first, with moments in the zone; None where there are none."""
    history = [
        GivenVerdict.model_construct(**one._asdict() | {"at": one.at.astimezone(zone)}) for one in given
    ]
    return VerdictView.model_construct(**history[0].model_dump(), history=history) if history else None
