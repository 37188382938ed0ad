"""Shape of a message by the contract: names, nulls and formats of every field."""

import re
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from tests.api.messages.case import when

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
SIGNALS = {
    *("route", "return_to_curator", "contribute", "submit_draft", "withdraw_draft", "approve"),
    *("send_for_rework", "confirm_publication", "decline", "author_replied", "close_unanswered"),
    *("report_to_governor", "correct_link", "resume", "reopen", "correct", "note", "assign", "hand_over"),
    *("transfer", "split", "refer", "redact", "record_erasure"),
}
STAGES = {
    *("routing", "preparation", "approval", "rework", "publication", "awaiting_final", "awaiting_author"),
    "closed",
}
CLAUSES = {
    **{"routing": 7, "return": 8, "answer": 9, "draft": 10, "approval": 11, "rework": 12},
    **{"publication": 13, "final_draft": 14, "contribution": 15},
}
AMOUNTS = {
    **{"routing": "PT1H30M", "return": "PT1H", "answer": "PT9H", "draft": "PT4H", "approval": "PT1H30M"},
    **{"rework": "PT1H", "publication": "PT30M", "final_draft": "P10D", "contribution": "PT2H"},
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


def assert_message(view: dict[str, Any], *, one_term: bool = True) -> None:
    """Every field of the message is there, and is what the contract says.

    `one_term`: no route on the way has changed the term that explanations must add up to.
    """
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
    assert set(view["allowed"]) <= SIGNALS
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
        if one_term:
            _assert_explained(run, view)


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


def _assert_explained(run: dict[str, Any], view: dict[str, Any]) -> None:
    """Without gaps from start to due (`draft`: from due to the answer's); the counted ones add up."""
    steps = run["explanation"]
    # What fell away with an earlier route was counted by the term of that route.
    present = run["cancelled_at"] is None
    for step in steps:
        assert set(step) == STEP
        assert step["reason"]
        assert moment(step["from"]) < moment(step["to"])
    assert [step["to"] for step in steps[:-1]] == [step["from"] for step in steps[1:]]
    first, last = when(steps[0]["from"]), when(steps[-1]["to"])
    if run["name"] == "draft":
        assert first == when(run["due_at"])
        answers = {when(other["due_at"]) for other in view["limits"] if other["name"] == "answer"}
        assert last in answers or not present
    else:
        assert first == when(run["started_at"])
        assert last == when(run["due_at"])
    amount = _DURATION.validate_python(AMOUNTS[run["name"]])
    reduced = view["reduced_term"] and duration(view["reduced_term"])
    if reduced and run["name"] in ("answer", "draft"):
        amount = reduced if run["name"] == "answer" else reduced * 4 / 9
    counted = sum((duration(step["counted"]) for step in steps), timedelta(0))
    assert counted == amount or not present, run
