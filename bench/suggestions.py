"""Worth and cost of suggestions, hints and likely repeats on 2,000 public complaints, by the path of their file.

`python -m bench.suggestions FILE`, where FILE is `train_dataset_train.csv` of https://github.com/k1ck3r777/1234: lines
of number, text in HTML, topic, responsible body and group, of one city and its region (Kursk, 2021 and 2022). The file
is not ours and is in no commit. With `--postgresql` the hundred thousand messages are stored there, else in SQLite.

References: always saying the commonest, and the nearest neighbours by cosine of TF-IDF vectors of the same lemmas.
"""

import argparse
import asyncio
import csv
import html
import random
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa

from service.messages import hints
from service.suggestions.examples import Example, Figure, Given
from service.suggestions.learning import HELD_BACK, learn
from service.suggestions.model import BODIES, TOPIC, Model, Scored
from service.suggestions.titles import Titled, Titles, with_titles
from service.suggestions.unrouted import SURE, likely
from store.database.engines import Database
from store.messages import likeness, likeness_index
from store.messages.likeness import Likeness
from store.messages.tables import MessageRow, MessageWordRow
from store.migrations.schema import migrate
from tests.message_row import message_row
from tests.postgresql import new_database, postgresql_server

FOLDS = HELD_BACK
FEW = 200
COPIES = 1_000
STRANGE = 500
STORED = 100_000
_AT_A_TIME = 2_000
_ALL, _LONG, _SHORT = range(3, 100_000), range(10, 100_000), range(3, 10)
"""Words. «Не работает освещение» is like any other such one, whatever street it is on."""
_THE_SAME = 95
"""From this likeness on, of 100, the file has one post twice: no false alarm."""
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ADDED = (
    "Прошу принять меры!",
    "Сколько можно ждать?",
    "Уже писали, никто не отвечает.",
    "Помогите, пожалуйста.",
    "Добрый день!",
    "Обращаюсь повторно.",
)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One of the file; `text` is without HTML."""

    text: str
    topic: str
    body: str
    lemmas: str

    @property
    def words(self) -> int:
        """How many it has."""
        return len(self.lemmas.split())


def read(file: Path) -> list[Complaint]:
    """The complaints of the file, in its order."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.reader(lines) if len(row) >= 4]
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row[1])).split()) for row in rows]
    return [
        Complaint(text, row[2].strip(), row[3].strip(), likeness.lemmas(text))
        for row, text in zip(rows, texts, strict=True)
    ]


# ---- topic and body


def suggestions(complaints: Sequence[Complaint]) -> None:
    """Five trainings, each held to the fifth it never saw; of all, and of few as a new installation has."""
    chance = random.Random(238)
    order = chance.sample(complaints, len(complaints))
    _cross_validated(order, complaints)
    _cross_validated(order[:FEW], complaints)
    titles = Titles.of(
        [Titled(key=title, title=title) for title in sorted({one.topic for one in complaints})]
    )
    told = [_how_sure(titles.told(one.lemmas), one.topic) for one in complaints]
    # Nothing is sure by titles alone.
    _print_told("by titles alone, as if it could be sure:", told)


def _cross_validated(some: Sequence[Complaint], complaints: Sequence[Complaint]) -> None:
    # The titles are the keys, as in a directory that has been there before anything was routed.
    topics = tuple(Titled(key=title, title=title) for title in sorted({one.topic for one in complaints}))
    bodies = tuple(Titled(key=title, title=title) for title in sorted({one.body for one in complaints}))
    titles = {TOPIC: Titles.of(topics), BODIES: Titles.of(bodies)}
    ours: dict[str, list[Figure]] = {TOPIC: [], BODIES: []}
    others: dict[str, list[tuple[float, float, float, float]]] = {TOPIC: [], BODIES: []}
    took, applied = [], []
    told: list[tuple[str, bool]] = []
    for fold in range(FOLDS):
        # A number that five divides is held back.
        examples = tuple(
            Example(
                message=place * HELD_BACK + (0 if place % FOLDS == fold else 1),
                lemmas=one.lemmas,
                topic=one.topic,
                bodies=one.body,
                importance="ordinary",
            )
            for place, one in enumerate(some, 1)
        )
        began = process_time()
        learnt = learn(Given(examples=examples, topics=topics, bodies=bodies))
        took.append(process_time() - began)
        for head, figures in ours.items():
            figures.append(learnt.figures[head])
            others[head].append((*_nearest(examples, head), *_by_titles(examples, head, titles[head])))
        assert learnt.content is not None
        model = Model(learnt.content)
        applied.append(_applied(model, complaints))
        told += _told_first(model, examples, titles[TOPIC])
    print(f"suggestions, {FOLDS}-fold cross-validation of {len(some)} complaints:")
    for head, figures in ours.items():
        first, three = mean(one.first for one in figures), mean(one.among_three for one in figures)
        near, near_three, title, title_three = (mean(values) for values in zip(*others[head], strict=True))
        print(
            f"  {head}: right at first {first:.1%}, among three {three:.1%};"
            f" nearest neighbours {near:.1%}, {near_three:.1%}; titles alone {title:.1%}, {title_three:.1%};"
            f" the commonest {mean(one.commonest for one in figures):.1%}"
        )
    print(
        f"  to learn: {mean(took):.1f} s of processor time; to apply: {1000 * median(applied):.2f} ms a text"
    )
    _print_told("in surges, before it is routed, a topic that is", told)


