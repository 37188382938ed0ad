"""Measures of the machine: what is free, when journals were anchored last, what `serve` has started again."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from settings import Settings
from telemetry import machine
from telemetry.machine import count_restarts, forget_restarts


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path, temporal_namespace="default")


def told(settings: Settings) -> dict[tuple[str, str], float]:
    """By name and the value of the one label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(machine.measures(settings).decode())
        for sample in family.samples
    }


def test_free_space_is_told_of_directories_that_are_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=1000, used=960, free=40))
    assert told(settings) == {
        ("otklik_disk_free_bytes", "data"): 40,
        ("otklik_disk_free_ratio", "data"): 0.04,
    }


def test_a_database_kept_elsewhere_has_a_disk_of_its_own(settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{elsewhere}/otklik.db"})
    disks = {directory for name, directory in told(moved) if name == "otklik_disk_free_bytes"}
    assert disks == {"data", "database"}


def test_the_newest_anchor_has_a_moment(settings: Settings) -> None:
    settings.anchors.mkdir()
    settings.anchors_file.touch()
    os.utime(settings.anchors_file, (1_086_400, 1_086_400))
    found = told(settings)
    assert found["otklik_last_anchor_timestamp_seconds", ""] == 1_086_400
    assert ("otklik_disk_free_ratio", "anchors") in found


def test_restarts_are_counted_from_nought_and_gone_with_serve(settings: Settings) -> None:
    (settings.data / "run").mkdir()
    count_restarts(settings.data, {"worker": 0, "api": 2})
    found = told(settings)
    assert (found["otklik_restarts_total", "worker"], found["otklik_restarts_total", "api"]) == (0, 2)
    forget_restarts(settings.data)
    assert ("otklik_restarts_total", "worker") not in told(settings)
