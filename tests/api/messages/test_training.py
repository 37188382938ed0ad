"""The clock of training: a message begins at a chosen moment and is moved forward; without training it is not there."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from service.commands import registration as registering
from service.commands.requests import Registration
from tests.api.messages.case import Case, about, registration, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at

# ---- the beginning


async def test_a_message_begins_at_a_moment_to_come(office: Office) -> None:
    body = registration(starts_at=at("sat 12:00").isoformat())
    view = taken(await office.post("curator", "/messages", body), 201)
    assert when(view["detected_at"]) == at("sat 12:00")
    case = Case(office, view)
    assert when(case.run("routing")["due_at"]) == at("mon+1 10:30")
    assert when((await case.journal())[0]["at"]) == at("sat 12:00")


async def test_a_key_keeps_the_registration_when_its_moment_has_passed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, start = at("mon 09:00"), registering._start
    body = registration(starts_at=starts.isoformat())
    first = taken(await office.post("curator", "/messages", body, key="passed"), 201)

    def later(body: Registration, _now: datetime, *, training: bool) -> datetime:
        return start(body, starts + timedelta(seconds=1), training=training)

    monkeypatch.setattr(registering, "_start", later)
    refused(
        await office.post("curator", "/messages", body | {"url": registration()["url"]}), 422, "starts_at"
    )
    assert taken(await office.post("curator", "/messages", body, key="passed"), 201)["id"] == first["id"]


# ---- moving


async def test_by_a_duration_and_to_a_moment(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.wait("PT30M")
    await case.route()
    assert about(case.run("routing")["met_at"], case.moment("mon 09:30"))
    await case.at("mon 10:15")
    await case.submit()
    assert about(case.run("draft")["met_at"], case.moment("mon 10:15"))


async def test_every_limit_up_to_the_moment_has_fired_in_the_answer(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.at("fri 16:45")
    assert {run["name"]: run["breached_at"] for run in case.view["limits"] if run["breached_at"]} == {
        "draft": case.run("draft")["due_at"],
        "answer": case.run("answer")["due_at"],
    }
    kinds = [(row["kind"], row["data"].get("limit")) for row in await case.journal()]
    assert kinds[-5:] == [
        ("window_ended", "return"),
        ("warning", "draft"),
        ("breach", "draft"),
        ("warning", "answer"),
        ("breach", "answer"),
    ]


async def test_moved_by_several_at_once_it_goes_as_far_as_they_say_together(begin: Begin) -> None:
    case = await begin("mon 09:00")
    path = f"/training/messages/{case.id}/fast-forward"
    answers = await asyncio.gather(*(case.office.post("curator", path, {"by": "PT10M"}) for _ in range(5)))
    for answer in answers:
        taken(answer)
    await case.route()
    assert about(case.run("routing")["met_at"], case.moment("mon 09:50"))


async def test_the_clock_of_a_closed_message_stands(begin: Begin) -> None:
    case = await begin()
    await case.decline()
    path = f"/training/messages/{case.id}/fast-forward"
    refused(await case.office.post("curator", path, {"by": "PT1H"}), 409, "завершена")
    refused(await case.office.post("curator", path, {"by": "PT0S"}), 422)
    assert (await case.look())["stage"] == "closed"


# ---- without training


async def test_without_training_there_is_no_clock_to_move_and_no_start_to_choose(
    plain: Office, begin: Begin
) -> None:
    case = await begin()
    path = f"/training/messages/{case.id}/fast-forward"
    refused(await plain.post("curator", path, {"by": "PT1H"}), 404)
    body = registration(starts_at=at("mon 09:00").isoformat())
    refused(await plain.post("curator", "/messages", body), 422, "starts_at")


async def test_without_training_a_message_begins_now(plain: Office) -> None:
    before = datetime.now(UTC)
    view = taken(await plain.post("curator", "/messages", registration()), 201)
    assert before <= when(view["detected_at"]) <= datetime.now(UTC)
    assert [run["name"] for run in view["limits"]] == ["routing", "answer"]
    assert all(run["started_at"] == view["detected_at"] for run in view["limits"])