def _told_first(model: Model, examples: Sequence[Example], titles: Titles) -> list[tuple[str, bool]]:
    """How sure the topic is that is told first of each held back, and whether it is right."""
    found = []
    for example in examples:
        if example.message % HELD_BACK == 0:
            scores = model.scores(example.lemmas).get(TOPIC, [])
            told = with_titles(scores, titles.told(example.lemmas), model.header.learnt)
            found.append(_how_sure(told, example.topic))
    return found


def _how_sure(told: Sequence[Scored], topic: str) -> tuple[str, bool]:
    first = likely(told)
    if first is None:
        return "", False
    return "sure" if first.share >= SURE else "likely", first.key == topic


def _print_told(what: str, told: Sequence[tuple[str, bool]]) -> None:
    for name in ("sure", "likely"):
        right = [is_right for how, is_right in told if how == name]
        print(f"  {what} {name}: {len(right) / len(told):.1%}, right {sum(right) / max(1, len(right)):.1%}")


def _by_titles(examples: Sequence[Example], head: str, titles: Titles) -> tuple[float, float]:
    held_back = [example for example in examples if example.message % HELD_BACK == 0]
    told = [[one.key for one in titles.told(example.lemmas)[:3]] for example in held_back]
    first = sum(example.key(head) in keys[:1] for example, keys in zip(held_back, told, strict=True))
    three = sum(example.key(head) in keys for example, keys in zip(held_back, told, strict=True))
    return first / len(held_back), three / len(held_back)


def _applied(model: Model, complaints: Sequence[Complaint]) -> float:
    began = process_time()
    for complaint in complaints[:200]:
        model.scores(complaint.lemmas)
    return (process_time() - began) / 200


