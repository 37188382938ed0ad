"""Promises of the demo's answers: some kept, some broken, one moved, the others running. What they say is invented."""

from datetime import datetime, timedelta

from calendar_rules.vocabulary import DraftKind, PromiseState
from embedded.demo.messages.dates import Planned
from embedded.demo.messages.steps import chance
from service.promises import stating
from service.promises.clock import IN_TIME, PromiseClock
from service.promises.stating import Stating
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.messages import texts
from store.people.persons import Actor
from store.promises import rows as promises
from store.promises.tables import PromiseRow
from workflows.vocabulary import Command

_SHARE = 0.25
"""How many of the answers promise something."""
_WHAT = (
    "Выехать на место повторно и проверить результат.",
    "Завершить работы по этому адресу.",
    "Сообщить автору о результате проверки.",
    "Устранить оставшиеся замечания.",
)
_REASON = "Подрядчик перенёс работы из-за погоды."
_DAYS = (1, 2, 3, 5, 8, 12)
_HOUR = timedelta(hours=1)
_BROKEN, _MOVED = 0.2, 0.4
"""How many of those whose day is over are broken, and of the others moved."""


class DemoPromises:
    """What answers of the demo promise, and what has come of it by now; most of them promise nothing."""

    def __init__(self, database: Database, rules: Rules, now: datetime) -> None:
        self._clock, self._rules, self._now = PromiseClock(database, lambda: now), rules, now

    async def add(self, session: Session, item: Planned, message: int, executor: Actor) -> None:
        """Those of a complaint's answer, as it was sent for approval and published."""
        slug, published = item.complaint.slug, item.steps[-1]
        if chance(slug, "promise") >= _SHARE or published.command is not Command.CONFIRM_PUBLICATION:
            return
        step = next(step for step in reversed(item.steps) if step.command is Command.SUBMIT_DRAFT)
        if step.fields["kind"] is not DraftKind.ANSWER or step.body is None:
            return
        by = Stating(message, step.fields["draft"], step.body, executor.key, None, step.at, self._now)
        what = _WHAT[int(chance(slug, "promised") * len(_WHAT))]
        until = self._until(slug, step.body, published.at)
        row = await stating.state(session, by, what, until)
        await self._clock.publish(session, row, step.body, published.at, self._rules, self._now)
        over, luck = until < self._now, chance(slug, "promise kept")
        if over and luck >= _BROKEN:
            await _keep(session, row, self._now)
        elif not over and luck < _MOVED:
            await _move(session, row, self._now)
        await self._clock.bring_up(session, row, self._rules, self._now, asked_at=IN_TIME)

    def _until(self, slug: str, body: str, published: datetime) -> datetime:
        calendar = self._rules.calendar_of(body)
        days = _DAYS[int(chance(slug, "promised days") * len(_DAYS))]
        closing = calendar.closing(calendar.add_days(published.astimezone(self._rules.zone).date(), days))
        assert closing is not None  # noqa: S101
        return closing


async def _keep(session: Session, row: PromiseRow, now: datetime) -> None:
    said = texts.new(row.message, stating.URL, f"https://example.ru/otklik-demo/done-{row.id}", now)
    await texts.add(session, [said])
    at = row.until - _HOUR
    row.url, row.state, row.settled_at, row.done_at = said.id, PromiseState.KEPT, at, at
    data = {"attachment": None, "url": said.id}
    await promises.happened(session, row, "kept", at, now, data, person=row.person)


async def _move(session: Session, row: PromiseRow, now: datetime) -> None:
    reason = texts.new(row.message, stating.REASON, _REASON, now)
    await texts.add(session, [reason])
    since, row.until = row.until, row.until + timedelta(days=7)
    row.state, row.moves, row.runs_since, row.warned_at = PromiseState.MOVED, 1, now, None
    data = {"from": since.isoformat(), "to": row.until.isoformat(), "reason": reason.id}
    await promises.happened(session, row, "moved", now, now, data, person=row.person)
