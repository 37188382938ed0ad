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


async def test_a_queue_has_its_messages(office: Office, begin: Begin) -> None:
    case = await begin(to=["ecology"])
    shown = taken(await office.get("executor-ecology", "/queue"))["items"]
    assert case.id in [message["id"] for message in shown]
    assert ("executor-ecology", "queue", "ok") in await rows(office, case.id)


async def test_the_record_of_an_erased_message_stays_and_has_nothing_of_its_texts(
    office: Office, begin: Begin
) -> None:
    case = await begin()
    author, text = case.view["author"], case.view["text"]
    taken(await office.get("curator", "/messages", q=author))
    taken(await case.post("admin", "/erasure", {"basis": "subject_request"}))
    kept = taken(await office.get("admin", "/access", message=case.id))["items"]
    assert ("admin", "message.erase") in [(row["person"], row["call"]) for row in kept]
    assert author not in str(kept) and text not in str(kept)
