"""Notices of the caller, at once, with the moment from which they may be delivered."""

import asyncio
import re

import pytest

from api.web import session
from tests.api.messages.case import Case, View, about, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, taken
from tests.api.messages.shape import moment

FIELDS = {"id", "kind", "message", "limit", "at", "text", "read_at"}
TOLD = (
    *("curator", "curator2", "head", "deputy", "deputy-social", "deputy-policy", "governor", "admin"),
    *("executor-roads", "responsible-roads", "executor-housing", "responsible-housing"),
)


async def all_notices(case: Case) -> dict[str, list[tuple[str, str | None]]]:
    """Everyone who was told anything of the message: kinds with limits, the oldest first."""
    found = await asyncio.gather(*(case.notices(person) for person in TOLD))
    return {
        person: [(item["kind"], item["limit"]) for item in items[::-1]]
        for person, items in zip(TOLD, found, strict=True)
        if items
    }


async def test_a_straight_road_tells_only_those_who_must_act(begin: Begin) -> None:
    """The message's curator is who routed it last."""
    case = await begin(person="curator")
    await case.route(person="curator2")
    await case.submit()
    await case.rework()
    await case.answer()
    assert await all_notices(case) == {
        "curator2": [("draft_received", None), ("draft_received", None)],
        "executor-roads": [("assigned", None), ("rework", None), ("approved", None)],
    }


async def test_a_breach_goes_to_holder_responsible_curator_and_deputy(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.at("mon 14:10")
    assert await all_notices(case) == {"executor-roads": [("assigned", None)]}
    await case.at("mon 14:15")  # half an hour of working time before
    assert (await all_notices(case))["executor-roads"][1:] == [("warning", "draft")]
    await case.at("mon 14:45")
    assert await all_notices(case) == {
        "executor-roads": [("assigned", None), ("warning", "draft"), ("breach", "draft")],
        "responsible-roads": [("breach", "draft")],
        "curator": [("breach", "draft")],
        "deputy": [("escalation", "draft")],
    }
    (escalation,) = await case.notices("deputy")
    assert "срок подготовки проекта ответа (пункт 10) не соблюдён Департаментом" in escalation["text"]
    assert f"истёк {case.moment('mon 14:45'):%d.%m.%Y в %H:%M}" in escalation["text"]
    assert "Основание: пункт 20 Положения." in escalation["text"]


async def test_notices_are_in_the_inbox_at_once_and_wait_for_opening_elsewhere(begin: Begin) -> None:
    case = await begin("fri 20:00", to=["roads"])
    await case.report()
    (assigned,) = await case.notices("executor-roads")
    assert when(assigned["at"]) == case.moment("mon+1 09:00")
    (report,) = await case.notices("governor")
    assert about(report["at"], case.moment("fri 20:00"))
    await case.decline("threat_to_official")
    (threat,) = await case.notices("head")
    assert about(threat["at"], case.moment("fri 20:00"))


async def test_what_a_notice_is(begin: Begin, office: Office) -> None:
    case = await begin(author="Пелагея", text="Лужа у рынка.", to=["roads"])
    await case.at("mon 14:45")
    items = await case.notices("executor-roads")
    for item in items:
        assert set(item) >= FIELDS
        assert item["message"] == case.id
        moment(item["at"])
        assert f"№ {case.id} " in item["text"]
        assert "Пелагея" not in item["text"]
        assert "Лужа" not in item["text"]
        assert case.view["url"] not in item["text"]
    places = [(moment(item["at"]), int(item["id"])) for item in items]
    assert places == sorted(places, reverse=True)
    everything = await pages(office, "executor-roads", limit=200)
    assert [item for item in everything if item["message"] == case.id] == items


async def pages(office: Office, person: str, **params: object) -> list[View]:
    """All the notices of a list, page after page."""
    found: list[View] = []
    cursor: View = {}
    while True:
        page = taken(await office.get(person, "/notices", **params, **cursor))
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


async def test_notices_are_read_page_by_page_by_those_who_see_the_message(
    begin: Begin, office: Office
) -> None:
    case = await begin(to=["roads"])
    await case.at("mon 14:45")
    whole = await case.notices("executor-roads")
    assert len(whole) == 3
    assert await pages(office, "executor-roads", message=case.id, limit=1) == whole
    assert await case.notices("executor-health") == []


@pytest.mark.parametrize("message", ["999999", "abc", "-1", "01"])
async def test_of_a_message_that_is_not_there_nobody_is_told(office: Office, message: str) -> None:
    assert taken(await office.get("curator", "/notices", message=message)) == {"items": [], "next": None}


async def test_whoever_opens_a_message_has_read_what_they_were_told_of_it(
    begin: Begin, office: Office
) -> None:
    case = await begin(to=["roads"])
    page = f"/messages/{case.id}"
    office.http.cookies.set(session.COOKIE, await office.token("executor-roads"))
    try:
        assert (await office.http.get(page, headers={"hx-request": "true"})).status_code == 200
        (notice,) = await case.notices("executor-roads")
        assert notice["read_at"] is None
        before, after = [await _unread_in_the_bar(office, address) for address in ("/profile", page)]
    finally:
        office.http.cookies.clear()
    assert after == before - 1
    (notice,) = await case.notices("executor-roads")
    assert notice["read_at"] is not None


async def _unread_in_the_bar(office: Office, address: str) -> int:
    shown = (await office.http.get(address, headers={"accept": "text/html"})).text
    found = re.search(r'aria-label="Уведомления(?:: (\d+) непрочитанн\w+)?"', shown)
    assert found
    return int(found[1] or 0)
