"""Keys of the installation as they seal what is stored: the older ones still open what they sealed."""

import pytest

from service.keys import command_keys
from service.keys.ring import KeyRing, UnsealError
from tests.command_keys import KEYS


def test_after_rotation_new_things_are_sealed_by_the_new_key_and_old_ones_open() -> None:
    sealed = KeyRing.of(KEYS).seal("purpose", "тайна", "ann")
    ring = KeyRing.of(command_keys.rotated(KEYS))
    assert ring.unseal("purpose", sealed, "ann") == "тайна"
    assert not ring.is_current(sealed)
    assert ring.is_current(ring.seal("purpose", "тайна", "ann"))


def test_what_is_sealed_opens_for_its_purpose_and_owner_alone_and_unaltered() -> None:
    ring = KeyRing.of(KEYS)
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
        KeyRing.of(command_keys.new()).unseal("purpose", sealed, "ann")


def test_a_key_is_not_in_what_is_printed_of_it() -> None:
    assert repr(KEYS.keys[1]) not in repr(KeyRing.of(KEYS))