def _nearest(examples: Sequence[Example], head: str) -> tuple[float, float]:
    """By the nearest one, and by the first three different ones among the nearest."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    learnt = [example for example in examples if example.message % HELD_BACK]
    held_back = [example for example in examples if example.message % HELD_BACK == 0]
    vectorizer = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    known: Any = vectorizer.fit_transform([example.lemmas for example in learnt])
    sought: Any = vectorizer.transform([example.lemmas for example in held_back])
    first = three = 0
    for line, example in zip((sought @ known.T).toarray(), held_back, strict=True):
        keys = list(dict.fromkeys(learnt[index].key(head) for index in line.argsort()[::-1][:30]))
        first += keys[0] == example.key(head)
        three += example.key(head) in keys[:3]
    return first / len(held_back), three / len(held_back)


# ---- hints


def hinted(complaints: Sequence[Complaint], *, show: bool) -> None:
    """How many ordinary complaints are hinted at."""
    began = process_time()
    found = [hints.hints(complaint.text) for complaint in complaints]
    took = 1000 * (process_time() - began) / len(complaints)
    grounds = Counter(hint.ground.value for some in found for hint in some)
    count = sum(map(bool, found))
    print(
        f"hints: {count} of {len(complaints)} complaints ({count / len(complaints):.2%}) have one,"
        f" {dict(grounds)}; {took:.2f} ms a text"
    )
    if show:
        for some in found:
            for hint in some:
                print(f"  {hint.ground}: {hint.fragment}")


# ---- likely repeats


def edited(text: str, chance: random.Random) -> str:
    """As somebody writes it once more: words left out, moved, misspelt, in capitals, a sentence more."""
    words = [word for word in text.split() if chance.random() > 0.07]
    for _ in range(max(1, len(words) // 25)):
        if len(words) > 2:
            place = chance.randrange(len(words) - 1)
            words[place], words[place + 1] = words[place + 1], words[place]
    copy = " ".join(_misspelt(word, chance) for word in words)
    if len(words) > 15 and chance.random() < 0.5:
        added = chance.choice(_ADDED)
        copy = chance.choice((f"{copy} {added}", f"{added} {copy}"))
    return copy


def _misspelt(word: str, chance: random.Random) -> str:
    if len(word) > 3 and chance.random() < 0.05:
        place, kind = chance.randrange(len(word)), chance.randrange(3)
        letter = chance.choice(_LETTERS) if kind else ""
        word = word[:place] + letter + word[place + (kind < 2) :]
    return word.upper() if chance.random() < 0.05 else word


@dataclass(frozen=True, slots=True)
class Sought:
    """Copies with the number of what they were copied from, and complaints none of which was copied."""

    what: str
    copies: Sequence[tuple[str, int]]
    strange: Sequence[str]


async def repeats(complaints: Sequence[Complaint], url: str) -> None:
    """First among the complaints themselves, then among a hundred thousand."""
    chance = random.Random(16)
    kept = list(complaints)
    chance.shuffle(kept)
    strange, stored = kept[:STRANGE], kept[STRANGE:]
    sought = [
        Sought(
            what,
            [
                (likeness.lemmas(edited(stored[number - 1].text, chance)), number)
                for number in _some([n for n, one in enumerate(stored, 1) if one.words in words], chance)
            ],
            [one.lemmas for one in strange if one.words in words],
        )
        for what, words in (("as they come", _ALL), ("of ten words and more", _LONG), ("shorter", _SHORT))
    ]
    database = Database(url)
    try:
        await migrate(database)
        await _store(database, 1, [one.lemmas for one in stored])
        print(f"likely repeats among {len(stored)}:")
        await _measure(database, sought)
        await _store(database, len(stored) + 1, _others(stored, STORED - len(stored), chance))
        print(f"likely repeats among {STORED} in {database.dialect}:")
        await _measure(database, sought)
    finally:
        await database.dispose()


def _some(numbers: Sequence[int], chance: random.Random) -> Sequence[int]:
    return chance.sample(numbers, min(COPIES, len(numbers)))


def _others(stored: Sequence[Complaint], count: int, chance: random.Random) -> Iterator[str]:
    """Complaints put together of the words of two: half of each."""
    words = [one.lemmas.split() for one in stored if one.words in _LONG]
    for _ in range(count):
        one, other = chance.choice(words), chance.choice(words)
        some = chance.sample(one, len(one) // 2) + chance.sample(other, len(other) // 2)
        yield " ".join(sorted(some))


async def _store(database: Database, first: int, texts: Iterable[str]) -> None:
    rows: list[dict[str, Any]] = []
    words: list[dict[str, int]] = []

    async def write() -> None:
        async with database.write() as session:
            connection = await session.connection()
            await connection.execute(sa.insert(MessageRow), rows)
            await connection.execute(sa.insert(MessageWordRow), words)
        rows.clear()
        words.clear()

    for number, lemmas in enumerate(texts, first):
        row = message_row(number, NOW, lemmas=lemmas, search_text="", text="т" * 400)
        rows.append(row.model_dump(exclude={"snapshot"}))
        words += [{"word": word, "message": number} for word in likeness_index.words(lemmas)]
        if len(rows) == _AT_A_TIME:
            await write()
    if rows:
        await write()


async def _measure(database: Database, sought: Sequence[Sought]) -> None:
    took: list[float] = []
    worked: list[float] = []

    async def found(lemmas: str) -> list[Likeness]:
        began, began_work = perf_counter(), process_time()
        async with database.read() as session:
            alike = await likeness.like(session, lemmas, 10)
        took.append(1000 * (perf_counter() - began))
        worked.append(1000 * (process_time() - began_work))
        return alike

    for some in sought:
        right = [number in [one.message for one in await found(copy)] for copy, number in some.copies]
        told = [await found(text) for text in some.strange]
        same = sum(any(one.percent >= _THE_SAME for one in alike) for alike in told)
        false = sum(bool(alike) and all(one.percent < _THE_SAME for one in alike) for alike in told)
        print(
            f"  {some.what}: found {sum(right)} of {len(right)} edited copies; of {len(told)} others {false}"
            f" ({false / len(told):.1%}) are taken for one, and {same} the file has twice"
        )
    for times, what in ((took, "on the wall"), (worked, "of this process's processor time")):
        times.sort()
        high = times[int(len(times) * 0.95)]
        print(f"  {median(times):.1f} ms {what} at the median, {high:.1f} ms at the 95th percentile")


@asynccontextmanager
async def _address(*, on_postgresql: bool) -> AsyncIterator[str]:
    if on_postgresql:
        with postgresql_server() as server:
            yield new_database(server)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{folder}/repeats.db"


async def report(file: Path, *, show: bool = False, on_postgresql: bool = False) -> None:
    """Print all of it."""
    complaints = read(file)
    suggestions(complaints)
    hinted(complaints, show=show)
    async with _address(on_postgresql=on_postgresql) as url:
        await repeats(complaints, url)


def main() -> None:
    """Measure by the file that the command line names."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--show", action="store_true", help="print the words behind each hint")
    arguments.add_argument("--postgresql", action="store_true")
    given = arguments.parse_args()
    asyncio.run(report(given.file, show=given.show, on_postgresql=given.postgresql))


if __name__ == "__main__":
    main()
