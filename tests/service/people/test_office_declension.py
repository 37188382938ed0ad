"""Names and offices in the cases of a paper."""

import pytest

from service.people.declension import Case, capital, office_in_case
from service.people.person_names import initials_first, name_in_case, standing_in


def test_a_name_whose_form_is_not_certain_stands_in_the_nominative() -> None:
    assert name_in_case("Admin", Case.DATIVE) == "Admin"


@pytest.mark.parametrize(
    ("office", "dative"),
    [
        ("Губернатор Ивановской области", "Губернатору Ивановской области"),
        (
            "заместитель Председателя Правительства Ивановской области",
            "заместителю Председателя Правительства Ивановской области",
        ),
        ("начальник Департамента внутренней политики", "начальнику Департамента внутренней политики"),
        ("главный консультант отдела мониторинга", "главному консультанту отдела мониторинга"),
        ("главный специалист-эксперт отдела", "главному специалисту-эксперту отдела"),
        (
            "исполняющий обязанности начальника Департамента",
            "исполняющему обязанности начальника Департамента",
        ),
        ("первый заместитель Председателя Правительства", "первому заместителю Председателя Правительства"),
        ("и. о. начальника Департамента", "и. о. начальника Департамента"),
        ("врио Губернатора Ивановской области", "врио Губернатора Ивановской области"),
        ("Глава города Кинешмы", "Главе города Кинешмы"),
        ("Премьер-министр Правительства", "Премьер-министру Правительства"),
        ("первый вице-премьер", "первому вице-премьеру"),
    ],
)
def test_offices_are_inflected_up_to_their_noun(office: str, dative: str) -> None:
    assert office_in_case(office, Case.DATIVE) == dative


def test_initials_stand_before_one_who_signs() -> None:
    assert initials_first("Лобанова Ирина Викторовна") == "И.\u00a0В.\u00a0Лобанова"
    assert capital("начальник отдела") == "Начальник отдела"


def test_whoever_stands_in_is_named_with_the_one_who_is_away() -> None:
    curator, other = "Соколова Вера Андреевна", "Ерёмин Павел Сергеевич"
    assert standing_in(other, curator).replace("\u00a0", " ") == "Ерёмин П. С., замещающий Соколову В. А."
    assert standing_in(curator, other).replace("\u00a0", " ") == "Соколова В. А., замещающая Ерёмина П. С."
