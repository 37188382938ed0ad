"""Files of the program are its owner's alone, and what others could put in their place is not touched."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import private_files
from store.database.private_files import NotPrivateError, check_place, tighten_all


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_directories_and_files_are_private_under_any_umask(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b"
    private_files.make_directory(place)
    assert private_files.write_first(place / "first", "text")
    private_files.replace(place / "other", "text")
    assert [mode(path) for path in (tmp_path / "a", place)] == [0o700] * 2
    assert [mode(path) for path in place.iterdir()] == [0o600] * 2


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "file"
    private_files.replace(file, "before")
    with pytest.raises(ValueError, match="half"), private_files.replacing(file) as unfinished:
        unfinished.write_text("half")
        raise ValueError("half")
    assert (file.read_text(), list(tmp_path.iterdir())) == ("before", [file])
    assert not private_files.write_first(file, "second")
    assert (file.read_text(), list(tmp_path.iterdir())) == ("before", [file])


def test_nothing_is_written_through_a_link_that_somebody_has_planted(tmp_path: Path) -> None:
    theirs, file = tmp_path / "theirs", tmp_path / "report.xlsx"
    theirs.write_text("theirs")
    file.symlink_to(theirs)
    private_files.replace(file, "names")
    assert (theirs.read_text(), file.read_text(), file.is_symlink()) == ("theirs", "names", False)


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="не файл"):
        private_files.replace(tmp_path / "pipe", "text")
    assert (tmp_path / "pipe").is_fifo()


def test_everything_under_a_directory_is_tightened_and_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "logs").mkdir(parents=True)
    for file in (data / "otklik.db", data / "logs" / "worker.log", data / "private"):
        file.touch(0o666)
    (data / "private").chmod(0o600)
    (data / "same.log").symlink_to("logs/worker.log")
    assert tighten_all(data) == [data, data / "logs", data / "logs" / "worker.log", data / "otklik.db"]
    assert {mode(path) for path in data.rglob("*") if not path.is_symlink()} == {0o700, 0o600}
    assert mode(data) == 0o700
    assert tighten_all(data) == []


def test_a_link_out_of_the_directory_is_refused_and_what_it_leads_to_is_left_alone(tmp_path: Path) -> None:
    elsewhere, data = tmp_path / "elsewhere", tmp_path / "data"
    elsewhere.touch()
    data.mkdir()
    (data / "logs").symlink_to(elsewhere)
    with pytest.raises(NotPrivateError, match="ведёт из каталога данных"):
        tighten_all(data)
    assert mode(elsewhere) == 0o666


def test_what_belongs_to_somebody_else_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(NotPrivateError, match="запущена от имени с номером 4000000"):
        tighten_all(data)
    assert mode(data) == 0o777


def test_what_cannot_be_tightened_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(os, "fchmod", lambda *_: None)  # as file systems do that have no modes
    with pytest.raises(NotPrivateError, match="не хранит прав"):
        tighten_all(tmp_path / "data")


def test_a_place_where_everybody_may_exchange_the_directory_is_refused(tmp_path: Path) -> None:
    common = tmp_path / "common"
    common.mkdir()
    with pytest.raises(NotPrivateError, match="подменить"):
        check_place(common / "data")
    common.chmod(0o1777)  # as of /tmp: only its owner may rename what is in it
    check_place(common / "data")


def test_a_link_that_somebody_else_has_put_in_the_place_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").symlink_to(tmp_path)
    check_place(tmp_path / "data")
    if os.geteuid() == 0:
        os.lchown(tmp_path / "data", 4_000_000, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(NotPrivateError, match="создал другой пользователь"):
        check_place(tmp_path / "data")
