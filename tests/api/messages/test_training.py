"""The clock of training: a message begins at a chosen moment and is moved forward; without training it is not there."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from httpx import Response

from service.commands import registration as registering
from service.commands.requests import Registration
from tests.api.messages.case import Case, about, registration, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at


async def test_a_key_keeps_the_registration_when_its_moment_has_passed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, start = at("mon 09:00"), registering._start
    body = registration(starts_at=starts.isoformat())
    first = taken(await office.post("curator", "/messages", body, key="passed"), 201)

    def later(body: Registration, _now: datetime, *, training: bool) -> datetime:
        return start(body, starts + timedelta(seconds=1), training=training)

    monkeypatch.setattr(registering, "_start", later)
    another = body | {"url": registration()["url"]}
    refused(await office.post("curator", "/messages", another), 422, "starts_at")
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


async def test_moved_by_several_at_once_it_goes_as_far_as_they_say_together(begin: Begin) -> None:
    case = await begin("mon 09:00")
    path = f"/training/messages/{case.id}/fast-forward"
    answers = await asyncio.gather(*(case.office.post("curator", path, {"by": "PT10M"}) for _ in range(5)))
    for answer in answers:
        taken(answer)
    await case.route()
    assert about(case.run("routing")["met_at"], case.moment("mon 09:50"))


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


# ---- the strip on a message's page: it says what has fired, with the clause

_TAG = re.compile(r"<[^>]+>")


class Desk:
    """The curator's browser at one message."""

    def __init__(self, case: Case) -> None:
        self._office = case.office
        self.address = f"/messages/{case.id}"

    async def look(self) -> Response:
        return await self._office.browse("curator", self.address)

    async def press(self, step: str) -> Response:
        """Press a button of the strip as the page has it, and go where it leads."""
        after = re.search(r'name="after" value="(\d+)"', (await self.look()).text)
        sent = {"step": step, "after": after[1] if after else "0"}
        answer = await self._office.browse("curator", f"{self.address}/fast-forward", **sent)
        if answer.status_code != 303:
            return answer
        return await self._office.browse("curator", answer.headers["location"])


def said(page: Response, role: str = "status") -> str:
    """What the strip says."""
    strip = page.text.split('aria-label="Учебный режим"')[1].split("</section>")[0]
    return " ".join(_TAG.sub("", strip.split(f'role="{role}">')[1].split("</p>")[0]).split())


async def test_half_an_hour_or_up_to_the_next_limit_which_is_said_with_its_clause(begin: Begin) -> None:
    case = await begin("mon 09:00")
    page = await Desk(case).press("half_hour")
    assert page.status_code == 200
    assert said(page).startswith("Часы переведены, ни один срок не истёк; ближайший — 10:30")
    assert "9:30" in page.text.split("Учебный режим: ")[1][:120]
    page = await Desk(case).press("next_due")
    assert "Срок направления: предупреждение (п. 7)" in said(page)
    assert "Срок направления: нарушен (п. 7)" in said(page)
    await case.look()
    assert when(case.run("routing")["breached_at"]) == case.moment("mon 10:30")
    assert "нарушен" not in said(await Desk(case).press("half_hour"))
    assert (await Desk(case).press("year")).status_code == 422


async def test_up_to_closing_time_of_this_working_day_or_the_next(begin: Begin) -> None:
    case = await begin("fri 12:00")
    at = Desk(case)
    page = await at.press("closing")
    assert "Срок направления: нарушен (п. 7)" in said(page)
    friday = case.moment("fri 12:00").date()
    closing = case.office.service.rules.department.closing(friday)
    assert closing is not None
    assert f"{closing:%H:%M}".lstrip("0") in page.text.split("Учебный режим: ")[1][:120]
    await at.press("closing")
    monday = case.office.service.rules.department.closing(friday + timedelta(days=3))
    await case.route()
    assert monday is not None
    assert when(case.run("routing")["met_at"]) >= monday


async def test_the_clock_of_a_closed_message_has_no_buttons(begin: Begin) -> None:
    case = await begin("mon 09:00")
    at = Desk(case)
    await case.decline()
    page = await at.look()
    assert "Работа завершена, часы стоят." in page.text
    refused = await at.press("half_hour")
    assert refused.status_code == 409
    assert "завершена" in said(refused, "alert")


async def test_without_training_there_is_no_strip(plain: Office, begin: Begin) -> None:
    case = await begin("mon 09:00")
    case.office = plain
    at = Desk(case)
    page = await at.look()
    assert page.status_code == 200
    assert "Учебный режим" not in page.text
    assert (await at.press("half_hour")).status_code == 404
