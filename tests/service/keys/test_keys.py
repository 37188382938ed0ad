"""Keys of the installation: made once, kept for their owner alone, and the older ones still open what they sealed."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.keys import ring as keys
from service.keys.ring import KeyRing, KeysError, UnsealError
from settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path / "data", temporal_address="127.0.0.1:1", temporal_namespace="default")


def test_the_first_start_makes_a_key_that_later_ones_find(settings: Settings) -> None:
    first = keys.load(settings)
    assert first.older == ()
    assert keys.load(settings) == first
    assert stat.S_IMODE(settings.keys_directory.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in settings.keys_directory.iterdir()] == [0o600]


def test_processes_that_start_together_have_the_same_key(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keys.load(settings), range(8)))
    assert len({ring.current.id for ring in rings}) == 1
    assert len(list(settings.keys_directory.iterdir())) == 1


def test_after_rotation_new_things_are_sealed_by_the_new_key_and_old_ones_open(settings: Settings) -> None:
    before = keys.load(settings)
    sealed = before.seal("purpose", "тайна", "ann")
    made = keys.rotate(settings)
    ring = keys.load(settings)
    assert (ring.current.id, [key.id for key in ring.older]) == (made.id, [before.current.id])
    assert ring.unseal("purpose", sealed, "ann") == "тайна"
    assert not ring.is_current(sealed)
    assert ring.is_current(ring.seal("purpose", "тайна", "ann"))


def test_what_is_sealed_opens_for_its_purpose_and_owner_alone_and_unaltered(settings: Settings) -> None:
    ring = keys.load(settings)
    sealed = ring.seal("purpose", "тайна", "ann")
    assert "тайна" not in sealed
    altered = sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB")
    for purpose, text, owner in (
        ("another", sealed, "ann"),
        ("purpose", sealed, "bob"),
        ("purpose", altered, "ann"),
        ("purpose", "", "ann"),
        ("purpose", "nobody.AAAA", "ann"),
        ("purpose", f"{ring.current.id}.я", "ann"),
    ):
        with pytest.raises(UnsealError):
            ring.unseal(purpose, text, owner)
    with pytest.raises(UnsealError):
        KeyRing(keys.new_key()).unseal("purpose", sealed, "ann")


def test_keys_of_the_setting_take_the_place_of_the_directory(settings: Settings) -> None:
    new, old = keys.new_key(), keys.new_key()
    given = settings.model_copy(update={"keys": f"{new.id}:{new.written} {old.written}"})
    assert keys.load(given) == KeyRing(new, (old,))
    assert not settings.keys_directory.exists()
    with pytest.raises(KeysError, match="OTKLIK_KEYS"):
        keys.rotate(given)


@pytest.mark.parametrize("wrong", ["", "short", "abc:" + "A" * 43 + "=", "!" * 44])
def test_a_wrong_key_of_the_setting_is_refused_without_repeating_it(settings: Settings, wrong: str) -> None:
    with pytest.raises(KeysError, match="OTKLIK_KEYS") as raised:
        keys.load(settings.model_copy(update={"keys": wrong}))
    assert "A" * 43 not in str(raised.value)


def test_a_damaged_file_is_named_and_no_other_key_takes_its_place(settings: Settings) -> None:
    keys.load(settings)
    (file,) = settings.keys_directory.iterdir()
    file.write_text("damaged")
    with pytest.raises(KeysError, match=str(file)):
        keys.load(settings)
    assert file.read_text() == "damaged"


def test_a_key_is_not_in_what_is_printed_of_it() -> None:
    key = keys.new_key()
    assert key.written not in repr(key)
    assert repr(key.secret) not in repr(key)
