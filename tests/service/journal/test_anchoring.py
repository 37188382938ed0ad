"""The task of every night: a file of the Department's day, made once however often it is started."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from temporalio.testing import ActivityEnvironment

from service.journal.anchor_files import files
from service.journal.anchoring import Anchoring
from tests.rules_given import plain
from workflows.office import Portion

ZONE = ZoneInfo("Pacific/Kiritimati")  # fourteen hours ahead: most of the day, tomorrow


@pytest.fixture
def anchoring(migrated_url: Callable[[], str], tmp_path: Path) -> Anchoring:
    return Anchoring(migrated_url(), tmp_path / "anchors", plain(ZONE.key))


async def test_the_file_is_named_by_the_day_of_the_department_and_made_once(
    anchoring: Anchoring, tmp_path: Path
) -> None:
    beats: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beats.append(details)
    first_day = datetime.now(UTC).astimezone(ZONE).date()
    for _ in range(2):
        assert await environment.run(anchoring.portion) == Portion()
    [file, *later] = files(tmp_path / "anchors")
    assert file.stem in (first_day.isoformat(), (first_day + timedelta(days=1)).isoformat())
    assert later == [] or later[0].stem > file.stem
    assert list((tmp_path / "anchors").iterdir()) == [file, *later], "nothing unfinished is left"


async def test_a_directory_that_cannot_be_made_fails_to_be_retried(
    migrated_url: Callable[[], str], tmp_path: Path
) -> None:
    (tmp_path / "anchors").write_text("a file")
    anchoring = Anchoring(migrated_url(), tmp_path / "anchors", plain(ZONE.key))
    with pytest.raises(OSError, match="anchors"):
        await ActivityEnvironment().run(anchoring.portion)
