"""Advice on tone: found in any form, and quiet where an answer is as it should be."""

import pytest

from service.messages.advice import NO_GREETING, advice

GOOD = "Здравствуйте, Пелагея! Яму у дома 4 засыплем 27 ноября, работы ведёт «Дорстрой»."


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Добрый день! Автобус № 5 снова ходит по расписанию.",
        "Уважаемая Пелагея, фонари починили вчера. До конца недели заменим и провод.",
        "   ",
    ],
)
def test_a_plain_answer_has_no_advice(text: str) -> None:
    assert list(advice(text, "Пелагея Редкая")) == []


def test_what_could_be_better_is_named() -> None:
    for text, word in (
        ("Здравствуйте! На Ваше обращение сообщаем: яму засыпали.", "казённо"),
        ("Здравствуйте! В ответ на Ваш вопрос: яму засыпали.", "В ответ на"),
        ("Здравствуйте! Яму засыплем.", "без срока"),
        ("Здравствуйте! Работы будут проведены силами подрядчика.", "без срока"),
        ("Яму засыпали сегодня.", "Поздоровайтесь"),
        ("Здравствуйте, Пелогея! Яму засыпали.", "Пелогея"),
    ):
        [said] = advice(text, "Пелагея Редкая")
        assert word in said


def test_a_name_in_another_case_is_the_same_name() -> None:
    assert list(advice("Здравствуйте! Пелагею мы услышали.", "Пелагея")) == []
    assert list(advice("Здравствуйте, Роза!", "roza_1990")) == []


def test_a_long_text_takes_no_longer() -> None:
    assert list(advice("слово " * 20_000, "Пелагея")) == [NO_GREETING]
