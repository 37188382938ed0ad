"""Invariants of a message after every step: the record, the limits, and what everyone is told they may do."""

import asyncio
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import cycle, pairwise
from typing import NamedTuple

from store.database.columns import ERASED
from tests.api.chance.hours import Hours
from tests.api.chance.order import MACHINE, Held, Order, Row, Run, Told
from tests.api.chance.wording import assert_readable
from tests.api.messages.case import Case, View, when
from tests.api.messages.office import Office, taken
from tests.api.messages.shape import assert_message, duration
from tests.api.role_table import GIVERS
from tests.patience import PATIENCE

BODIES = ("roads", "housing", "health")
PEOPLE: dict[str, set[Held]] = {
    "curator": {("curator", None)},
    "curator2": {("curator", None)},
    **{f"executor-{body}": {("executor", body)} for body in BODIES},
    "responsible-roads": {("responsible", "roads")},
    "responsible-housing": {("responsible", "housing")},
    "deputy": {("deputy", "roads"), ("deputy", "housing")},
    "head": {("head", None)},
    "admin": {("admin", None)},
    "executor-ecology": {("executor", "ecology")},
}
EXECUTORS = tuple(f"executor-{body}" for body in BODIES)
SEES_ALL = {"curator", "head", "admin"}
NOT_WALKED = frozenset({"split", "redact", "record_erasure", "transfer", "keep_promise", "move_promise"})
"""Commands that make another message, or ask for what may not be there: they have tests of their own."""
COMMANDS = tuple(command for command in GIVERS if command not in NOT_WALKED)
NO_LONGER = ("Этот проект уже не на согласовании", "На доработку возвращается только последняя")
"""Why a command that fits the stage is refused: what it names has changed."""


NEAR = timedelta(seconds=3)
AT_MOST_TO_BEGIN = 30.0  # seconds


class Absence(NamedTuple):
    person: str
    substitute: str
    starts: datetime
    ends: datetime


