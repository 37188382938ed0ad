"""Whether a text about to be published is the one that was approved (cl. 11), by the journal and not by the tables."""

from collections.abc import Mapping

from store.database.session import Session
from store.journal import reading as journal
from store.messages import text_seals, texts
from workflows.state import Draft
from workflows.vocabulary import Command


async def is_approved(session: Session, message: int, draft: Draft, text: str) -> bool | None:
    """Whether `text` has the MAC that the last approval of the draft names, or the last redaction after it.

    None while the journal has no approval of the draft.
    """
    rows = await journal.of_kinds(session, message, (Command.APPROVE, Command.REDACT))
    approved: Mapping[str, str] | None = None
    for row in rows:
        if row.kind == Command.APPROVE and row.data["draft"] == draft.id:
            approved = row.data["approved"]
    if approved is None:
        return None
    key = await texts.key_of(session, draft.text)
    macs = text_seals.said(row.data for row in rows)
    return (
        key is not None
        and approved["text"] == draft.text
        and text_seals.mac_of(key, text) == macs[draft.text]
    )
