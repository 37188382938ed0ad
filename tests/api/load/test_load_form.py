"""The form of «Нагрузка» becomes a question, or says by field what is wrong; and what is said of an answer."""

from datetime import timedelta

import pytest

from api.web.load import form, pictures, words
from service.load.question import Question
from service.load.replay import Beside, Figure
from service.load.results import HourOfDay, Interval, Needed, WithCurators
from service.runs.rules import load

RULES = load(None, None)


def plain(text: str) -> str:
    """Without what keeps it on one line."""
    return text.replace("\u00a0", " ").replace("\u2060", "")


def test_an_empty_form_asks_about_things_as_they_are() -> None:
    assert form.question({}, RULES) == (Question(), {})


def test_what_is_typed_is_asked() -> None:
    typed = {
        "curators": "3",
        "per_day": "1 200,5",
        "opens": "08:00",
        "saturday_from": "10:00",
        "saturday_to": "14:00",
        "body": "roads",
        "executors": "2",
        "routing": "1,5",
        "goal": "97,5",
    }
    asked, wrong = form.question(typed, RULES)
    assert wrong == {}
    assert asked == Question(
        curators=3,
        per_day=1200.5,
        opens="08:00",
        saturday=(("10:00", "14:00"),),
        executors={"roads": 2},
        routing=timedelta(hours=1, minutes=30),
        goal=97.5,
    )


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"curators": "два"}, {"curators"}),
        ({"curators": "0", "goal": "100"}, {"curators", "goal"}),
        ({"per_day": "nan"}, {"per_day"}),
        ({"opens": "8 утра"}, {"opens"}),
        ({"saturday_from": "10:00"}, {"saturday_from"}),
        ({"saturday_from": "14:00", "saturday_to": "10:00"}, {"saturday_from"}),
        ({"body": "roads"}, {"executors"}),
        ({"executors": "2"}, {"executors"}),
        ({"executors": "0", "body": "roads"}, {"executors"}),
        ({"answer": "0"}, {"answer"}),
        ({"answer": "inf"}, {"answer"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(typed: dict[str, str], wrong: set[str]) -> None:
    asked, found = form.question(typed, RULES)
    assert asked is None
    assert found.keys() == wrong


def test_where_the_model_is_wrong_it_says_by_how_much() -> None:
    share = Beside(figure=Figure.ROUTING, was=0.9, said=0.97, low=0.942, high=1)
    queue = Beside(figure=Figure.QUEUE_LONGEST, was=3, said=1.5, low=0.4, high=2)
    within = Beside(figure=Figure.ANSWER, was=0.9, said=0.9, low=0.8, high=1)
    assert plain(words.off(share)) == "модель ошибается на 4,2 п. п., доверять ей в этом нельзя"
    assert words.off(queue) == "модель ошибается на 1 сообщение, доверять ей в этом нельзя"
    assert words.verdict([share, queue, within]) == (
        "Модель ошибается больше, чем обещает: направлено в срок, очередь к кураторам, наибольшая."
    )
    assert "в пределах" in words.verdict([within])
    assert plain(words.value(share.figure, share.was)) == "90 %"
    assert plain(words.claimed(queue)) == "0,4–2"


def test_a_difference_that_may_be_chance_is_none() -> None:
    assert words.difference(Interval(mean=0.03, low=-0.01, high=0.07)) == "без заметных изменений"
    assert plain(words.difference(Interval(mean=0.105, low=0.02, high=0.19))) == "+10,5 п. п."
    assert plain(words.difference(Interval(mean=-0.02, low=-0.03, high=-0.01))) == "−2 п. п."


def test_a_picture_has_the_numbers_around_those_that_are_asked_about() -> None:
    share = Interval(mean=0.5, low=0.25, high=0.75)
    tried = tuple(
        WithCurators(curators=number, routing=share, answer=share, overloaded=False)
        for number in (1, 2, 3, 4, 5, 6, 40, 50, 60, 70, 80)
    )
    drawn = pictures.by_curators(Needed(goal=0.95, for_routing=5, for_answers=None, tried=tried), now=3)
    assert [mark.text for mark in drawn.below] == ["1", "2", "3", "4", "5", "6", "40", "50", "60"]
    first = drawn.points[0]
    assert (first.low, first.y, first.high) == (150, 100, 50)


def test_the_queue_fits_its_picture() -> None:
    hours = [
        HourOfDay(hour=9, mean=2, p95=8, longest=10),
        HourOfDay(hour=10, mean=0, p95=0, longest=0),
    ]
    drawn = pictures.by_hour(hours)
    assert [(bar.y, bar.height, bar.p95) for bar in drawn.bars] == [(150, 50, 0), (200, 0, 200)]
    assert [mark.text for mark in drawn.axis] == ["0", "2", "4", "6", "8"]
