"""A new production calendar reaches the messages under way, on record, whoever has which file."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from calendar_rules.production_calendar import DATA_FILE, current
from service.directory.upkeep import DirectoryUpkeep
from service.runs import calendar_in_force
from service.runs.background import Background
from service.runs.rules import Rules, RulesInForce
from settings import Settings
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.api.messages.week import at
from tests.calendar_file import with_day_off
from tests.patience import PATIENCE

Rows = list[dict[str, Any]]


@pytest.fixture
async def installation(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> AsyncIterator[Installation]:
    namespace = await open_namespace(temporal, tmp_path.name)
    installation = Installation(tmp_path / "data", temporal_address, namespace)
    installation.runs_by_the_clock = False
    await installation.prepare()
    yield installation
    await installation.check_tables()


def other_file(installation: Installation, calendar: Path) -> None:
    """From now on the processes of this installation start with another production calendar."""
    installation.settings = Settings.load(**{**installation.settings.model_dump(), "calendar": calendar})


async def journal(office: Office, message: str) -> Rows:
    return list(taken(await office.get("curator", f"/messages/{message}/journal"))["items"])


async def changed(office: Office, message: str, *kinds: str) -> Rows:
    """The rows of the message's last change, once each kind is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = await journal(office, message)
            if set(kinds) <= {row["kind"] for row in rows}:
                return rows
            await asyncio.sleep(0.05)


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
            untouched = await journal(office, closed.id)
        assert moved == {"routing": at("tue 10:30"), "answer": at("wed 09:45")} != before
        assert {row["data"]["limit"] for row in rows if row["kind"] == "limit_moved"} == {"routing", "answer"}
        assert "change_calendar" not in {row["kind"] for row in untouched}

        installation.settings = old_settings
        async with installation.office() as office:
            later = await Case.begin(office, "mon 09:00")
            assert await due(office, later.id) == moved, (
                "a process with the old file counts by what is in force"
            )
            assert (await in_force(office, old_settings)).production == new
            assert await due(office, case.id) == moved
            later_rows = await journal(office, case.id)
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
            rows = len(await journal(behind, late.id))
            await upkeep.round()
            assert len(await journal(behind, late.id)) == rows, "told once"
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


def left_out(_: DirectoryUpkeep) -> Background:
    async def nothing() -> None: ...

    return Background("nothing", nothing, every=60, warning="", fault="")


async def brought(office: Office) -> None:
    """Until this process has brought its file into force."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with office.database.lookup() as session:
                stands = await calendar_in_force.in_force(session)
            if stands is not None and stands.editions[-1] == office.service.rules.edition:
                return
            await asyncio.sleep(0.05)
