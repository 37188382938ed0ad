"""Words of lessons: the terms and offices of the act in force."""

from contextvars import copy_context

from calendar_rules import act_words
from calendar_rules.regulation import Regulation
from embedded.demo.act import files_of
from embedded.demo.lessons.guide import _STEPS, _of, registering
from service.runs import rules


def act(key: str) -> Regulation:
    return rules.load(files_of(key)["regulation"], None).regulation


def told(of: Regulation) -> str:
    return " ".join(_of(of, step).text for steps in _STEPS.values() for step in steps)


def test_a_lesson_names_the_terms_of_the_order() -> None:
    text = told(act("ivanovo-238"))
    assert "На решение у вас 1 час 30 минут рабочего времени." in text
    assert "У исполнителя 30 минут рабочего времени, чтобы разместить ответ" in text
    assert "идут сроки направления и ответа" in registering(act("ivanovo-238")).step.text


def test_a_lesson_names_the_terms_and_offices_of_another_act() -> None:
    yelizovo = act("yelizovo-2129")
    page = copy_context()
    page.run(act_words.speak, yelizovo.words)
    text = page.run(told, yelizovo)
    assert "На решение у вас 1 рабочий час." in text
    assert "его можно вернуть, на это 30 минут рабочего времени." in text
    assert "1 час 30 минут" not in text
    assert "Председателя Правительства" not in text


def test_where_the_answer_counts_from_routing_a_lesson_says_so() -> None:
    assert "С этой минуты идёт срок направления." in registering(act("sevastopol-2020")).step.text
