"""New hours and a new production calendar reach the messages under way, on record, whoever has which file."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from calendar_rules.production_calendar import DATA_FILE, ProductionCalendar, current
from service.directory.hours_text import parse
from service.directory.upkeep import DirectoryUpkeep
from service.runs import calendar_in_force
from service.runs.background import Background
from service.runs.rules import Rules, RulesInForce
from settings import Settings
from store.directory import rows as directory_rows
from store.people import dated_values
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, new_installation, taken, until
from tests.api.messages.week import at
from tests.calendar_file import with_day_off

Rows = list[dict[str, Any]]


@pytest.fixture
async def installation(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> AsyncIterator[Installation]:
    installation = await new_installation(tmp_path / "data", temporal_address, temporal)
    yield installation
    await installation.check_tables()


def other_file(installation: Installation, calendar: Path) -> None:
    """From now on the processes of this installation start with another production calendar."""
    installation.settings = Settings.load(**{**installation.settings.model_dump(), "calendar": calendar})


async def changed(office: Office, message: str, *kinds: str) -> Rows:
    """The rows of the message's last change, once each kind is there."""

    async def there() -> Rows:
        rows = await office.pages("curator", f"/messages/{message}/journal")
        return rows if set(kinds) <= {row["kind"] for row in rows} else []

    return await until(there)


async def due(office: Office, message: str) -> dict[str, datetime]:
    view = taken(await office.get("curator", f"/messages/{message}"))
    return {limit["name"]: datetime.fromisoformat(limit["due_at"]) for limit in view["limits"]}


async def in_force(office: Office, settings: Settings) -> Rules:
    """As a worker counts that was started with these settings."""
    return await RulesInForce(settings, office.database).now()


async def test_a_new_file_moves_open_limits_once_and_an_old_one_changes_nothing_back(
    installation: Installation, tmp_path: Path
) -> None:
    monday = at("mon 09:00").date()
    new = with_day_off(tmp_path / "calendar.json", monday)
    old_settings = installation.settings
    async with installation.worker():
        async with installation.office() as office:
            case = await Case.begin(office, "mon 09:00")
            closed = await Case.begin(office, "mon 09:00")
            await closed.decline("obscene_or_insulting")
            before = await due(office, case.id)
        other_file(installation, tmp_path / "calendar.json")
        async with installation.office() as office:
            rows = await changed(office, case.id, "change_calendar", "limit_moved")
            moved = await due(office, case.id)
            untouched = await office.pages("curator", f"/messages/{closed.id}/journal")
        assert moved == {"routing": at("tue 10:30"), "answer": at("wed 09:45")} != before
        assert {row["data"]["limit"] for row in rows if row["kind"] == "limit_moved"} == {"routing", "answer"}
        assert "change_calendar" not in {row["kind"] for row in untouched}

        installation.settings = old_settings
        async with installation.office() as office:
            await until(lambda: known(office, new))
            later = await Case.begin(office, "mon 09:00")
            assert await due(office, later.id) == moved, (
                "a process with the old file counts by what is in force"
            )
            assert (await in_force(office, old_settings)).production == new
            assert await due(office, case.id) == moved
            later_rows = await office.pages("curator", f"/messages/{case.id}/journal")
            # Whoever was registered within the last minute may be told once more.
            again = [row for row in later_rows if row not in rows and row["kind"] != "change_calendar"]
            assert again == [], "nothing is moved back, or twice"


async def test_what_a_process_registers_before_it_knows_of_a_new_file_is_moved_too(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_day_off(tmp_path / "calendar.json", at("mon 09:00").date())
    async with installation.worker():
        with monkeypatch.context() as patch:
            patch.setattr(DirectoryUpkeep, "background", left_out)
            begun = installation.office()
            behind = await begun.__aenter__()
        try:
            service = behind.service
            upkeep = DirectoryUpkeep(service.database, service.rules)
            await upkeep.round()
            other_file(installation, tmp_path / "calendar.json")
            async with installation.office() as ahead:
                await brought(ahead)
            late = await Case.begin(behind, "mon 09:00")
            assert await due(behind, late.id) == {"routing": at("mon 10:30"), "answer": at("tue 09:45")}
            await upkeep.round()
            await changed(behind, late.id, "change_calendar", "limit_moved")
            assert await due(behind, late.id) == {"routing": at("tue 10:30"), "answer": at("wed 09:45")}
            rows = len(await behind.pages("curator", f"/messages/{late.id}/journal"))
            await upkeep.round()
            assert len(await behind.pages("curator", f"/messages/{late.id}/journal")) == rows, "told once"
        finally:
            await begun.__aexit__(None, None, None)


async def test_a_file_that_has_lost_a_year_is_not_brought_into_force(
    installation: Installation, tmp_path: Path
) -> None:
    years = json.loads(DATA_FILE.read_text("utf-8"))
    del years[max(years)]
    (tmp_path / "calendar.json").write_text(json.dumps(years), "utf-8")
    async with installation.office() as office:
        await brought(office)
    other_file(installation, tmp_path / "calendar.json")
    async with installation.office() as office:
        service = office.service
        await DirectoryUpkeep(service.database, service.rules).round()
        assert service.rules.production == current()
        assert (await in_force(office, installation.settings)).production == current()


async def test_hours_from_a_day_to_come_count_from_that_day_in_messages_under_way(
    installation: Installation,
) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "10:00–14:00, 14:45–19:00")
    async with installation.worker(), installation.office() as office:
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


def left_out(_: DirectoryUpkeep) -> Background:
    async def nothing() -> None: ...

    return Background("nothing", nothing, every=60, warning="", fault="")


async def known(office: Office, production: ProductionCalendar) -> bool:
    """Whether this process counts by that calendar."""
    return office.service.rules.production == production


async def brought(office: Office) -> None:
    """Until this process has brought its file into force."""

    async def stands() -> bool:
        async with office.database.lookup() as session:
            found = await calendar_in_force.in_force(session)
        return found is not None and found.editions[-1] == office.service.rules.edition

    await until(stands)
