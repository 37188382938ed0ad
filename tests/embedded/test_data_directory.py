import stat
from pathlib import Path

import pytest

from embedded.data_directory import DataDirectory
from embedded.refusal import StartRefusedError


def test_a_new_directory_is_for_its_owner_only(tmp_path: Path) -> None:
    DataDirectory(tmp_path / "a" / "data")
    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700


def test_a_place_that_cannot_be_a_directory_is_refused_with_the_option_to_change(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StartRefusedError, match="--data КАТАЛОГ"):
        DataDirectory(tmp_path / "data")


def test_the_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with data.lock(), pytest.raises(StartRefusedError, match="уже занят"), DataDirectory(tmp_path).lock():
        pass
    with DataDirectory(tmp_path).lock():
        pass


def test_a_directory_of_others_is_not_taken_from_them(tmp_path: Path) -> None:
    place = tmp_path / "srv"
    place.mkdir()
    place.chmod(0o755)
    (place / "somebody's").touch()
    with pytest.raises(StartRefusedError, match="данных Отклика в нём нет"):
        DataDirectory(place)
    assert (stat.S_IMODE(place.stat().st_mode), len(list(place.iterdir()))) == (0o755, 1)


def test_a_common_directory_is_never_closed_even_where_it_is_empty(tmp_path: Path) -> None:
    place = tmp_path / "common"
    place.mkdir()
    place.chmod(0o1777)
    with pytest.raises(StartRefusedError, match="--data КАТАЛОГ"):
        DataDirectory(place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o1777


def test_an_empty_directory_that_was_open_is_closed_with_a_word(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.mkdir()
    place.chmod(0o775)
    assert DataDirectory(place).tightened == (
        f"Данные были открыты другим пользователям машины, теперь закрыты (каталоги 0700, файлы 0600): {place}."
    )
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert DataDirectory(place).tightened is None


def test_a_generated_demo_password_stays(tmp_path: Path) -> None:
    password = DataDirectory(tmp_path / "data").demo_password()
    assert DataDirectory(tmp_path / "data").demo_password() == password
