"""The strip that moves a message's clock from its page, and says what has fired, with the clause."""

import re
from datetime import timedelta

from httpx import Response

from tests.api.messages.case import Case, when
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Office

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


async def test_the_author_who_does_not_answer_is_said_too(begin: Begin) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.answer(kind="clarification")
    assert case.view["stage"] == "awaiting_author"
    page = await Desk(case).press("next_due")
    assert "Автор не ответил: куратору сообщено (п. 10)" in said(page)


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
