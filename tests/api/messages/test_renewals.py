"""Renewals of open pages: what is sent is what has changed, made once for all who may see it."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import wraps
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from temporalio.client import Client

from api.web import session
from api.web.board import routes as board
from api.web.queue import routes as queue
from api.web.shell import renewals
from service.messages.live import Live
from service.runs.sealed_answers import SealedAnswers
from tests.api.messages.case import Case
from tests.api.messages.office import Office, until
from tests.patience import PATIENCE

ROW = re.compile(r'<(tr|li) id="([^"]+)" data-version="([^"]+)".*?</\1>', re.DOTALL)
BODY, EXECUTOR = "culture", "executor-culture"


class OpenPage:
    """A page as its script keeps it: what it shows, by the ids of its rows, and what it was last told."""

    def __init__(self, office: Office, person: str, address: str) -> None:
        self._office, self._person, self._address = office, person, address
        self._etag = ""
        self.rows: dict[str, str] = {}
        self.versions: list[str] = []
        self.sent: list[str] = []
        """Ids of the rows that came with what is in them."""

    async def renew(self) -> Response:
        headers = {"HX-Request": "true", "Otklik-Shown": ",".join(self.versions)}
        if self._etag:
            headers["If-None-Match"] = self._etag
        cookie = {"Cookie": f"{session.COOKIE}={await self._office.token(self._person)}"}
        async with asyncio.timeout(PATIENCE):
            answer = await self._office.http.get(self._address, headers=headers | cookie)
            while answer.status_code == 503:
                # As its script does: on a machine that is busy with other tests it is told to come again.
                answer = await self._office.http.get(self._address, headers=headers | cookie)
        if answer.status_code == 200:
            self._etag = answer.headers.get("etag", "")
            found = list(ROW.finditer(answer.text))
            self.versions = [row[3] for row in found]
            self.sent = [row[2] for row in found if not row[0].endswith(f'"></{row[1]}>')]
            self.rows = {row[2]: row[0] if row[2] in self.sent else self.rows[row[2]] for row in found}
        return answer

    async def until(self, seen: Callable[["OpenPage"], bool]) -> None:
        """Renew until it is as the test expects: what a command did is passed on within a moment."""

        async def as_expected() -> bool:
            answer = await self.renew()
            assert answer.status_code in {200, 304}, answer.text
            return seen(self)

        await until(as_expected)


@pytest.fixture(autouse=True)
async def listening(office: Office) -> AsyncIterator[None]:
    """Somebody's page listens: else nobody is told of changes at once."""
    person = await office.service.people.sign_in.holder("head")
    async with office.service.messages.live.subscribed(person):
        yield


def stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is passed on that others do, or the worker for them; what is made serves for the whole test."""
    monkeypatch.setattr(Live, "mark", uuid4().hex)
    monkeypatch.setattr(renewals, "SERVES", 60.0)


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch, routes: ModuleType) -> AsyncIterator[list[str]]:
    """The pages that these routes make during the block."""
    made: list[str] = []
    page: Callable[..., Response] = routes.page

    @wraps(page)
    def counting(*args: Any, **values: Any) -> Response:
        made.append(args[2])
        return page(*args, **values)

    with monkeypatch.context() as patch:
        patch.setattr(routes, "page", counting)
        yield made


async def test_a_page_on_which_nothing_has_changed_is_not_made_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Case.begin(office, to=[BODY])
    stands_still(monkeypatch)
    page = OpenPage(office, EXECUTOR, "/")
    await page.until(lambda shown: bool(shown.rows))
    await page.renew()  # the first that says what it shows
    async with counted(monkeypatch, queue) as made:
        answer = await page.renew()
    assert (answer.status_code, answer.content, made) == (304, b"", [])


async def test_of_rows_those_alone_are_sent_that_have_changed(office: Office) -> None:
    first, second = [await Case.begin(office, to=[BODY]) for _ in range(2)]
    for case in (first, second):
        await case.journal()  # which waits until the worker has written what it did
    page = OpenPage(office, EXECUTOR, "/")
    rows = [f"row-{case.id}" for case in (first, second)]
    await page.until(lambda shown: shown.rows.keys() >= set(rows))
    before = dict(page.rows)
    await first.submit()
    await first.rework()
    await page.until(lambda shown: shown.rows.keys() >= set(rows) and shown.rows[rows[0]] != before[rows[0]])
    assert rows[0] in page.sent
    assert rows[1] not in page.sent
    assert page.rows[rows[1]] == before[rows[1]]
    await second.give_back()
    await page.until(lambda shown: rows[1] not in shown.rows)


async def test_those_who_see_the_same_share_what_is_made_and_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Case.begin(office, to=[BODY])
    stands_still(monkeypatch)
    async with counted(monkeypatch, board) as made:
        theirs = [await OpenPage(office, person, "/board").renew() for person in ("curator", "curator2")]
    assert {answer.content for answer in theirs} == {theirs[0].content}
    assert len(made) == 1
    assert (await OpenPage(office, EXECUTOR, "/board").renew()).status_code == 403

    async with counted(monkeypatch, queue) as made:
        theirs = [await OpenPage(office, person, "/").renew() for person in (EXECUTOR, "executor-sport")]
    assert theirs[0].content != theirs[1].content
    assert len(made) == 2


async def test_a_role_that_is_taken_away_takes_the_page_away_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made for somebody a moment ago is shown to those alone who may have it now."""
    monkeypatch.setattr(renewals, "SERVES", 60.0)
    page = OpenPage(office, "curator2", "/board")
    assert (await page.renew()).status_code == 200
    actor_of = office.service.people.sign_in.of_token

    async def without_roles(token: str) -> Any:
        found = await actor_of(token)
        assert found is not None
        return replace(found, person=replace(found.person, roles=()))

    monkeypatch.setattr(office.service.people.sign_in, "of_token", without_roles)
    assert (await page.renew()).status_code == 403


async def test_a_message_that_is_not_heard_in_time_is_shown_as_the_database_has_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await Case.begin(office, to=[BODY])

    async def hangs(*_: object) -> None:
        await asyncio.sleep(PATIENCE)

    with monkeypatch.context() as patch:
        patch.setattr(SealedAnswers, "ask", hangs)
        shown = await case.page()
    assert re.search(r"data-taken>Показано записанное на \d{1,2}:\d\d:", shown)
    assert f"№ {case.id}" in shown
    assert "Показано записанное" not in await case.page()


async def test_how_a_message_stands_is_asked_once_for_all_who_have_it_open(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await Case.begin(office, to=[BODY])
    stands_still(monkeypatch)
    ask, asked = SealedAnswers.ask, list[int]()

    async def counting(self: SealedAnswers, client: Client, number: int, command: str | None = None) -> Any:
        asked.append(number)
        return await ask(self, client, number, command)

    monkeypatch.setattr(SealedAnswers, "ask", counting)
    shown = [
        await OpenPage(office, person, f"/messages/{case.id}").renew() for person in ("curator", EXECUTOR)
    ]
    assert [answer.status_code for answer in shown] == [200, 200]
    assert asked == [int(case.id)]
    # Each has what they may do with it.
    offered = [f'action="/messages/{case.id}/submit_draft"' in answer.text for answer in shown]
    assert offered == [False, True]
    # Whoever opens the page has it as it is then.
    await case.page()
    assert len(asked) > 1


async def test_a_message_page_is_not_sent_what_it_leaves_as_it_is(office: Office) -> None:
    case = await Case.begin(office)
    cookie = {"Cookie": f"{session.COOKIE}={await office.token('curator')}"}

    async def parts(*kept: str) -> dict[str, str]:
        headers = {"HX-Request": "true", "Otklik-Shown": ",".join(kept)}
        answer = await office.http.get(f"/messages/{case.id}", headers=headers | cookie)
        assert answer.status_code == 200, answer.text
        found = re.finditer(r'<div id="([^"]+)"[^>]* data-kept>(.*?)</div>', answer.text, re.DOTALL)
        return {part[1]: part[2] for part in found}

    whole = await parts()
    assert whole.keys() == {"forecast", "similar"}
    assert all(whole.values())
    assert await parts(*whole) == {"forecast": "", "similar": ""}
    assert await parts("similar") == whole | {"similar": ""}
