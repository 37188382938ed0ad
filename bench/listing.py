"""The first page of the list of messages, and of queues, over HTTP, against its statements straight in the database.

The reference executes the very statements the page needs on one connection of the bare driver, and reads the JSON they
return; both are asked in turn. `python -m bench listing=MESSAGES`; the goals are those of a hundred thousand.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote

import psycopg
from pydantic import TypeAdapter
from sqlalchemy import event

from bench.installation import process, program_of
from bench.many_messages import on_both
from bench.measurement import Goal, Line, Pair, in_turn, middle
from service.messages.lists import MessageLists
from service.runs import rules
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.messages.listing import Filters, Sort
from store.people import persons

MESSAGES = 20_000
PAGE = 25
_SHOWN = 3
"""Searches that are told one by one, the slowest first."""
MOST_TIMES, MOST_MS, MOST_SEARCHING = 3.0, 100.0, 50.0
QUEUE = "queue"
"""Stands for `GET /api/queue`; the others are filters of the list."""
ASKED = {
    "curator": "|queue|stage=closed|stage=approval|body=roads|body=heritage|overdue=true|q=дорог|q=Заявка 012345"
    "|q=этого нет нигде|q=дорог&stage=approval|q=№ 12345|network=vkontakte|network=review_site&outcome=void"
    "|topic=potholes|importance=high|outcome=unanswered|curator=curator|curator=nobody|assignee=executor-roads"
    "|detected_from=2000-01-01T00:00:00Z|detected_to=2000-01-01T00:00:00Z|due_before=2100-01-01T00:00:00Z"
    "|importance=raised&outcome=declined&curator=curator|q=дорог&topic=nothing|sort=due|sort=due&stage=approval"
    "|sort=due&stage=closed&topic=nothing|sort=due&body=roads&network=vkontakte|sort=due&q=дорог"
    "|sort=due&q=этого нет нигде|q=яма|q=дороге|q=фонарь|q=дорога школа|q=снег поликлиника|q=газ|q=неврологами"
    "|sort=due&q=дороги|sort=due&q=яма",
    "head": "",
    "governor": "|queue",
    "deputy-policy": "",
    "admin": "",
    "executor-roads": "|queue|stage=closed|overdue=true|q=дорог|topic=nothing|sort=due|sort=due&overdue=true",
    "responsible-roads": "queue",
    "responsible-heritage": "|stage=closed|q=дорог",
    "deputy": "|body=heritage",
    "deputy-territories": "|stage=preparation|q=Заявка 012345|importance=high|sort=due",
}
_FILTERS = TypeAdapter(Filters)

Statements = list[tuple[str, Any]]


async def _statements(database: Database, person: str, asked: str) -> Statements:
    """What the page executes, as the driver gets it."""
    found: Statements = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, parameters))

    async with database.read() as session:
        actor = await persons.actor(session, person)
    assert actor is not None
    blocking = BlockingDatabase(database.url, connections=1)
    with blocking.read() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    with closing(MessageLists(blocking, rules.load(None, None))) as lists:
        if asked == QUEUE:
            await lists.queue(actor, size=PAGE)
        else:
            fields = dict(parse_qsl(asked))
            sort = Sort(fields.pop("sort", "registered"))
            await lists.page(actor, _FILTERS.validate_python(fields), size=PAGE, sort=sort)
    return found


@contextmanager
def _driver(database: Database) -> Iterator[Any]:
    if database.file is not None:
        with closing(sqlite3.connect(database.file)) as connection:
            yield connection
    else:
        with psycopg.connect(database.url.replace("+psycopg", "")) as connection:
            yield connection


def _direct(connection: Any, statements: Statements) -> None:
    for statement, parameters in statements:
        for row in connection.execute(statement, parameters).fetchall():
            for value in row:
                if isinstance(value, str) and value.startswith("{"):
                    json.loads(value)


async def _measured(database: Database, settings: Settings) -> AsyncIterator[tuple[str, Pair]]:
    """Every question, asked both ways in turn."""
    async with process("api", settings):
        with _driver(database) as connection:
            for person, questions in ASKED.items():
                with program_of(settings.port, person) as asker:
                    for asked in questions.split("|"):
                        statements = await _statements(database, person, asked)
                        path = f"/api/messages?{quote(asked, safe='=&')}" if asked != QUEUE else "/api/queue"
                        over_http, direct = partial(asker.get, path), partial(_direct, connection, statements)
                        yield f"{person} {asked}", in_turn(over_http, direct, rounds=5)


async def measure(messages: int = MESSAGES) -> AsyncIterator[Line]:
    """The question with the median ratio, and the slowest one, on both databases."""
    async for name, database, settings in on_both(messages):
        pairs = dict([one async for one in _measured(database, settings)])
        most = Goal("ratio", "≤", MOST_TIMES)
        yield Line(f"the median of {len(pairs)} questions, {name}", "ms", *middle(pairs.values()), most)
        slowest = max(pairs, key=lambda question: pairs[question].work)
        yield Line(f"the slowest, {slowest}, {name}", "ms", *pairs[slowest], Goal("work", "≤", MOST_MS))
        searches = {question: pair for question, pair in pairs.items() if "q=" in question}
        yield Line(f"the median of {len(searches)} searches, {name}", "ms", *middle(searches.values()))
        for question in sorted(searches, key=lambda one: searches[one].work, reverse=True)[:_SHOWN]:
            yield Line(f"{question}, {name}", "ms", *searches[question], Goal("work", "≤", MOST_SEARCHING))
