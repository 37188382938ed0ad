"""The preview of limits, against the table of docs/use/time.md and against the message's own limits."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from calendar_rules import regulation
from tests.api.conftest import assert_problem

SignIn = Callable[[str], Awaitable[AsyncClient]]

URL = "/api/limits/preview"
DETECTED, ROUTED = "2026-11-23T09:00:00+03:00", "2026-11-23T10:00:00+03:00"


async def preview(client: AsyncClient, **query: str) -> dict[str, dict[str, object]]:
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    return {limit["name"]: limit for limit in answer.json()["limits"]}


@pytest.mark.parametrize(
    ("query", "routing", "draft", "answer"),
    [
        ({}, "2026-11-23T10:30", "2026-11-23T14:45", "2026-11-24T09:45"),
        (
            {"detected_at": "2026-11-28T12:00:00+03:00"},
            *("2026-11-30T10:30", "2026-11-30T14:45", "2026-12-01T09:45"),
        ),
        # 2 h left for the draft: 4/9 of 4.5 h
        ({"reduced_term": "PT4H30M"}, "2026-11-23T10:30", "2026-11-23T11:30", "2026-11-23T14:15"),
        # By order 238 neither moves anything.
        (
            {"routed_at": ROUTED, "importance": "raised"},
            *("2026-11-23T10:30", "2026-11-23T14:45", "2026-11-24T09:45"),
        ),
    ],
)
async def test_limits_are_those_of_the_order(
    as_: SignIn, query: dict[str, str], routing: str, draft: str, answer: str
) -> None:
    limits = await preview(await as_("curator"), **{"detected_at": DETECTED} | query)
    assert {name: (limit["clause"], limit["due_at"]) for name, limit in limits.items()} == {
        "routing": (7, f"{routing}:00+03:00"),
        "draft": (10, f"{draft}:00+03:00"),
        "answer": (9, f"{answer}:00+03:00"),
    }
    assert [limit["provisional"] for limit in limits.values()] == [False] * 3
    for name, limit in limits.items():
        steps = limit["explanation"]
        assert isinstance(steps, list)
        assert all(step["reason"] for step in steps)
        last = limits["answer"] if name == "draft" else limit
        assert steps[-1]["to"] == last["due_at"]


async def test_a_limit_past_the_loaded_years_is_provisional(as_: SignIn) -> None:
    limits = await preview(await as_("curator"), detected_at="2090-03-01T09:00:00+03:00")
    answer = limits["answer"]
    assert (answer["provisional"], answer["due_at"]) == (True, "2090-03-02T09:45:00+03:00")
    assert "не загружен" in str(answer["explanation"])


@pytest.mark.parametrize("term", ["PT0S", "PT9H", "-PT1H", "4h", "P1M", "PT0.0000001S"])
async def test_a_term_that_does_not_reduce_is_422(as_: SignIn, term: str) -> None:
    query = {"detected_at": DETECTED, "reduced_term": term}
    assert_problem(await (await as_("curator")).get(URL, params=query), 422, "reduced_term")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, ["detected_at"]),
        *(
            ({"detected_at": moment}, ["detected_at", "смещением"])
            for moment in ("yesterday", "2026-11-23T09:00:00", "9999-12-31T23:59:59-12:00")
        ),
        # A year before the production calendar is never guessed.
        (
            {"detected_at": "1990-03-01T09:00:00+03:00"},
            ["detected_at", "производственного календаря", "1990"],
        ),
        ({"detected_at": ROUTED, "routed_at": DETECTED}, ["routed_at"]),
        ({"detected_at": DETECTED, "importance": "extreme"}, ["importance"]),
    ],
)
async def test_what_nothing_can_be_counted_from_is_422(
    as_: SignIn, query: dict[str, str], words: list[str]
) -> None:
    assert_problem(await (await as_("curator")).get(URL, params=query), 422, *words)


# ---- what an act counts from, and by


@pytest.fixture
def under(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the installation work by another act."""

    def under(act: str) -> None:
        other = regulation.load(regulation.ORDER_238.with_name(f"{act}.toml"))
        service = app.state.service
        rules = replace(service.rules, regulation=other)
        monkeypatch.setattr(app.state, "service", replace(service, rules=rules))

    return under


@pytest.mark.parametrize(
    ("act", "query", "name", "due_at"),
    [
        ("sevastopol_2020", {"routed_at": ROUTED}, "answer", "2026-11-24T10:45:00+03:00"),
        # Not known yet: as if it were routed at once.
        ("sevastopol_2020", {"importance": "raised"}, "answer", "2026-11-23T13:00:00+03:00"),
        # Eight working hours from the routing.
        ("bashkortostan_2025", {"routed_at": ROUTED}, "draft", "2026-11-24T09:45:00+03:00"),
    ],
)
async def test_another_act_counts_from_the_routing_and_by_importance(
    as_: SignIn, under: Callable[[str], None], act: str, query: dict[str, str], name: str, due_at: str
) -> None:
    under(act)
    limits = await preview(await as_("curator"), detected_at=DETECTED, **query)
    assert limits[name]["due_at"] == due_at
