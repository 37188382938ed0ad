"""Whoever stands in for an absent person may do what they may, by the message's own clock; the record shows both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.api.messages.case import Case, registration, routing
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

STRETCH = 2
DRAFT = {"kind": "answer", "text": "Связь починили."}


async def away(office: Office, person: str, substitute: str, start: str, end: str) -> str:
    body = {
        "from": at(start, stretch=STRETCH).isoformat(),
        "to": at(end, stretch=STRETCH).isoformat(),
        "substitute": substitute,
    }
    identity: str = taken(await office.post("admin", f"/people/{person}/absences", body), 201)["id"]
    return identity


@pytest.fixture(scope="module", autouse=True)
async def absences(office: Office) -> None:
    """On Monday from ten to noon; on Tuesday whoever stands in is away too."""
    await away(office, "executor-digital", "executor-energy", "mon 10:00", "mon 12:00")
    await away(office, "curator2", "deputy-nature", "mon 10:00", "mon 12:00")
    await away(office, "executor-digital", "executor-energy", "tue 08:00", "tue 20:00")
    await away(office, "executor-energy", "executor-finance", "tue 08:00", "tue 20:00")


@pytest.fixture
async def case(office: Office) -> Case:
    """With `digital`, on Monday at nine, routed by the curator who will be away."""
    case = await Case.begin(office, stretch=STRETCH, person="curator2")
    await case.route("digital", person="curator2")
    return case


async def test_the_substitute_may_act_from_the_first_moment_to_the_last_but_one(case: Case) -> None:
    refused(await case.get("executor-energy"), 404)
    refused(await case.post("executor-energy", "/drafts", DRAFT), 404)
    await case.at("mon 09:59")
    refused(await case.get("executor-energy"), 404)
    await case.at("mon 10:00")
    assert "submit_draft" in taken(await case.get("executor-energy"))["allowed"]
    taken(await case.post("executor-energy", "/drafts", DRAFT))
    assert (await case.look())["drafts"][0]["body"] == "digital"
    row = (await case.journal())[-1]
    assert (row["person"], row["acting_for"]) == ("executor-energy", "executor-digital")
    await case.at("mon 11:59")
    allowed = taken(await case.get("executor-energy"))["allowed"]
    assert set(allowed) == {"withdraw_draft", "note", "assign"}
    await case.at("mon 12:00")
    refused(await case.get("executor-energy"), 404)
    refused(await case.post("executor-energy", "/return", {"reason": "Не наше."}), 404)


async def test_a_substituted_role_is_the_whole_role_and_no_other(case: Case) -> None:
    refused(await case.post("deputy-nature", "/route", routing("digital")), 404)
    await case.at("mon 10:00")
    taken(await case.post("deputy-nature", "/governor-report", {"reason": "Важно."}))
    row = next(row for row in await case.journal() if row["kind"] == "report_to_governor")
    assert (row["person"], row["acting_for"]) == ("deputy-nature", "curator2")
    refused(await case.post("deputy-nature", "/drafts", DRAFT), 403)
    refused(await case.post("executor-energy", "/governor-report", {"reason": "Важно."}), 403)
    await case.at("mon 12:00")
    refused(await case.post("deputy-nature", "/governor-report", {"reason": "Важно."}), 404)


async def test_what_goes_to_an_absent_person_goes_to_the_substitute(case: Case) -> None:
    assert [item["kind"] for item in await case.notices("executor-digital")] == ["assigned"]
    await case.at("mon 10:00")
    taken(await case.post("executor-digital", "/drafts", DRAFT))
    (received,) = await case.notices("deputy-nature")
    assert (received["kind"], received["acting_for"]) == ("draft_received", "curator2")
    assert await case.notices("curator2") == []
    draft = (await case.look())["drafts"][0]
    taken(await case.post("curator", f"/drafts/{draft['id']}/rework", {"comment": "Где?"}))
    (rework,) = await case.notices("executor-energy")
    assert (rework["kind"], rework["acting_for"]) == ("rework", "executor-digital")
    assert [item["kind"] for item in await case.notices("executor-digital")] == ["assigned"]
    await case.at("mon 12:00")
    assert {item["kind"] for item in await case.notices("executor-energy")} == {"rework", "warning", "breach"}
    taken(await case.post("executor-digital", "/drafts", DRAFT))
    draft = (await case.look())["drafts"][-1]
    taken(await case.post("curator", f"/drafts/{draft['id']}/rework", {"comment": "Где?"}))
    own = await case.notices("executor-digital")
    assert [(item["kind"], item["acting_for"]) for item in own] == [("rework", None), ("assigned", None)]


async def test_a_listing_judges_each_message_by_its_own_clock(case: Case, office: Office) -> None:
    other = await Case.begin(office, stretch=STRETCH, to=["digital"])
    await case.at("mon 10:30")
    listed = [item["id"] for item in taken(await office.get("executor-energy", "/messages"))["items"]]
    assert case.id in listed
    assert other.id not in listed
    await case.at("mon 12:00")
    await other.at("mon 10:00")
    listed = [item["id"] for item in taken(await office.get("executor-energy", "/messages"))["items"]]
    assert case.id not in listed
    assert other.id in listed


@pytest.fixture
async def curator_away_today(office: Office) -> AsyncIterator[None]:
    now = datetime.now(UTC)
    body = {
        "from": (now - timedelta(hours=1)).isoformat(),
        "to": (now + timedelta(hours=1)).isoformat(),
        "substitute": "deputy-economy",
    }
    absence = taken(await office.post("admin", "/people/curator2/absences", body), 201)["id"]
    yield
    ended = await office.call("admin", "DELETE", f"/people/curator2/absences/{absence}")
    assert ended.status_code == 204


async def test_a_substitute_of_the_curator_registers(office: Office, curator_away_today: None) -> None:
    """A message that is not there yet has no clock: the wall's decides."""
    case = Case(office, taken(await office.post("deputy-economy", "/messages", registration()), 201))
    (row,) = await case.journal("deputy-economy")
    assert (row["kind"], row["person"], row["acting_for"]) == ("registered", "deputy-economy", "curator2")
