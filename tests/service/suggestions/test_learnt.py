"""Topics and bodies that a text suggests: by words of the directory, by past routings, and how surely."""

import random

import pytest

from embedded.demo import data
from service.language.lemmas import lemmas
from service.suggestions.centroids import Centroids
from service.suggestions.certainty import SHOWN, fitted
from service.suggestions.learnt import FEWEST, Learnt, Suggestion
from service.suggestions.words import Titled
from store.messages.routings import Routing

SURE = 0.8
TOPICS = (
    Titled("lighting", "Уличное освещение", ("фонарь", "темно", "столб")),
    Titled("hot-water", "Горячая вода", ("горячая вода", "бойлер")),
    Titled("cold-water", "Водоснабжение", ("вода", "колонка")),
    Titled("kindergartens", "Места в детских садах", ("садик",)),
)
MATTERS = {
    "potholes": ("roads", "яма дорога колесо асфальт объезд"),
    "garbage": ("housing", "мусор контейнер вывоз площадка ворона"),
    "doctors": ("health", "поликлиника талон врач запись регистратура"),
}
PLACES = ("кинешма", "шуя", "кохма", "вичуга")
KNOWN = [Titled(key, key) for key in MATTERS], [Titled(body, body) for body, _ in MATTERS.values()]


def routing(number: int, *, topic: str | None = None) -> Routing:
    matter = list(MATTERS)[number % 3]
    body, words = MATTERS[matter]
    chosen = [word for place, word in enumerate(words.split()) if (number // 3 + place) % 3]
    text = " ".join(sorted([*chosen, PLACES[number % len(PLACES)], f"слово{number}"]))
    return Routing(number, text, topic or matter, body, "high" if body == "health" else "ordinary", None)


def learnt_from(routings: int) -> Learnt:
    return Learnt.of([routing(number) for number in range(routings, 0, -1)], *KNOWN)


def by_words(text: str) -> list[Suggestion]:
    return Learnt.of([], TOPICS, [Titled("town", "Администрация города Шуя")]).suggested_topics(lemmas(text))


def test_what_was_routed_alike_is_suggested_with_the_words_that_say_why() -> None:
    learnt = learnt_from(120)
    (topic,) = learnt.suggested_topics("врач запись нет талон")
    (body,) = learnt.suggested_bodies("врач запись нет талон", [topic])
    assert (topic.key, body.key) == ("doctors", "health")
    assert set(topic.because) == {"врач", "запись", "талон"}
    assert min(topic.confidence, body.confidence) > SURE
    assert learnt.suggested_importance([topic]) == "high"
    assert learnt.suggested_topics("незнакомый слово17") == []


def test_of_too_few_routings_nothing_is_learnt() -> None:
    assert learnt_from(FEWEST - 1).suggested_topics("врач запись талон") == []


def test_what_is_routed_by_chance_is_never_sure() -> None:
    chance = random.Random(3)
    routings = [routing(number, topic=chance.choice(list(MATTERS))) for number in range(1, 301)]
    learnt = Learnt.of(routings, *KNOWN)
    sure = [one for it in routings for one in learnt.suggested_topics(it.lemmas) if one.confidence >= SURE]
    assert sure == []


def test_a_text_is_judged_as_if_it_were_not_among_the_others() -> None:
    texts = [("яма дорога", "potholes"), ("яма асфальт", "potholes"), ("яма мусор дорога асфальт", "garbage")]
    centroids, others = Centroids.of(texts), Centroids.of([texts[0], texts[2]])
    assert (
        centroids.likeness("яма асфальт", "potholes")["potholes"]
        < centroids.likeness("яма асфальт")["potholes"]
    )
    assert "garbage" not in centroids.likeness("яма мусор дорога асфальт", "garbage")
    assert others.likeness("яма дорога", "potholes").keys() == {"garbage"}


def test_certainty_is_how_often_such_a_lead_was_right() -> None:
    chance = random.Random(5)
    judged = [(lead, chance.random() < lead) for lead in (chance.random() for _ in range(2_000))]
    certainty = fitted(judged)
    assert certainty is not None
    for lead in (0.2, 0.5, 0.8):
        assert certainty.of(lead) == pytest.approx(lead, abs=0.07)
    assert fitted([(lead, not is_right) for lead, is_right in judged]) is None
    assert fitted([]) is None
    few = fitted([(0.1, False), (0.9, True)])
    assert few is None or few.of(0.9) < SURE


def test_the_words_of_a_topic_tell_of_it_and_are_said() -> None:
    (one,) = by_words("На Лесной не горят фонари, темно, на столбах нет ламп")
    assert one.key == "lighting"
    assert set(one.because) == {"фонарь", "темно", "столб"}
    assert one.confidence >= 0.75


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Места на парковке у школы заняты", []),
        ("Спасибо за ремонт крыльца", []),
        ("Горячая благодарность за чистый двор", []),
        ("Нет горячей воды, бойлер не греет", ["hot-water"]),
    ],
)
def test_one_common_word_or_part_of_a_turn_of_speech_suggests_nothing(text: str, keys: list[str]) -> None:
    assert [one.key for one in by_words(text)] == keys


