"""Absences: who records them, and what they change."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from store.database.engines import Database
from store.people.absences import AT_MOST
from store.people.tables import AbsenceRow, PersonRoleRow
from tests.api.conftest import assert_problem
from tests.patience import PATIENCE, SLOWER

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


@pytest.mark.parametrize(
    ("who", "person"),
    [("responsible-roads", "executor-roads"), ("admin", "responsible-roads"), ("head", "curator")],
)
async def test_a_superior_records_an_absence_and_both_are_told_of_it_and_of_its_removal(
    as_: SignIn, who: str, person: str
) -> None:
    superior, absent, substitute = await as_(who), await as_(person), await as_("executor-housing")
    later = absence(**{"from": "2099-11-23T09:00:00+03:00", "to": "2099-11-27T18:00:00+03:00"})
    answer = await record(superior, person, later)
    assert answer.status_code == 201, answer.text
    recorded = answer.json()
    named = (recorded["person"], recorded["substitute"], recorded["recorded_by"])
    assert named == (person, "executor-housing", who)
    for end in ("from", "to"):
        assert datetime.fromisoformat(recorded[end]) == datetime.fromisoformat(later[end])
    (to_absent,), (to_substitute,) = (
        await substitution_notices(absent),
        await substitution_notices(substitute),
    )
    assert to_absent["text"] == (
        "Ваше отсутствие с 23.11.2099 в 09:00 до 27.11.2099 в 18:00 "
        f"внёс: {who.title()}, должность. Вас замещает: Executor-Housing, должность."
    )
    assert (to_absent["acting_for"], to_substitute["acting_for"]) == (None, person)
    assert f"{person.title()}, должность. Запись внёс: {who.title()}, должность." in to_substitute["text"]

    address = f"/api/people/{person}/absences/{recorded['id']}"
    assert (await superior.delete(address)).status_code == 204
    assert_problem(await superior.delete(address), 404)
    for client in (absent, substitute):
        newest = (await substitution_notices(client))[0]
        assert f"удалил: {who.title()}, должность." in newest["text"]


async def test_nobody_hands_over_another_office_than_their_own_to_give(as_: SignIn, db: Database) -> None:
    """Somebody with two offices of two superiors is the administrator's."""
    async with db.write() as session:
        session.add(PersonRoleRow(person="executor-roads", role="curator"))
    for who in ("head", "responsible-roads"):
        assert_problem(await record(await as_(who), "executor-roads", absence()), 403)
    assert (await record(await as_("admin"), "executor-roads", absence())).status_code == 201


async def test_nor_one_that_the_person_holds_for_somebody_else_meanwhile(as_: SignIn) -> None:
    admin, responsible = await as_("admin"), await as_("responsible-roads")
    during = {"from": "2026-11-25T09:00:00+03:00", "to": "2026-11-26T09:00:00+03:00"}
    after = {"from": "2026-11-26T09:00:00+03:00", "to": "2026-11-27T09:00:00+03:00"}
    recorded = await record(admin, "admin", absence(**during, substitute="executor-roads"))
    assert recorded.status_code == 201
    without_end = {"from": "2026-11-24T09:00:00+03:00", "substitute": "executor-housing"}
    for body in (absence(), absence(**during), without_end):
        assert_problem(await record(responsible, "executor-roads", body), 403, "администратор")
    assert (await record(responsible, "executor-roads", absence(**after))).status_code == 201


@pytest.mark.parametrize(
    ("who", "person"),
    [
        # A deputy oversees the body, and does not serve in it.
        *(("responsible-roads", person) for person in ("curator", "deputy")),
        *(("head", person) for person in ("executor-roads", "head", "deputy")),
    ],
)
async def test_others_may_not(as_: SignIn, who: str, person: str) -> None:
    assert_problem(await record(await as_(who), person, absence(substitute="executor-ecology")), 403)


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
        (absence(**{"from": "2026-11-23T09:00:00"}), "from"),
        (absence(**{"from": "1999-12-31T23:59:59+00:00"}), "from"),
        (absence(to="2100-01-01T00:00:01+00:00"), "to"),
        (absence(substitute="executor-roads"), "substitute"),
        (absence(substitute="nobody"), "substitute"),
        (absence(substitute="a\x00b"), "substitute"),
        (absence(reason="vacation"), "reason"),
        ({"substitute": "executor-housing", "to": "2026-11-27T18:00:00+03:00"}, "from"),
    ],
)
async def test_a_bad_absence_is_422_and_names_the_field(
    as_: SignIn, body: dict[str, Any], field: str
) -> None:
    answer = await record(await as_("admin"), "executor-roads", body)
    assert_problem(answer, 422, field)
    assert field in [item["field"] for item in answer.json()["errors"]]


async def test_absences_are_listed_newest_first_to_those_concerned(as_: SignIn) -> None:
    admin = await as_("admin")
    first = (await record(admin, "executor-roads", absence())).json()
    second = (await record(admin, "executor-roads", absence(substitute="curator"))).json()
    for who in ("admin", "responsible-roads", "executor-roads"):
        listed = (await (await as_(who)).get("/api/people/executor-roads/absences")).json()
        assert [item["id"] for item in listed["items"]] == [second["id"], first["id"]]
        assert listed["next"] is None
    assert_problem(await (await as_("executor-housing")).get("/api/people/executor-roads/absences"), 403)


