"""Obstacles told of: a full disk, and a database that another program holds."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from embedded import obstacles


def test_nothing_is_told_where_nothing_is_in_the_way(tmp_path: Path) -> None:
    assert obstacles.found(tmp_path, tmp_path / "none.db") is None


def test_a_full_disk_is_told_with_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=40_960))
    assert obstacles.found(tmp_path, None) == (
        f"На диске с каталогом данных {tmp_path} свободно 40 КБ: освободите место и запустите снова."
    )


def test_a_database_that_another_program_holds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obstacles, "_WAIT", 0.05)
    file = tmp_path / "otklik.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TABLE t (x)")
        assert obstacles.found(tmp_path, file) is None
        other.execute("BEGIN IMMEDIATE")
        assert f"{file} заблокирован другой программой" in (obstacles.found(tmp_path, file) or "")
