"""Lists on the pages: saved under names, downloaded as workbooks; the board and the overview are for their roles."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from openpyxl import load_workbook
from sqlmodel import col, select

from api.web import session
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.terms import Term, Unit
from service.language.lemmas import lemmas
from service.reports import list_workbook
from store.access.tables import AccessRecordRow
from store.database.engines import Database
from store.messages import finding, texts
from store.messages.searching import found_by
from store.messages.tables import SurgeMessageRow
from store.oversight.tables import SurgeRow
from store.people.tables import SavedViewRow
from store.personal_data import erasure
from tests.api.conftest import client_of, token_of
from tests.message_row import message_row
from tests.rows import limit_run_row, notice_row
from workflows.state import Holder, LimitRun

NOW = datetime.now(UTC)
TEXTS = {1: '=HYPERLINK("http://example.ru";"жмите")', 2: "+7 звонили, не отвечают", 3: "@все: яма"}

At = Callable[[str], Awaitable[AsyncClient]]


@pytest.fixture
async def at(app: FastAPI, http: AsyncClient) -> AsyncIterator[At]:
    """A browser in which somebody has signed in: `await at("curator")`."""
    async with AsyncExitStack() as stack:

        async def sit_down(person: str) -> AsyncClient:
            browser = await stack.enter_async_context(client_of(app, {"accept": "text/html"}))
            browser.cookies.set(session.COOKIE, await token_of(http, person))
            return browser

        yield sit_down


@pytest.fixture
async def three(db: Database) -> Database:
    """Three messages: one late, one due in an hour."""
    due = {1: NOW - timedelta(hours=1), 2: NOW + timedelta(hours=1), 3: None}
    async with db.write() as writing:
        writing.add_all(
            message_row(
                number,
                NOW - timedelta(hours=9),
                text=text,
                author="Пелагея Редкая",
                first_due=due[number],
                overdue=number == 1,
                curator="curator",
            )
            for number, text in TEXTS.items()
        )
    return db


# ---- saved under names


async def save(browser: AsyncClient, name: str, query: str = "") -> Any:
    return await browser.post(f"/messages/views?{query}", data={"name": name})


async def test_a_list_is_saved_under_a_name_opened_by_its_link_and_removed_by_its_owner(
    at: At, db: Database
) -> None:
    curator, head = await at("curator"), await at("head")
    await save(curator, "Ямы в работе", "stage=routing")
    # A name used again names the new list.
    saved = await save(curator, " Ямы   в работе ", "q=%D1%8F%D0%BC%D0%B0&open=true&cursor=5")
    assert saved.status_code == 303
    assert saved.headers["location"] == "/messages?q=%D1%8F%D0%BC%D0%B0&open=true"
    page = (await curator.get(saved.headers["location"])).text
    link = '<a href="/messages?q=%D1%8F%D0%BC%D0%B0&amp;open=true" aria-current="page">Ямы в работе</a>'
    assert link in page
    assert "Ямы в работе" not in (await head.get("/messages")).text
    async with db.read() as reading:
        view = (await reading.exec(select(SavedViewRow.id))).one()
    await head.post(f"/messages/views/{view}/remove")
    assert "Ямы в работе" in (await curator.get("/messages")).text
    await curator.post(f"/messages/views/{view}/remove")
    assert "Ямы в работе" not in (await curator.get("/messages")).text
    elsewhere = {"sec-fetch-site": "cross-site"}
    answer = await curator.post("/messages/views", data={"name": "Чужой"}, headers=elsewhere)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("name", "why"), [("  ", "Укажите название"), ("я" * 61, "Сократите"), ("а\x00б", "нельзя сохранить")]
)
async def test_a_name_that_is_not_taken_comes_back_with_the_list(
    at: At, three: Database, name: str, why: str
) -> None:
    refused = await save(await at("curator"), name, "overdue=true")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text and why in refused.text
    assert "№ 1." in refused.text and "№ 2." not in refused.text


async def test_an_erasure_forgets_the_lists_that_seek_what_no_other_message_has(
    at: At, three: Database
) -> None:
    curator = await at("curator")
    async with three.write() as writing:
        (await finding.locked(writing, 2)).search_text = "снова яма у дома"
        row = await finding.locked(writing, 3)
        row.text = "Яма у дома Пелагеи Редкой"
        writing.add(texts.new(3, "note", "Звонить щъждовой", row.registered_at))
    for name, words in {
        "Автор": "пелагея",
        "Имя": "редкой",
        "Имя в другой форме": "яма редкая",
        "Заметка": "щъждовой",
        "Слова": "яма у дома",
        "Слова в другой форме": "дом яма",
        "Другое": "щъж",
    }.items():
        await save(curator, name, urlencode({"q": words}))
    async with three.write() as writing:
        await erasure.erase(writing, await finding.locked(writing, 3))
    async with three.read() as reading:
        assert set(await reading.exec(select(SavedViewRow.name))) == {"Слова", "Слова в другой форме"}


async def test_what_was_found_is_marked_and_shown_where_the_line_does_not_have_it(
    at: At, three: Database
) -> None:
    text = f"Сломаны качели у детского сада. {'Дети ждут ремонта. ' * 9}А ещё ямы во дворе."
    async with three.write() as writing:
        row = await finding.locked(writing, 3)
        row.text, row.search_text = text, found_by(text, lemmas=lemmas(text))
    curator = await at("curator")
    shown = await curator.get("/messages", params={"q": "яма"})
    assert "ещё <mark>ямы</mark> во дворе" in shown.text
    assert "№ 3." in shown.text and "№ 2." not in shown.text
    assert "Сломаны <mark>качели</mark>" in (await curator.get("/messages", params={"q": "качель"})).text


# ---- as a workbook


def rows(content: bytes) -> list[dict[str, Any]]:
    head, *lines = load_workbook(BytesIO(content))["Сообщения"].iter_rows()
    titles = [cell.value for cell in head]
    assert titles[0] == "Номер"
    assert not [cell for line in lines for cell in line if cell.data_type == "f" or cell.hyperlink]
    return [dict(zip(titles, (cell.value for cell in line), strict=True)) for line in lines]


async def test_what_is_listed_is_downloaded_number_first_and_formulas_stay_texts(
    at: At, three: Database
) -> None:
    curator, head = await at("curator"), await at("head")
    answer = await curator.get("/messages.xlsx?sort=due&open=true")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="messages-')
    found = rows(answer.content)
    assert [(row["Номер"], row["Сообщение"]) for row in found] == list(TEXTS.items())
    assert [row["Срок нарушен"] for row in found] == ["да", "нет", "нет"]
    assert "Пелагея" not in str(found)
    assert (await curator.get("/messages.xlsx?stag=routing")).status_code == 422
    # It is on record with the numbers it showed.
    narrowed = await head.get("/messages.xlsx?overdue=false")
    assert [row["Номер"] for row in rows(narrowed.content)] == [3, 2]
    async with three.read() as reading:
        of_head = (col(AccessRecordRow.call) == "export", col(AccessRecordRow.person) == "head")
        row = (await reading.exec(select(AccessRecordRow).where(*of_head))).one()
    assert (row.outcome, row.messages.split()) == ("ok", ["3", "2"])
    assert row.details == {"filters": {"overdue": "false"}}


async def test_a_download_takes_all_pages_and_says_where_it_was_cut(
    at: At, three: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_workbook, "PAGE", 1)
    curator = await at("curator")
    assert len(rows((await curator.get("/messages.xlsx")).content)) == len(TEXTS)
    monkeypatch.setattr(list_workbook, "MOST_ROWS", 2)
    cut = (await curator.get("/messages.xlsx")).content
    assert [row["Номер"] for row in rows(cut)] == [3, 2]
    assert "не все" in str(load_workbook(BytesIO(cut))["О выгрузке"]["A2"].value)


# ---- pages for some


@pytest.fixture
async def surge(three: Database) -> Database:
    """A surge behind which are two of the three messages, and one that is over."""
    async with three.write() as writing:
        writing.add_all(
            SurgeRow(
                id=number,
                topic="potholes",
                location="Кинешма" if number == 1 else None,
                began_at=NOW - timedelta(hours=5),
                last_seen_at=NOW,
                over_at=None if number == 1 else NOW,
                count=2,
                usual=0.57,
                told_at=NOW,
            )
            for number in (1, 2)
        )
        await writing.flush()
        writing.add_all(SurgeMessageRow(surge=1, message=message) for message in (1, 3))
    return three


@pytest.mark.parametrize(("person", "address"), [("head", "/overview"), ("curator", "/board")])
async def test_a_surge_opens_the_list_that_it_counts(
    at: At, surge: Database, person: str, address: str
) -> None:
    browser = await at(person)
    page = (await browser.get(address)).text
    assert page.count('href="/messages?surge=') == 1
    assert re.search(r'href="/messages\?surge=1" aria-label="2: повышенная активность, [^"]*, Кинешма"', page)
    assert "обычно 0,6 в день" in page
    listed = (await browser.get("/messages?surge=1")).text
    assert re.findall(r'aria-label="№ (\d+)', listed) == ["3", "1"]
    assert "Сообщения повышенной активности № 1" in listed
    # Who sees only some messages sees no surge.
    assert "Повышенная активность" not in (await (await at("deputy")).get("/overview")).text


async def test_whoever_gets_reports_to_the_governor_sees_them(at: At, three: Database) -> None:
    """The act of another region may have them go to the head."""
    async with three.write() as writing:
        writing.add(notice_row(2, "governor_report", "head", NOW, row=3, text="Сообщение № 2."))
    page = (await (await at("head")).get("/overview")).text
    assert re.search(
        r'Доложено Губернатору.*href="/messages/2"><b>№ 2</b> <span>\+7 звонили', page, re.DOTALL
    )
    assert "Доложено Губернатору" not in (await (await at("deputy")).get("/overview")).text


async def test_an_empty_queue_says_when_the_next_duty_is_due(at: At, three: Database) -> None:
    """The hour in which a body may return a message comes first, and is no duty."""
    hours = {LimitName.RETURN: 1, LimitName.DRAFT: 2}
    async with three.write() as writing:
        for number, (name, hour) in enumerate(hours.items(), 1):
            run = LimitRun(
                number=number,
                name=name,
                clause=8,
                holder=Holder(role=HolderRole.EXECUTOR, body="roads"),
                calendar=None,
                term=Term(amount=timedelta(hours=hour), unit=Unit.WORKING_HOURS),
                started_at=NOW,
                due_at=NOW + timedelta(hours=hour),
            ).model_dump(mode="json", by_alias=True)
            due = NOW + timedelta(hours=hour)
            writing.add(limit_run_row(2, number, name, due, started_at=NOW, holder_body="roads", run=run))
    page = (await (await at("curator")).get("/")).text
    shown = re.search(r"Всё сделано. Следующий срок(?: в|: завтра,) (\d{1,2}:\d\d)", page)
    assert shown is not None
    due = (NOW + timedelta(hours=2)).astimezone(ZoneInfo("Europe/Moscow"))
    assert shown[1].zfill(5) == f"{due:%H:%M}"
    assert "Следующий срок" not in (await (await at("head")).get("/")).text


async def test_pages_go_gzipped_but_where_another_site_asks(at: At, three: Database) -> None:
    curator = await at("curator")
    ours = await curator.get("/messages?q=яма", headers={"sec-fetch-site": "same-origin"})
    assert ours.headers["content-encoding"] == "gzip"
    assert "Sec-Fetch-Site" in ours.headers["vary"]
    for elsewhere in ("cross-site", "same-site"):
        page = await curator.get("/messages?q=яма", headers={"sec-fetch-site": elsewhere})
        assert "content-encoding" not in page.headers
    plain = await curator.get("/messages", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "Сообщения" in plain.text


async def test_a_long_queue_is_shown_in_part_and_counted_whole(at: At, db: Database) -> None:
    async with db.write() as writing:
        writing.add_all(
            message_row(number, NOW, text=f"Яма {number}.", curator="curator", step_curator="curator")
            for number in range(1, 251)
        )
    curator = await at("curator")
    first, more = await curator.get("/"), await curator.get("/?rows=1000")
    assert "<title>(250) Моя очередь" in first.text
    assert (first.text.count("data-row>"), more.text.count("data-row>")) == (200, 250)
    assert 'href="/?rows=1000"' in first.text
    assert 'hx-get="/?rows=1000"' in more.text
    assert (await curator.get("/?rows=100000")).status_code == 422
