"""Way of a candidate to a message: looked for in its source, pushed by its network, taken by one; real workers."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from calendar_rules.vocabulary import Network
from service.messages.posts import url_key
from service.networks import found_posts
from service.networks.platforms import registry
from service.networks.platforms.port import (
    Ability,
    Found,
    Key,
    Platform,
    PushAnswer,
    Pushed,
    Rate,
    Reading,
    SourceKind,
    Traits,
    Where,
)
from service.suggestions import SuggestionsView
from service.suggestions.candidates import CandidateSuggestions
from service.suggestions.learnt import Suggestion
from store.access.tables import AccessRecordRow
from store.messages import changes
from store.messages.tables import ChangeRow
from store.networks import standing
from tests.api.messages.apart import installation
from tests.api.messages.office import Installation, Office, refused, taken, until
from tests.patience import PATIENCE

__all__ = ["installation"]

MARKER = "vk1.a.MARKER-of-a-key"
TEXT_MARKER = "щъжтекстщъж"
PUSHED = "https://vk.com/wall-77_1"


class Invented:
    """A network of which the test says what stands in it."""

    platform = Platform.VKONTAKTE
    traits = Traits(
        network=Network.VKONTAKTE,
        abilities=frozenset({Ability.READ, Ability.RECEIVE_PUSHES}),
        kinds=frozenset({SourceKind.COMMUNITY, SourceKind.SEARCH}),
        max_length=4096,
        rate=Rate(1000, timedelta(seconds=1)),
        credentials=("access_token",),
        reads_any_page=True,
    )

    def __init__(self) -> None:
        self.posts: dict[str, list[str]] = {}
        self.keys: list[str] = []

    async def read(self, where: Where, key: Key | None) -> Reading:
        assert key is not None
        self.keys.append(key.credentials["access_token"])
        seen = int(where.cursor.get("seen", 0))
        new = self.posts.get(where.address, [])[seen:]
        found = [Found(url, "Житель Кинешмы", f"{TEXT_MARKER} яма у дома, {url}", None) for url in new]
        return Reading(found, {"seen": seen + len(new)})

    async def receive(self, pushed: Pushed, key: Key) -> PushAnswer:
        told = json.loads(pushed.body)
        if told["secret"] != key.credentials["access_token"]:
            return PushAnswer(403)
        found = [Found(PUSHED, "Житель", TEXT_MARKER, None)] if told["type"] == "new" else []
        removed = [PUSHED] if told["type"] == "removed" else []
        return PushAnswer(200, "ok", told["event"], found, removed)


network = Invented()


@pytest.fixture(scope="module", autouse=True)
def invented() -> Iterator[None]:
    """The only network of this module's installation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_MADE", {Platform.VKONTAKTE: lambda _settings: network})
        yield


@pytest.fixture(scope="module")
async def office(installation: Installation) -> AsyncIterator[Office]:
    async with installation.office() as office:
        account = {"network": "vkontakte", "body": "roads", "url": "https://vk.com/roads"}
        key = {"credentials": {"access_token": MARKER}}
        taken(await office.post("admin", "/accounts", account | key), 201)
        yield office


