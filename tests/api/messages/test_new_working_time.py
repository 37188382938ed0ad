"""A change of working hours or of the production calendar reaches the messages under way, on record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from service.directory.hours_text import parse
from settings import Settings
from store.directory import rows as directory_rows
from store.people import dated_values
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.api.messages.test_new_calendar import changed
from tests.api.messages.week import at

LATER_HOURS = """
[default]
timezone = "Europe/Moscow"
[default.week]
mon = [["10:00", "14:00"], ["14:45", "19:00"]]
tue = [["10:00", "14:00"], ["14:45", "19:00"]]
wed = [["10:00", "14:00"], ["14:45", "19:00"]]
thu = [["10:00", "14:00"], ["14:45", "19:00"]]
fri = [["10:00", "14:00"], ["14:45", "17:45"]]
"""


@pytest.fixture(scope="module")
async def installation(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    namespace = await open_namespace(temporal, "new-working-time")
    installation = Installation(tmp_path_factory.mktemp("new-working-time"), temporal_address, namespace)
    await installation.prepare()
    async with installation.worker():
        yield installation


async def test_new_hours_move_the_open_limits_of_messages_under_way_once(
    installation: Installation, tmp_path: Path
) -> None:
    async with installation.office() as office:
        open_one = await Case.begin(office, "mon 09:00")
        closed_one = await Case.begin(office, "mon 09:00")
        await closed_one.decline("obscene_or_insulting")
    hours = tmp_path / "hours.toml"
    hours.write_text(LATER_HOURS, "utf-8")
    former = installation.settings
    installation.settings = Settings.load(**{**former.model_dump(), "schedules": hours})
    try:
        async with installation.office() as office:
            case = Case(Office(office.http, office.database), open_one.view)
            rows = await changed(office, case.id, "change_calendar")
            view = taken(await case.get("curator"))
        async with installation.office() as office:
            case = Case(office, open_one.view)
            again = taken(await case.get("curator", "/journal"))["items"]
            late = Case(office, closed_one.view)
            untouched = taken(await late.get("curator", "/journal"))["items"]
    finally:
        installation.settings = former

    due = {limit["name"]: limit["due_at"] for limit in view["limits"]}
    assert due == {
        "routing": at("mon 11:30").isoformat(),
        "answer": at("tue 10:45").isoformat(),
    }
    change = next(row for row in rows if row["kind"] == "change_calendar")
    assert change["person"] is None
    assert sorted(row["data"]["limit"] for row in rows if row["kind"] == "limit_moved") == [
        "answer",
        "routing",
    ]
    assert len(again) == len(rows), "a start without a change tells nobody"
    assert "change_calendar" not in {row["kind"] for row in untouched}


async def test_hours_from_a_day_to_come_count_from_that_day_in_messages_under_way(
    installation: Installation,
) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "10:00–14:00, 14:45–19:00")
    async with installation.office() as office:
        case = await Case.begin(office, "fri 15:00")
        async with office.database.write() as session:
            department = await directory_rows.department_key(session)
            assert department is not None
            hours = parse({**week, "timezone": "Europe/Moscow", "exceptions": ""})
            await dated_values.set_hours(session, department, at("mon+1 00:00").date(), hours)
        rows = await changed(office, case.id, "change_calendar")
        view = taken(await case.get("curator"))
        async with office.database.write() as session:
            await dated_values.withdraw(session, await dated_values.planned(session, at("mon 00:00").date()))
    assert {limit["name"]: limit["due_at"] for limit in view["limits"]} == {
        "routing": at("fri 16:30").isoformat(),
        "answer": at("mon+1 18:00").isoformat(),
    }
    moved = [row["data"]["limit"] for row in rows if row["kind"] == "limit_moved"]
    assert moved == ["answer"]
    answer = next(limit for limit in view["limits"] if limit["name"] == "answer")
    counted = [(step["from"], step["to"]) for step in answer["explanation"] if step["counted"] != "PT0S"]
    assert counted == [
        (at("fri 15:00").isoformat(), at("fri 16:45").isoformat()),
        (at("mon+1 10:00").isoformat(), at("mon+1 14:00").isoformat()),
        (at("mon+1 14:45").isoformat(), at("mon+1 18:00").isoformat()),
    ]
