"""`kill -9` of everything in the middle of many people's work: what was answered is on record, once, and in time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.messages.week import at
from tests.faults.service import Given, People, Service
from tests.patience import PATIENCE

ROADS = 20
PRESSED = 3
SHORTLY = timedelta(seconds=10)
BODIES = ("roads", "housing", "health", "education", "social")
CURATORS = ("curator", "curator2")

STRAIGHT = [
    "registered",
    "route",
    "refused",
    "submit_draft",
    "send_for_rework",
    "submit_draft",
    "approve",
    "confirm_publication",
]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(tmp_path)
    await service.prepare()
    await service.start()
    yield service
    await service.kill()


@pytest.fixture
async def people(service: Service) -> AsyncIterator[People]:
    people = People(service.address)
    await people.sign_in(*CURATORS, *(f"executor-{body}" for body in BODIES))
    yield people
    await people.close()


def registration(number: int, starts_at: datetime, detected_at: datetime) -> dict[str, Any]:
    return {
        "network": "vkontakte",
        "url": f"https://vk.com/wall-7_{number}",
        "author": f"Житель {number}",
        "text": f"Сугроб у подъезда {number}.",
        "starts_at": starts_at.isoformat(),
        "detected_at": detected_at.isoformat(),
    }


def routing(body: str) -> dict[str, Any]:
    return {"bodies": [body], "topic": "snow-removal", "location": "г. Шуя", "importance": "ordinary"}


async def straight_road(people: People, number: int) -> str:
    """From registration to publication, with a rework and a command out of turn; returns the message."""
    curator, body = CURATORS[number % 2], BODIES[number % len(BODIES)]
    executor, link = f"executor-{body}", {"url": f"https://vk.com/wall-7_{number}?reply=1"}
    start = at("mon 09:00")
    view = await people.do(curator, "/messages", registration(number, start, start))
    message = f"/messages/{view['id']}"
    await people.do(curator, f"{message}/route", routing(body))
    await people.do(executor, f"{message}/publication", link)
    view = await people.do(executor, f"{message}/drafts", {"kind": "answer", "text": f"Уберём {number}."})
    await people.do(curator, f"{message}/drafts/{view['drafts'][-1]['id']}/rework", {"comment": "Когда?"})
    view = await people.do(executor, f"{message}/drafts", {"kind": "answer", "text": f"Убрали {number}."})
    await people.do(curator, f"{message}/drafts/{view['drafts'][-1]['id']}/approve")
    view = await people.do(executor, f"{message}/publication", link)
    return str(view["id"])


async def pressed(people: People, number: int) -> tuple[str, Given]:
    """A message whose routing is due in a few seconds, and the command that routes it, not sent yet."""
    start = at("mon 10:30") - SHORTLY
    view = await people.do("curator", "/messages", registration(1000 + number, start, at("mon 09:00")))
    return view["id"], people.intend("curator", f"/messages/{view['id']}/route", routing("roads"))


async def answered(people: People, commands: int) -> None:
    """Returns when that many commands have been answered."""
    while sum(given.first_answer_at is not None for given in people.ledger) < commands:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_nothing_answered_is_lost_doubled_or_late(service: Service, people: People) -> None:
    roads = [asyncio.ensure_future(straight_road(people, number)) for number in range(ROADS)]
    # Early enough that nobody is done by the fall, however fast the machine is and however uneven the roads go.
    await answered(people, ROADS)

    # In the last moment some are given in time and only put down: Temporal takes nothing any more.
    hurried = await asyncio.gather(*(pressed(people, number) for number in range(PRESSED)))
    due = asyncio.ensure_future(asyncio.sleep(SHORTLY.total_seconds()))
    service.hang_temporal()
    answers = await asyncio.gather(*(people.send(given) for _, given in hurried))
    assert [answer.status_code for answer in answers] == [202] * PRESSED
    await service.kill()
    assert not any(road.done() for road in roads), "the work was done before the fall"
    await due
    await service.start()

    messages = await asyncio.gather(*roads)
    assert sum(given.unanswered for given in people.ledger) >= ROADS, "nobody was in the middle of anything"
    await asyncio.gather(*(people.settle(given) for _, given in hurried))

    for message in messages:
        await assert_straight(people, message)
    for message, _ in hurried:
        await assert_in_time(people, message)
    await assert_ledger(people, {*messages, *(message for message, _ in hurried)})


async def journal(
    people: People, message: str, least: int = 0, kind: str | None = None
) -> list[dict[str, Any]]:
    """The rows in order; they may lag by seconds, so `least` of them are waited for, and one of this kind."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = (await people.get("curator", f"/messages/{message}/journal"))["items"]
            if len(rows) >= least and kind in {None, *(row["kind"] for row in rows)}:
                return list(rows[::-1])
            await asyncio.sleep(0.1)


async def assert_straight(people: People, message: str) -> None:
    """Every step is in the journal exactly once, in order, and nothing was late."""
    rows = await journal(people, message, len(STRAIGHT))
    assert [row["kind"] for row in rows] == STRAIGHT, rows
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    view = await people.get("curator", f"/messages/{message}")
    assert (view["stage"], view["outcome"], len(view["drafts"])) == ("closed", "answered", 2)
    assert [run["name"] for run in view["limits"] if run["breached_at"]] == []


async def assert_in_time(people: People, message: str) -> None:
    """Taken before the due moment and applied after it."""
    view = await people.get("curator", f"/messages/{message}")
    (routing_run,) = [run for run in view["limits"] if run["name"] == "routing"]
    assert routing_run["breached_at"] is None
    assert datetime.fromisoformat(routing_run["met_at"]) < datetime.fromisoformat(routing_run["due_at"])
    kinds = Counter(row["kind"] for row in await journal(people, message, kind="route"))
    assert (kinds["registered"], kinds["route"]) == (1, 1)
    assert kinds["breach"] == kinds["breach_withdrawn"]


async def assert_ledger(people: People, messages: set[str]) -> None:
    """Every answer that was given is borne out by the journals, and they hold nothing else."""
    rows = {message: await journal(people, message) for message in messages}
    wanted: Counter[tuple[str, str, str]] = Counter()
    for given in people.ledger:
        outcome = given.statuses[-1]
        assert outcome in (200, 201, 409), given
        # What was once told stays told: only "taken" may turn into an outcome.
        assert {status for status in given.statuses if status < 500} <= {202, outcome}, given
        message = given.content["id"] if outcome == 201 else given.path.split("/")[2]
        wanted[message, given.person, "refused" if outcome == 409 else kind_of(given)] += 1
    found = Counter(
        (message, row["person"], row["kind"])
        for message, own in rows.items()
        for row in own
        if row["person"] is not None
    )
    assert found == wanted
    listed = (await people.get("curator", "/messages", limit=100))["items"]
    assert sorted(item["id"] for item in listed) == sorted(messages)
    identities = [row["data"]["id"] for own in rows.values() for row in own if "id" in row["data"]]
    assert len(set(identities)) == len(identities)


def kind_of(given: Given) -> str:
    """The journal's name for what the call asks."""
    last = given.path.rsplit("/", 1)[-1]
    return {
        "messages": "registered",
        "route": "route",
        "drafts": "submit_draft",
        "rework": "send_for_rework",
        "approve": "approve",
        "publication": "confirm_publication",
    }[last]