async def items(office: Office, **sought: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = taken(await office.get("curator", "/candidates", **sought))["items"]
    return found


async def candidate(office: Office, url: str) -> dict[str, Any]:
    """The candidate of a post, once it is there."""

    async def found() -> dict[str, Any] | None:
        return next((item for item in await items(office) if item["url"] == url), None)

    there: dict[str, Any] = await until(found)
    return there


async def add_source(office: Office, address: str, *posts: str, **rest: Any) -> dict[str, Any]:
    network.posts[address] = list(posts)
    body = {"network": "vkontakte", "kind": "community", "address": address, "every": "PT1H", **rest}
    return taken(await office.post("curator", "/sources", body), 201)


@pytest.mark.server
async def test_a_new_source_is_looked_at_at_once_and_again_as_often_as_somebody_asks(office: Office) -> None:
    address = "https://vk.com/club1"
    source = await add_source(office, address, "https://vk.com/wall-1_1", "https://vk.com/wall-1_2")
    first = await candidate(office, "https://vk.com/wall-1_1")
    assert (first["source"], first["state"], first["hints"]) == (source["id"], "new", [])
    assert first["suggestions"].keys() == {"topic", "bodies", "location", "importance", "repeats"}
    assert set(network.keys) == {MARKER}

    path = f"/sources/{source['id']}"
    changed = taken(await office.call("curator", "PATCH", path, {"every": "PT2M", "active": False}))
    assert (changed["every"], changed["active"]) == ("PT2M", False)
    network.posts[address].append("https://vk.com/wall-1_4")
    # Switched on again, it is looked at once more; what was written meanwhile comes with that.
    taken(await office.call("curator", "PATCH", path, {"active": True}))
    await candidate(office, "https://vk.com/wall-1_4")
    # In training every source is also polled by hand.
    network.posts[address].append("https://vk.com/wall-1_5")
    assert await office.drive("poll", datetime.now(UTC) + timedelta(hours=2))
    await candidate(office, "https://vk.com/wall-1_5")
    assert (await office.call("admin", "DELETE", path)).status_code == 204
    assert (await candidate(office, "https://vk.com/wall-1_2"))["source"] is None


WRONG = [
    ({"kind": "search"}, "query"),
    ({"kind": "feed"}, "address"),
    ({"kind": "channel"}, "kind"),
    ({"address": "https://ok.ru/group/1"}, "address"),
    ({"every": "PT1S"}, "every"),
    ({"every": "P30D"}, "every"),
]


async def test_what_nobody_could_poll_is_refused(office: Office) -> None:
    await add_source(office, "https://vk.com/club3")
    whole = {"network": "vkontakte", "kind": "community", "address": "https://vk.com/club3", "every": "PT2M"}
    for changed, field in [*WRONG, ({}, "address")]:
        problem = refused(await office.post("curator", "/sources", {**whole, **changed}), 422)
        assert [item["field"] for item in problem["errors"]] == [field], changed


async def test_taking_registers_a_message_found_now_and_a_repeat_answers_the_same(office: Office) -> None:
    await add_source(office, "https://vk.com/club5", "https://vk.com/wall-5_1", "https://vk.com/wall-5_2")
    found = await candidate(office, "https://vk.com/wall-5_1")
    path, before = f"/candidates/{found['id']}", datetime.now(UTC)
    message = taken(await office.post("curator", f"{path}/take", key="take-5"), 201)
    assert message["stage"] == "routing"
    for field in ("author", "text", "url"):
        assert message[field] == found[field]
    assert before <= datetime.fromisoformat(message["detected_at"]) <= datetime.now(UTC)
    again = taken(await office.post("curator", f"{path}/take", key="take-5"), 201)
    assert again["id"] == message["id"]
    (now,) = await items(office, state="taken", q="wall-5_1")
    assert (now["message"], now["decided_by"], now["text"]) == (message["id"], "curator", found["text"])
    refused(await office.post("curator2", f"{path}/take"), 409, "Уже в работе", f"№ {message['id']}")
    refused(await office.post("curator2", f"{path}/dismiss", {"reason": "Нет"}), 409)
    # What is registered by hand is taken too.
    other = await candidate(office, "https://vk.com/wall-5_2")
    body = {"network": "vkontakte", "url": "https://m.vk.com/wall-5_2", "author": "Житель", "text": "Яма."}
    message = taken(await office.post("curator2", "/messages", body), 201)
    (now,) = await items(office, state="taken", q="wall-5_2")
    assert (now["id"], now["message"], now["text"]) == (other["id"], message["id"], "Яма.")


async def test_what_is_dismissed_stays_findable_and_is_taken_back(office: Office) -> None:
    await add_source(office, "https://vk.com/club8", "https://vk.com/wall-8_1")
    found = await candidate(office, "https://vk.com/wall-8_1")
    path = f"/candidates/{found['id']}"
    refused(await office.post("curator", f"{path}/dismiss", {"reason": " "}), 422)
    for _ in range(2):
        view = taken(await office.post("curator", f"{path}/dismiss", {"reason": "Не критика"}))
        assert (view["state"], view["reason"], view["decided_by"]) == ("dismissed", "Не критика", "curator")
    refused(await office.post("curator2", f"{path}/dismiss", {"reason": "Повтор"}), 409, "Не критика")
    assert [item["id"] for item in await items(office, state="dismissed", q="wall-8_1")] == [found["id"]]
    assert taken(await office.post("curator2", f"{path}/restore"))["state"] == "new"
    message = taken(await office.post("curator", f"{path}/take"), 201)
    refused(await office.post("curator2", f"{path}/restore"), 409, "Уже в работе")
    view = taken(await office.post("curator", f"{path}/restore"))
    assert (view["state"], view["text"], view["message"]) == ("new", found["text"], None)
    closed = taken(await office.get("curator", f"/messages/{message['id']}"))
    assert (closed["outcome"], closed["close_reason"]) == ("void", "registered_by_mistake")
    again = taken(await office.post("curator2", f"{path}/take"), 201)
    assert again["id"] != message["id"]


async def seen(office: Office, **sought: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = taken(await office.call("admin", "GET", "/access", params=sought))["items"]
    return rows


async def test_the_record_of_access_says_whose_data_a_candidate_was(office: Office) -> None:
    source = await add_source(
        office, "https://vk.com/club13", "https://vk.com/wall-13_1", "https://vk.com/wall-13_2"
    )
    first = await candidate(office, "https://vk.com/wall-13_1")
    second = await candidate(office, "https://vk.com/wall-13_2")
    await items(office, q="wall-13_1", state="new")
    assert (await office.browse("curator2", "/candidates?q=wall-13_2")).status_code == 200
    page, *_ = await seen(office, person="curator2", call="candidates.list")
    listed, *_ = await seen(office, person="curator", call="candidates.list")
    assert (page["candidates"], page["details"]["filters"]) == ([second["id"]], {"q": "…"})
    assert (listed["candidates"], listed["details"]["state"]) == ([first["id"]], "new")

    path = f"/candidates/{second['id']}"
    taken(await office.post("curator", f"{path}/dismiss", {"reason": "Не критика"}))
    assert (await office.post("admin", f"{path}/erasure", {"basis": "subject_request"})).status_code == 204
    assert await items(office, q="wall-13_2") == []
    act = taken(await office.get("admin", "/destructions"))["items"][0]
    assert [item["key"] for item in act["categories"]] == ["candidates"]
    refused(await office.post("curator", f"{path}/take"), 404)
    done = [row for row in await seen(office, candidate=second["id"]) if row["outcome"] == "ok"][:2]
    assert [row["call"] for row in done] == ["candidate.erase", "candidate.dismiss"]
    for row in done:
        assert (row["details"]["candidate"], row["details"]["source"]) == (second["id"], source["id"])

    message = taken(await office.post("curator", f"/candidates/{first['id']}/take"), 201)["id"]
    of_message = await seen(office, message=message)
    assert {row["call"] for row in of_message} >= {"candidate.take", "candidates.list"}
    assert listed["id"] in {row["id"] for row in of_message}
    assert page["id"] not in {row["id"] for row in of_message}


async def test_a_push_is_judged_counts_once_and_is_told_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[str]] = []

    async def pushed(_session: object, keys: list[str], _now: datetime) -> int:
        told.append(keys)
        return 0

    monkeypatch.setattr(standing, "pushed", pushed)
    account = taken(await office.get("admin", "/accounts"))["items"][0]

    async def push(kind: str, event: str, secret: str = MARKER, to: str = account["hook"]) -> int:
        body = {"type": kind, "event": event, "secret": secret}
        return (await office.http.post(to, json=body)).status_code

    assert await push("new", "e1", secret="guess") == 403
    assert await items(office, q="wall-77") == []
    assert [await push("new", "e1") for _ in range(2)] == [200, 200]
    (found,) = await items(office, q="wall-77")
    assert (found["source"], found["url"]) == (None, PUSHED)
    assert [await push("removed", "e2") for _ in range(2)] == [200, 200]
    assert told == [[], [url_key(PUSHED)]]
    assert await push("new", "e3", to=account["hook"].replace("vkontakte", "forum")) == 404


async def test_open_pages_of_curators_alone_hear_of_what_is_new(office: Office) -> None:
    people = {
        person: await office.service.people.sign_in.of_token(await office.token(person))
        for person in ("curator", "head")
    }
    live = office.service.messages.live
    async with (
        live.subscribed(people["curator"].person) as curator,  # type: ignore[union-attr]
        live.subscribed(people["head"].person) as head,  # type: ignore[union-attr]
    ):
        await add_source(office, "https://vk.com/club14", "https://vk.com/wall-14_1")
        # Whoever begins to listen also hears of what was not passed on until then.
        async with asyncio.timeout(PATIENCE):
            while (event := await curator.events.get()) and event.message != changes.CANDIDATES:
                pass
        assert event is not None
        told = [head.events.get_nowait() for _ in range(head.events.qsize())]
        assert all(event is not None and event.message != changes.CANDIDATES for event in told)


async def test_the_feed_is_read_by_pages(office: Office) -> None:
    posts = [f"https://vk.com/wall-10_{number}" for number in range(1, 4)]
    source = await add_source(office, "https://vk.com/club10", *posts)
    await candidate(office, posts[0])
    paged = await office.pages("curator", "/candidates", source=source["id"], size=2)
    assert sorted(item["url"] for item in paged) == posts
    for wrong in ({"cursor": "x"}, {"sorce": "1"}):
        refused(await office.get("curator", "/candidates", **wrong), 422)


async def test_suggestions_are_made_once(office: Office) -> None:
    asked: list[list[str]] = []

    async def suggest(texts: Any) -> list[SuggestionsView]:
        asked.append(list(texts))
        topic = Suggestion(key="potholes", confidence=0.9, because=["яма"])
        bodies = [Suggestion(key="roads", confidence=0.6)]
        return [SuggestionsView(topic=[topic], bodies=bodies, repeats=["7"]) for _ in texts]

    post = Found("https://vk.com/wall-12_1", "Житель", "Яма", None)
    async with office.database.write() as session:
        (number,) = await found_posts.add(session, [post], network=Network.VKONTAKTE, now=datetime.now(UTC))
    making = CandidateSuggestions(office.database, suggest)
    assert [await making.fill([number]) for _ in range(2)] == [1, 0]
    assert asked == [["Яма"]]
    (found,) = await items(office, q="wall-12_1")
    topic = {"key": "potholes", "confidence": 0.9, "because": ["яма"]}
    body = {"key": "roads", "confidence": 0.6, "because": []}
    suggested = {"topic": [topic], "bodies": [body], "repeats": ["7"]}
    assert found["suggestions"] == {"location": None, "importance": None, **suggested}


async def test_an_open_page_that_is_shown_nothing_new_leaves_nothing_on_record(office: Office) -> None:
    async def on_record() -> int:
        async with office.database.read() as session:
            rows = (await session.exec(select(AccessRecordRow.call))).all()
        return list(rows).count("candidates.list")

    async def grown(address: str) -> bool:
        await office.post("admin", "/accounts", {})  # waits for its row, and so for those before it
        before = await on_record()
        assert (await office.browse("curator", address)).status_code == 200
        await office.post("admin", "/accounts", {})
        return await on_record() > before

    await add_source(office, "https://vk.com/club6", "https://vk.com/wall-6_1")
    found = await candidate(office, "https://vk.com/wall-6_1")
    taken(await office.post("curator", f"/candidates/{found['id']}/take"), 201)
    assert not await grown("/candidates/rows?after=999999999")
    assert await grown("/candidates/rows?after=0&state=taken")


@pytest.mark.server
async def test_nothing_of_a_key_or_a_citizen_is_in_temporal_or_in_logs(
    office: Office, installation: Installation, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    address = "https://vk.com/club11"
    await add_source(office, address, "https://vk.com/wall-11_1")
    await candidate(office, "https://vk.com/wall-11_1")
    client = await installation.client()
    looked = 0
    async for run in client.list_workflows("WorkflowType = 'PollSource'"):
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        raw = history.to_json()
        looked += 1
        assert not any(marker in raw for marker in (MARKER, TEXT_MARKER, "wall-", "vk.com", "Житель"))
    assert looked
    async for listed in await client.list_schedules():
        described_ = await client.get_schedule_handle(listed.id).describe()
        assert not any(marker in repr(described_) for marker in (MARKER, "vk.com"))
    said = caplog.text + "".join(capfd.readouterr())
    assert MARKER not in said and TEXT_MARKER not in said
    async with office.database.read() as session:
        rows = (await session.exec(select(AccessRecordRow))).all()
        heard = (await session.exec(select(ChangeRow))).all()
    assert not any(MARKER in repr(row) or TEXT_MARKER in repr(row) for row in (*rows, *heard))
