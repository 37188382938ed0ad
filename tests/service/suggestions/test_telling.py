"""Confidence and reasons of suggestions: only what is more likely right than wrong is told."""

import pytest

from embedded.demo import data
from service.language.lemmas import lemmas
from service.suggestions.certainty import SHOWN
from service.suggestions.model import BODIES, TOPIC
from service.suggestions.telling import Telling, Told, with_habit
from service.suggestions.titles import Titled, Titles

TOPICS = (
    Titled(key="lighting", title="Уличное освещение", words=("фонарь", "темно", "столб")),
    Titled(key="hot-water", title="Горячая вода", words=("горячая вода", "бойлер")),
    Titled(key="cold-water", title="Водоснабжение", words=("вода", "колонка")),
    Titled(key="kindergartens", title="Места в детских садах", words=("садик",)),
)


def told(text: str) -> list[Told]:
    bodies = Titles.of([Titled(key="town", title="Администрация города Шуя")])
    return Telling(None, Titles.of(TOPICS), bodies).told(TOPIC, lemmas(text))


def test_the_words_of_a_topic_tell_of_it_and_are_said() -> None:
    (one,) = told("На Лесной не горят фонари, темно, на столбах нет ламп")
    assert (one.key, one.proved) == ("lighting", False)
    assert set(one.because) == {"фонарь", "темно", "столб"}
    assert one.confidence >= 0.75


def test_a_single_common_word_suggests_nothing() -> None:
    assert told("Места на парковке у школы заняты") == []
    assert told("Спасибо за ремонт крыльца") == []


def test_a_turn_of_speech_counts_with_all_its_words_alone() -> None:
    assert [one.key for one in told("Нет горячей воды, бойлер не греет")] == ["hot-water"]
    assert "hot-water" not in [one.key for one in told("Горячая благодарность за чистый двор")]


def test_while_nothing_is_learnt_names_of_towns_suggest_no_body() -> None:
    bodies = Titles.of([Titled(key="lezhnevo", title="Администрация Лежневского района")])
    telling = Telling(None, Titles.of(TOPICS), bodies)
    assert telling.told(BODIES, lemmas("Улица Лежневская в Иванове, администрация района молчит")) == []


def test_a_body_is_suggested_by_habit_as_surely_as_its_topic() -> None:
    topic = Told(key="lighting", confidence=0.9, because=["фонарь"])
    assert with_habit([], [topic], [("town", 0.8), ("roads", 0.1)]) == [
        Told(key="town", confidence=0.72, because=["фонарь"])
    ]
    assert with_habit([], [topic], [("town", 0.5)]) == []
    assert with_habit([], [], [("town", 1.0)]) == []
    learnt = Told(key="roads", confidence=0.95)
    assert [one.key for one in with_habit([learnt], [topic], [("town", 0.8)])] == ["roads", "town"]


@pytest.fixture(scope="module")
def of_demo() -> Telling:
    topics = [Titled(key=one.key, title=one.title, words=one.words) for one in data.directory().topics]
    return Telling(None, Titles.of(topics), Titles.of(()))


def test_every_topic_of_the_demo_has_words() -> None:
    assert [topic.key for topic in data.directory().topics if len(topic.words) < 5] == []


def test_in_the_demo_street_lights_are_no_kindergarten(of_demo: Telling) -> None:
    (one,) = of_demo.told(
        TOPIC, lemmas("На улице Лежневской не горит ни один фонарь, детям из садика темно идти")
    )
    assert one.key == "street-lighting"


def test_four_of_five_suggestions_in_an_untrained_demo_are_right(of_demo: Telling) -> None:
    told = [(one.route.topic, of_demo.told(TOPIC, lemmas(one.text))) for one in data.complaints()]
    suggested = [(topic, found[0]) for topic, found in told if found]
    assert len(suggested) >= 0.4 * len(told)
    assert all(one.confidence >= SHOWN for _, one in suggested)
    assert sum(topic == one.key for topic, one in suggested) >= 0.8 * len(suggested)
