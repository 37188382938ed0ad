"""Titles of bodies in sentences: every one of the demo directory in each case, and those that stay as they are."""

from pathlib import Path

import pytest

from embedded.demo.data import directory
from service.people.declension import Case, in_case, possessive

_WRITTEN_OUT = {
    lines[0]: dict(zip(Case, lines[1:], strict=True))
    for block in (Path(__file__).parent / "titles_in_cases.txt")
    .read_text(encoding="utf-8")
    .strip()
    .split("\n\n")
    for lines in [block.splitlines()]
}


def test_every_title_of_the_demo_directory_is_written_out() -> None:
    book = directory()
    titles = {book.department.title, book.department.short}
    for body in book.bodies:
        titles |= {body.title, body.short}
    assert titles == _WRITTEN_OUT.keys()


@pytest.mark.parametrize("title", _WRITTEN_OUT)
def test_a_title_of_the_demo_directory_in_each_case(title: str) -> None:
    assert {case: in_case(title, case) for case in Case} == _WRITTEN_OUT[title]


@pytest.mark.parametrize(
    ("title", "by_whom"),
    [
        ("Главное управление МЧС России", "Главным управлением МЧС России"),
        ("Государственная инспекция труда", "Государственной инспекцией труда"),
        ("Контрольно-счётная палата", "Контрольно-счётной палатой"),
        ("Территориальная избирательная комиссия", "Территориальной избирательной комиссией"),
        ("Пресс-служба Губернатора", "Пресс-службой Губернатора"),
        ("Министерство здравоохранения", "Министерством здравоохранения"),
        ("Роспотребнадзор", "Роспотребнадзором"),
    ],
)
def test_titles_of_other_regions_are_inflected_too(title: str, by_whom: str) -> None:
    assert in_case(title, Case.INSTRUMENTAL) == by_whom


@pytest.mark.parametrize(
    "title",
    [
        *("ЖКХ", "МФЦ", "УМВД России", "ДЕПАРТАМЕНТ ЗДРАВООХРАНЕНИЯ"),
        *("Здравоохранение", "Дороги и транспорт", "Городские электрические сети"),
        *("Комитет и служба занятости", "Департамента финансов", "Городская управление", "Ивановская"),
        *("Housing", "42", "", "Департамент " + "финансов " * 100),
    ],
)
def test_a_title_that_is_not_certain_stands_in_the_nominative_after_the_word_for_a_body(title: str) -> None:
    assert in_case(title, Case.GENITIVE) == f"органа «{title}»"
    assert in_case(title, Case.DATIVE) == f"органу «{title}»"
    assert in_case(title, Case.INSTRUMENTAL) == f"органом «{title}»"


def test_a_title_with_quotes_of_its_own_has_them_inside_the_others() -> None:
    assert in_case("МУП «Водоканал»", Case.INSTRUMENTAL) == "органом «МУП „Водоканал“»"


@pytest.mark.parametrize(
    ("title", "whose"),
    [
        ("Департамент ЖКХ", "его"),
        ("Главное управление МЧС России", "его"),
        ("Служба ветеринарии", "её"),
        ("Администрация города Иванова", "её"),
        ("МФЦ", "его"),
    ],
)
def test_whose_competence_it_is_agrees_with_the_title(title: str, whose: str) -> None:
    assert possessive(title) == whose
