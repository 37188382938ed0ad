"""The task of every night: a line of the Department's day, made once, when no row of the days before can come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from temporalio.testing import ActivityEnvironment

from service.journal import anchors
from service.journal.anchors import Anchoring
from settings import Settings
from store.commands.tables import CommandRow
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from tests.databases import migrated_once  # noqa: F401 - on both
from tests.message_row import message_row
from tests.rows import put
from tests.rules_given import plain
from workflows.office import Portion

ZONE = ZoneInfo("Pacific/Kiritimati")  # fourteen hours ahead: most of the day, tomorrow
NO_TIME, DAY = timedelta(0), timedelta(days=1)


@pytest.fixture
def settings(migrated_url: Callable[[], str], tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path, database_url=migrated_url(), temporal_namespace="default")


async def portion(settings: Settings, after_a_start: timedelta = NO_TIME) -> Portion:
    anchoring = Anchoring(settings, plain(ZONE.key), after_a_start)
    return await ActivityEnvironment().run(anchoring.portion)


async def test_a_line_is_of_the_day_of_the_department_and_made_once(settings: Settings) -> None:
    first_day = datetime.now(UTC).astimezone(ZONE).date()
    done = [(await portion(settings)).done for _ in range(2)]
    days = [anchors.Anchor.model_validate_json(line).day for line in anchors.lines(settings.anchors_file)]
    assert days[0] in (first_day, first_day + DAY)
    assert len(days) == sum(done) == len(set(days))
    anchoring = Anchoring(settings, plain(ZONE.key), NO_TIME)
    line = anchoring.line_of(days[-1])
    assert line is not None and line.encode() == anchors.lines(settings.anchors_file)[-1]
    assert anchoring.line_of(days[-1] + DAY) is None


async def test_a_night_that_was_missed_is_made_up_for(settings: Settings) -> None:
    database = BlockingDatabase(settings.database_url, 1)
    anchors.append(database, settings.anchors_file, datetime.now(ZONE) - 5 * DAY)
    database.dispose()
    assert (await portion(settings)).done == 1
    assert len(anchors.lines(settings.anchors_file)) == 2


YESTERDAY = datetime.now(UTC) - 2 * DAY
LED: dict[str, Any] = {"recorded": 1, "rows": 1}
COMMAND: dict[str, Any] = {"person": "p", "request": "r", "message": 1, "name": "route", "payload": {}}


@pytest.mark.parametrize(
    ("message", "commands", "waits"),
    [
        ({"rows": 2, "recorded": 1}, (), True),
        ({}, (), True),
        ({**LED, "next_due": YESTERDAY}, (), True),
        (LED, ("sent",), True),
        ({**LED, "next_due": YESTERDAY, "stage": "closed"}, ("accepted", "held"), False),
    ],
    ids=["a step off record", "a registration", "a limit", "a command", "nothing"],
)
async def test_it_waits_for_what_may_be_dated_by_a_day_before(
    settings: Settings, message: dict[str, Any], commands: tuple[str, ...], waits: bool
) -> None:
    database = Database(settings.database_url)
    await put(
        database,
        message_row(1, YESTERDAY, **message),
        *(
            CommandRow(**COMMAND | {"id": status, "key": status}, taken_at=YESTERDAY, status=status)
            for status in commands
        ),
    )
    await database.dispose()
    found = await portion(settings)
    assert (found.again_at is not None, found.done) == (waits, not waits)
    assert settings.anchors_file.exists() is not waits


async def test_after_a_start_what_fell_due_meanwhile_comes_first(settings: Settings) -> None:
    assert (await portion(settings, DAY)).again_at is not None


async def test_a_directory_that_cannot_be_made_fails_to_be_retried(settings: Settings) -> None:
    settings.anchors.write_text("a file")
    with pytest.raises(OSError, match="anchors"):
        await portion(settings)
