"""Seals and keys by themselves: what is right, what is forged, and what only lacks a key."""

import pytest

from service.keys.command_keys import KeysError, new, rotated, without
from tests.command_keys import KEYS
from workflows.seals import CommandKeys, Flaw, MissingKeyError

CONTENT = [b"command", b"message-1", b"approve", b"json/plain", b'{"id":"1"}']


def test_what_a_key_has_sealed_is_right_under_it_and_under_all_later_ones() -> None:
    keys = new()
    seal = keys.seal(CONTENT)
    assert keys.flaw(seal, CONTENT) is None
    assert rotated(rotated(keys)).flaw(seal, CONTENT) is None


def test_what_is_sealed_by_the_key_that_was_asked_for_is_understood_by_who_has_no_newer_one() -> None:
    newer = rotated(KEYS)
    assert KEYS.flaw(newer.seal(CONTENT, by=KEYS.id_of(1)), CONTENT) is None
    # Of a key that is retired, or made up, it is the current one.
    for by in (KEYS.id_of(1), "1-0", ""):
        assert without(newer, 1).seal(CONTENT, by=by) == newer.seal(CONTENT)


@pytest.mark.parametrize("part", range(len(CONTENT)))
def test_a_change_of_any_part_breaks_the_seal(part: int) -> None:
    altered = [*CONTENT]
    altered[part] = altered[part] + b"x"
    assert KEYS.flaw(KEYS.seal(CONTENT), altered) is Flaw.FORGED


@pytest.mark.parametrize("at", [0, 2046, 2047, 2048, 4094, 9999])
def test_every_byte_of_a_long_part_counts(at: int) -> None:
    long = bytes(10_000)
    altered = long[:at] + b"x" + long[at + 1 :]
    assert KEYS.flaw(KEYS.seal([long]), [altered]) is Flaw.FORGED


def test_parts_cannot_be_cut_otherwise() -> None:
    assert KEYS.flaw(KEYS.seal([b"ab", b"c"]), [b"a", b"bc"]) is Flaw.FORGED


@pytest.mark.parametrize(
    "seal",
    ["", ".", "1", "1-0.0", "-1-0.0", "9" * 5000 + "-0.0", "²-0.0", f"{KEYS.id_of(1)}.", "ключ.печать"],
)
def test_an_invented_seal_is_forged_and_stops_nothing(seal: str) -> None:
    assert KEYS.flaw(seal, CONTENT) is Flaw.FORGED


def test_an_invented_key_is_not_taken_for_a_missing_one() -> None:
    other = CommandKeys(b"o" * 32, {7: b"7" * 32})
    assert KEYS.flaw(other.seal(CONTENT), CONTENT) is Flaw.FORGED


def test_a_newer_key_of_the_same_installation_is_missed_by_its_id() -> None:
    newer = rotated(KEYS)
    with pytest.raises(MissingKeyError, match=newer.id_of(2)):
        KEYS.flaw(newer.seal(CONTENT), CONTENT)


def test_what_a_retired_key_has_sealed_is_forged_and_the_current_one_stays() -> None:
    seal, newer = KEYS.seal(CONTENT), rotated(KEYS)
    assert without(newer, 1).flaw(seal, CONTENT) is Flaw.RETIRED_KEY
    with pytest.raises(KeysError):
        without(newer, 2)
    # Its number is never given to another key.
    assert rotated(without(newer, 1)).current == 3


def test_keys_are_read_as_they_were_written_and_never_shown() -> None:
    keys = without(rotated(rotated(new())), 1)
    assert CommandKeys.read(keys.written()) == keys
    assert CommandKeys.read(keys.written().replace("\n", " ")) == keys
    assert keys.identity.hex() not in repr(keys) and str(keys.identity) not in repr(keys)


@pytest.mark.parametrize(
    "text", ["", "id:00", "1:" + "0" * 64, "id:" + "0" * 64, "id:" + "0" * 64 + " 1:xyz", "x"]
)
def test_keys_written_wrong_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        CommandKeys.read(text)
