"""Promises while Temporal is away: what people say of them is taken and answered, for no workflow decides anything."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from httpx import AsyncClient

from service.promises.clock import PromiseClock
from service.promises.stating import Stating, state
from service.runs.rules import load
from store.database.engines import Database
from store.messages.tables import MessageBodyRow
from store.promises import rows as promises
from tests.api.conftest import assert_problem
from tests.message_row import message_row

As = Callable[[str], Awaitable[AsyncClient]]
DAY = timedelta(days=1)


async def given(db: Database) -> int:
    """A promise of a published text of `roads`, for a week from now."""
    now, rules = datetime.now(UTC), load(None, None)
    async with db.write() as session:
        session.add(message_row(1, now - DAY, stage="closed", outcome="answered", curator="curator"))
        await session.flush()
        session.add(MessageBodyRow(message=1, body="roads"))
        by = Stating(1, "d", "roads", "executor-roads", None, now - DAY, now)
        row = await state(session, by, "Засыпать яму.", now + 7 * DAY)
        await PromiseClock(db).publish(session, row, "roads", now - DAY, rules, now)
        return row.id or 0


async def test_a_promise_is_moved_and_kept(db: Database, as_: As) -> None:
    promise = await given(db)
    executor = await as_("executor-roads")
    later = {"until": (datetime.now(UTC) + 9 * DAY).isoformat(), "reason": "Дождь."}
    moved = await executor.post(f"/api/promises/{promise}/moved", json=later)
    assert (moved.status_code, moved.json()["state"]) == (200, "moved"), moved.text
    kept = await executor.post(f"/api/promises/{promise}/kept", json={"url": "https://vk.com/wall-1_9"})
    assert (kept.status_code, kept.json()["state"]) == (200, "kept"), kept.text
    assert_problem(await executor.post(f"/api/promises/{promise}/moved", json=later), 409, "уже отмечено")
    async with db.read() as session:
        [refused] = await promises.events(session, [promise], "refused")
    assert (refused.person, refused.data) == ("executor-roads", {"asked": "move_promise"})
    # The workflow, which knows nothing of it yet, is told by whoever works once Temporal is back.
    async with db.read() as session:
        [found] = await promises.to_begin(session, datetime.now(UTC))
    assert found.promise == promise
    another = await as_("executor-housing")
    assert (await another.post(f"/api/promises/{promise}/moved", json=later)).status_code == 404
    deputy = await as_("deputy")
    assert [item["state"] for item in (await deputy.get("/api/promises")).json()["items"]] == ["kept"]
    assert (await deputy.post(f"/api/promises/{promise}/moved", json=later)).status_code == 403


async def test_the_same_request_under_one_key_is_done_once(db: Database, as_: As) -> None:
    promise = await given(db)
    executor = await as_("executor-roads")
    key = {"Idempotency-Key": "moved-once"}
    later = {"until": (datetime.now(UTC) + 9 * DAY).isoformat(), "reason": "Дождь."}
    path = f"/api/promises/{promise}/moved"
    first = await executor.post(path, json=later, headers=key)
    again = await executor.post(path, json=later, headers=key)
    assert again.json() == first.json() and len(again.json()["moves"]) == 1
    other = await executor.post(path, json=later | {"reason": "Снег."}, headers=key)
    assert_problem(other, 422)
