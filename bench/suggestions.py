"""Suggestions after so many routings: how many of the other texts get a topic and a body, and how many are right.

Of the demo's complaints, by its directory, else of a file of other ones: CSV without a header, with number, text, topic
and body, whose topics have no words but those of their titles. Each figure is of five draws of what is learnt from.
`python -m bench.suggestions [FILE]`
"""

import csv
import html
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.measurement import Line, finish, take
from embedded.demo import data
from service.language.lemmas import lemmas
from service.suggestions.certainty import SURE
from service.suggestions.examples import Example, Given
from service.suggestions.learning import FEWEST, learn
from service.suggestions.model import BODIES, TOPIC, Model
from service.suggestions.telling import Telling, with_habit
from service.suggestions.titles import Titled, Titles

LEARNT_FROM = (0, 40, 100, 200, 400, 1_600)
DRAWS = 5
FEWEST_OTHERS = 50
_TAG = re.compile(r"<[^>]*>")


def of_demo() -> Given:
    """The complaints of the demo, by its directory."""
    directory = data.directory()
    return Given(
        examples=tuple(
            Example(
                message=number,
                lemmas=lemmas(one.text),
                topic=one.route.topic,
                bodies=(one.returns and one.returns[0].to) or one.route.bodies[-1],
                importance=one.route.importance,
            )
            for number, one in enumerate(data.complaints(), 1)
        ),
        topics=tuple(Titled(key=one.key, title=one.title, words=one.words) for one in directory.topics),
        bodies=tuple(Titled(key=one.key, title=one.title) for one in directory.bodies),
    )


def of_file(file: Path) -> Given:
    """Those of a file: its topics and bodies are known by their titles."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.reader(source) if row]
    return Given(
        examples=tuple(
            Example(
                message=number,
                lemmas=lemmas(html.unescape(_TAG.sub(" ", row[1]))),
                topic=row[2],
                bodies=row[3],
                importance="ordinary",
            )
            for number, row in enumerate(rows, 1)
        ),
        topics=tuple(Titled(key=title, title=title) for title in sorted({row[2] for row in rows})),
        bodies=tuple(Titled(key=title, title=title) for title in sorted({row[3] for row in rows})),
    )


def _drawn(given: Given, number: int, draw: int) -> tuple[Model | None, Sequence[Example], Sequence[Example]]:
    """What is learnt from so many of them, these, and the others."""
    mixed = random.Random(f"{number} {draw}").sample(given.examples, len(given.examples))
    chosen = [one.model_copy(update={"message": place}) for place, one in enumerate(mixed[:number], 1)]
    if number < FEWEST:
        return None, chosen, mixed[number:]
    content = learn(given.model_copy(update={"examples": tuple(chosen)})).content
    return Model(content) if content is not None else None, chosen, mixed[number:]


def _usual(chosen: Iterable[Example]) -> Mapping[str, Sequence[tuple[str, float]]]:
    """By topic the bodies that answered, as `store.messages.routings.usual_bodies` has them."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in chosen:
        counted[one.topic][one.bodies] += 1
    return {
        topic: [(body, count / (bodies.total() + 1)) for body, count in bodies.most_common()]
        for topic, bodies in counted.items()
    }


def _after(given: Given, number: int) -> Counter[str]:
    """Counts over all draws: texts, and by head those told, right, sure, surely right, and models that are proved."""
    topics, bodies = Titles.of(given.topics), Titles.of(given.bodies)
    found: Counter[str] = Counter()
    for draw in range(DRAWS if number else 1):
        model, chosen, others = _drawn(given, number, draw)
        telling, usual = Telling(model, topics, bodies), _usual(chosen)
        for one in others:
            found["texts"] += 1
            of_topics = telling.told(TOPIC, one.lemmas)
            habit = usual.get(of_topics[0].key, ()) if of_topics else ()
            of_bodies = with_habit(telling.told(BODIES, one.lemmas), of_topics, habit)
            for head, of_it in ((TOPIC, of_topics), (BODIES, of_bodies)):
                for told in of_it[:1]:
                    is_right = told.key == one.key(head)
                    found[f"{head} told"] += 1
                    found[f"{head} right"] += is_right
                    found[f"{head} sure"] += told.confidence >= SURE
                    found[f"{head} surely right"] += told.confidence >= SURE and is_right
        found.update(f"{head} proved" for head in (model.header.proved if model is not None else ()))
    return found


async def measure(file: Path | None = None) -> AsyncIterator[Line]:
    """Lines of each number of routings there are enough texts for."""
    given = of_file(file) if file is not None else of_demo()
    for number in LEARNT_FROM:
        if number > len(given.examples) - FEWEST_OTHERS:
            return
        found = _after(given, number)
        for head, title in ((TOPIC, "topic"), (BODIES, "body")):
            told, sure = found[f"{head} told"], found[f"{head} sure"]
            yield Line(f"{title} after {number}: suggested", "%", 100 * told / found["texts"])
            yield Line("of these right", "%", 100 * found[f"{head} right"] / told if told else 0.0)
            yield Line("sure, of all", "%", 100 * sure / found["texts"])
            yield Line("of these right", "%", 100 * found[f"{head} surely right"] / sure if sure else 0.0)
            yield Line(f"models of {DRAWS} that are proved", "", found[f"{head} proved"])


if __name__ == "__main__":
    sys.exit(finish([take("suggestions", partial(measure, *map(Path, sys.argv[1:])))]))
