"""The weekly summary over HTTP (cl. 21): what the contract names of it, made on Monday, kept, made again by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken, working_installation
from tests.api.messages.week import at

FIGURES = {
    *("received", "answered", "declined", "unanswered", "open", "in_time", "breached"),
    *("returns", "rework_rounds", "content", "discontent", "unclear", "none"),
}
WEEK = f"{at('mon 09:00').isocalendar().year}-W{at('mon 09:00').isocalendar().week:02}"
AHEAD = at("mon+1 08:00")
NEXT = f"{AHEAD.isocalendar().year}-W{AHEAD.isocalendar().week:02}"


@pytest.fixture(scope="module")
async def office(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """An installation of these tests alone: what others register would be counted here."""
    folder = tmp_path_factory.mktemp("weekly")
    async with (
        working_installation(folder, temporal_address, temporal) as installation,
        installation.office() as office,
    ):
        yield office


async def summary(office: Office, week: str = WEEK, person: str = "curator") -> dict[str, Any]:
    return taken(await office.get(person, f"/reports/weekly/{week}"))


async def drive(office: Office, moment: Any) -> int:
    done: int = taken(await office.post("curator", "/training/schedules/weekly", {"at": moment.isoformat()}))[
        "done"
    ]
    return done


def numbers(of: dict[str, Any]) -> dict[str, int]:
    return {name: of[name] for name in FIGURES if of[name]}


async def answered(office: Office, *bodies: str, **routing: Any) -> Case:
    case = await Case.begin(office)
    await case.route(*bodies, **routing)
    for _ in bodies[1:]:
        await case.contribute()
    photo = await case.attach(f"executor-{bodies[-1]}")
    await case.submit(attachments=[photo])
    await case.approve()
    await case.publish(f"https://vk.com/wall-1_{case.id}")
    return case


async def test_the_weeks_of_an_empty_installation(office: Office) -> None:
    refused(await office.get("head", f"/reports/weekly/{NEXT}"), 404, "ещё не началась")
    refused(await office.get("head", "/reports/weekly/2026-47"), 422, "2026-W47")
    refused(await office.get("head", "/reports/weekly/2025-W54"), 422)
    assert taken(await office.get("head", "/reports/weekly")) == {"items": [], "next": None}
    assert await drive(office, AHEAD) == 0


async def test_the_numbers_of_a_week(office: Office) -> None:
    await answered(office, "roads")
    await answered(office, "housing", "roads", topic="kindergarten-places")
    returned = await Case.begin(office, "tue 09:00")
    await returned.route("health")
    await returned.give_back()
    await returned.route("roads")
    await returned.submit()
    await returned.rework()
    late = await Case.begin(office, "tue 09:00")
    await late.route("housing")
    await late.at("wed 18:00")
    declined = await Case.begin(office, "wed 09:00")
    await declined.decline()
    mistake = await Case.begin(office, "wed 09:00")
    await mistake.at("wed 18:00")
    await mistake.close("registered_by_mistake")
    waiting = await Case.begin(office, "sun 12:00")

    found = await summary(office)
    same = taken(await office.get("deputy-policy", f"/reports/weekly/{WEEK}.json"))
    assert same | {"made_at": found["made_at"]} == found
    assert (found["week"], found["version"], found["made_by"]) == (WEEK, 0, None)
    runs = [run for case in (late, mistake) for run in (await case.look())["limits"]]
    assert any(run["breached_at"] for run in (await mistake.look())["limits"])
    totals = numbers(found["totals"])
    assert totals.pop("breached") == sum(run["breached_at"] is not None for run in runs)
    assert totals.pop("in_time") > 10
    assert totals == {
        **{"received": 6, "answered": 2, "declined": 1, "open": 3},
        **{"returns": 1, "rework_rounds": 1, "none": 2},
    }
    bodies = {it["body"]: numbers(it) for it in found["bodies"]}
    assert set(bodies) == {"roads", "housing", "health"}
    assert (bodies["roads"]["received"], bodies["roads"]["answered"]) == (3, 2)
    assert (bodies["housing"]["received"], bodies["housing"].get("answered"), bodies["housing"]["open"]) == (
        *(2, None),
        1,
    )
    assert (bodies["health"]["received"], bodies["health"]["returns"]) == (1, 1)
    assert bodies["health"]["in_time"] == 1  # its hour to return the message
    topics: dict[tuple[str | None, bool], int] = {
        (it["topic"], it["ended"]): numbers(it)["received"] for it in found["topics"] if it["received"]
    }
    # One that was declined without ever being routed does not wait for a routing.
    assert topics == {
        ("potholes", False): 3,
        ("kindergarten-places", False): 1,
        (None, False): 1,
        (None, True): 1,
    }
    assert "Без темы, ещё не направлены: 1 сообщение." in found["gaps"]
    for of in (found["totals"], *found["bodies"], *found["topics"]):
        assert set(of) >= FIGURES | {"previous"}
        assert set(of["previous"]) == FIGURES
    (together,) = (it for it in found["quality"] if it["body"] is None)
    assert (together["answers"], together["answers_with_photo"], together["misroutings"]) == (2, 2, 1)
    assert waiting.view["stage"] == "routing"
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
    refused(await office.get("head", "/reports/weekly/2999-W10"), 404, "ещё не началась")
    refused(await office.post("head", f"/reports/weekly/{NEXT}"), 404, "ещё не началась")
    await Case.begin(office, "tue+1 09:00")
    going_on = await summary(office, NEXT)
    assert (going_on["version"], going_on["totals"]["previous"]["received"]) == (0, 7)
    refused(await office.post("head", f"/reports/weekly/{NEXT}"), 409, "не закончилась")
    refused(await office.get("head", "/reports/weekly", cursor="x"), 422)
