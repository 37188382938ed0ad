from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from calendar_rules import titles, vocabulary
from calendar_rules.regulation import LimitName

_TABLES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    vocabulary.Network: titles.NETWORKS,
    vocabulary.Importance: titles.IMPORTANCE,
    vocabulary.Stage: titles.STAGES,
    vocabulary.Outcome: titles.OUTCOMES,
    vocabulary.DraftKind: titles.DRAFT_KINDS,
    vocabulary.DraftStatus: titles.DRAFT_STATUSES,
    vocabulary.DeclineGround: titles.DECLINE_GROUNDS,
    vocabulary.CloseReason: titles.CLOSE_REASONS,
    vocabulary.Role: titles.ROLES,
    vocabulary.NoticeKind: titles.NOTICE_KINDS,
    LimitName: titles.LIMITS,
}


def test_every_enumeration_of_the_order_has_titles() -> None:
    enumerations = {
        value for value in vars(vocabulary).values() if isinstance(value, type) and issubclass(value, StrEnum)
    }
    assert enumerations - {StrEnum} <= _TABLES.keys()


@pytest.mark.parametrize("enumeration", _TABLES)
def test_every_value_has_a_title_of_its_own(enumeration: type[StrEnum]) -> None:
    table = _TABLES[enumeration]
    assert set(table) == set(enumeration)
    assert len(set(table.values())) == len(table)


def test_a_limit_stands_in_a_sentence_in_two_cases() -> None:
    assert titles.limit(LimitName.CONTRIBUTION) == "срок представления информации"
    assert titles.of_limit(LimitName.FINAL_DRAFT) == "срока подготовки окончательного проекта ответа"
