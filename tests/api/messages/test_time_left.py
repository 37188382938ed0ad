"""Time left of a limit on every page, against a count of one's own, by the second.

Messages stand in the database as their workflows left them, each with one open limit, and their clocks are set to the
moment asked about. What a page counts on by itself is counted here as its script does.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.web import session
from calendar_rules import regulation
from calendar_rules.due_moments import AnswerDue, due_moment
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import Stage
from service.runs import rules
from store.database.engines import Database
from store.messages.tables import MessageBodyRow
from tests.api.conftest import client_of, token_of
from tests.message_row import message_row, message_state
from tests.rows import limit_run_row
from tests.working_seconds import at, in_words, worked
from workflows.state import Holder, LimitRun

_RULES = rules.load(None, None)
_CURATORS = (LimitName.ROUTING, LimitName.APPROVAL)
_SECOND = timedelta(seconds=1)
# From Tuesday, shortened, over the holiday of Wednesday to Thursday; and from Friday over the weekend.
_DUE = {
    LimitName.ROUTING: ("6 15:00", "6 16:30"),
    LimitName.RETURN: ("3 16:30", "5 09:30"),
    LimitName.ANSWER: ("3 15:00", "5 16:45"),
    LimitName.DRAFT: ("3 15:10", "5 12:00"),
    LimitName.APPROVAL: ("6 16:00", "9 09:45"),
    LimitName.REWORK: ("5 12:30", "5 14:15"),
    LimitName.PUBLICATION: ("2 12:45", "2 13:45"),
    LimitName.FINAL_DRAFT: ("3 15:00", "18 18:00"),
    LimitName.CONTRIBUTION: ("3 16:00", "5 10:00"),
}
"""When each limit starts and is due: worked out on paper."""
_MOMENTS = (
    *(
        "2 12:58:20",
        "2 13:20",
        "3 16:59:59",
        "4 12:00",
        "5 08:59:58",
        "5 12:00:01",
        "6 16:44:50",
        "9 09:44:59",
    ),
    "18 17:30",
)


def run_of(name: LimitName) -> LimitRun:
    """The run of a limit as its workflow would leave it."""
    started, due = (at(text) for text in _DUE[name])
    body = None if name in _CURATORS else "roads"
    answer = (
        AnswerDue(timedelta(hours=9), at(_DUE[LimitName.ANSWER][1]), at("3 15:00"))
        if name is LimitName.DRAFT
        else None
    )
    start = at("2 12:30") if name is LimitName.PUBLICATION else started
    found = due_moment(regulation.order_238(), _RULES.department, name, start, answer=answer)
    if name is not LimitName.PUBLICATION:
        assert found.due_at == due
    return LimitRun(
        number=1,
        name=name,
        clause=9,
        holder=Holder(role=HolderRole.CURATOR if body is None else HolderRole.EXECUTOR, body=body),
        calendar=None if name is LimitName.ANSWER else body,
        term=found.term,
        started_at=started,
        due_at=due,
        warn_at=found.warn_at,
    )


class Shown(NamedTuple):
    """What a page shows of one duty, and the seconds it goes on counting by."""

    left: int
    days: list[list[tuple[int, int]]]
    due: int
    text: str

    def at(self, moment: datetime) -> int:
        """What the script counts for a moment of the wall's clock."""
        now = int(moment.timestamp())
        return self.left - sum(max(0, min(end, now) - start) for day in self.days for start, end in day)


def shown(part: str) -> Iterator[Shown]:
    for left, due, text in re.findall(r'data-left="([^"]*)" data-due="(\d+)"[^>]*>([^<]*)<', part):
        then, *days = left.split(" ")
        spans = [[(int(a), int(b)) for a, b in re.findall(r"(\d+)-(\d+)", day)] for day in days]
        yield Shown(int(then), spans, int(due), text)


@pytest.fixture
async def browsers(app: FastAPI, http: AsyncClient) -> AsyncIterator[dict[str, AsyncClient]]:
    async with AsyncExitStack() as stack:
        found = {}
        for person in ("curator", "head", "executor-roads", "responsible-roads"):
            browser = await stack.enter_async_context(client_of(app, {"accept": "text/html"}))
            browser.cookies.set(session.COOKIE, await token_of(http, person))
            found[person] = browser
        yield found


