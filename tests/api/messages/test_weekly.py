"""The weekly summary over HTTP (cl. 21): what the contract names of it, made on Monday, kept, made again by hand."""

from datetime import timedelta
from typing import Any

from tests.api.messages.apart import installation, office
from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

__all__ = ["installation", "office"]
# An installation of these tests alone: what others register would be counted here.

FIGURES = {
    *("received", "answered", "declined", "unanswered", "open", "in_time", "breached"),
    *("returns", "rework_rounds", "content", "discontent", "unclear", "none"),
}
WEEK = f"{at('mon 09:00').isocalendar().year}-W{at('mon 09:00').isocalendar().week:02}"
AHEAD = at("mon+1 08:00")
NEXT = f"{AHEAD.isocalendar().year}-W{AHEAD.isocalendar().week:02}"


async def summary(office: Office, week: str = WEEK, person: str = "curator") -> dict[str, Any]:
    return taken(await office.get(person, f"/reports/weekly/{week}"))


async def drive(office: Office, moment: Any) -> int:
    done: int = taken(await office.post("curator", "/training/schedules/weekly", {"at": moment.isoformat()}))[
        "done"
    ]
    return done


async def test_the_weeks_of_an_empty_installation(office: Office) -> None:
    refused(await office.get("head", f"/reports/weekly/{NEXT}"), 404, "ещё не началась")
    refused(await office.get("head", "/reports/weekly/2026-47"), 422, "2026-W47")
    refused(await office.get("head", "/reports/weekly/2025-W54"), 422)
    assert taken(await office.get("head", "/reports/weekly")) == {"items": [], "next": None}
    assert await drive(office, AHEAD) == 0


async def test_programs_are_told_the_numbers_of_a_week(office: Office) -> None:
    """That each is right, `test_reports` counts again."""
    for topic in ("potholes", "kindergarten-places"):
        case = await Case.begin(office)
        await case.route(topic=topic)
        await case.answer(url=f"https://vk.com/wall-1_{case.id}")
    for starts in ("tue 09:00", "wed 09:00", "thu 09:00"):
        await Case.begin(office, starts, to=["health"])
    await Case.begin(office, "sun 12:00")
    mistake = await Case.begin(office, "wed 09:00")
    await mistake.close("registered_by_mistake")

    found = await summary(office)
    same = taken(await office.get("deputy-policy", f"/reports/weekly/{WEEK}.json"))
    assert same | {"made_at": found["made_at"]} == found
    assert (found["week"], found["version"], found["made_by"]) == (WEEK, 0, None)
    assert (found["totals"]["received"], found["totals"]["answered"], found["totals"]["open"]) == (6, 2, 4)
    assert {it["body"] for it in found["bodies"]} == {"roads", "health"}
    assert "Без темы, ещё не направлены: 1 сообщение." in found["gaps"]
    for of in (found["totals"], *found["bodies"], *found["topics"]):
        assert set(of) >= FIGURES | {"previous"}
        assert set(of["previous"]) == FIGURES
    words = str(found)
    assert "Советск" not in words
    assert "Житель" not in words


async def test_it_is_made_on_monday_and_kept(office: Office) -> None:
    before = await summary(office)
    assert await drive(office, AHEAD - timedelta(seconds=1)) == 0
    assert await drive(office, AHEAD) == 1
    assert await drive(office, AHEAD + timedelta(hours=1)) == 0
    kept = await summary(office, person="head")
    assert (kept["version"], kept["totals"]) == (1, before["totals"])
    notices = taken(await office.get("deputy-policy", "/notices", limit=50))["items"]
    (notice,) = (item for item in notices if item["kind"] == "weekly_summary")
    assert (notice["message"], notice["limit"], notice["at"]) == (None, None, AHEAD.isoformat())
    assert f"({WEEK}): поступило 6 сообщений" in notice["text"]

    await Case.begin(office, "thu 12:00")
    assert (await summary(office))["totals"]["received"] == 6
    refused(await office.post("curator", f"/reports/weekly/{WEEK}"), 403)
    again = taken(await office.post("deputy-policy", f"/reports/weekly/{WEEK}"))
    assert (again["version"], again["made_by"], again["totals"]["received"]) == (2, "deputy-policy", 7)
    assert await summary(office) == again
    listed = taken(await office.get("curator", "/reports/weekly"))
    assert [(it["week"], it["version"], it["made_by"]) for it in listed["items"]] == [
        (WEEK, 2, "deputy-policy")
    ]


async def test_weeks_that_nobody_can_have(office: Office) -> None:
    refused(await office.get("head", "/reports/weekly/2020-W10"), 404, WEEK)
    refused(await office.post("head", f"/reports/weekly/{NEXT}"), 404, "ещё не началась")
    await Case.begin(office, "tue+1 09:00")
    going_on = await summary(office, NEXT)
    assert (going_on["version"], going_on["totals"]["previous"]["received"]) == (0, 7)
    refused(await office.post("head", f"/reports/weekly/{NEXT}"), 409, "не закончилась")
    refused(await office.get("head", "/reports/weekly", cursor="x"), 422)
