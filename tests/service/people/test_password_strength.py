"""Passwords that may be chosen."""

import pytest

from service.people.password_strength import weakness

NAMES = ("ivanov", "Иванов Пётр Ильич")


LONGEST = ("снег на крыше в мае " * 13)[:256]


@pytest.mark.parametrize(
    "password",
    [
        *("три весёлых гуся", "correct horse", "zV8#qLm2!xTr", "снег на крыше в мае"),
        *("7391 4406 2285 9917 04", LONGEST),
    ],
)
def test_a_long_one_that_nobody_thinks_of_may_be(password: str) -> None:
    assert weakness(password, *NAMES) is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("одиннадцать", "короче 12"),
        ("а" * 257, "длиннее 256"),
        ("aaaaaaaaaaaa", "распространённых"),
        ("28061983280619", "распространённых"),
        ("password1234", "распространённых"),
        ("1q2w3e4r5t6y", "распространённых"),
        ("йцукенгшщзхъ", "распространённых"),
        ("Пароль123456", "распространённых"),
        ("gfhjkmgfhjkm", "распространённых"),
        ("пётр сидит дома", "имя"),
        ("my ivanov secret", "имя"),
    ],
)
def test_a_weak_one_is_refused_with_what_is_wrong(password: str, says: str) -> None:
    found = weakness(password, *NAMES)
    assert found is not None
    assert says in found


def test_a_short_part_of_a_name_forbids_nothing() -> None:
    assert weakness("длинный и странный", "И", "io") is None
