"""Referrals to the police and others: in the message, in its journal, in the list of all (cl. 18)."""

import pytest

from service.oversight import referrals
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.shape import assert_message

POLICE = {
    "to": "police",
    "document": "Письмо № 01-14/233",
    "dated": "2026-11-23",
    "note": "Передано дежурному по телефону.",
}


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
    assert referral in taken(await office.get("curator", "/referrals"))["items"]
    row = (await case.journal())[-1]
    assert (row["kind"], row["data"]["document"], row["data"]["to"]) == (
        "refer",
        POLICE["document"],
        "police",
    )
    assert (view["outcome"], view["decline_ground"]) == ("declined", "threat_to_official")


@pytest.mark.server
async def test_the_list_is_the_newest_first_by_pages(
    begin: Begin, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referrals, "PAGE", 2)
    case = await begin()
    for number in range(3):
        await case.step("curator", "/referral", {"to": "emergency", "document": f"№ {number}"})
    assert len(taken(await office.get("curator", "/referrals"))["items"]) == 2
    listed = await office.pages("curator", "/referrals")
    own = [item["document"] for item in listed if item["message"] == case.id]
    assert own == ["№ 2", "№ 1", "№ 0"]
    assert len({item["id"] for item in listed}) == len(listed)
    refused(await office.get("curator", "/referrals", cursor="x"), 422)


@pytest.mark.server
@pytest.mark.parametrize(
    ("reason", "to"), [("other_region", "other_region"), ("handed_to_appeals", "appeals")]
)
async def test_a_matter_of_others_is_closed_with_where_it_went_and_keeps_that_when_it_is_reopened(
    begin: Begin, office: Office, reason: str, to: str
) -> None:
    case = await begin(to=["roads"])
    referral = {"to": to, "document": "№ 5", "dated": "2026-11-24"}
    view = await case.step("curator", "/close", {"reason": reason, "referral": referral})
    assert_message(view)
    assert (view["outcome"], view["close_reason"]) == ("unanswered", reason)
    assert [(item["to"], item["document"]) for item in view["referrals"]] == [(to, "№ 5")]
    newest = taken(await office.get("curator", "/referrals"))["items"]
    assert case.id in {item["message"] for item in newest}
    assert (await case.reopen())["referrals"] == view["referrals"]


async def test_what_cannot_be_one_is_refused(begin: Begin) -> None:
    case = await begin()
    for wrong in ({}, {"to": "nobody"}, {"to": "police", "dated": "вчера"}):
        refused(await case.post("curator", "/referral", wrong), 422)
    mismatched = {"reason": "deleted", "referral": {"to": "police"}}
    refused(await case.post("curator", "/close", mismatched), 422)
