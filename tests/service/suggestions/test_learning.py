"""Learning from past routings: how it is judged, and that its bytes are numbers and nothing else."""

import json
import pickle
from typing import Any

import pytest

from service.suggestions import learning
from service.suggestions.certainty import SURE, odds
from service.suggestions.examples import Example, Given
from service.suggestions.learning import learn
from service.suggestions.model import BODIES, IMPORTANCE, TOPIC, Model, ModelError
from service.suggestions.telling import Telling
from service.suggestions.titles import Titled, Titles
from service.suggestions.training import learnt_apart

MATTERS = {
    "potholes": ("roads", "яма дорога колесо асфальт объезд"),
    "garbage": ("housing", "мусор контейнер вывоз площадка ворона"),
    "doctors": ("health", "поликлиника талон врач запись регистратура"),
}
PLACES = ("кинешма", "шуя", "кохма", "вичуга")


def example(number: int, topic: str, *, body: str | None = None) -> Example:
    usual, words = MATTERS[topic]
    chosen = [word for place, word in enumerate(words.split()) if (number // 3 + place) % 3]
    lemmas = " ".join(sorted([*chosen, PLACES[number % len(PLACES)], f"слово{number}"]))
    return Example(message=number, lemmas=lemmas, topic=topic, bodies=body or usual, importance="ordinary")


MANY = tuple(example(number, list(MATTERS)[number % 3]) for number in range(1, 301))
PAST = tuple(example(number, list(MATTERS)[number % 3]) for number in range(1, 91))
WRONG = tuple(one.model_copy(update={"bodies": "housing", "topic": "garbage"}) for one in PAST[:-5])


def test_what_was_routed_alike_is_told_of_a_new_text() -> None:
    learnt = learn(Given(examples=PAST, places=("Кинешма",)))
    assert (learnt.learnt, learnt.held_back) == (72, 18)
    assert learnt.content is not None
    model = Model(learnt.content)
    scores = model.scores("врач запись нет талон")
    assert scores[TOPIC][0].key == "doctors"
    assert scores[BODIES][0].key == "health"
    assert sum(one.share for one in scores[BODIES]) == pytest.approx(1)
    # Only one importance was ever given: nothing is told of it.
    assert IMPORTANCE not in scores
    assert model.header.places == ("Кинешма",)
    assert model.scores("незнакомый слово17") == {}


def test_an_importance_that_nothing_tells_is_not_suggested() -> None:
    by_chance = tuple(
        one.model_copy(update={"importance": "high" if one.message % 7 == 0 else "ordinary"}) for one in PAST
    )
    learnt = learn(Given(examples=by_chance))
    assert learnt.figures[IMPORTANCE].first <= learnt.figures[IMPORTANCE].commonest
    assert learnt.content is not None
    assert IMPORTANCE not in Model(learnt.content).scores("врач талон")


def test_learning_is_the_same_each_time() -> None:
    assert learn(Given(examples=PAST)) == learn(Given(examples=PAST))


def test_it_is_judged_by_routings_that_it_never_saw() -> None:
    figures = learn(Given(examples=PAST)).figures
    assert figures[BODIES].first == figures[BODIES].among_three == 1
    assert figures[BODIES].commonest == pytest.approx(1 / 3, abs=0.1)
    assert figures[BODIES].before is None


def test_how_sure_it_is_was_learnt_from_what_was_held_back_in_turn() -> None:
    content = learn(Given(examples=MANY)).content
    assert content is not None
    header = Model(content).header
    assert header.certainty.keys() == {TOPIC, BODIES}
    for certainty in header.certainty.values():
        assert certainty.of(odds(0.95)) > SURE > certainty.of(odds(0.2))
    # Every one of the sixty held back is told surely and right.
    assert set(header.proved) == {TOPIC, BODIES}


def test_how_sure_it_is_is_learnt_from_enough_and_not_from_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part takes as long as the model itself, and 1,500 that were told say what all would."""
    made, model = 0, learning._model

    def counted(*given: Any, **more: Any) -> bytes:
        nonlocal made
        made += 1
        return model(*given, **more)

    monkeypatch.setattr(learning, "_model", counted)
    monkeypatch.setattr(learning, "_TOLD_ENOUGH", 61)
    content = learn(Given(examples=MANY)).content
    assert made == 1 + 2 + 1  # all, two parts, and once more without importance
    assert content is not None
    assert set(Model(content).header.proved) == {TOPIC, BODIES}


def test_what_is_told_by_chance_is_never_sure_nor_proved() -> None:
    by_chance = tuple(
        one.model_copy(update={"topic": list(MATTERS)[one.message * 7 % 31 % 3]}) for one in MANY
    )
    learnt = learn(Given(examples=by_chance))
    assert learnt.content is not None
    model = Model(learnt.content)
    assert TOPIC not in model.header.proved
    assert learnt.figures[TOPIC].suggested < 0.5
    telling = Telling(model, Titles.of([Titled(key=key, title=key) for key in MATTERS]), Titles.of(()))
    assert [told for one in MANY for told in telling.told(TOPIC, one.lemmas) if told.proved] == []


def test_few_routings_prove_nothing() -> None:
    learnt = learn(Given(examples=PAST))
    assert learnt.content is not None
    # Eighteen are held back, and a proof takes twenty.
    assert Model(learnt.content).header.proved == ()
    assert learnt.figures[BODIES].surely_right == learnt.figures[BODIES].sure == 18


def test_a_worse_one_does_not_take_the_place_of_the_one_before() -> None:
    before = learn(Given(examples=PAST)).content
    # Most of what is learnt from is wrong, what it is judged by is right.
    muddled = tuple(
        one if one.message % learning.HELD_BACK == 0 else wrong
        for one, wrong in zip(PAST, (*WRONG, *PAST[-5:]), strict=True)
    )
    worse = learn(Given(examples=muddled, before=before))
    assert worse.content is None
    assert worse.figures[BODIES].first < (worse.figures[BODIES].before or 0)
    assert learn(Given(examples=PAST, before=before)).content == before


def test_a_model_of_another_format_is_replaced() -> None:
    assert learn(Given(examples=PAST, before=b"{}\n")).content is not None


def test_words_of_few_messages_and_letters_are_not_kept() -> None:
    content = learn(Given(examples=PAST)).content
    assert content is not None
    header = json.loads(content.partition(b"\n")[0])
    # Those that come again and again; none of the ninety that stand in one message.
    again = {word for _, words in MATTERS.values() for word in words.split()} | set(PLACES)
    assert header["words"] == len(again)
    assert "кинешма".encode() not in content


@pytest.mark.parametrize(
    "change",
    [
        lambda content: pickle.dumps({"format": 1}),
        lambda content: b"",
        lambda content: content[:-20],
        lambda content: content.replace(b'"words":', b'"words":1'),
        lambda content: content.replace(b'"words":', b'"words":-'),
        lambda content: content.replace(b'"format":2', b'"format":3'),
    ],
)
def test_bytes_that_are_no_model_are_refused(change: object) -> None:
    content = learn(Given(examples=PAST)).content
    assert callable(change)
    with pytest.raises(ModelError):
        Model(change(content))


async def test_the_process_that_learns_gives_what_this_one_would() -> None:
    given = Given(examples=PAST, places=("Кинешма",), before=learn(Given(examples=PAST)).content)
    assert await learnt_apart(given) == learn(given)
