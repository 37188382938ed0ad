"""Referrals to the police and others: in the message, in its journal, in the list of all (cl. 18)."""

from typing import Any

import pytest

from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, taken
from tests.api.messages.shape import assert_message

POLICE = {
    "to": "police",
    "document": "Письмо № 01-14/233",
    "dated": "2026-11-23",
    "note": "Передано дежурному по телефону.",
}


async def listed(office: Office, person: str = "curator") -> list[dict[str, Any]]:
    """All of them: messages of other tests may have others of the same moments."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = taken(await office.get(person, "/referrals", **cursor))
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = {"cursor": page["next"]}


@pytest.mark.server
async def test_a_declined_threat_is_passed_to_the_police_on_record(begin: Begin, office: Office) -> None:
    case = await begin()
    await case.decline("threat_to_official")
    await case.until_told("head", "threat")
    assert "«Передано»" in (await case.notices("head", "threat"))[0]["text"]
    view = taken(await case.post("head", "/referral", POLICE))
    assert_message(view)
    [referral] = view["referrals"]
    assert {name: referral[name] for name in POLICE} == POLICE
    assert (referral["message"], referral["person"]) == (case.id, "head")
    assert referral in await listed(office)
    row = (await case.journal())[-1]
    assert (row["kind"], row["data"]["document"], row["data"]["to"]) == (
        "refer",
        POLICE["document"],
        "police",
    )
    assert view["outcome"] == "declined"


@pytest.mark.server
async def test_the_list_is_the_newest_first_by_pages(begin: Begin, office: Office) -> None:
    case = await begin()
    for number in range(52):
        await case.step("curator", "/referral", {"to": "emergency", "document": f"№ {number}"})
    first = taken(await office.get("curator", "/referrals"))
    assert first["items"][0]["document"] == "№ 51"
    second = taken(await office.get("curator", "/referrals", cursor=first["next"]))
    seen = [item["id"] for page in (first, second) for item in page["items"]]
    assert len(set(seen)) == len(seen) >= 52
    assert (await office.get("curator", "/referrals", cursor="x")).status_code == 422


@pytest.mark.parametrize("reason", ["other_region", "handed_to_appeals"])
async def test_a_matter_of_others_is_closed_with_where_it_went(
    begin: Begin, office: Office, reason: str
) -> None:
    case = await begin(to=["roads"])
    to = "appeals" if reason == "handed_to_appeals" else "other_region"
    referral = {"to": to, "document": "№ 5", "dated": "2026-11-24"}
    view = await case.step("curator", "/close", {"reason": reason, "referral": referral})
    assert_message(view)
    assert (view["outcome"], view["close_reason"]) == ("unanswered", reason)
    assert [(item["to"], item["document"]) for item in view["referrals"]] == [(to, "№ 5")]
    assert case.id in {item["message"] for item in await listed(office)}


async def test_a_referral_fits_no_other_reason(begin: Begin) -> None:
    case = await begin()
    answer = await case.post("curator", "/close", {"reason": "deleted", "referral": {"to": "police"}})
    assert answer.status_code == 422


@pytest.mark.parametrize("wrong", [{}, {"to": "nobody"}, {"to": "police", "dated": "вчера"}])
async def test_what_cannot_be_one_is_refused(begin: Begin, wrong: dict[str, str]) -> None:
    case = await begin()
    assert (await case.post("curator", "/referral", wrong)).status_code == 422


@pytest.mark.server
async def test_a_reopened_message_keeps_what_was_passed_on(begin: Begin) -> None:
    case: Case = await begin()
    await case.step("curator", "/close", {"reason": "other_region", "referral": {"to": "other_region"}})
    view = await case.reopen()
    assert [item["to"] for item in view["referrals"]] == ["other_region"]
