"""A process of its own that learns from past routings: examples come in by standard input, a model goes out.

scikit-learn takes seconds to load and 160 MB, which are given back when this ends; whoever works meanwhile is not held
up. It has no address of the database and no keys.

A fifth of the routings, by their numbers, is never learnt from: how many of these are told right is what the model is
worth, and because it is the same fifth each time, the model in place can be judged by it too.

How sure a suggestion is, is learnt from the other four fifths, each told by what was learnt without it. Whether it
keeps that word, the first fifth proves: only then may what is sure stand in a form before somebody has chosen it.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.runs import apart
from service.suggestions.certainty import SHOWN, SURE, Certainty, odds
from service.suggestions.examples import Example, Figure, Given, Learnt
from service.suggestions.model import (
    BODIES,
    HEADS,
    IMPORTANCE,
    TOPIC,
    Head,
    Header,
    Model,
    ModelError,
    Scored,
    with_certainty,
    written,
)
from service.suggestions.titles import Titles, with_titles
from store.messages.likeness_index import digest

HELD_BACK: Final = 5
"""Each routing whose number this divides is held back."""
FEWEST: Final = 100
"""Routings from which something is learnt; of fewer, the directory's words and habit say more, and say how surely."""
PROOF: Final = 20
"""So many of those held back must have a sure suggestion, and as many of them be right as that says, for a proof."""
_ASSUMED: Final = 2.0
"""The odds of what is assumed beside what was told, as logarithm: seven to one."""
_LOOSELY: Final = 10.0
_MOST_WORDS: Final = 8_000
_MESSAGES_WITH_A_WORD: Final = 3
"""A word of fewer messages may be somebody's name."""
_PATIENCE: Final = 0.3
"""How closely the weights follow the examples (C of the linear SVM)."""
_FEW: Final = 3
_TOLD_ENOUGH: Final = 1_500
"""Routings told without themselves that two numbers are learnt from: more of them take longer, and say the same."""


def learn(given: Given) -> Learnt:
    """Learn, and judge what was learnt beside what is in place. Needs `FEWEST` examples."""
    held_back = [example for example in given.examples if example.message % HELD_BACK == 0]
    learnt = [example for example in given.examples if example.message % HELD_BACK]
    content = _model(learnt, given.places)
    now, before = Model(content), _usable(given.before)
    titles = {TOPIC: Titles.of(given.topics), BODIES: Titles.of(given.bodies)}
    told = [_told(now, titles, example.lemmas) for example in held_back]
    certainty = _certainty(learnt, titles)
    told_before = (
        [_told(before, titles, example.lemmas) for example in held_back] if before is not None else None
    )
    figures = {
        head: _figure(head, learnt, held_back, told, told_before, certainty.get(head))
        for head in HEADS
        if held_back
    }
    importance = figures.get(IMPORTANCE)
    if importance is not None and importance.first <= importance.commonest:
        # Nothing was learnt of it: nothing is to be suggested.
        content = _model(learnt, given.places, without=IMPORTANCE)
        certainty.pop(IMPORTANCE, None)
    proved = [head for head, figure in figures.items() if head in certainty and _is_proved(figure)]
    return Learnt(
        learnt=len(learnt),
        held_back=len(held_back),
        figures=figures,
        content=with_certainty(content, certainty, proved) if _is_no_worse(figures) else None,
    )


def _told(model: Model, titles: Mapping[str, Titles], lemmas: str) -> Mapping[str, list[Scored]]:
    """As it is suggested (`suggesting`): with what titles tell."""
    scores = model.scores(lemmas)
    return {
        head: with_titles(scores.get(head, []), titles[head].told(lemmas), model.header.learnt)
        if head in titles
        else scores.get(head, [])
        for head in HEADS
    }


def _certainty(learnt: Sequence[Example], titles: Mapping[str, Titles]) -> dict[str, Certainty]:
    """By head, of routings each told by a model that was learnt without its part of them."""
    told: list[tuple[Example, Mapping[str, list[Scored]]]] = []
    for part in range(1, HELD_BACK):
        if len(told) >= _TOLD_ENOUGH:
            break
        without = [example for example in learnt if example.message % HELD_BACK != part]
        if not without:
            continue
        model = Model(_model(without, ()))
        of_part = (example for example in learnt if example.message % HELD_BACK == part)
        told += [(example, _told(model, titles, example.lemmas)) for example in of_part]
    found = {
        head: _line(
            [
                (odds(scores[head][0].share), scores[head][0].key == example.key(head))
                for example, scores in told
                if scores[head]
            ]
        )
        for head in HEADS
    }
    return {head: certainty for head, certainty in found.items() if certainty is not None}


