"""Narrowing of lists by what authors say of answers."""

from enum import StrEnum

import sqlalchemy as sa

from calendar_rules.vocabulary import Outcome, Verdict


class Said(StrEnum):
    """What an author says of the answer, and whether a reply found under it waits for somebody to decide."""

    CONTENT = "content"
    NOT_CONTENT = "not_content"
    NONE = "none"
    AWAITED = "awaited"


# Their table is of networks, which stand above messages.
_REPLIES = sa.table("candidate", sa.column("reply_to"), sa.column("state"))
_AWAITED = sa.select(_REPLIES.c.reply_to).where(
    _REPLIES.c.state == sa.literal_column("'new'"), _REPLIES.c.reply_to.is_not(None)
)


def said(
    sought: Said,
    number: sa.ColumnElement[int],
    outcome: sa.ColumnElement[str],
    verdict: sa.ColumnElement[str],
) -> sa.ColumnElement[bool]:
    """That a message, of which these are the columns, was answered, and the author says so of the answer."""
    so: sa.ColumnElement[bool]
    match sought:
        case Said.AWAITED:
            so = number.in_(_AWAITED)
        case Said.NONE:
            so = sa.func.coalesce(verdict, Verdict.NONE.value) == Verdict.NONE.value
        case Said.CONTENT | Said.NOT_CONTENT:
            so = verdict == sought.value
    return sa.and_(outcome == Outcome.ANSWERED.value, so)
