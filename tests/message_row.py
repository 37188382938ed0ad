"""A message's row for tests and measurements that need one, and not what it says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from calendar_rules.vocabulary import Network
from store.messages.tables import MessageRow
from workflows.state import JournalEntry, MessageState, Record, Run


def message_row(number: int, at: datetime, **fields: Any) -> MessageRow:
    """Message `number`, detected and registered `at`; `fields` differ from the usual."""
    usual: dict[str, Any] = {
        "network": "forum",
        "url": f"https://forum.example/{number}",
        "author": "a",
        "text": "b",
        "search_text": " b ",
        "lemmas": "b",
        "registered_by": "curator",
    }
    return MessageRow(number=number, detected_at=at, registered_at=at, **(usual | fields))


def message_state(at: datetime, message: str = "1", **fields: Any) -> MessageState:
    """The state of such a message; `fields` differ from the usual."""
    usual: dict[str, Any] = {
        "network": Network.FORUM,
        "curator": "curator",
        "act": "act",
        "edition": "2020-08-17",
        "last_moment": at,
    }
    return MessageState(id=message, detected_at=at, registered_at=at, **(usual | fields))


def message_record(at: datetime, message: str, rows: Sequence[JournalEntry], **fields: Any) -> Record:
    """The record of a step of such a message that leaves these rows; `fields` differ from the usual."""
    usual: dict[str, Any] = {
        "run": Run(id="r"),
        "number": 1,
        "state": message_state(at, message, rows=rows[-1].number),
        "overdue": False,
        "next_due": None,
        "first_due": None,
        "notices": (),
    }
    return Record(message=message, rows=tuple(rows), **(usual | fields))
