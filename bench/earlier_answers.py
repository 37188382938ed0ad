"""Earlier answers beside the composer: how long they take among many messages, and how often one is of the same topic.

Time is that of the search itself, in the process, beside that of similar messages (cl. 16), which the page of a curator
shows. The topic is left out of what is known of a message, for with it the answers are of that topic by themselves; the
reference are five answers of the same body by chance. Of the demo's complaints, else of a file as `bench.suggestions`
reads it. `python -m bench earlier_answers=MESSAGES`, `python -m bench.earlier_answers [FILE]` for the topics alone.
"""

import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlmodel import col, select

from bench.installation import prepared
from bench.many_messages import on_both
from bench.measurement import Goal, Line, finish, percentile_99, take
from bench.suggestions import of_demo, of_file
from calendar_rules.vocabulary import DraftKind, DraftStatus, Outcome, Stage
from service.messages.earlier_answers import AT_MOST, EarlierAnswers
from service.messages.similar import similar
from service.messages.targets import Target
from service.suggestions.examples import Example
from store.database.engines import Database
from store.messages.tables import MessageBodyRow, MessageRow, MessageTextRow
from store.people import persons
from store.people.persons import Actor
from store.people.tables import BodyRow
from tests.message_row import message_row
from workflows.state import Draft

MESSAGES = 20_000
ASKED = 200
"""Messages for which answers are looked for; of a file more."""
OF_FILE = 500
WITHIN = 100.0
"""Milliseconds."""


async def _curator(database: Database) -> Actor:
    async with database.read() as session:
        actor = await persons.actor(session, "curator")
    assert actor is not None
    return actor


def _target(row: MessageRow, caller: Actor, **changed: Any) -> Target:
    return Target(MessageRow(**(row.model_dump() | changed)), caller, caller.capacities(datetime.now(UTC)))


async def _times(database: Database) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of earlier answers, of them those of the processor, and of similar messages."""
    caller, answers = await _curator(database), EarlierAnswers(database)
    async with database.read() as session:
        answered = select(MessageRow).where(col(MessageRow.topic).is_not(None))
        rows = list(await session.exec(answered.order_by(col(MessageRow.number).desc()).limit(20 * ASKED)))
    took: tuple[list[float], list[float], list[float]] = ([], [], [])
    for row in random.Random(23).sample(rows, min(ASKED, len(rows))):
        target = _target(row, caller)
        begun, worked = perf_counter(), process_time()
        await answers.of(target, row.routed_to)
        between, worked = perf_counter(), process_time() - worked
        await similar(database, target)
        for of_one, seconds in zip(took, (between - begun, worked, perf_counter() - between), strict=True):
            of_one.append(seconds * 1000)
    return took


async def _answered(database: Database, examples: list[Example]) -> None:
    """Each complaint as a message whose answer is published."""
    now = datetime.now(UTC)
    async with database.write() as session:
        for body in {one.bodies for one in examples}:
            await session.merge(BodyRow(key=body, title=body, short_title=body, kind="executive"))
    for first in range(0, len(examples), ASKED):
        async with database.write() as session:
            for number, one in enumerate(examples[first : first + ASKED], first + 1):
                draft = Draft(
                    id=str(number),
                    kind=DraftKind.ANSWER,
                    body=one.bodies,
                    person=None,
                    text=f"answer {number}",
                    round=1,
                    status=DraftStatus.PUBLISHED,
                    stage_before=Stage.PREPARATION,
                    published_at=now,
                )
                fields = {"lemmas": one.lemmas, "topic": one.topic, "routed_to": one.bodies}
                snapshot = {"drafts": [draft.model_dump(mode="json")]}
                over = {"outcome": Outcome.ANSWERED, "stage": Stage.CLOSED, "snapshot": snapshot}
                session.add(message_row(number, now, author=f"a{number}", **fields, **over))
                await session.flush()
                session.add(MessageBodyRow(message=number, body=one.bodies))
                text = f"ответ номер {number} на сообщение"
                session.add(
                    MessageTextRow(id=draft.text, message=number, field="text", content=text, written_at=now)
                )


async def topics(file: Path | None = None) -> AsyncIterator[Line]:
    """How often one of the answers is to a message of the same topic, by the words of the message alone."""
    examples = list((of_file(file) if file is not None else of_demo()).examples)
    chance = random.Random(23)
    of_body = defaultdict(list)
    for number, one in enumerate(examples, 1):
        of_body[one.bodies].append(number)
    async with prepared() as (database, _):
        await _answered(database, examples)
        caller, answers = await _curator(database), EarlierAnswers(database)
        asked = chance.sample(range(1, len(examples) + 1), min(OF_FILE, len(examples)))
        found = by_chance = none = 0
        for number in asked:
            one = examples[number - 1]
            async with database.read() as session:
                row = await session.get(MessageRow, number)
            assert row is not None
            shown = await answers.of(_target(row, caller, topic=None), one.bodies)
            none += not shown
            found += any(examples[int(item.message) - 1].topic == one.topic for item in shown)
            others = [other for other in of_body[one.bodies] if other != number]
            by_chance += any(
                examples[other - 1].topic == one.topic
                for other in chance.sample(others, min(AT_MOST, len(others)))
            )
    whole = len(asked)
    yield Line(
        f"one of five is of the same topic, of {len(examples)}",
        "%",
        100 * found / whole,
        100 * by_chance / whole,
        Goal("ratio", "≥", 1.2),
    )
    yield Line("nothing is found", "%", 100 * none / whole)


async def measure(messages: int = MESSAGES) -> AsyncIterator[Line]:
    """Median and 99th percentile on both databases, and the topics of the demo."""
    async for name, database, _ in on_both(messages):
        took, worked, alike = await _times(database)
        yield Line(f"among {messages} messages, {name}: median", "ms", median(took), median(alike))
        goal = Goal("work", "≤", WITHIN)
        yield Line("of the processor, median", "ms", median(worked), None, goal)
        yield Line("99th percentile", "ms", percentile_99(took), percentile_99(alike))
    async for line in topics():
        yield line


if __name__ == "__main__":
    sys.exit(finish([take("earlier_answers", partial(topics, *map(Path, sys.argv[1:])))]))
