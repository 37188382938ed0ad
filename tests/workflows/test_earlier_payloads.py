"""What earlier releases stored is still read: commands in histories, snapshots in the database, records."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, NoticeKind
from tests.message_row import message_state
from workflows import commands
from workflows.commands import AnyCommand, text_fields, texts_of
from workflows.notice_facts import Assigned, Breach, Escalation, Forecast, Rework
from workflows.state import Draft, MessageState, NoticeFact

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANY: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)

GIVEN: dict[str, Any] = {"id": "c", "person": "p"}
DRAFT: dict[str, Any] = {
    "id": "d",
    "kind": "answer",
    "body": "roads",
    "person": "p",
    "round": 1,
    "stage_before": "preparation",
}


@pytest.mark.parametrize(
    ("payload", "texts"),
    [
        (
            {
                "name": "route",
                "bodies": ["roads"],
                "schedules": {},
                "topic": "t",
                "importance": "ordinary",
            },
            {"location": "1"},
        ),
        ({"name": "return_to_curator"}, {"reason": "1"}),
        ({"name": "contribute", "contribution": "x"}, {"text": "1"}),
        ({"name": "submit_draft", "draft": "d", "kind": "answer"}, {"text": "1", "measures": "2"}),
        ({"name": "submit_draft", "draft": "d", "kind": "answer"}, {"text": "1"}),
        ({"name": "send_for_rework", "draft": "d"}, {"comment": "1"}),
        ({"name": "confirm_publication"}, {"url": "1"}),
        ({"name": "author_replied"}, {"text": "1"}),
        ({"name": "report_to_governor"}, {"reason": "1"}),
        ({"name": "record_erasure"}, {"ground": "1"}),
        ({"name": "close_unanswered", "reason": "deleted"}, {}),
    ],
)
def test_the_texts_of_a_command_were_one_dictionary(payload: dict[str, Any], texts: dict[str, str]) -> None:
    assert texts_of(ANY.validate_python({**GIVEN, **payload, "texts": texts})) == texts


def test_the_texts_of_a_command_are_known_by_its_fields() -> None:
    assert text_fields(commands.Correct) == ("url", "author", "text", "location", "reason")
    assert text_fields(commands.Close) == ()


def test_the_texts_of_a_draft_were_one_dictionary() -> None:
    draft = Draft.model_validate({**DRAFT, "texts": {"text": "1", "measures": "2"}})
    assert (draft.text, draft.measures) == ("1", "2")


def test_a_snapshot_of_an_earlier_release_is_read() -> None:
    added = {"assignee", "titles", "attachments", "url", "author", "text", "end"}
    snapshot = message_state(NOW).model_dump(mode="json", exclude=added)
    snapshot["drafts"] = [{**DRAFT, "texts": {"text": "1"}}]
    state = MessageState.model_validate(snapshot)
    assert (state.assignee, state.attachments, state.end, state.drafts[0].text) == (None, (), None, "1")


def notice(kind: NoticeKind, limit: LimitName | None = None, **data: Any) -> NoticeFact:
    """A notice as an earlier release recorded it."""
    stored = {"row": 3, "kind": kind, "limit": limit, "to": [], "at": NOW, "deliver_from": NOW, "data": data}
    return NoticeFact.model_validate(stored)


@pytest.mark.parametrize(
    ("fact", "facts"),
    [
        (
            notice(NoticeKind.ASSIGNED, owed="draft", due_at=NOW.isoformat(), clause=10),
            Assigned(owed=LimitName.DRAFT, due_at=NOW, clause=10),
        ),
        (notice(NoticeKind.REWORK), Rework()),
        (
            notice(NoticeKind.FORECAST, LimitName.ANSWER, forecast_at=NOW.isoformat()),
            Forecast(limit=LimitName.ANSWER, forecast_at=NOW),
        ),
        (
            notice(
                NoticeKind.BREACH, LimitName.DRAFT, due_at=NOW.isoformat(), holder="executor", body="roads"
            ),
            Breach(limit=LimitName.DRAFT, due_at=NOW, holder="executor", body="roads"),
        ),
        (
            notice(NoticeKind.ESCALATION, LimitName.DRAFT, due_at=NOW.isoformat(), inherited=True),
            Escalation(limit=LimitName.DRAFT, due_at=NOW, inherited=True),
        ),
    ],
)
def test_the_facts_of_a_notice_were_a_dictionary(fact: NoticeFact, facts: Any) -> None:
    assert fact.facts == facts


@pytest.mark.parametrize("kind", [NoticeKind.RETURNED, NoticeKind.CONTRIBUTION_RECEIVED])
def test_a_notice_of_a_body_names_it_still(kind: NoticeKind) -> None:
    assert getattr(notice(kind, body="roads").facts, "body", None) == "roads"


def test_the_kind_of_a_draft_received_is_still_known() -> None:
    fact = notice(NoticeKind.DRAFT_RECEIVED, body="roads", draft_kind="interim")
    assert getattr(fact.facts, "draft_kind", None) is DraftKind.INTERIM


def test_a_notice_is_read_as_it_is_written() -> None:
    fact = notice(NoticeKind.RETURNED, body="roads")
    assert NoticeFact.model_validate_json(fact.model_dump_json()) == fact
