"""Vocabulary of a message: the commands people give, and the facts the journal notes beside them."""

from enum import StrEnum
from typing import Literal


class Command(StrEnum):
    """The signals by which people act; the value is the signal's name."""

    ROUTE = "route"
    RETURN = "return_to_curator"
    CONTRIBUTE = "contribute"
    SUBMIT_DRAFT = "submit_draft"
    WITHDRAW_DRAFT = "withdraw_draft"
    APPROVE = "approve"
    SEND_FOR_REWORK = "send_for_rework"
    CONFIRM_PUBLICATION = "confirm_publication"
    CORRECT_LINK = "correct_link"
    DECLINE = "decline"
    AUTHOR_REPLIED = "author_replied"
    RESUME = "resume"
    CLOSE = "close_unanswered"
    REOPEN = "reopen"
    CORRECT = "correct"
    NOTE = "note"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    REPORT_TO_GOVERNOR = "report_to_governor"
    TRANSFER = "transfer"
    SPLIT = "split"
    REFER = "refer"
    REDACT = "redact"
    KEEP_PROMISE = "keep_promise"
    MOVE_PROMISE = "move_promise"
    RECORD_PROMISE = "record_promise"
    CHANGE_CALENDAR = "change_calendar"
    CORRECT_CHARGE = "correct_charge"
    RECORD_ERASURE = "record_erasure"


class Duty(StrEnum):
    """What a message does by itself and may fail in, beside limits, as the alert names it."""

    NO_REPLY = "no_reply"
    TIMERS = "timers"
    DETAILS = "details"
    ATTRIBUTES = "attributes"
    RECORD = "record"


class Fact(StrEnum):
    """What the journal notes beside people's commands."""

    REGISTERED = "registered"
    INHERITED = "inherited"
    WARNING = "warning"
    BREACH = "breach"
    BREACH_WITHDRAWN = "breach_withdrawn"
    CHARGE_CORRECTED = "charge_corrected"
    WINDOW_ENDED = "window_ended"
    LIMIT_MOVED = "limit_moved"
    NO_REPLY = "no_reply"
    REOPENED = "reopened"
    REFUSED = "refused"
    PROMISE_WARNED = "promise_warned"
    PROMISE_ASKED = "promise_asked"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_PASSED_ON = "promise_passed_on"


PromiseEvent = Literal[Fact.PROMISE_WARNED, Fact.PROMISE_ASKED, Fact.PROMISE_BROKEN, Fact.PROMISE_PASSED_ON]
"""What becomes of a promise without a person of its body."""
