"""Names of persons in short and in the cases that sentences need; none where the form is not certain."""

from pathlib import Path

import pytest

from service.people.declension import Case
from service.people.person_names import is_womans, short, short_in

NAMES = [
    line.split(" | ")
    for line in (Path(__file__).parent / "names_in_cases.txt").read_text(encoding="utf-8").splitlines()
]
"""Whole name, name in short, genitive, dative, accusative, instrumental; «-» where the form is not certain."""


def spaced(text: str | None) -> str:
    return "-" if text is None else text.replace("\u00a0", " ")


@pytest.mark.parametrize("line", NAMES, ids=lambda line: line[0])
def test_a_name_in_short_and_in_each_case(line: list[str]) -> None:
    name, *expected = line
    assert [spaced(short(name)), *(spaced(short_in(name, case)) for case in Case)] == expected


def test_there_are_surnames_of_all_kinds() -> None:
    assert len({name for name, *_ in NAMES}) >= 60


def test_initials_do_not_come_apart_from_the_surname() -> None:
    assert short("Соколова Вера Андреевна") == "Соколова\u00a0В.\u00a0А."
    assert short_in("Соколова В. А.", Case.INSTRUMENTAL) == "Соколовой\u00a0В.\u00a0А."


@pytest.mark.parametrize("name", ["Executor-Roads", "ИВАНОВ ИВАН ИВАНОВИЧ", "", "«Водоканал»"])
def test_what_is_no_russian_name_is_not_inflected(name: str) -> None:
    assert short_in(name, Case.GENITIVE) is None


@pytest.mark.parametrize(
    ("name", "womans"),
    [
        ("Мельник Анна Павловна", True),
        ("Мельник Антон Павлович", False),
        ("Ильинична Инна Ильинична", True),
        ("Мамедов Али Гасан оглы", False),
        ("Соколова В. А.", True),
        ("Ерёмин П. С.", False),
        ("Мельник А. П.", None),
        ("Admin", None),
    ],
)
def test_patronymic_or_surname_says_whose_name_it_is(name: str, womans: bool | None) -> None:
    assert is_womans(name) is womans