def _line(told: Sequence[tuple[float, bool]]) -> Certainty | None:
    """Platt's scaling: how often what was told with these odds was right; None where more of them make it no likelier.

    Two on each side that nobody told keep few from saying more than they can.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    if not told:
        return None
    points = [*told, *((side * _ASSUMED, side > 0) for side in (-1, 1) for _ in range(2))]
    fitted = LogisticRegression(C=_LOOSELY).fit(
        [[place] for place, _ in points], [right for _, right in points]
    )
    slope, shift = float(fitted.coef_[0][0]), float(fitted.intercept_[0])
    return Certainty(slope=slope, shift=shift) if slope > 0 else None


def _is_proved(figure: Figure) -> bool:
    return figure.sure >= PROOF and figure.surely_right >= SURE * figure.sure


def _is_no_worse(figures: Mapping[str, Figure]) -> bool:
    """By topic and body together; importance is seldom learnt at all."""
    told = [figure for head, figure in figures.items() if head != IMPORTANCE]
    return all(figure.before is None for figure in told) or sum(figure.first for figure in told) >= sum(
        figure.before or 0 for figure in told
    )


def _usable(content: bytes | None) -> Model | None:
    try:
        return Model(content) if content is not None else None
    except ModelError:
        return None


Told = Sequence[Mapping[str, list[Scored]]]


def _figure(
    head: str,
    learnt: Sequence[Example],
    held_back: Sequence[Example],
    now: Told,
    before: Told | None,
    certainty: Certainty | None,
) -> Figure:
    keys = [example.key(head) for example in held_back]
    sure = [
        (certainty.of(odds(scores[head][0].share)), scores[head][0].key == key)
        for key, scores in zip(keys, now, strict=True)
        if certainty is not None and scores[head]
    ]
    shown = [right for how_sure, right in sure if how_sure >= SHOWN]
    surely = [right for how_sure, right in sure if how_sure >= SURE]
    commonest = Counter(example.key(head) for example in learnt).most_common(1)[0][0]
    return Figure(
        first=_share_right(head, keys, now, 1),
        among_three=_share_right(head, keys, now, _FEW),
        commonest=keys.count(commonest) / len(keys),
        before=_share_right(head, keys, before, 1) if before is not None else None,
        suggested=len(shown) / len(keys),
        right=sum(shown) / len(shown) if shown else 0.0,
        sure=len(surely),
        surely_right=sum(surely),
    )


def _share_right(head: str, keys: Sequence[str], told: Told, among: int) -> float:
    right = [
        key in [one.key for one in scores.get(head, [])[:among]]
        for key, scores in zip(keys, told, strict=True)
    ]
    return sum(right) / len(keys)


def _model(examples: Sequence[Example], places: Sequence[str], *, without: str | None = None) -> bytes:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  seconds

    vectorizer = TfidfVectorizer(
        analyzer=str.split,
        sublinear_tf=True,
        min_df=_MESSAGES_WITH_A_WORD,
        max_features=_MOST_WORDS,
    )
    try:
        texts: Any = vectorizer.fit_transform([example.lemmas for example in examples])
    except ValueError:  # no word is in so many of them
        return written(Header(learnt=len(examples), words=0, heads=(), places=tuple(places)), [], [], [])
    by_digest = {digest(word): int(place) for word, place in vectorizer.vocabulary_.items()}
    words = sorted(by_digest)
    order = [by_digest[word] for word in words]
    heads, weights = [], []
    for name in HEADS:
        keys = [example.key(name) for example in examples]
        if name != without and len(set(keys)) > 1:
            head, bias, of_words = _head(name, texts, keys, order)
            heads.append(head)
            weights.append((bias, of_words))
    header = Header(learnt=len(examples), words=len(words), heads=tuple(heads), places=tuple(places))
    return written(header, words, [float(vectorizer.idf_[place]) for place in order], weights)


def _head(
    name: str, texts: Any, keys: Sequence[str], order: Sequence[int]
) -> tuple[Head, list[float], list[float]]:
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    classifier = LinearSVC(C=_PATIENCE, random_state=0, max_iter=3_000).fit(texts, keys)
    classes = [str(key) for key in classifier.classes_]
    # Of two classes the library has one line only.
    weights, bias = classifier.coef_, classifier.intercept_
    if len(classes) == 2:  # noqa: PLR2004
        weights, bias = [-weights[0], weights[0]], [-bias[0], bias[0]]
    of_words = [float(line[place]) for place in order for line in weights]
    return Head(name=name, classes=tuple(classes)), [float(value) for value in bias], of_words


def main() -> None:
    """Read what is given, write what was learnt; everything else on the machine comes first."""
    apart.be_unurgent()
    given = Given.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(learn(given).model_dump_json().encode())


if __name__ == "__main__":
    main()