async def stands(db: Database, moment: datetime, runs: list[LimitRun]) -> timedelta:
    """A message for each run, all with their clocks at `moment`; gives how far these are ahead of the wall's."""
    now = datetime.now(UTC).replace(microsecond=0)
    ahead = moment - now
    async with db.write() as writing:
        for number, run in enumerate(runs, 1):
            state = message_state(run.started_at, str(number), sequence=("roads",), stage=Stage.PREPARATION)
            writing.add(
                message_row(
                    number,
                    run.started_at,
                    stage="preparation",
                    current_body="roads",
                    curator="curator",
                    step_curator="curator" if run.name in _CURATORS else None,
                    step_body=None if run.name in _CURATORS else "roads",
                    first_due=run.due_at,
                    overdue=run.due_at < moment,
                    clock_ahead=ahead // timedelta(microseconds=1),
                    snapshot=state.model_dump(mode="json", exclude={"limits"}),
                )
            )
            await writing.flush()
            writing.add(MessageBodyRow(message=number, body="roads"))
            writing.add(
                limit_run_row(
                    *(number, 1, run.name, run.due_at),
                    holder_role=run.holder.role,
                    holder_body=run.holder.body,
                    started_at=run.started_at,
                    breached_at=run.due_at if run.due_at < moment else None,
                    run=run.model_dump(mode="json", by_alias=True),
                )
            )
    return ahead


def check(page: str, run: LimitRun, now: datetime, ahead: timedelta, part: str) -> None:
    found = next(shown(part))
    made = datetime.fromtimestamp(int(re.search(r'data-now="(\d+)"', page)[1]), UTC) + ahead  # type: ignore[index]
    # The page may have been made a moment before its `data-now`, and a moment after `now`.
    near = (in_words(made + second * _SECOND, run.due_at) for second in (0, -1, -2, -3, 1))
    assert found.text in near, (run.name, now)
    for step in (0, 1, 59, 997, 3 * 3600 + 7, 26 * 3600 + 11, 5 * 24 * 3600):
        moment = now + step * _SECOND
        if moment.astimezone(at("2 09:00").tzinfo).date() > max(run.due_at, now).date() + timedelta(days=1):
            continue  # a page counts so far, and has been made again by then
        assert found.at(moment - ahead) == worked(moment, run.due_at), (run.name, moment)


@pytest.mark.parametrize("moment", _MOMENTS)
async def test_every_page_shows_working_time_to_the_due_moment(
    db: Database, browsers: dict[str, AsyncClient], moment: str
) -> None:
    now = at(moment)
    runs = [run for name in LimitName if (run := run_of(name)).started_at <= now]
    ahead = await stands(db, now, runs)
    pages = {
        "curator": ("/", "/messages"),
        "executor-roads": ("/", "/messages"),
        "head": ("/messages", "/overview"),
        "responsible-roads": ("/overview",),
    }
    seen: set[tuple[LimitName, str]] = set()
    for person, addresses in pages.items():
        for address in addresses:
            page = (await browsers[person].get(address)).text
            for number, run in enumerate(runs, 1):
                for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
                    if f'href="/messages/{number}"' in row and "data-left" in row:
                        check(page, run, now, ahead, row)
                        seen.add((run.name, address))
    for number, run in enumerate(runs, 1):
        page = (await browsers["curator"].get(f"/messages/{number}")).text
        of_limits = page.split("<h2>Сроки</h2>")[1]
        check(page, run, now, ahead, of_limits)
        seen.add((run.name, "limits"))
        if run.name is not LimitName.RETURN:
            check(page, run, now, ahead, page.split('<header class="title">')[1].split("</header>")[0])
    duties = {run.name for run in runs} - {LimitName.RETURN}
    assert {(name, address) for name in duties for address in ("/", "/messages", "limits")} <= seen
    assert {(run.name, "/overview") for run in runs if run.due_at < now and run.name in duties} <= seen
