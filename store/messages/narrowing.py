"""Narrowing of lists by what authors say of answers."""

from enum import StrEnum

import sqlalchemy as sa

from calendar_rules.vocabulary import Outcome


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