def test_while_nothing_is_learnt_names_of_towns_suggest_no_body() -> None:
    learnt = Learnt.of([], TOPICS, [Titled("lezhnevo", "Администрация Лежневского района")])
    assert (
        learnt.suggested_bodies(lemmas("Улица Лежневская в Иванове, администрация района молчит"), []) == []
    )


def test_a_body_is_suggested_by_habit_as_surely_as_its_topic() -> None:
    past = [Routing(number, "иное", "lighting", "town", "ordinary", None) for number in range(1, 9)]
    past.append(Routing(9, "иное", "lighting", "roads", "ordinary", None))
    learnt = Learnt.of(past, TOPICS, [Titled("town", "Город"), Titled("roads", "Дороги")])
    topic = Suggestion(key="lighting", confidence=0.9, because=["фонарь"])
    assert learnt.suggested_bodies("фонарь", [topic]) == [
        Suggestion(key="town", confidence=0.72, because=["фонарь"])
    ]
    assert learnt.suggested_bodies("фонарь", [topic.model_copy(update={"confidence": 0.6})]) == []
    assert learnt.suggested_bodies("фонарь", []) == []


def test_every_topic_of_the_demo_has_words() -> None:
    assert [topic.key for topic in data.directory().topics if len(topic.words) < 5] == []


@pytest.fixture(scope="module")
def demo() -> tuple[list[Titled], list[Titled], list[Routing]]:
    directory = data.directory()
    routings = [
        Routing(number, lemmas(one.text), one.route.topic, one.route.bodies[-1], one.route.importance, None)
        for number, one in enumerate(data.complaints())
    ]
    topics = [Titled(one.key, one.title, one.words) for one in directory.topics]
    return topics, [Titled(one.key, one.title) for one in directory.bodies], routings


def test_four_of_five_suggestions_in_a_new_demo_are_right(
    demo: tuple[list[Titled], list[Titled], list[Routing]],
) -> None:
    topics, bodies, routings = demo
    learnt = Learnt.of([], topics, bodies)
    (one,) = learnt.suggested_topics(
        lemmas("На улице Лежневской не горит ни один фонарь, детям из садика темно идти")
    )
    assert one.key == "street-lighting"
    suggested = [(it.topic, found[0]) for it in routings if (found := learnt.suggested_topics(it.lemmas))]
    assert len(suggested) >= 0.4 * len(routings)
    assert all(one.confidence >= SHOWN for _, one in suggested)
    assert sum(topic == one.key for topic, one in suggested) >= 0.8 * len(suggested)


def test_after_a_hundred_routings_what_is_told_surely_of_other_texts_is_right(
    demo: tuple[list[Titled], list[Titled], list[Routing]],
) -> None:
    """The figures stand in docs/use/suggestions.md; these are of four draws of a hundred, and of all other texts."""
    topics, bodies, routings = demo
    told: list[tuple[float, bool]] = []
    for draw in range(4):
        mixed = random.Random(draw).sample(routings, len(routings))
        learnt = Learnt.of(mixed[:FEWEST], topics, bodies)
        for it in mixed[FEWEST:]:
            told += [(one.confidence, one.key == it.topic) for one in learnt.suggested_topics(it.lemmas)[:1]]
    sure = [is_right for confidence, is_right in told if confidence >= SURE]
    assert len(told) >= 0.4 * 4 * (len(routings) - FEWEST)
    assert sum(is_right for _, is_right in told) >= 0.6 * len(told)
    assert sum(sure) >= SURE * len(sure) > 0
