"""Two editions side by side: nothing that differs is left out, and every word is Russian."""

import re
from datetime import date
from typing import Any

import pytest

from calendar_rules.act_words import Clauses, Offices
from calendar_rules.edition_comparison import changed_terms, compare
from calendar_rules.regulation import LimitName, Regulation, order_238, shipped
from tests.calendar_rules.test_regulation_report import OTHERS, whole, with_reading

_OTHER_ACT: dict[str, Any] = {
    "key": "other-act",
    "title": "Другой порядок",
    "short_title": "Порядок",
    "edition": "2027-01-01",
    "in_force_from": "2027-01-02",
    "in_force_to": "2027-12-31",
    "source": "газета",
    "assumed": ["допущение"],
}
_OTHER_LIMIT: dict[str, Any] = {
    "clause": 99,
    "title": "иначе",
    "amount": "PT2H",
    "starts": ["receipt", "rework"],
    "warns": False,
    "warns_before": "PT10M",
    "breach_to": ["head"],
    "escalation_to": "governor",
    "note": "примечание",
}


def changed(section: str, part: str | None, field: str, value: object) -> Regulation:
    content = whole(order_238())
    place = content[section] if part is None else content[section][part]
    assert place[field] != value
    place[field] = value
    return Regulation.model_validate(content)


def differing(other: Regulation) -> list[tuple[str, str, str, str]]:
    """Of order 238 and another: the section, the field, and what each says of it."""
    return [
        (section.title, aspect.title, aspect.first, aspect.second)
        for section in compare(order_238(), other)
        for aspect in section.differences
    ]


def test_an_act_differs_from_itself_in_nothing() -> None:
    sections = compare(order_238(), order_238())
    assert [section.differences for section in sections] == [()] * 12
    assert all(section.same for section in sections)
    assert changed_terms(order_238(), order_238()) == []


@pytest.mark.parametrize(("field", "value"), _OTHER_ACT.items(), ids=_OTHER_ACT)
def test_every_field_of_the_act_is_compared(field: str, value: object) -> None:
    ((section, *_),) = differing(changed("act", None, field, value))
    assert section == "Сведения об акте"


def test_no_field_of_the_act_or_of_a_limit_is_forgotten() -> None:
    content = order_238().model_dump(mode="json", by_alias=True)
    assert content["act"].keys() == _OTHER_ACT.keys()
    # Who owes a limit is that of the road; the unit is tried below.
    assert content["limits"]["rework"].keys() == {*_OTHER_LIMIT, "holder", "unit"}


@pytest.mark.parametrize(("field", "value"), _OTHER_LIMIT.items(), ids=_OTHER_LIMIT)
def test_every_field_of_a_limit_is_compared(field: str, value: object) -> None:
    ((section, *_),) = differing(changed("limits", "rework", field, value))
    assert section == "Срок доработки"


@pytest.mark.parametrize(("name", "value"), OTHERS.items(), ids=OTHERS)
def test_every_reading_is_compared_by_itself(name: str, value: object) -> None:
    ((section, title, before, after),) = differing(with_reading(name, value))
    assert (section, before != after) == ("Вопросы, не урегулированные актом", True)
    assert title[0].isupper()


@pytest.mark.parametrize("name", [name for name in Offices.model_fields if name != "everywhere"])
def test_every_office_is_compared(name: str) -> None:
    ((section, *_, after),) = differing(changed("offices", None, name, ["глава", "главы", "главе", "главой"]))
    assert (section, after) == ("Должности и пункты", "глава")


@pytest.mark.parametrize("name", Clauses.model_fields)
def test_every_clause_beside_the_limits_is_compared(name: str) -> None:
    ((section, *_, after),) = differing(changed("clauses", None, name, 77))
    assert (section, after) == ("Должности и пункты", "п. 77")


def test_what_is_counted_otherwise_is_told_in_terms() -> None:
    shorter = changed("limits", "answer", "amount", "PT5H")
    assert changed_terms(order_238(), shorter) == ["Срок ответа: 9 рабочих часов → 5 рабочих часов"]
    by_clock = changed("limits", "rework", "unit", "clock_hours")
    assert changed_terms(order_238(), by_clock) == ["Срок доработки: 1 рабочий час → 1 час подряд"]
    later = changed("limits", "answer", "starts", ["routing"])
    assert changed_terms(order_238(), later) == [
        "Срок ответа: 9 рабочих часов с момента выявления → 9 рабочих часов с момента направления органу"
    ]
    high = changed("limits", "answer", "by_importance", {"high": "PT2H"})
    assert differing(high) == [
        ("Срок ответа", "Категория важности «высокая»", "9 рабочих часов", "2 рабочих часа")
    ]


def test_a_municipality_beside_the_region() -> None:
    (municipality,) = (act for act in shipped() if act.act.key == "yelizovo-2129")
    assert "Срок ответа: 9 рабочих часов → 4 рабочих часа" in changed_terms(order_238(), municipality)
    assert {act.act.reference for act in shipped()} >= {
        "ivanovo-238:2020-08-17",
        f"yelizovo-2129:{date(2025, 1, 1)}",
    }
    for section in compare(order_238(), municipality):
        assert section.title
        for title, first, second in section.aspects:
            if title == "Обозначение в программе":
                continue
            for words in (title, first, second):
                assert not re.search("[A-Za-z_]{3,}", re.sub(r"www\.\S+|Asia/Kamchatka|Instagram", "", words))


def test_every_limit_has_its_section() -> None:
    assert len(compare(order_238(), order_238())) == len(LimitName) + 3
