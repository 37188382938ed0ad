"""The preview of limits, against the table of docs/use/time.md and against the message's own limits."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import TypeAdapter

from calendar_rules import regulation
from tests.api.conftest import assert_problem

SignIn = Callable[[str], Awaitable[AsyncClient]]

URL = "/api/limits/preview"

VECTORS = [
    ("2026-11-23T09:00", "2026-11-23T10:30", "2026-11-23T14:45", "2026-11-24T09:45"),
    ("2026-11-23T14:00", "2026-11-23T15:30", "2026-11-24T10:00", "2026-11-24T14:45"),
    ("2026-11-27T15:00", "2026-11-27T16:30", "2026-11-30T12:15", "2026-11-30T17:00"),
    ("2026-11-28T12:00", "2026-11-30T10:30", "2026-11-30T14:45", "2026-12-01T09:45"),
    ("2026-11-03T15:00", "2026-11-03T16:30", "2026-11-05T12:00", "2026-11-05T16:45"),
    ("2026-05-08T14:00", "2026-05-08T15:30", "2026-05-12T12:15", "2026-05-12T17:00"),
    # «No later than 4 hours before» of the contract.
    ("2026-11-23T12:15", "2026-11-23T14:30", "2026-11-24T09:00", "2026-11-24T13:00"),
]


async def preview(client: AsyncClient, **query: str) -> dict[str, dict[str, object]]:
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    return {limit["name"]: limit for limit in answer.json()["limits"]}


@pytest.mark.parametrize(("detected", "routing", "draft", "answer"), VECTORS)
async def test_limits_are_those_of_the_order(
    as_: SignIn, detected: str, routing: str, draft: str, answer: str
) -> None:
    limits = await preview(await as_("curator"), detected_at=f"{detected}:00+03:00")
    due = {name: limit["due_at"] for name, limit in limits.items()}
    assert due == {
        "routing": f"{routing}:00+03:00",
        "draft": f"{draft}:00+03:00",
        "answer": f"{answer}:00+03:00",
    }
    assert {name: limit["clause"] for name, limit in limits.items()} == {
        "routing": 7,
        "draft": 10,
        "answer": 9,
    }


async def test_the_moment_is_the_same_in_any_zone(as_: SignIn) -> None:
    curator = await as_("curator")
    moscow = await preview(curator, detected_at="2026-11-23T09:00:00+03:00")
    utc = await preview(curator, detected_at="2026-11-23T06:00:00Z")
    assert moscow == utc


async def test_an_offset_whose_plus_was_not_escaped_is_understood(as_: SignIn) -> None:
    answer = await (await as_("curator")).get(f"{URL}?detected_at=2026-11-23T09:00:00+03:00")
    assert answer.json()["detected_at"] == "2026-11-23T09:00:00+03:00"


async def test_a_reduced_term_moves_answer_and_draft(as_: SignIn) -> None:
    limits = await preview(
        await as_("curator"), detected_at="2026-11-23T09:00:00+03:00", reduced_term="PT4H30M"
    )
    assert limits["answer"]["due_at"] == "2026-11-23T14:15:00+03:00"
    assert limits["draft"]["due_at"] == "2026-11-23T11:30:00+03:00"  # 2 h left: 4/9 of 4.5 h
    assert limits["routing"]["due_at"] == "2026-11-23T10:30:00+03:00"


async def test_the_explanation_has_no_gaps_and_adds_up_to_the_amount(as_: SignIn) -> None:
    limits = await preview(await as_("curator"), detected_at="2026-11-28T12:00:00+03:00")
    spans = {
        "routing": ("2026-11-28T12:00:00+03:00", timedelta(hours=1, minutes=30)),
        "draft": ("2026-11-30T14:45:00+03:00", timedelta(hours=4)),
        "answer": ("2026-11-28T12:00:00+03:00", timedelta(hours=9)),
    }
    duration: TypeAdapter[timedelta] = TypeAdapter(timedelta)
    for name, (start, amount) in spans.items():
        steps = limits[name]["explanation"]
        assert isinstance(steps, list)
        assert steps[0]["from"] == start
        assert all(before["to"] == after["from"] for before, after in pairwise(steps))
        end = limits["answer"]["due_at"] if name == "draft" else limits[name]["due_at"]
        assert steps[-1]["to"] == end
        assert sum((duration.validate_python(step["counted"]) for step in steps), timedelta(0)) == amount
        assert all(step["reason"] for step in steps)


@pytest.mark.parametrize(
    "detected_at",
    [
        "",
        "yesterday",
        "2026-11-23T09:00:00",
        "2026-11-23",
        "1795413600",
        "2026-13-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ],
)
async def test_a_moment_that_is_none_is_422(as_: SignIn, detected_at: str) -> None:
    answer = await (await as_("curator")).get(URL, params={"detected_at": detected_at})
    assert_problem(answer, 422, "detected_at", "смещением")


async def test_a_year_before_the_production_calendar_is_never_guessed(as_: SignIn) -> None:
    answer = await (await as_("curator")).get(URL, params={"detected_at": "1990-03-01T09:00:00+03:00"})
    assert_problem(answer, 422, "detected_at", "производственного календаря", "1990")


@pytest.mark.parametrize(
    ("detected_at", "due_at"),
    [
        ("2027-12-30T17:00:00+03:00", "2028-01-10T17:45:00+03:00"),
        ("2029-01-10T09:00:00+03:00", "2029-01-11T09:45:00+03:00"),
        ("2090-03-01T09:00:00+03:00", "2090-03-02T09:45:00+03:00"),
    ],
)
async def test_a_limit_past_the_loaded_years_is_counted_by_the_labour_code(
    as_: SignIn, detected_at: str, due_at: str
) -> None:
    answer = await (await as_("curator")).get(URL, params={"detected_at": detected_at})
    assert answer.status_code == 200, answer.text
    answer_limit = next(limit for limit in answer.json()["limits"] if limit["name"] == "answer")
    assert answer_limit["provisional"] is True
    assert answer_limit["due_at"] == due_at
    assert "не загружен" in answer_limit["explanation"][-1]["reason"]


@pytest.mark.parametrize(
    "term", ["PT0S", "PT9H", "PT10H", "P1D", "-PT1H", "4", "4h", "PT", "", "P1M", "PT0.0000001S"]
)
async def test_a_term_that_does_not_reduce_is_422(as_: SignIn, term: str) -> None:
    answer = await (await as_("curator")).get(
        URL, params={"detected_at": "2026-11-23T09:00:00+03:00", "reduced_term": term}
    )
    assert_problem(answer, 422, "reduced_term")


async def test_the_smallest_terms_are_counted_or_refused_but_never_fail(as_: SignIn) -> None:
    curator = await as_("curator")
    for term in ("PT0.000001S", "PT0.000002S", "PT1S"):
        query = {"detected_at": "2026-11-23T09:00:00+03:00", "reduced_term": term}
        assert (await curator.get(URL, params=query)).status_code in (200, 422)


async def test_the_moment_is_required(as_: SignIn) -> None:
    assert_problem(await (await as_("curator")).get(URL), 422, "detected_at")


async def test_limits_within_the_loaded_years_are_not_provisional(as_: SignIn) -> None:
    limits = await preview(await as_("curator"), detected_at="2026-11-23T09:00:00+03:00")
    assert [limit["provisional"] for limit in limits.values()] == [False] * 3


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


DETECTED, ROUTED = "2026-11-23T09:00:00+03:00", "2026-11-23T10:00:00+03:00"


async def test_by_order_238_the_routing_moves_nothing(as_: SignIn) -> None:
    curator = await as_("curator")
    early = await preview(curator, detected_at=DETECTED)
    assert await preview(curator, detected_at=DETECTED, routed_at=ROUTED) == early


async def test_an_act_that_counts_from_the_routing_counts_from_there(
    as_: SignIn, under: Callable[[str], None]
) -> None:
    under("sevastopol_2020")
    curator = await as_("curator")
    limits = await preview(curator, detected_at=DETECTED, routed_at=ROUTED)
    assert limits["answer"]["due_at"] == "2026-11-24T10:45:00+03:00"
    assert limits["routing"] == (await preview(curator, detected_at=DETECTED))["routing"]
    # Not known yet: as if it were routed at once.
    assert (await preview(curator, detected_at=DETECTED))["answer"]["due_at"] == "2026-11-24T09:45:00+03:00"


async def test_a_draft_counted_from_receipt_counts_from_the_routing(
    as_: SignIn, under: Callable[[str], None]
) -> None:
    under("bashkortostan_2025")
    limits = await preview(await as_("curator"), detected_at=DETECTED, routed_at=ROUTED)
    assert limits["draft"]["due_at"] == "2026-11-24T09:45:00+03:00"  # eight working hours
    assert limits["draft"]["explanation"][0]["from"] == ROUTED  # type: ignore[index]


async def test_importance_shortens_the_answer_where_the_act_says_so(
    as_: SignIn, under: Callable[[str], None]
) -> None:
    curator = await as_("curator")
    ordinary = await preview(curator, detected_at=DETECTED)
    assert await preview(curator, detected_at=DETECTED, importance="raised") == ordinary
    under("sevastopol_2020")
    limits = await preview(curator, detected_at=DETECTED, importance="raised")
    assert limits["answer"]["due_at"] == "2026-11-23T13:00:00+03:00"


async def test_nothing_is_routed_before_it_is_detected(as_: SignIn) -> None:
    answer = await (await as_("curator")).get(URL, params={"detected_at": ROUTED, "routed_at": DETECTED})
    assert_problem(answer, 422, "routed_at")


async def test_an_importance_that_is_none_is_422(as_: SignIn) -> None:
    query = {"detected_at": DETECTED, "importance": "extreme"}
    assert_problem(await (await as_("curator")).get(URL, params=query), 422, "importance")
