"""The record of access of messages: who has opened one, who saw it in a list, who acted on it."""

from typing import Any

from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken


async def rows(office: Office, message: str, person: str | None = None) -> list[tuple[str, str, str]]:
    """Who did what with the message, and how it ended, the newest first."""
    found: list[dict[str, Any]] = taken(await office.get("admin", "/access", message=message))["items"]
    assert all(row["message"] == message and message in row["messages"] for row in found)
    return [(row["person"], row["call"], row["outcome"]) for row in found if person in (None, row["person"])]


async def test_whoever_saw_a_message_is_found_by_it(office: Office, begin: Begin) -> None:
    case = await begin(to=["roads"])
    file = await case.attach()
    assert set(await rows(office, case.id)) >= {
        ("curator", "message.register", "ok"),
        ("curator", "message.route", "ok"),
    }
    for path in ("", "/journal", "/similar", f"/attachments/{file}"):
        taken_or_file = await case.get("executor-roads", path)
        assert taken_or_file.status_code == 200
    refused(await case.get("executor-health"), 404)
    taken(await office.get("deputy", "/messages", q=f"№ {case.id}"))
    taken(await office.get("executor-roads", "/notices", message=case.id))
    seen = await rows(office, case.id)
    assert {
        *(("executor-roads", call, "ok") for call in ("message.open", "message.journal", "message.similar")),
        ("executor-roads", "attachment.download", "ok"),
        ("executor-roads", "notices", "ok"),
        ("executor-health", "message.open", "not_found"),
        ("deputy", "messages.list", "ok"),
    } <= set(seen)
    assert await rows(office, case.id, person="deputy") == [("deputy", "messages.list", "ok")]
