"""Writing down what a text promises, in the transaction that takes the text or after it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from calendar_rules.vocabulary import PromiseState
from service.messages.promised import denied_of
from store.database.session import Session
from store.messages import texts
from store.promises import rows as promises
from store.promises.tables import PromiseRow

WHAT, REASON, URL = "promise_what", "promise_reason", "promise_url"
"""What texts of a message about its promises are kept as."""


class Stating(NamedTuple):
    """Who states a promise, in whose place, of which body and draft of a message, at which moment of its clock."""

    message: int
    draft: str
    body: str
    person: str
    acting_for: str | None
    at: datetime
    now: datetime


async def state(session: Session, by: Stating, what: str, until: datetime) -> PromiseRow:
    """Write a promise down; it runs once its text is published."""
    said = texts.new(by.message, WHAT, what, by.now)
    await texts.add(session, [said])
    row = PromiseRow(
        message=by.message,
        draft=by.draft,
        body=by.body,
        what=said.id,
        until=until,
        state=PromiseState.STATED,
        person=by.person,
        acting_for=by.acting_for,
        stated_at=by.at,
        seen_rows=0,
    )
    await promises.add(session, row, by.now)
    return row


async def deny(session: Session, by: Stating, fragments: Iterable[str]) -> None:
    """Write down words of a text that somebody said are no promise."""
    denied = [texts.new(by.message, denied_of(by.draft), fragment, by.now) for fragment in fragments]
    await texts.add(session, denied)
