"""Absences: who records them, and what they change."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.api.conftest import assert_problem

SignIn = Callable[[str], Awaitable[AsyncClient]]


def absence(**changed: Any) -> dict[str, Any]:
    return {
        "from": "2026-11-23T09:00:00+03:00",
        "to": "2026-11-27T18:00:00+03:00",
        "substitute": "executor-housing",
    } | changed


def now_for(hours: int, substitute: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return absence(
        **{
            "from": (now - timedelta(hours=1)).isoformat(),
            "to": (now + timedelta(hours=hours)).isoformat(),
            "substitute": substitute,
        }
    )


async def record(client: AsyncClient, person: str, body: object) -> Response:
    return await client.post(f"/api/people/{person}/absences", json=body)


@pytest.mark.parametrize("who", ["admin", "responsible-roads"])
@pytest.mark.parametrize("person", ["executor-roads", "responsible-roads"])
async def test_admin_and_the_responsible_of_the_body_record_an_absence(
    as_: SignIn, who: str, person: str
) -> None:
    answer = await record(await as_(who), person, absence())
    assert answer.status_code == 201, answer.text
    recorded = answer.json()
    assert recorded["person"] == person
    assert recorded["substitute"] == "executor-housing"
    assert recorded["recorded_by"] == who
    assert datetime.fromisoformat(recorded["from"]) == datetime.fromisoformat("2026-11-23T09:00:00+03:00")
    assert datetime.fromisoformat(recorded["to"]) == datetime.fromisoformat("2026-11-27T18:00:00+03:00")


@pytest.mark.parametrize("who", ["curator", "head", "executor-roads", "responsible-housing", "deputy"])
async def test_others_may_not(as_: SignIn, who: str) -> None:
    assert_problem(await record(await as_(who), "executor-roads", absence()), 403)


@pytest.mark.parametrize("person", ["curator", "deputy", "head"])
async def test_the_responsible_has_no_say_in_people_of_no_body(as_: SignIn, person: str) -> None:
    """A deputy oversees the body, and does not serve in it."""
    assert_problem(await record(await as_("responsible-roads"), person, absence()), 403)


async def test_whoever_stands_in_for_the_responsible_may(as_: SignIn) -> None:
    admin, substitute = await as_("admin"), await as_("executor-housing")
    assert_problem(await record(substitute, "executor-roads", absence()), 403)
    await record(admin, "responsible-roads", now_for(1, "executor-housing"))
    assert (await record(substitute, "executor-roads", absence())).status_code == 201


@pytest.mark.parametrize("person", ["nobody", "a%00b"])
async def test_an_unknown_person_is_404_to_everyone(as_: SignIn, person: str) -> None:
    for who in ("admin", "curator"):
        assert_problem(await record(await as_(who), person, absence()), 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (absence(to="2026-11-23T09:00:00+03:00"), "to"),
        (absence(to="2026-11-23T08:00:00+03:00"), "to"),
        (absence(**{"from": "2026-11-23T09:00:00"}), "from"),
        (absence(**{"from": "tomorrow"}), "from"),
        (absence(**{"from": 1795413600}), "from"),
        (absence(substitute="executor-roads"), "substitute"),
        (absence(substitute="nobody"), "substitute"),
        (absence(substitute=""), "substitute"),
        (absence(substitute="a\x00b"), "substitute"),
        (absence(substitute=None), "substitute"),
        (absence(reason="vacation"), "reason"),
        ({"from": "2026-11-23T09:00:00+03:00", "to": "2026-11-27T18:00:00+03:00"}, "substitute"),
    ],
)
async def test_a_bad_absence_is_422_and_names_the_field(
    as_: SignIn, body: dict[str, Any], field: str
) -> None:
    answer = await record(await as_("admin"), "executor-roads", body)
    assert_problem(answer, 422, field)
    assert field in [item["field"] for item in answer.json()["errors"]]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff", b'"text"', b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_422(as_: SignIn, body: bytes) -> None:
    answer = await (await as_("admin")).post(
        "/api/people/executor-roads/absences", content=body, headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 422, "JSON")


async def test_refusals_come_in_the_order_of_the_contract(http: AsyncClient, as_: SignIn) -> None:
    broken = {"content": b"{", "headers": {"Content-Type": "application/json"}}
    there, nowhere = "/api/people/executor-roads/absences", "/api/people/nobody/absences"
    curator = await as_("curator")
    assert_problem(await http.post(nowhere, content=b"{", headers=broken["headers"]), 401)  # type: ignore[arg-type]
    assert_problem(await curator.post(nowhere, content=b"{", headers=broken["headers"]), 404)  # type: ignore[arg-type]
    assert_problem(await curator.post(there, content=b"{", headers=broken["headers"]), 403)  # type: ignore[arg-type]


async def test_absences_are_listed_newest_first_to_those_concerned(as_: SignIn) -> None:
    admin = await as_("admin")
    first = (await record(admin, "executor-roads", absence())).json()
    second = (await record(admin, "executor-roads", absence(substitute="curator"))).json()
    for who in ("admin", "responsible-roads", "executor-roads"):
        listed = (await (await as_(who)).get("/api/people/executor-roads/absences")).json()
        assert [item["id"] for item in listed["items"]] == [second["id"], first["id"]]
        assert listed["next"] is None
    assert_problem(await (await as_("executor-housing")).get("/api/people/executor-roads/absences"), 403)


async def test_ending_an_absence_brings_the_person_back(as_: SignIn) -> None:
    admin = await as_("admin")
    running = (await record(admin, "responsible-roads", now_for(5, "executor-housing"))).json()
    substitute = await as_("executor-housing")
    address = f"/api/people/responsible-roads/absences/{running['id']}"
    assert_problem(await substitute.delete("/api/people/executor-roads/absences/unknown"), 404)
    assert (await admin.delete(address)).status_code == 204
    assert_problem(await record(substitute, "executor-roads", absence()), 403)
    listed = (await admin.get("/api/people/responsible-roads/absences")).json()["items"]
    assert datetime.fromisoformat(listed[0]["to"]) <= datetime.now(UTC)


async def test_an_absence_that_has_not_begun_is_forgotten(as_: SignIn) -> None:
    admin = await as_("admin")
    later = datetime.now(UTC) + timedelta(days=1)
    body = absence(**{"from": later.isoformat(), "to": (later + timedelta(days=1)).isoformat()})
    recorded = (await record(admin, "executor-roads", body)).json()
    address = f"/api/people/executor-roads/absences/{recorded['id']}"
    assert (await admin.delete(address)).status_code == 204
    assert (await admin.get("/api/people/executor-roads/absences")).json()["items"] == []
    assert_problem(await admin.delete(address), 404)