class Watched:
    """One message, with everyone around it and what has been done; `order` is where it must stand."""

    def __init__(self, office: Office, case: Case) -> None:
        self.office, self.case = office, case
        self.hours = [Hours()]
        self.absences: list[Absence] = []
        self.left: set[str] = set()
        self.ever_left = False
        self.accepted = self.refused = self.changes = 0
        self.rows: list[Row] = []
        self.order = Order([])
        self._asked = cycle(PEOPLE)
        self.set_clock(when(case.view["registered_at"]), since=time.monotonic() - AT_MOST_TO_BEGIN)

    # ---- who may what

    @property
    def now(self) -> datetime:
        """The message's own clock at least; it may be at `latest`."""
        return self._moment + timedelta(seconds=time.monotonic() - self._known)

    @property
    def latest(self) -> datetime:
        return self._moment + timedelta(seconds=time.monotonic() - self._asked_at)

    def set_clock(self, moment: datetime, since: float) -> None:
        """The clock has come to the moment, some time since then."""
        self._moment, self._asked_at, self._known = moment, since, time.monotonic()

    def represented(self, person: str, moment: datetime) -> list[str]:
        """The person, and whoever they stand in for."""
        found = [person]
        for present in found:
            found += [
                away.person
                for away in self.absences
                if away.substitute == present
                and away.starts <= moment < away.ends
                and away.person not in found
            ]
        return found

    def capacities(self, person: str) -> set[Held]:
        return set[Held]().union(*(PEOPLE[one] for one in self.represented(person, self.now)))

    def sees(self, held: set[Held]) -> bool:
        return any(role in SEES_ALL or body in self.order.turns for role, body in held)

    def allowed(self, person: str) -> set[str]:
        """What the person may do now, by the order."""
        found = set[str]()
        for held in self.capacities(person):
            found |= self.order.allowed_as(held)
        return found

    # ---- what must hold

    async def check(self) -> None:
        """The record says what was done, once; the message stands where the order says, and tells everyone so."""
        rows = await self._journal()
        kept, now = [lasting(row) for row in self.rows], [lasting(row) for row in rows]
        assert now[: len(kept)] == kept, "the journal was changed"
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        self.rows = rows
        self._check_commands()
        view = await self.case.look()
        assert_message(view)
        order = self.order
        assert (view["stage"], view["outcome"], view["current_body"]) == (
            order.stage,
            order.outcome,
            order.body,
        )
        assert (view["assignee"], view["curator"]) == (order.assignee, order.curator)
        self._check_limits()
        await self._check_breaches()
        await asyncio.gather(*(self.check_allowed(next(self._asked)) for _ in range(2)))

    async def check_told(self) -> None:
        """Everybody was notified of just what the order says they are; nobody is away on this road."""
        told = Counter(self.order.told)
        offices = set(told) | {
            Told(kind, "executors", body) for kind in ("assigned", "recalled") for body in BODIES
        }
        for kind, office, body in sorted(offices, key=str):
            person = f"executor-{body}" if office == "executors" else office
            people = ("curator", "curator2") if office == "curator" else (person,)
            found = [notice for one in people for notice in await self.case.notices(one, kind)]
            for notice in found:
                assert_readable(notice["text"].replace(ERASED, "удалено"))
            assert len(found) == told[Told(kind, office, body)], (kind, office, body, found)

    async def _journal(self) -> list[Row]:
        """The journal, once it has every command that was answered."""
        async with asyncio.timeout(PATIENCE):
            while True:
                rows = await self.case.journal()
                if self._counts(rows) >= (self.accepted, self.refused, self.changes):
                    return rows
                await asyncio.sleep(0.05)

    @staticmethod
    def _counts(rows: list[Row]) -> tuple[int, int, int]:
        kinds = [row["kind"] for row in rows]
        people = sum(kind not in MACHINE for kind in kinds)
        return people, kinds.count("refused"), kinds.count("change_calendar")

    def _check_commands(self) -> None:
        ids = [row["data"]["id"] for row in self.rows if "id" in row["data"]]
        assert len(set(ids)) == len(ids), "a command was applied twice"
        assert self._counts(self.rows) == (self.accepted, self.refused, self.changes)
        self.order = Order(list(self.hours))
        for row in self.rows:
            if row["kind"] == "refused" and row["data"]["reason"].startswith(NO_LONGER):
                continue
            if row["kind"] == "refused":
                self.order.pass_to(when(row["at"]))
                refusal = self._refusal(row)
                assert refusal or (refusal is None and not self._who_may(row, row["data"]["command"])), row
                assert_readable(row["data"]["reason"])
                continue
            self._check_person(row)
            self._check_assignee(row)
            self.order.apply(row)
        self.order.pass_to(self.now - NEAR)

    def _refusal(self, row: Row) -> bool | None:
        """Whether what fits the stage is refused with good reason; None where the stage itself is the reason."""
        reason, command = str(row["data"]["reason"]), str(row["data"]["command"])
        if reason.startswith(NO_LONGER):
            return True
        if "п. 14" in reason:
            return "interim" in self.order.published
        if "сокращённым сроком" in reason:
            return command == "route"
        if "по ошибке" in reason:
            return command == "close_unanswered" and bool(self.order.published)
        return None

    def _check_person(self, row: Row) -> None:
        """Who acted might, and for whom they acted is on record."""
        if row["kind"] in MACHINE or row["kind"] == "record_erasure":
            return
        able = self._who_may(row, "reopen" if row["kind"] == "reopened" else row["kind"])
        assert able, f"nobody of this office: {row}"
        assert row["acting_for"] in ([None] if row["person"] in able else able), row

    def _who_may(self, row: Row, command: str) -> list[str]:
        """Of the person of the row, and of whoever they stand in for, those who may give the command now."""
        return [
            one
            for one in self.represented(row["person"], when(row["at"]))
            if any(
                command in self.order.allowed_as(held) for held in PEOPLE[one] if held[0] in GIVERS[command]
            )
        ]

    def _check_assignee(self, row: Row) -> None:
        """Clause 20: a breach of the body whose turn it is names who of it was to do the work."""
        if row["kind"] == "breach" and self.order.assignee and row["data"].get("holder") == self.order.body:
            assert row["data"]["assignee"] == self.order.assignee, row

    def _check_limits(self) -> None:
        earliest, latest = self.now - NEAR, self.latest + NEAR
        for told, mine in zip(self.case.view["limits"], self.order.runs, strict=True):
            run = seen(told)
            # A limit at this very second may have fired, or not yet.
            just_now = mine.is_open and not mine.inherited and earliest < mine.due < latest
            if just_now:
                mine.breached, mine.cancelled = run.breached, run.cancelled
            assert run == mine, f"{run}\n{mine}"
            assert explained(told) == mine.amount, told
            if not just_now:
                whose = [(charge["body"], charge["limit"]) for charge in told["charged"]]
                assert whose == [(charge.body, charge.limit) for charge in mine.charged], told
            assert not (run.met and run.cancelled)
            in_time = run.met is not None and run.met <= run.due
            assert not (in_time and run.breached and not run.inherited), "met in time and breached"

    async def _check_breaches(self) -> None:
        """One row for every breach that stands; one that was withdrawn has its row too. Rows may lag by seconds."""
        standing = sum(run.breached is not None and not run.inherited for run in self.order.runs)
        async with asyncio.timeout(PATIENCE):
            while self._breaches(self.rows) < standing:
                self.rows = await self.case.journal()
        assert self._breaches(self.rows) == standing

    @staticmethod
    def _breaches(rows: list[Row]) -> int:
        kinds = [row["kind"] for row in rows]
        return kinds.count("breach") - kinds.count("breach_withdrawn")

    async def check_allowed(self, person: str) -> None:
        answer = await self.case.get(person)
        told = f"{person}: {answer.status_code} {answer.text}"
        if person in self.left:
            assert answer.status_code == 401, told
        elif not self.sees(self.capacities(person)):
            assert answer.status_code == 404, told
        else:
            assert set(taken(answer)["allowed"]) == self.allowed(person), told


def lasting(row: Row) -> Row:
    """A row without its texts, which may be erased."""
    data, texts = row["data"], row["data"].get("texts", ())
    kept = {name: data[name] for name in data if name not in texts}
    if "before" in data:
        kept["before"] = {name: value for name, value in data["before"].items() if name not in texts}
    return row | {"data": kept}


def explained(run: View) -> timedelta:
    """What the steps of an explanation, one after another without a gap, add up to."""
    steps = run["explanation"]
    for step in steps:
        assert_readable(step["reason"])
    assert all(one["to"] == other["from"] for one, other in pairwise(steps)), run
    return sum((duration(step["counted"]) for step in steps), timedelta())


def seen(run: View) -> Run:
    """A run as the API tells it, in the words of `order`."""
    met, cancelled, breached = (
        when(run[name]) if run[name] else None for name in ("met_at", "cancelled_at", "breached_at")
    )
    return Run(
        run["name"],
        run["holder"]["body"],
        when(run["started_at"]),
        when(run["due_at"]),
        met,
        cancelled,
        breached,
        run["inherited"],
    )
