"""Scale as it is documented: the figures of the page are those of the formula, and these are the program's."""

import re

import pytest

from bench import region
from bench.region import Region, connections, needs
from tests.documents import DOCS, ROOT, table, text
from worker import ACTIVITIES_AT_ONCE, CHANNELS_AT_ONCE, NETWORKS_AT_ONCE, OFFICE_AT_ONCE

PAGE = text(DOCS / "run/scale.md")
NEEDED = {
    "messages a day": "messages",
    "commands a second in the busiest hour": "commands",
    "API, cores": "api_cores",
    "API, processes": "apis",
    "workers of `messages`, cores": "worker_cores",
    "workers of `messages`, processes": "workers",
    "Temporal, cores": "temporal_cores",
    "Temporal, writes a second": "temporal_writes",
    "PostgreSQL, transactions a second": "database_transactions",
    "PostgreSQL, connections of the program": "connections",
    "open messages": "open",
    "PostgreSQL, GB a year": "rows",
    "files, GB a year": "files",
    "Temporal, GB": "histories",
}


def rounded(number: float) -> str:
    """As the table has it: whole from a hundred on, else two digits, one below a hundredth."""
    if number >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{float(f'{number:.{1 if number < 0.01 else 2}g}'):g}"


@pytest.mark.parametrize("people", [1, 10, 80])
def test_the_table_of_regions_is_what_the_formula_gives(people: int) -> None:
    found = needs(Region(people))
    rows = {row["people"]: row[f"{people} million"] for row in table(PAGE, "people")}
    assert rows == {title: rounded(getattr(found, field)) for title, field in NEEDED.items()}


def test_the_table_of_measurements_is_what_the_formula_is_computed_from() -> None:
    measured = {row["what"]: row["measured"] for row in table(PAGE, "what")}
    first = {what: float(re.split(r"[ ·]", value)[0]) for what, value in measured.items()}
    assert first == {
        "API, a road": region.API,
        "worker, a road": region.WORKER,
        "Temporal, a road": region.TEMPORAL,
        "PostgreSQL, a road": region.DATABASE,
        "transactions of PostgreSQL, a road": region.TRANSACTIONS,
        "events of Temporal's history, a road": region.EVENTS,
        "API, a page that renews itself": region.RENEWAL,
        "API, a page that is opened": Region(1).view,
        "rows of a message with its indexes, PostgreSQL": region.ROWS,
        "history of a message in Temporal": region.HISTORY,
        "1,000 limits due at the same instant, until all but ten are on record": 0.81,
        "memory of an API · of a worker, of one queue or of all": 136,
    }


def test_the_formula_is_told_with_the_figures_that_it_has() -> None:
    told = PAGE.split("**The formula**")[1].split("## What comes next")[0]
    assumed = Region(1)
    for words in (
        f"{assumed.messages:g} × millions of people",
        f"messages × {assumed.commands:g} × {assumed.hour:g} / 3,600",
        f"commands × {region.API:g} / {region.COMMANDS_OF_A_ROAD} + renewals × {region.RENEWAL:g} + ",
        f" + openings × {assumed.view:g}",
        f"commands × {region.CONCERNED} ",
        f"people who look × {assumed.views:g} an hour",
        f"{assumed.looking:g} of each million, {assumed.everything:g} of them",
        f"the most of {region.LEAST}, cores / {region.FULL:g}, and people who look / 300 + 1",
        f"{region.TWICE:g} × commands × {region.EVENTS} / {region.COMMANDS_OF_A_ROAD} × {region.WRITES:g}",
        f"messages × 365 × {region.ROWS} KB, and {assumed.files:g} KB of files",
        f"({assumed.open:g} days) and {assumed.kept:g} days more",
    ):
        assert words in told


def test_a_page_of_everybodys_work_renews_itself_as_often_as_the_formula_has_it() -> None:
    for page in ("board/board.html", "overview/overview.html"):
        pace = re.search(r'data-live="messages" data-pace="(\d+)"', text(ROOT / "api/web" / page))
        assert pace is not None
        assert 1000 / int(pace[1]) == region.OFTEN


def test_what_one_process_carries_is_half_of_a_core() -> None:
    told = re.search(r"one API takes (\d+) commands a second.*?one worker takes (\d+)", PAGE, re.DOTALL)
    assert told is not None
    each = [
        int(region.FULL * 1000 / (road / region.COMMANDS_OF_A_ROAD)) for road in (region.API, region.WORKER)
    ]
    # Rounded to what is worth telling.
    assert [int(one) for one in told.groups()] == pytest.approx(each, abs=1)


def test_connections_are_those_that_the_pages_tell() -> None:
    of_an_api = connections(3, 2) - connections(2, 2)
    of_a_worker = ACTIVITIES_AT_ONCE + OFFICE_AT_ONCE + CHANNELS_AT_ONCE + NETWORKS_AT_ONCE + 1
    assert f"An API has up to {of_an_api}" in PAGE
    assert f"1,000 connections are {(1000 - connections(0, 2)) // of_an_api} API processes" in PAGE
    installation = text(DOCS / "run/installation.md")
    assert f"({of_a_worker} a worker, {of_an_api} a process of the API)" in installation


def test_what_comes_next_follows_from_the_formula() -> None:
    """Where the bounds are told to be, in millions of people."""
    one = needs(Region(1))
    writes = one.temporal_writes + one.database_transactions
    assert f"{writes:.2g} a second of each million" in PAGE
    assert f"500 a second one after another, {10 * round(50 / writes):g} million" in " ".join(PAGE.split())
    assert 70_000 / one.open == pytest.approx(30, abs=2)
    assert needs(Region(80)).temporal_writes * 1000 < 512 * 200
