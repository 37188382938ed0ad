"""By what reports count messages, and lists are narrowed to: who wrote, who answered, and where it is."""

from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from calendar_rules.vocabulary import DraftKind, Outcome
from store.database.columns import ERASED
from store.messages.tables import JournalRow, MessagePlaceRow, MessageRow

Numbers = sa.Select[Any]


def same_author(message: int) -> sa.ColumnElement[bool]:
    """That a message is by whoever wrote this one, in the same network; of one that is erased it cannot be said."""
    of_it = aliased(MessageRow)
    known = sa.select(sa.literal(1)).where(
        col(of_it.number) == message,
        *(col(of_it.network) == col(MessageRow.network), col(of_it.author) == col(MessageRow.author)),
        *(col(of_it.author) != ERASED, col(of_it.author) != ""),
    )
    return known.exists()


def answers_of(body: str) -> Numbers:
    """Messages whose answer this body drafted."""
    row = JournalRow
    data = col(row.data)
    return sa.select(col(row.message)).where(
        col(row.kind) == "confirm_publication",
        data["draft_kind"].as_string() == DraftKind.ANSWER,
        data["body"].as_string() == body,
    )


class Said(StrEnum):
    """What an author says of the answer; `none`: nobody has put that on record."""

    CONTENT = "content"
    DISCONTENT = "discontent"
    UNCLEAR = "unclear"
    NONE = "none"


def said(
    sought: Said, outcome: sa.ColumnElement[str], verdict: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    """That a message, of which these are the columns, was answered, and the author says so of the answer."""
    so = verdict.is_(None) if sought is Said.NONE else verdict == sought.value
    return sa.and_(outcome == Outcome.ANSWERED.value, so)


class InSettlement(NamedTuple):
    """A settlement; `district`: the one it lies in, empty where none is named, None: whichever."""

    name: str
    district: str | None


def about(settlement: InSettlement | None, street: str | None) -> Numbers:
    """Messages about a settlement and a street; None: whichever."""
    row = MessagePlaceRow
    statement = sa.select(col(row.message))
    if settlement is not None:
        statement = statement.where(col(row.settlement) == settlement.name)
        if settlement.district is not None:
            statement = statement.where(col(row.district).is_not_distinct_from(settlement.district or None))
    return statement if street is None else statement.where(col(row.street) == street)
