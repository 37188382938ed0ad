"""Words of the act in force: offices and clauses as it has them, and those of order 238 untouched."""

import re
from contextvars import copy_context
from pathlib import Path

import pytest

from calendar_rules import act_words
from calendar_rules.act_words import Offices
from calendar_rules.regulation import ORDER_238, Regulation, RegulationError, load, order_238, shipped

ROOT = Path(__file__).parents[2]


def act(key: str) -> Regulation:
    return next(one for one in shipped() if one.act.key == key)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Доложить Губернатору (п. 21)", "Доложить Главе Республики Крым"),
        ("Заместитель Председателя Правительства", "Заместитель Председателя Совета министров"),
        ("у заместителя\nПредседателя Правительства,", "у заместителя Председателя Совета министров,"),
        ("начальник Департамента, Губернатор", "начальник Департамента, Глава Республики Крым"),
        ("«Губернаторский каток»", "«Губернаторский каток»"),
        ("возвращено (пункт 8)", "возвращено (пункт 8)"),
        ("доработку (п. 12, 15), у", "доработку (п. 12, 15), у"),
        ("(пункты 5, 7, 11 Положения)", "(пункты 7, 11)"),
        ("По пункту 18; текст", "По порядку; текст"),
        ("Основание: пункт 20 Положения.", "Основание: Порядок Республики Крым."),
        ("пункт 5 ст. 2 Закона", "пункт 5 ст. 2 Закона"),
    ],
)
def test_a_text_is_said_as_the_act_has_it(text: str, said: str) -> None:
    assert act("crimea-2020").words.said(text) == said
    assert order_238().words.said(text) == text


def test_whatever_the_program_says_is_the_same_under_order_238() -> None:
    texts = [
        found
        for folder in ("api", "service", "workflows", "docs/ru")
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in (".py", ".html", ".md") and "node_modules" not in file.parts
        for found in file.read_text("utf-8").splitlines()
        if re.search("[А-Яа-я]", found)
    ]
    assert len(texts) > 1_000
    assert [text for text in texts if order_238().words.said(text) != text] == []


def test_the_act_in_force_is_that_of_its_context() -> None:
    def spoken() -> str:
        act_words.speak(act("crimea-2020").words)
        return act_words.said("Доложить Губернатору (пункт 9)")

    assert copy_context().run(spoken) == "Доложить Главе Республики Крым (пункт 9)"
    assert act_words.said("Доложить Губернатору (п. 21)") == "Доложить Губернатору (п. 21)"
    assert act_words.clause(7) == 7


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ('governor = ["Глава"]', "указываются именительный, родительный, дательный и творительный падежи"),
        ('head = ["<b>", "а", "б", "в"]', "в наименовании должности допустимы только слова"),
        ('mayor = "Мэр"', "такого поля здесь нет"),
    ],
)
def test_offices_that_cannot_be_said_are_refused(tmp_path: Path, given: str, reason: str) -> None:
    file = tmp_path / "act.toml"
    file.write_text(
        ORDER_238.read_text("utf-8").replace("[clauses]", f"[offices]\n{given}\n\n[clauses]"), "utf-8"
    )
    with pytest.raises(RegulationError, match=reason):
        load(file)


def test_the_five_other_acts_name_their_highest_official() -> None:
    others = [one for one in shipped() if one != order_238()]
    named = {one.offices.governor[0] for one in others}
    assert len(others) == len(named) == 5 and Offices().governor[0] not in named
