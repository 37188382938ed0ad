"""The board and the overview on both databases: amounts are lengths of lists, those due first come first."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role, Stage
from store.database.engines import Database
from store.journal.tables import ChargeRow
from store.messages import board
from store.messages.listing import Filters, page
from store.messages.tables import LimitRunRow, MessageBodyRow
from store.oversight import overview
from store.oversight.overview import Figures, Kept, Share
from store.people.persons import Actor
from store.people.tables import BodyRow
from tests.message_row import message_row
from tests.rows import actor_of, ask, put

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOON = NOW + 2 * HOUR
HEAD = actor_of("head", Role.HEAD)
DEPUTY = actor_of("deputy", Role.DEPUTY, "roads")

MESSAGES: Mapping[int, dict[str, Any]] = {
    1: {"stage": "closed"},
    2: {"stage": "preparation", "first_due": NOW + HOUR, "step_body": "roads", "assignee": "eve"},
    3: {"stage": "preparation", "first_due": NOW - HOUR, "overdue": True, "step_body": "roads"},
    4: {"stage": "preparation", "first_due": NOW + 5 * HOUR, "step_body": "housing"},
    5: {"stage": "approval", "first_due": NOW - HOUR, "overdue": True, "step_curator": "ann"},
    6: {"stage": "awaiting_author"},
    7: {"stage": "routing", "first_due": NOW + 3 * HOUR, "step_curator": "ann"},
}
BODIES = {"roads": (1, 2, 3, 4, 5), "housing": (4, 6)}

Answer = TypeVar("Answer")


@pytest.fixture
async def messages(database: Database) -> Database:
    async with database.write() as session:
        session.add_all(BodyRow(key=key, title=key, short_title=key, kind="executive") for key in BODIES)
        session.add_all(message_row(number, NOW, **fields) for number, fields in MESSAGES.items())
        await session.flush()
        for body, numbers in BODIES.items():
            session.add_all(MessageBodyRow(message=number, body=body) for number in numbers)
        for number, run in enumerate(RUNS, 1):
            session.add(LimitRunRow(number=number, started_at=NOW - 9 * HOUR, run={}, **run))
            await session.flush()
            if not run.get("inherited"):
                of_body = run["holder_role"] == "executor"
                session.add(
                    ChargeRow(
                        message=run["message"],
                        run=number,
                        position=0,
                        role=run["holder_role"],
                        body=run["holder_body"] if of_body else None,
                        limit_name=run["name"],
                        at=NOW,
                        over=0,
                    )
                )
    return database


RUNS: list[dict[str, Any]] = [
    {"message": 3, "name": "draft", "holder_role": "executor", "holder_body": "roads"},
    {"message": 5, "name": "approval", "holder_role": "curator", "holder_body": "department"},
    {"message": 4, "name": "draft", "holder_role": "executor", "holder_body": "housing", "inherited": True},
    {"message": 2, "name": "rework", "holder_role": "executor", "holder_body": "roads", "met_at": NOW},
]
for _hours, _run in enumerate(RUNS, 1):
    _run |= {"due_at": NOW - _hours * HOUR, "breached_at": NOW - _hours * HOUR}


async def listed(database: Database, actor: Actor = HEAD, **asked: Any) -> list[int]:
    found = await ask(database, lambda c: page(c, actor, Filters(**asked), NOW, size=50))
    return [row.number for row in found.rows]


async def test_a_cell_of_the_board_counts_what_its_list_has(messages: Database) -> None:
    found = await ask(messages, lambda c: board.standings(c, HEAD, NOW, first=2))
    cells = {(cell.body, cell.stage): cell for cell in found}
    assert set(cells) == {
        *((None, stage) for stage in ("routing", "preparation", "approval", "awaiting_author")),
        *(("roads", "preparation"), ("roads", "approval")),
        *(("housing", "preparation"), ("housing", "awaiting_author")),
    }
    for (body, stage), cell in cells.items():
        assert cell.messages == len(await listed(messages, stage=stage, body=body))
        assert cell.late == len(await listed(messages, stage=stage, body=body, overdue=True))
    assert cells["roads", Stage.PREPARATION].first == (3, 2)


async def test_open_are_those_of_every_stage_but_the_last(messages: Database) -> None:
    assert await listed(messages, is_open=True) == [7, 6, 5, 4, 3, 2]
    assert await listed(messages, is_open=False) == [1]
    assert await listed(messages, DEPUTY, is_open=True) == [5, 4, 3, 2]
    assert await listed(messages, is_open=True, body="housing", overdue=False) == [6, 4]


@pytest.mark.parametrize("actor", [HEAD, DEPUTY])
async def test_figures_are_lengths_of_lists(messages: Database, actor: Actor) -> None:
    figures = await ask(messages, lambda c: overview.figures(c, actor, NOW, SOON))
    assert figures == Figures(
        late=len(await listed(messages, actor, overdue=True)),
        soon=len(await listed(messages, actor, overdue=False, due_before=SOON)),
        open=len(await listed(messages, actor, is_open=True)),
    )
    assert figures.late == 2


async def test_figures_of_a_body_say_who_holds_its_messages(messages: Database) -> None:
    shares = await ask(messages, lambda c: overview.shares(c, DEPUTY, NOW, SOON, ["roads"]))
    assert sorted(shares, key=str) == [
        Share("roads", "ann", None, None, Figures(late=1, soon=0, open=1)),
        Share("roads", None, "housing", None, Figures(late=0, soon=0, open=1)),
        Share("roads", None, "roads", "eve", Figures(late=0, soon=1, open=1)),
        Share("roads", None, "roads", None, Figures(late=1, soon=0, open=1)),
    ]
    everyone = await ask(messages, lambda c: overview.shares(c, HEAD, NOW, SOON, None))
    assert {share.body for share in everyone} == set(BODIES)


async def test_breaches_are_the_newest_first_and_of_whom_they_are_charged_to(messages: Database) -> None:
    def of(actor: Actor, bodies: list[str] | None) -> Callable[[sa.Connection], list[Any]]:
        return lambda c: [
            (item.message, item.limit, item.charged[0].body, item.is_open)
            for item in overview.breaches(c, actor, NOW, bodies, size=10)
        ]

    draft, rework = (3, LimitName.DRAFT, "roads", True), (2, LimitName.REWORK, "roads", False)
    assert await ask(messages, of(HEAD, None)) == [draft, (5, LimitName.APPROVAL, None, True), rework]
    assert await ask(messages, of(DEPUTY, ["roads"])) == [draft, rework]


@pytest.mark.parametrize(("since", "kept"), [(NOW - HOUR, {"roads": Kept(1, 3)}), (NOW + HOUR, {})])
async def test_a_body_is_in_time_where_it_broke_no_limit_of_its_own(
    messages: Database, since: datetime, kept: dict[str, Kept]
) -> None:
    """Housing only had what began past its due moment; a curator's runs belong to no body."""
    in_time: dict[str, Any] = {
        "name": "draft",
        "due_at": NOW,
        "holder_role": "executor",
        "holder_body": "roads",
        "run": {},
    }
    await put(
        messages,
        LimitRunRow(message=1, number=9, started_at=NOW, met_at=NOW, **in_time),
        LimitRunRow(message=3, number=9, started_at=NOW, met_at=NOW, **in_time),
        LimitRunRow(message=4, number=9, started_at=NOW, **in_time),
    )
    assert await ask(messages, lambda c: overview.in_time(c, since)) == kept
