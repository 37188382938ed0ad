"""Temporal in memory goes the way its server goes: the same roads of chance on both, row by row."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from importlib import import_module
from itertools import zip_longest
from random import Random
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from tests.memory.sdk import PRIVATE_NAMES
from tests.tape import MANY, Chance
from tests.workflows.road import Backend, Road, assert_replays, backend_at
from tests.workflows.test_any_road import walked

_ROADS = range(50)
_SAME = timedelta(minutes=1)
"""Both clocks run while a road is walked, and one of them runs longer; no limit is so short."""
_MOMENT, _DURATION = re.compile(r"^\d{4}-\d\d-\d\dT"), re.compile(r"^P.*T.*S$")
_MADE_UP = re.compile(r"^([0-9a-f]{32}|t\d+-[0-9a-f]{6})$")


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_a_private_part_of_the_sdk_is_where_it_was(name: str) -> None:
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            assert hasattr(found, part), f"{name}: tests.memory.sdk leans on it"
            found = getattr(found, part)
        return
    raise AssertionError(name)


@pytest.fixture(scope="module")
async def on_server(server_address: str) -> AsyncIterator[Backend]:
    async with backend_at(server_address) as backend:
        yield backend


@pytest.mark.parametrize("seed", _ROADS)
async def test_a_road_in_memory_is_the_road_on_the_server(
    backend: Backend, on_server: Backend, seed: int
) -> None:
    chance = Random(seed)
    tape = [chance.randrange(MANY) for _ in range(60)]
    here, there = [await walked(*where, Chance(tape)) for where in (backend, on_server)]
    assert differing(await told(here), await told(there)) == []
    await assert_replays(await there.handle.fetch_history())


async def told(road: Road) -> list[object]:
    """Every row of the journal, every notice, and every limit of the message as it stands."""
    records = await road.recorded()
    rows: list[BaseModel] = [row for record in records for row in record.rows]
    notices = [fact for record in records for fact in record.notices]
    limits = sorted(road.state.limits, key=lambda run: run.number)
    return [item.model_dump() for item in [*rows, *notices, *limits]]


def differing(here: object, there: object, at: str = "") -> list[str]:
    """Where two records differ; moments by more than a clock may, and made-up ids not at all."""
    match here, there:
        case dict(), dict():
            names = sorted({*here, *there})
            return [
                found
                for name in names
                for found in differing(here.get(name), there.get(name), f"{at}.{name}")
            ]
        case ((list() | tuple()), (list() | tuple())):
            pairs = enumerate(zip_longest(here, there))
            return [found for number, pair in pairs for found in differing(*pair, f"{at}[{number}]")]
        case datetime(), datetime():
            is_same = abs(here - there) < _SAME
        case timedelta(), timedelta():
            is_same = abs(here - there) < _SAME
        case str(), str() if _MADE_UP.match(here):
            is_same = _MADE_UP.match(there) is not None
        case str(), str():
            is_same = here == there or _is_near(here, there)
        case _:
            is_same = here == there
    return [] if is_same else [f"{at}: {here!r} in memory, {there!r} on the server"]


def _is_near(here: str, there: str) -> bool:
    """Whether both are moments, or both durations, and nearly the same."""
    for kind, form in ((datetime, _MOMENT), (timedelta, _DURATION)):
        if form.match(here) and form.match(there):
            times = TypeAdapter[object](kind)
            return differing(times.validate_python(here), times.validate_python(there)) == []
    return False
