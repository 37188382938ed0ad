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


@pytest.mark.parametrize(
    ("first", "then", "settled"),
    [
        # (demo, training) at the first start, at a later start, and what holds then; None: refused
        ((False, False), (False, False), (False, False)),
        ((False, False), (False, True), None),
        ((False, False), (True, True), None),
        ((True, False), (True, True), (True, True)),
        ((True, False), (False, True), (True, True)),
        ((False, True), (False, False), (False, True)),
    ],
)
def test_work_data_never_become_training_data(
    tmp_path: Path,
    first: tuple[bool, bool],
    then: tuple[bool, bool],
    settled: tuple[bool, bool] | None,
) -> None:
    data = DataDirectory(tmp_path)
    data.settle_mode(demo=first[0], training=first[1])
    if settled is None:
        with pytest.raises(StartRefusedError, match="рабочие данные"):
            data.settle_mode(demo=then[0], training=then[1])
    else:
        mode = data.settle_mode(demo=then[0], training=then[1])
        assert (mode.demo, mode.training) == settled
