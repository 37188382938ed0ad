"""Whoever stands in may do what the absent may, by the message's own clock; who is told meanwhile (cl. 6, 20)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.api.messages.case import Case, View, registration
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

STRETCH, LATER, ALONE, AFTERWARDS = 2, 4, 6, 8
DRAFT = {"kind": "answer", "text": "Связь починили."}


async def away(
    office: Office, person: str, substitute: str | None, start: str, end: str, stretch: int = STRETCH
) -> str:
    body = {
        "from": at(start, stretch=stretch).isoformat(),
        "to": at(end, stretch=stretch).isoformat(),
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


@asynccontextmanager
async def away_now(office: Office, person: str, substitute: str | None) -> AsyncIterator[None]:
    """For two hours around this moment."""
    now = datetime.now(UTC)
    body = {
        "from": (now - timedelta(hours=1)).isoformat(),
        "to": (now + timedelta(hours=1)).isoformat(),
        "substitute": substitute,
    }
    absence = taken(await office.post("admin", f"/people/{person}/absences", body), 201)["id"]
    yield
    ended = await office.call("admin", "DELETE", f"/people/{person}/absences/{absence}")
    assert ended.status_code == 204


async def test_a_substitute_of_the_curator_registers(office: Office) -> None:
    """A message that is not there yet has no clock: the wall's decides."""
    async with away_now(office, "curator2", "deputy-economy"):
        case = Case(office, taken(await office.post("deputy-economy", "/messages", registration()), 201))
        (row,) = await case.journal("deputy-economy")
    assert (row["kind"], row["person"], row["acting_for"]) == ("registered", "deputy-economy", "curator2")


# ---- who is told and named


async def said(case: Case, person: str, kind: str, limit: str | None = None) -> list[str]:
    """The texts of what somebody was told, as they are read."""
    found = [item for item in await case.notices(person, kind) if limit in (None, item["limit"])]
    return [item["text"].replace("\u00a0", " ") for item in found]


def who(charged: list[View]) -> list[tuple[str | None, str | None, str | None]]:
    return [(item["body"], item["person"], item["acting_for"]) for item in charged]


async def kinds(case: Case, person: str) -> list[tuple[str, str | None]]:
    """What somebody was told, the first one first, each with in whose place."""
    return [(item["kind"], item["acting_for"]) for item in (await case.notices(person))[::-1]]


async def test_whoever_gets_a_message_too_late_reads_twice_that_it_is_not_their_breach(
    office: Office,
) -> None:
    case = await Case.begin(office, stretch=LATER)
    await case.at("tue 09:25")
    await case.route("health")
    await case.at("tue 10:00")
    (assigned,) = await said(case, "executor-health", "assigned")
    assert "до направления; нарушением органа не считается" in assigned
    for person in ("executor-health", "responsible-health"):
        (late,) = await said(case, person, "breach", "answer")
        assert "Нарушение учтено: куратор Соколова В. А. — срок направления превышен на " in late
        assert late.endswith("За вашим органом нарушение срока ответа не учтено.")
        assert "Не представлен" not in late
    (of_curator,) = await said(case, "curator", "breach", "answer")
    assert "не учтено" not in of_curator
    assert await said(case, "deputy-social", "escalation", "answer") == []
    (above,) = await said(case, "head", "escalation", "answer")
    assert above.endswith("Основание: пункт 20 Положения.")
    assert who(case.run("answer")["charged"]) == [(None, "curator", None)]
    shown = (await case.page("head", "?journal=whole")).replace("\u00a0", " ")
    assert "Зафиксировано нарушение срока" in shown
    assert "учтено за куратором Соколовой В. А. — срок направления превышен на " in shown


async def test_what_goes_to_an_executor_absent_without_a_substitute_goes_to_the_responsible(
    office: Office,
) -> None:
    case = await Case.begin(office, "mon+1 09:00", stretch=LATER)
    await away(office, "executor-health", None, "mon+1 09:00", "tue+1 20:00", stretch=LATER)
    await case.route("health")
    await case.at("mon+1 14:46")
    assert await kinds(case, "executor-health") == []
    assert await kinds(case, "responsible-health") == [
        ("assigned", "executor-health"),
        ("warning", "executor-health"),
        ("breach", None),
    ]
    (above,) = await said(case, "deputy-social", "escalation", "draft")
    assert (
        "не соблюдён Департаментом здравоохранения (ответственным должностным лицом Субботиным Н. А.), истёк"
        in above
    )
    assert who(case.run("draft")["charged"]) == [("health", "responsible-health", None)]
    taken(await case.post("responsible-health", "/drafts", DRAFT))


@pytest.mark.server
async def test_an_absence_that_is_recorded_afterwards_puts_the_charge_right(office: Office) -> None:
    case = await Case.begin(office, stretch=AFTERWARDS, to=["energy"])
    await case.at("mon 15:00")
    assert who(case.run("draft")["charged"]) == [("energy", "executor-energy", None)]
    await away(office, "executor-energy", "executor-finance", "mon 14:50", "mon 18:00", stretch=AFTERWARDS)
    assert "charge_corrected" not in await case.kinds()
    await away(office, "executor-energy", "executor-finance", "mon 09:00", "mon 18:00", stretch=AFTERWARDS)
    named = [("energy", "executor-finance", "executor-energy")]
    await case.until_told("executor-energy", "charge_corrected")
    await case.look()
    assert who(case.run("draft")["charged"]) == named
    (row,) = [row for row in await case.journal() if row["kind"] == "charge_corrected"]
    assert who(row["data"]["charged"]) == named
    (text,) = await said(case, "deputy-economy", "charge_corrected")
    assert "истёкшего " in text and text.endswith(
        "отсутствие сотрудника записано позже. Нарушение учтено за Департаментом энергетики и тарифов "
        "(исполнителем Прохоровым В. И., замещающим Рожкова Г. И.)."
    ), text
    listed = [item for item in await office.pages("head", "/shortcomings") if item["message"] == case.id]
    assert [who(item["charged"]) for item in listed] == [named]


async def test_while_no_curator_is_at_work_the_head_does_what_curators_do(office: Office) -> None:
    case = await Case.begin(office, stretch=ALONE, person="curator2", to=["roads"])
    await case.at("mon 09:30")
    refused(await case.post("head", "/route", {"bodies": ["housing"]}), 403)
    for curator in ("curator", "curator2"):
        await away(office, curator, None, "mon 10:00", "mon 18:00", stretch=ALONE)
    await case.at("mon 11:00")
    taken(await case.post("executor-roads", "/drafts", DRAFT))
    allowed = taken(await case.get("head"))["allowed"]
    assert {"approve", "send_for_rework"} <= set(allowed)
    assert case.id in [item["id"] for item in await office.pages("head", "/queue", limit=100)]
    draft = (await case.look())["drafts"][0]
    taken(await case.post("head", f"/drafts/{draft['id']}/approve"))
    row = (await case.journal("head"))[-1]
    assert (row["kind"], row["person"], row["acting_for"]) == ("approve", "head", None)


async def test_what_waits_for_curators_is_told_to_the_head_once_none_of_them_is_at_work(
    office: Office,
) -> None:
    case = Case(office, taken(await office.post("curator2", "/messages", registration()), 201))
    async with away_now(office, "curator2", None), away_now(office, "curator", None):
        told = [item["text"] for item in await office.pages("head", "/notices", limit=100)]
    absent = [text.split(": ")[1][:6] for text in told if f"№ {case.id} —" in text.replace("\u00a0", " ")]
    assert absent == ["Соколо", "Ерёмин"], told
