"""By which edition of which act messages go: in lists, on their pages, and two editions side by side."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from io import BytesIO

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from openpyxl import load_workbook

from api.web import session
from calendar_rules import regulation
from calendar_rules.regulation import Regulation
from service.directory.editions import Editions
from service.runs import rules
from store.database.engines import Database
from store.directory import act_editions
from tests.api.conftest import assert_problem, client_of, token_of
from tests.message_row import message_row, message_state

NOW = datetime.now(UTC)
OLD, NEW = "ivanovo-238:2019-05-01", "ivanovo-238:2020-08-17"

As = Callable[[str], Awaitable[AsyncClient]]


def earlier() -> Regulation:
    """Order 238 as it might have been before: five working hours for the answer."""
    content = regulation.order_238().model_dump(mode="json", by_alias=True)
    content["act"] |= {"edition": "2019-05-01", "in_force_from": "2019-05-01"}
    content["limits"]["answer"]["amount"] = "PT5H"
    return Regulation.model_validate(content)


@pytest.fixture
async def two(db: Database) -> Database:
    """A message of an earlier edition, and one of that in force, of which the act is kept twice."""
    for act in (earlier(), regulation.order_238(), regulation.order_238()):
        before = rules.load(None, None)
        before.regulation = act
        await Editions(db, before).keep()
    async with db.write() as writing:
        for number, reference in ((1, OLD), (2, NEW)):
            key, edition = reference.split(":")
            state = message_state(NOW, str(number), act=key, edition=edition)
            snapshot = state.model_dump(mode="json", exclude={"limits"})
            writing.add(message_row(number, NOW, edition=reference, curator="curator", snapshot=snapshot))
    return db


@pytest.fixture
async def browser(app: FastAPI, http: AsyncClient) -> AsyncIterator[AsyncClient]:
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(client_of(app, {"accept": "text/html"}))
        found.cookies.set(session.COOKIE, await token_of(http, "curator"))
        yield found


async def test_a_list_is_narrowed_to_an_edition(two: Database, as_: As) -> None:
    curator = await as_("curator")
    for reference, number in ((OLD, "1"), (NEW, "2")):
        items = (await curator.get("/api/messages", params={"edition": reference})).json()["items"]
        assert [(item["id"], f"{item['act']}:{item['edition']}") for item in items] == [(number, reference)]
    both = {"edition": NEW, "curator": "curator", "sort": "due"}
    assert [item["id"] for item in (await curator.get("/api/messages", params=both)).json()["items"]] == ["2"]
    # One that comes with the program, and that no message goes by.
    assert (await curator.get("/api/messages?edition=yelizovo-2129:2025-01-01")).json()["items"] == []


@pytest.mark.parametrize("unknown", ["ivanovo-238", "2020-08-17", "ivanovo-238:2031-01-01", "", "\0"])
async def test_an_edition_that_nobody_knows_is_refused(two: Database, as_: As, unknown: str) -> None:
    answer = await (await as_("curator")).get("/api/messages", params={"edition": unknown})
    assert_problem(answer, 422)


async def test_the_page_of_messages_shows_and_offers_the_editions_in_use(
    two: Database, browser: AsyncClient
) -> None:
    page = (await browser.get("/messages")).text
    assert '<th scope="col" class="edition">Редакция</th>' in page
    for day in ("01.05.2019", "17.08.2020"):
        assert f'<span title="Приказ № 238, редакция от {day}">{day}</span>' in page
    assert f'<option value="{OLD}">Приказ № 238, редакция от 01.05.2019</option>' in page
    assert "Постановление № 2129" not in page
    narrowed = (await browser.get("/messages", params={"edition": OLD})).text
    assert f'<option value="{OLD}" selected>' in narrowed
    assert ('href="/messages/1"' in narrowed, 'href="/messages/2"' in narrowed) == (True, False)
    unknown = await browser.get("/messages", params={"edition": "ivanovo-238:2031-01-01"})
    assert unknown.status_code == 422


async def test_the_workbook_names_the_edition(two: Database, browser: AsyncClient) -> None:
    file = (await browser.get("/messages.xlsx")).content
    rows = list(load_workbook(BytesIO(file)).worksheets[0].values)
    column = rows[0].index("Редакция")
    assert [row[column] for row in rows[1:]] == [
        "Приказ № 238, редакция от 17.08.2020",
        "Приказ № 238, редакция от 01.05.2019",
    ]


async def test_a_message_names_its_act_and_leads_to_the_comparison(
    two: Database, browser: AsyncClient
) -> None:
    old, new = [(await browser.get(f"/messages/{number}")).text for number in (1, 2)]
    assert "Порядок: Приказ № 238, редакция от 01.05.2019" in old
    assert 'href="/editions?first=ivanovo-238%3A2019-05-01">Сравнить с действующей</a>' in old
    assert "Порядок: Приказ № 238, редакция от 17.08.2020" in new
    assert 'href="/editions">Сравнить редакции</a>' in new


async def test_two_editions_stand_side_by_side(two: Database, browser: AsyncClient) -> None:
    page = (await browser.get("/editions")).text
    assert "<li>Срок ответа: 5 рабочих часов → 9 рабочих часов</li>" in page
    cells = [
        f'<span class="of">Приказ № 238, редакция от {day}: </span>{hours} рабочих часов с момента выявления</td>'
        for day, hours in (("01.05.2019", 5), ("17.08.2020", 9))
    ]
    assert "<td>".join(cells) in page
    chosen = {"first": OLD, "second": "yelizovo-2129:2025-01-01"}
    assert (
        "Срок ответа: 5 рабочих часов → 4 рабочих часа"
        in (await browser.get("/editions", params=chosen)).text
    )
    same = {"first": OLD, "second": OLD}
    assert "Сроки не изменены." in (await browser.get("/editions", params=same)).text
    for wrong in ({"first": "x"}, {"second": ""}, {"third": OLD}):
        assert (await browser.get("/editions", params=wrong)).status_code == 422


async def test_an_installation_of_one_edition_has_nothing_to_compare_by_itself(browser: AsyncClient) -> None:
    page = (await browser.get("/editions")).text
    assert "Все сообщения ведутся по одной редакции: Приказ № 238, редакция от 17.08.2020." in page


async def test_what_another_program_kept_and_cannot_be_read_is_left_out(app: FastAPI, two: Database) -> None:
    async with two.write() as writing:
        await act_editions.keep(writing, two.dialect, "0" * 12, "other:2000-01-01", {"act": {}}, NOW)
    known = await app.state.service.directory.editions.known()
    assert "other:2000-01-01" not in known
    assert list(known)[:2] == [OLD, NEW]