async def test_an_absence_may_last_until_it_is_ended(as_: SignIn) -> None:
    admin, substitute = await as_("admin"), await as_("executor-housing")
    body = {"from": (datetime.now(UTC) - timedelta(hours=1)).isoformat(), "substitute": "executor-housing"}
    running = (await record(admin, "responsible-roads", body)).json()
    assert running["to"] is None
    recorded = await record(substitute, "executor-roads", absence())
    assert recorded.status_code == 201
    assert (await admin.delete(f"/api/people/responsible-roads/absences/{running['id']}")).status_code == 204
    assert_problem(await record(substitute, "executor-roads", absence()), 403)
    listed = (await admin.get("/api/people/responsible-roads/absences")).json()["items"]
    assert datetime.fromisoformat(listed[0]["to"]) <= datetime.now(UTC)
    for person in ("responsible-roads", "executor-housing"):
        newest = (await substitution_notices(await as_(person)))[0]
        assert "прекратил: Admin, должность." in newest["text"]


async def test_absences_on_record_of_one_person_are_bounded(as_: SignIn, db: Database) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    async with db.write() as session:
        session.add_all(
            AbsenceRow(
                id=str(number),
                person="executor-roads",
                substitute="executor-housing",
                starts_at=start,
                ends_at=start + timedelta(days=1),
                recorded_by="admin",
                recorded_at=start,
                notified_at=start,
            )
            for number in range(AT_MOST)
        )
    admin = await as_("admin")
    assert_problem(await record(admin, "executor-roads", absence()), 422, str(AT_MOST))
    assert (await record(admin, "executor-housing", absence(substitute="curator"))).status_code == 201
    assert (await admin.delete("/api/people/executor-roads/absences/7")).status_code == 204
    assert (await record(admin, "executor-roads", absence())).status_code == 201


async def substitution_notices(client: AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/notices")).json()["items"]
    return [item for item in items if item["kind"] == "substitution"]


async def test_the_substitute_of_an_absence_that_runs_has_the_notice_at_once(as_: SignIn) -> None:
    substitute = await as_("executor-housing")
    await record(await as_("admin"), "executor-roads", now_for(5, "executor-housing"))
    (notice,) = await substitution_notices(substitute)
    assert (notice["message"], notice["limit"], notice["acting_for"]) == (None, None, "executor-roads")
    assert "Executor-Roads, должность" in notice["text"]
    assert "Отсутствие внёс: Admin, должность." in notice["text"]


async def test_the_substitute_of_one_to_come_has_it_when_it_begins(as_: SignIn) -> None:
    substitute = await as_("executor-housing")
    admin = await as_("admin")
    begins = datetime.now(UTC) + timedelta(seconds=4 * SLOWER)
    await record(
        admin,
        "executor-roads",
        {"from": begins.isoformat(), "substitute": "executor-housing"},
    )
    (recorded,) = await substitution_notices(substitute)
    assert "Вам поручено замещать сотрудника" in recorded["text"]
    async with asyncio.timeout(PATIENCE):
        while len(found := await substitution_notices(substitute)) < 2:  # noqa: ASYNC110  the dispatcher writes it
            await asyncio.sleep(0.05)
    assert len(found) == 2
    assert "Вы замещаете отсутствующего сотрудника" in found[0]["text"]
    assert datetime.now(UTC) >= begins


async def test_an_absence_may_be_without_a_substitute(as_: SignIn) -> None:
    """Then the responsible of the body gets what is open, and knows when the person is back."""
    admin, absent, responsible = (
        await as_("admin"),
        await as_("executor-roads"),
        await as_("responsible-roads"),
    )
    now = datetime.now(UTC)
    body = {"from": (now - timedelta(hours=1)).isoformat()}
    recorded = await record(admin, "executor-roads", body)
    assert recorded.status_code == 201, recorded.text
    assert recorded.json()["substitute"] is None
    (begun,) = await substitution_notices(responsible)
    assert begun["acting_for"] == "executor-roads"
    assert begun["text"].startswith(
        "Отсутствует сотрудник, замещающий не назначен: Executor-Roads, должность. Поступающее ему направляется вам. "
        "Отсутствие внёс: Admin, должность."
    )
    (told,) = await substitution_notices(absent)
    assert told["text"].endswith(
        "внёс: Admin, должность. Замещающий не назначен, "
        "поступающее вам направляется сотруднику: Responsible-Roads."
    )
    address = f"/api/people/executor-roads/absences/{recorded.json()['id']}"
    assert (await admin.delete(address)).status_code == 204
    (ended, *_) = await substitution_notices(responsible)
    assert "больше не направляется вам: Executor-Roads, должность." in ended["text"]


async def test_what_an_absent_curators_is_goes_to_the_other_curators_and_the_head(
    as_: SignIn, db: Database
) -> None:
    async with db.write() as session:
        session.add(PersonRoleRow(person="deputy", role="curator"))
    body = {"from": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    assert (await record(await as_("head"), "curator", body)).status_code == 201
    for person in ("deputy", "head"):
        (begun,) = await substitution_notices(await as_(person))
        assert begun["acting_for"] == "curator"
    (told,) = await substitution_notices(await as_("curator"))
    assert told["text"].endswith("направляется сотрудникам: Deputy, Head.")


async def test_what_nobody_else_may_get_stays_with_the_person(as_: SignIn) -> None:
    body = {"from": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    assert (await record(await as_("admin"), "head", body)).status_code == 201
    (told,) = await substitution_notices(await as_("head"))
    assert told["text"].endswith("Замещающий не назначен, поступающее вам остаётся за вами.")
