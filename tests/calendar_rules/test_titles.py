from enum import StrEnum

import pytest

from calendar_rules import titles, vocabulary
from calendar_rules.regulation import LimitName


def test_every_enumeration_of_the_order_has_titles() -> None:
    enumerations = {
        value for value in vars(vocabulary).values() if isinstance(value, type) and issubclass(value, StrEnum)
    }
    assert enumerations - {StrEnum} <= titles.TABLES.keys()


@pytest.mark.parametrize("enumeration", titles.TABLES)
def test_every_value_has_a_title_of_its_own(enumeration: type[StrEnum]) -> None:
    table = titles.TABLES[enumeration]
    assert set(table) == set(enumeration)
    assert len(set(table.values())) == len(table)


def test_a_role_stands_in_a_sentence() -> None:
    assert titles.role(vocabulary.Role.HEAD) == "начальник Департамента"
    assert titles.role(vocabulary.Role.GOVERNOR) == "Губернатор"


def test_a_limit_stands_in_a_sentence_in_two_cases() -> None:
    assert titles.limit(LimitName.CONTRIBUTION) == "срок представления информации"
    assert titles.of_limit(LimitName.FINAL_DRAFT) == "срока подготовки окончательного проекта ответа"
