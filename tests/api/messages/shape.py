"""Shape of a message by the contract: names, nulls and formats of every field."""

import re
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from tests.api.messages.case import when
from tests.api.role_table import GIVERS

MESSAGE = {
    *("id", "network", "url", "author", "text", "detected_at", "stage", "outcome", "decline_ground"),
    *("close_reason", "topic", "location", "importance", "reduced_term", "bodies", "current_body"),
    *("repeats", "forecast_at", "contributions", "drafts", "limits", "allowed"),
    *("attachments", "curator", "assignee", "split", "referrals"),
}
REFERRAL = {"id", "message", "to", "document", "dated", "note", "person", "at"}
CONTRIBUTION = {"id", "body", "text", "at", "attachments"}
DRAFT = {
    *("id", "kind", "body", "text", "measures", "attachments", "round", "status", "comment"),
    *("published_url", "published_at", "standing", "proof", "taken_from", "promises"),
}
ATTACHMENT = {"id", "name", "type", "size"}
LIMIT = {
    *("name", "clause", "holder", "started_at", "due_at", "met_at", "breached_at", "cancelled_at"),
    *("inherited", "charged", "provisional", "explanation"),
}
STEP = {"from", "to", "counted", "reason"}
STAGES = {
    *("routing", "preparation", "approval", "rework", "publication", "awaiting_final", "awaiting_author"),
    "closed",
}
CLAUSES = {
    **{"routing": 7, "return": 8, "answer": 9, "draft": 10, "approval": 11, "rework": 12},
    **{"publication": 13, "final_draft": 14, "contribution": 15},
}

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ISO_8601 = re.compile(r"P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def moment(text: object) -> datetime:
    assert isinstance(text, str)
    assert _RFC_3339.fullmatch(text), text
    return when(text)


def duration(text: object) -> timedelta:
    assert isinstance(text, str)
    assert _ISO_8601.fullmatch(text), text
    return _DURATION.validate_python(text)


def assert_message(view: dict[str, Any]) -> None:
    """Every field of the message is there, and is what the contract says."""
    assert set(view) >= MESSAGE, MESSAGE - set(view)
    assert view["id"].isdecimal()
    moment(view["detected_at"])
    assert view["stage"] in STAGES
    assert (view["outcome"] is None) is (view["stage"] != "closed")
    assert view["outcome"] in (None, "answered", "declined", "unanswered", "void")
    assert (view["decline_ground"] is not None) is (view["outcome"] == "declined")
    assert (view["close_reason"] is not None) is (view["outcome"] in ("unanswered", "void"))
    assert (view["current_body"] is None) is (view["stage"] in ("routing", "closed"))
    assert view["current_body"] is None or view["current_body"] in view["bodies"]
    for name in ("forecast_at",):
        assert view[name] is None or moment(view[name])
    assert view["reduced_term"] is None or duration(view["reduced_term"]) > timedelta(0)
    assert set(view["allowed"]) <= GIVERS.keys()
    assert len(set(view["allowed"])) == len(view["allowed"])
    assert isinstance(view["curator"], str)
    assert view["assignee"] is None or isinstance(view["assignee"], str)
    for attachment in view["attachments"]:
        assert set(attachment) == ATTACHMENT
    for contribution in view["contributions"]:
        _assert_contribution(contribution)
    for draft in view["drafts"]:
        _assert_draft(draft)
    assert all(number.isdecimal() for number in view["split"])
    for referral in view["referrals"]:
        assert set(referral) == REFERRAL
        assert referral["to"] in ("police", "prosecutor", "emergency", "other_region", "appeals")
        assert referral["message"] == view["id"]
        moment(referral["at"])
    starts = [moment(run["started_at"]) for run in view["limits"]]
    assert starts == sorted(starts)
    for run in view["limits"]:
        _assert_limit(run)


def _assert_contribution(contribution: dict[str, Any]) -> None:
    assert set(contribution) == CONTRIBUTION
    moment(contribution["at"])
    for attachment in contribution["attachments"]:
        assert set(attachment) == ATTACHMENT


def _assert_draft(draft: dict[str, Any]) -> None:
    assert set(draft) == DRAFT
    assert draft["kind"] in ("answer", "interim", "clarification")
    assert draft["status"] in ("submitted", "approved", "rework", "withdrawn", "published")
    assert isinstance(draft["round"], int)
    assert draft["round"] >= 1
    published = draft["status"] == "published"
    assert (draft["published_url"] is not None) is published
    assert (draft["published_at"] is not None) is published
    assert not published or moment(draft["published_at"])
    assert (draft["standing"] is not None) is published
    assert not published or set(draft["standing"]) == {"state", "checked_at"}
    assert not published or draft["standing"]["state"] in ("stands", "edited", "deleted", "unknown")
    assert draft["status"] != "rework" or draft["comment"]
    for attachment in draft["attachments"]:
        assert set(attachment) == ATTACHMENT


def _assert_limit(run: dict[str, Any]) -> None:
    assert set(run) == LIMIT
    assert run["clause"] == CLAUSES[run["name"]]
    assert set(run["holder"]) == {"role", "body"}
    assert run["holder"]["role"] in ("curator", "executor")
    assert (run["holder"]["body"] is None) is (run["holder"]["role"] == "curator")
    for name in ("started_at", "due_at"):
        moment(run[name])
    for name in ("met_at", "breached_at", "cancelled_at"):
        assert run[name] is None or moment(run[name])
    assert run["met_at"] is None or run["cancelled_at"] is None
    assert isinstance(run["inherited"], bool)
    assert isinstance(run["provisional"], bool)
    for step in run["explanation"]:
        assert set(step) == STEP
        assert step["reason"]
        assert moment(step["from"]) < moment(step["to"])
