"""One message and everyone around it: steps that chance chooses, and what must hold after each of them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, pairwise
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from httpx import Response
from sqlmodel import col, update

from api.calendar_rollout import roll_out
from calendar_rules.schedules import ivanovo
from store.tables import Person
from tests.api.chance.hours import HOUR, Hours
from tests.api.chance.order import MACHINE, Order, Row, Run
from tests.api.messages.case import Case, View, routing, when
from tests.api.messages.office import Office, taken
from tests.api.messages.shape import assert_message, duration
from tests.api.messages.week import at

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]
Held = tuple[str, str | None]

BODIES = ("roads", "housing", "health")
PEOPLE: dict[str, set[Held]] = {
    "curator": {("curator", None)},
    "curator2": {("curator", None)},
    **{f"executor-{body}": {("executor", body)} for body in BODIES},
    "responsible-roads": {("responsible", "roads")},
    "deputy": {("deputy", "roads"), ("deputy", "housing")},
    "head": {("head", None)},
    "admin": {("admin", None)},
    "executor-ecology": {("executor", "ecology")},
}
EXECUTORS = tuple(f"executor-{body}" for body in BODIES)
SEES_ALL = {"curator", "head", "admin"}
CURATORS = (
    *("route", "approve", "send_for_rework", "decline", "author_replied", "close_unanswered"),
    "report_to_governor",
)
COMMANDS = (
    *CURATORS,
    *("return_to_curator", "contribute", "submit_draft", "withdraw_draft", "confirm_publication"),
)
ENDS = ("decline", "close_unanswered")
HORIZON = at("fri+1 20:00")
JUMPS = (timedelta(minutes=10), timedelta(minutes=31), HOUR, 2 * HOUR, 5 * HOUR, 20 * HOUR, 70 * HOUR)
NO_LONGER = ("Этот проект уже не на согласовании", "На доработку возвращается только последняя")
"""Why a command that fits the stage is refused: what it names has changed."""


class Absence(NamedTuple):
    person: str
    substitute: str
    starts: datetime
    ends: datetime


class Sent(NamedTuple):
    """A request, and its key, so that it can be made again."""

    person: str
    method: str
    path: str
    body: View | None
    key: str


class Walk:
    """`pick` chooses; `story` tells what was done, for whoever reads of a failure."""

    def __init__(self, office: Office, case: Case, pick: Pick[Any]) -> None:
        self.office, self.case, self.pick = office, case, pick
        self.story: list[str] = []
        self.hours = [Hours()]
        self.absences: list[Absence] = []
        self.left: set[str] = set()
        self.sent: Sent | None = None
        self.accepted = self.refused = self.changes = 0
        self.rows: list[Row] = []
        self.order = Order([])
        self._asked = cycle(PEOPLE)
        self._clock = when(case.view["registered_at"]), time.monotonic()

    @classmethod
    async def begin(cls, office: Office, pick: Pick[Any]) -> "Walk":
        """A message detected then, some time before, or longer ago than its terms."""
        starts = pick(("mon 09:00", "mon 12:50", "fri 16:00", "sat 12:00"))
        detected = pick((None, "mon 08:00", "sun 10:00", "fri 15:00"))
        if detected and at(detected) > at(starts):
            detected = None
        walk = cls(office, await Case.begin(office, starts, detected=detected), pick)
        await walk.check()
        return walk

    # ---- steps

    async def step(self) -> None:
        """Something happens, and everything still holds."""
        kinds = (
            *(self.somebody_acts,) * 8,
            *(self.time_passes,) * 3,
            *(self.anybody_tries,) * 2,
            *(self.two_act_at_once,) * 2,
            *(self.the_same_again, self.somebody_is_away, self.an_executor_leaves_or_comes_back),
            *(self.hours_change, self.texts_are_erased),
        )
        await self.pick(kinds)()
        await self.check()

    async def somebody_acts(self) -> None:
        """Someone who may."""
        able = self._able()
        if able:
            on = [(person, command) for person, command in able if command not in ENDS]
            await self._act(*self.pick(on if on and self.pick((True,) * 9 + (False,)) else able))

    async def anybody_tries(self) -> None:
        """Anything, fit or unfit."""
        await self._act(self.pick(tuple(PEOPLE)), self.pick(COMMANDS))

    async def two_act_at_once(self) -> None:
        """Each alone would be taken; of both at least one is."""
        able = [one for one in self._able() if one[1] not in ENDS]
        if not able:
            return
        pair = [self._request(*self.pick(able)) for _ in range(2)]
        if self.pick((False, False, True)):
            pair[1] = pair[0]
        self.story.append(f"at once: {pair}")
        answers = await asyncio.gather(*(self._make(sent) for sent in pair))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses in ([200, 200], [200, 409], [409, 409]), [answer.text for answer in answers]
        if pair[0].key == pair[1].key:
            assert statuses[0] == statuses[1], "a repeat is answered differently"
            statuses = statuses[:1]
        assert 200 in statuses or self._may_be_refused(pair[0]), [answer.text for answer in answers]
        self.accepted += statuses.count(200)
        self.refused += statuses.count(409)

    async def the_same_again(self) -> None:
        """The last request once more, under its key: the same answer, and nothing is done."""
        if self.sent is None or self.sent.person in self.left:
            return
        self.story.append("the same again")
        first = await self._make(self.sent)
        again = await self._make(self.sent)
        assert (first.status_code, again.status_code) in {(200, 200), (409, 409)}, first.text
        other = self.sent._replace(path="/governor-report", method="POST", body={"reason": uuid4().hex})
        answer = await self._make(other)
        assert answer.status_code in (403, 422), answer.text

    async def time_passes(self) -> None:
        """To a limit's moment exactly, around it, or anywhere."""
        if self.order.stage == "closed":
            return
        due, now = self.case.view["next_due"], self.now
        goals = [now + jump for jump in JUMPS]
        if due:
            goals += [when(due) + timedelta(seconds=by) for by in (-1, 0, 1)]
        goals = [goal for goal in goals if now + timedelta(seconds=2) < goal < HORIZON]
        if goals:
            goal = self.pick(goals)
            self.story.append(f"the clock runs to {goal:%a %H:%M:%S}")
            await self.case.until(goal)
            self._clock = goal, time.monotonic()

    async def somebody_is_away(self) -> None:
        person = self.pick((*EXECUTORS, "curator2"))
        others = {*EXECUTORS, "executor-ecology", "head"} - {person} - self.left
        substitute = self.pick(sorted(others))
        starts, ends = self.now - HOUR, self.now + self.pick((HOUR, 26 * HOUR)) + timedelta(minutes=7)
        body = {"from": starts.isoformat(), "to": ends.isoformat(), "substitute": substitute}
        self.story.append(f"{person} is away, {substitute} acts, until {ends:%a %H:%M}")
        absence = taken(await self.office.post("admin", f"/people/{person}/absences", body), 201)
        self.absences.append(Absence(person, substitute, when(absence["from"]), when(absence["to"])))

    async def an_executor_leaves_or_comes_back(self) -> None:
        """An account is closed, perhaps while its draft waits, or opened again."""
        person = self.pick(EXECUTORS)
        self.left ^= {person}
        self.story.append(f"{person} {'leaves' if person in self.left else 'comes back'}")
        await self._activate(person)

    async def hours_change(self) -> None:
        """Everybody works an hour later, or as before."""
        if self.order.stage == "closed":
            return
        later = HOUR - self.hours[-1].later
        self.story.append(f"working time is now {later} later")
        self.hours.append(Hours(later))
        self.changes += 1
        await self._use(Hours(later))

    async def texts_are_erased(self) -> None:
        if self.pick((True, False, False)):
            self.story.append("texts are erased")
            taken(await self.case.post("admin", "/erasure", {"ground": "По заявлению."}))
            self.accepted += 1

    # ---- acting

    def _able(self) -> list[tuple[str, str]]:
        return [
            (person, command)
            for person in PEOPLE
            if person not in self.left
            for command in sorted(self.allowed(person))
        ]

    async def _act(self, person: str, command: str) -> None:
        sent = self._request(person, command)
        self.story.append(f"{person}: {command} {sent.body or ''}")
        answer = await self._make(sent)
        expected = self._expected(person, command, sent)
        assert answer.status_code == expected, f"{expected} wanted: {answer.status_code} {answer.text}"
        self.accepted += expected == 200
        self.refused += expected == 409
        if expected in (200, 409):
            self.sent = sent

    async def _make(self, sent: Sent) -> Response:
        path = f"/messages/{self.case.id}{sent.path}"
        return await self.office.call(sent.person, sent.method, path, sent.body, key=sent.key)

    def _expected(self, person: str, command: str, sent: Sent) -> int:
        if person in self.left:
            return 401
        held = self.capacities(person)
        if not self._sees(held):
            return 404
        if not any(role == ("curator" if command in CURATORS else "executor") for role, _ in held):
            return 403
        if "/none" in sent.path:
            return 404
        if command not in self.allowed(person) or self._may_be_refused(sent):
            return 409
        return 200

    def _may_be_refused(self, sent: Sent) -> bool:
        """Clause 14: no clarification after an interim answer."""
        clarifies = sent.body is not None and sent.body.get("kind") == "clarification"
        return clarifies and "interim" in self.order.published

    def _request(self, person: str, command: str) -> Sent:  # noqa: PLR0912  one for each command
        method, path, body = "POST", "", None
        draft = self.case.view["drafts"][-1]["id"] if self.case.view["drafts"] else "none"
        match command:
            case "route":
                path, body = "/route", self._routing()
            case "return_to_curator":
                path, body = "/return", {"reason": "Не наше."}
            case "contribute":
                path, body = "/contributions", {"text": "Трубы меняем в мае."}
            case "submit_draft":
                kind = self.pick(("answer", "answer", "interim", "clarification"))
                path, body = "/drafts", {"kind": kind, "text": "Засыпали.", "measures": "Ямы больше нет."}
            case "withdraw_draft":
                method, path = "DELETE", f"/drafts/{draft}"
            case "approve":
                path = f"/drafts/{draft}/approve"
            case "send_for_rework" if self.order.stage == "approval":
                path, body = f"/drafts/{draft}/rework", {"comment": "Когда?"}
            case "send_for_rework":
                last = self.order.sendable or "none"
                path, body = f"/contributions/{last}/rework", {"comment": "Когда?"}
            case "confirm_publication":
                path, body = "/publication", {"url": "https://vk.com/wall-1_2"}
            case "decline":
                path, body = "/decline", {"ground": self.pick(("harm_to_person", "threat_to_official"))}
            case "author_replied":
                path, body = "/author-reply", {"text": "Дом 5."}
            case "close_unanswered":
                path, body = "/close", {"reason": self.pick(("deleted", "registered_by_mistake"))}
            case _:
                path, body = "/governor-report", {"reason": "Обсуждает весь город."}
        return Sent(person, method, path, body, uuid4().hex)

    def _routing(self) -> View:
        bodies = self.pick((("roads",), ("health",), ("housing", "roads"), ("health", "roads", "housing")))
        term = self.pick((None, None, "PT4H", "PT1H"))
        return routing(*bodies, **({"reduced_term": term} if term else {}))

    # ---- who may what

    @property
    def now(self) -> datetime:
        """The message's own clock."""
        moment, mark = self._clock
        return moment + timedelta(seconds=time.monotonic() - mark)

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

    def _sees(self, held: set[Held]) -> bool:
        return any(role in SEES_ALL or body in self.order.turns for role, body in held)

    def allowed(self, person: str) -> set[str]:
        """What the person may do now, by the order."""
        found = set[str]()
        for role, body in self.capacities(person):
            if role == "curator":
                found |= self.order.curators()
            elif role == "executor" and body == self.order.body:
                found |= self.order.executors()
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
        assert_message(view, one_term=False)
        order = self.order
        assert (view["stage"], view["outcome"], view["current_body"]) == (
            order.stage,
            order.outcome,
            order.body,
        )
        self._check_limits()
        await self._check_breaches()
        await asyncio.gather(*(self._check_allowed(next(self._asked)) for _ in range(2)))

    async def _journal(self) -> list[Row]:
        """The journal, once it has every command that was answered."""
        async with asyncio.timeout(30):
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
            if row["kind"] == "refused" and "п. 14" in row["data"]["reason"]:
                assert "interim" in self.order.published
                continue
            self._check_person(row)
            self.order.apply(row)
        self.order.pass_to(self.now - timedelta(seconds=2))

    def _check_person(self, row: Row) -> None:
        """Who acted might, and for whom they acted is on record."""
        if row["kind"] in MACHINE or row["kind"] == "record_erasure":
            return
        held = ("curator", None) if row["kind"] in CURATORS else ("executor", self.order.body)
        person, moment = row["person"], when(row["at"])
        acting_for = [one for one in self.represented(person, moment) if held in PEOPLE[one]]
        assert acting_for, f"nobody of this office: {row}"
        assert row["acting_for"] == (None if acting_for[0] == person else acting_for[0]), row

    def _check_limits(self) -> None:
        view, near = self.case.view, timedelta(seconds=3)
        for told, mine in zip(view["limits"], self.order.runs, strict=True):
            run = seen(told)
            # A limit at this very second may have fired, or not yet.
            if mine.is_open and not mine.inherited and abs(mine.due - self.now) < near:
                mine.breached, mine.cancelled = run.breached, run.cancelled
            assert run == mine, f"{run}\n{mine}"
            assert explained(told) == mine.amount, told
            assert not (run.met and run.cancelled)
            in_time = run.met is not None and run.met <= run.due
            assert not (in_time and run.breached and not run.inherited), "met in time and breached"

    async def _check_breaches(self) -> None:
        """One row for every breach that stands; one that was withdrawn has its row too. Rows may lag by seconds."""
        standing = sum(run.breached is not None and not run.inherited for run in self.order.runs)
        async with asyncio.timeout(20):
            while self._breaches(self.rows) < standing:
                self.rows = await self.case.journal()
        assert self._breaches(self.rows) == standing

    @staticmethod
    def _breaches(rows: list[Row]) -> int:
        kinds = [row["kind"] for row in rows]
        return kinds.count("breach") - kinds.count("breach_withdrawn")

    async def _check_allowed(self, person: str) -> None:
        answer = await self.case.get(person)
        told = f"{person}: {answer.status_code} {answer.text}"
        if person in self.left:
            assert answer.status_code == 401, told
        elif not self._sees(self.capacities(person)):
            assert answer.status_code == 404, told
        else:
            assert set(taken(answer)["allowed"]) == self.allowed(person), told

    # ---- the end

    async def end(self) -> None:
        """Whatever happened, a message can be brought to its end, and is found in the list as it is."""
        if self.order.stage != "closed":
            self.story.append("closed at last")
            await self.case.close()
            self.accepted += 1
            await self.check()
        async with asyncio.timeout(30):
            while (listed := await self._listed()) != await self.case.look():
                pass
        assert listed["stage"] == "closed"

    async def _listed(self) -> View:
        found: list[View] = taken(await self.office.get("curator", "/messages"))["items"]
        return next(item for item in found if item["id"] == self.case.id)

    async def restore(self) -> None:
        """Everyone is back at work at the hours of before."""
        for person in tuple(self.left):
            self.left.remove(person)
            await self._activate(person)
        for away in self.absences:
            path = f"/people/{away.person}/absences"
            for item in taken(await self.office.get("admin", path))["items"]:
                await self.office.call("admin", "DELETE", f"{path}/{item['id']}")
        if self.hours[-1].later:
            with suppress(AssertionError):
                await self.case.close()
            await self._use(Hours())

    async def _activate(self, person: str) -> None:
        async with self.office.database.write() as session:
            await session.exec(
                update(Person).where(col(Person.key) == person).values(active=person not in self.left)
            )

    async def _use(self, hours: Hours) -> None:
        workflows = self.office.workflows
        workflows.rules = replace(workflows.rules, schedules=ivanovo())
        if hours.later:
            later = {
                day: [[shifted(start), shifted(end)] for start, end in stretches]
                for day, stretches in ivanovo().default.model_dump(mode="json")["week"].items()
            }
            schedules = ivanovo().model_copy(
                update={
                    "default": ivanovo().default.model_validate({"timezone": "Europe/Moscow", "week": later})
                }
            )
            workflows.rules = replace(workflows.rules, schedules=schedules)
        await roll_out(self.office.database, workflows.rules)


def shifted(clock: str) -> str:
    """The same time of day an hour later."""
    return f"{int(clock[:2]) + 1:02}{clock[2:]}"


def lasting(row: Row) -> Row:
    """A row without its texts, which may be erased."""
    data = row["data"]
    return row | {"data": {name: data[name] for name in data if name not in data.get("texts", ())}}


def explained(run: View) -> timedelta:
    """What the steps of an explanation, one after another without a gap, add up to."""
    steps = run["explanation"]
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
