"""Notices of the caller, at once, with the moment from which they may be delivered."""

import re

from api.web import session
from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office
from tests.api.messages.shape import moment

FIELDS = {"id", "kind", "message", "limit", "at", "text", "read_at"}


async def told(case: Case, *people: str) -> dict[str, list[tuple[str, str | None]]]:
    """What these were told of the message: kinds with limits, the oldest first."""
    return {
        person: [(item["kind"], item["limit"]) for item in (await case.notices(person))[::-1]]
        for person in people
    }


async def test_a_breach_goes_to_holder_responsible_curator_and_deputy(begin: Begin) -> None:
    case = await begin(to=["roads"])
    await case.at("mon 14:10")
    assert await told(case, "executor-roads") == {"executor-roads": [("assigned", None)]}
    await case.at("mon 14:15")  # half an hour of working time before
    assert (await told(case, "executor-roads"))["executor-roads"][1:] == [("warning", "draft")]
    await case.at("mon 14:45")
    people = ("executor-roads", "responsible-roads", "curator", "deputy", "head", "executor-housing")
    assert await told(case, *people) == {
        "executor-roads": [("assigned", None), ("warning", "draft"), ("breach", "draft")],
        "responsible-roads": [("breach", "draft")],
        "curator": [("breach", "draft")],
        "deputy": [("escalation", "draft")],
        "head": [],
        "executor-housing": [],
    }
    (escalation,) = await case.notices("deputy")
    assert f"истёк {case.moment('mon 14:45'):%d.%m.%Y в %H:%M}" in escalation["text"]


async def test_notices_have_no_word_of_the_message_and_are_read_page_by_page(
    begin: Begin, office: Office
) -> None:
    case = await begin(author="Пелагея", text="Лужа у рынка.", to=["roads"])
    await case.at("mon 14:45")
    items = await case.notices("executor-roads")
    assert len(items) == 3
    for item in items:
        assert set(item) >= FIELDS
        assert item["message"] == case.id
        assert f"№ {case.id} " in item["text"]
        for personal in ("Пелагея", "Лужа", case.view["url"]):
            assert personal not in item["text"]
    places = [(moment(item["at"]), int(item["id"])) for item in items]
    assert places == sorted(places, reverse=True)
    assert await office.pages("executor-roads", "/notices", message=case.id, limit=1) == items
    assert await case.notices("executor-health") == []
    for unknown in ("999999", "abc", "01"):
        assert await office.pages("curator", "/notices", message=unknown) == []


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
