"""One message and everyone around it: steps that chance chooses."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from httpx import Response
from sqlmodel import col, update

from calendar_rules import production_calendar
from calendar_rules.schedules import assumed
from service.directory.upkeep import roll_out
from store.people.tables import PersonRow
from tests.api.chance.hours import HOUR, MOSCOW, Hours
from tests.api.chance.order import OF_A_BODY
from tests.api.chance.watched import (
    COMMANDS,
    EXECUTORS,
    NEAR,
    NOT_WALKED,
    PEOPLE,
    Absence,
    Watched,
)
from tests.api.messages.case import Case, View, registration, routing, when
from tests.api.messages.office import Office, taken
from tests.api.messages.week import at
from tests.api.role_table import GIVERS
from tests.patience import PATIENCE

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]
ENDS = ("decline", "close_unanswered")
REDUCED = {"PT4H": 4 * HOUR, "PT1H": HOUR}
_LINKS = count(3)
HORIZON = at("fri+1 20:00") - at("mon 09:00")
"""How far a walk may go."""
_LAST = datetime(production_calendar.years[-1], 12, 29, 10, tzinfo=MOSCOW)
YEARS_END = _LAST if datetime.now(MOSCOW) + timedelta(days=1) < _LAST else "mon 10:00"
"""Before the days of a year whose calendar is not loaded: they count provisionally."""
JUMPS = (timedelta(minutes=10), timedelta(minutes=31), HOUR, 2 * HOUR, 5 * HOUR, 20 * HOUR, 70 * HOUR)


async def at_years_end(office: Office, starts: datetime) -> Case:
    """A message registered then."""
    body = registration(starts_at=starts.isoformat())
    return Case(office, taken(await office.post("curator", "/messages", body), 201))


class Sent(NamedTuple):
    """A request, and its key, so that it can be made again."""

    person: str
    method: str
    path: str
    body: View | None
    key: str


class Walk(Watched):
    """`pick` chooses; `story` tells what was done, for whoever reads of a failure."""

    def __init__(self, office: Office, case: Case, pick: Pick[Any]) -> None:
        super().__init__(office, case)
        self.pick = pick
        self.story: list[str] = []
        self.sent: Sent | None = None

    @classmethod
    async def begin(cls, office: Office, pick: Pick[Any]) -> "Walk":
        """A message detected then, some time before, or longer ago than its terms."""
        starts = pick(("mon 09:00", "mon 12:50", "fri 16:00", "sat 12:00", YEARS_END))
        detected = pick((None, "mon 08:00", "sun 10:00", "fri 15:00"))
        if isinstance(starts, datetime):
            case = await at_years_end(office, starts)
        else:
            if detected and at(detected) > at(starts):
                detected = None
            case = await Case.begin(office, starts, detected=detected)
        walk = cls(office, case, pick)
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
            await self.act(*self.pick(on if on and self.pick((True,) * 9 + (False,)) else able))

    async def anybody_tries(self) -> None:
        """Anything, fit or unfit."""
        await self.act(self.pick(tuple(PEOPLE)), self.pick(COMMANDS))

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
        assert 200 in statuses or self._refusable(pair[0]) is not False, [answer.text for answer in answers]
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
        other = self.sent._replace(path="/notes", method="POST", body={"text": uuid4().hex})
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
        horizon = when(self.case.view["registered_at"]) + HORIZON
        goals = [goal for goal in goals if now + timedelta(seconds=2) < goal < horizon]
        if goals:
            goal = self.pick(goals)
            self.story.append(f"the clock runs to {goal:%a %H:%M:%S}")
            since = time.monotonic()
            await self.case.until(goal)
            self.set_clock(goal, since)

    async def somebody_is_away(self) -> None:
        person = self.pick(sorted({*EXECUTORS, "curator2"} - self.left))
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
        self.ever_left = True
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
            taken(await self.case.post("admin", "/erasure", {"basis": "subject_request"}))
            self.accepted += 1
            self.sent = None  # of a request that is forgotten its message alone is known

    # ---- acting

    def _able(self) -> list[tuple[str, str]]:
        return [
            (person, command)
            for person in PEOPLE
            if person not in self.left
            for command in sorted(self.allowed(person) - NOT_WALKED)
        ]

    async def act(self, person: str, command: str) -> None:
        sent = self._request(person, command)
        self.story.append(f"{person}: {command} {sent.body or ''}")
        answer = await self._make(sent)
        expected, status = self._expected(person, command, sent), answer.status_code
        assert status in expected, f"{expected} wanted: {status} {answer.text}"
        self.accepted += status == 200
        self.refused += status == 409
        if status in (200, 409):
            self.sent = sent

    async def _make(self, sent: Sent) -> Response:
        path = f"/messages/{self.case.id}{sent.path}"
        return await self.office.call(sent.person, sent.method, path, sent.body, key=sent.key)

    def _expected(self, person: str, command: str, sent: Sent) -> tuple[int, ...]:
        if person in self.left:
            return (401,)
        held = self.capacities(person)
        if not self.sees(held):
            return (404,)
        if not any(role in GIVERS[command] and self._counts_here(role, body) for role, body in held):
            return (403,)
        if "/none" in sent.path:
            return (404,)
        if command not in self.allowed(person):
            return (409,)
        refusable = self._refusable(sent)
        return (200, 409) if refusable is None else (409,) if refusable else (200,)

    def _counts_here(self, role: str, body: str | None) -> bool:
        return role not in OF_A_BODY or body in self.order.turns

    def _refusable(self, sent: Sent) -> bool | None:
        """Whether what fits the stage is still refused for what it says; None within the second of a limit."""
        said = sent.body or {}
        if said.get("kind") == "clarification":
            # Clause 14: no clarification after an interim answer.
            return "interim" in self.order.published
        if said.get("reason") == "registered_by_mistake":
            return bool(self.order.published)
        if term := said.get("reduced_term"):
            over = {
                self.order.is_over(REDUCED[term], moment) for moment in (self.now - NEAR, self.latest + NEAR)
            }
            return over.pop() if len(over) == 1 else None
        return False

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
            case "send_for_rework" if self.order.stage in ("approval", "publication"):
                path, body = f"/drafts/{draft}/rework", {"comment": "Когда?"}
            case "send_for_rework":
                last = self.order.sendable or "none"
                path, body = f"/contributions/{last}/rework", {"comment": "Когда?"}
            case "confirm_publication":
                path, body = "/publication", {"url": "https://vk.com/wall-1_2"}
            case "decline":
                grounds = ("harm_to_person", "threat_to_official", "obscene_or_insulting")
                path, body = "/decline", {"ground": self.pick(grounds)}
            case "author_replied":
                path, body = "/author-reply", {"text": "Дом 5."}
            case "close_unanswered":
                path, body = "/close", {"reason": self.pick(("deleted", "registered_by_mistake"))}
            case "resume":
                path = "/resume"
            case "reopen":
                path, body = "/reopen", {"reason": "Закрыто по ошибке."}
            case "correct":
                method, body = "PATCH", self._correction()
            case "correct_link":
                published = [item["id"] for item in self.case.view["drafts"] if item["status"] == "published"]
                path = f"/drafts/{self._published_by(person, published) if published else draft}/link"
                body = {"url": f"https://vk.com/wall-1_{next(_LINKS)}", "reason": "Указана другая запись."}
            case "note":
                path, body = "/notes", {"text": "Снимок записи."}
            case "assign":
                path, body = "/assignee", {"person": self._assignee()}
            case "refer":
                path, body = "/referral", {"to": "police", "document": "Письмо № 5"}
            case "hand_over":
                path, body = "/curator", {"person": self.pick(("curator", "curator2"))}
            case _:
                path, body = "/governor-report", {"reason": "Обсуждает весь город."}
        return Sent(person, method, path, body, uuid4().hex)

    def _correction(self) -> View:
        fields = {"author": "Житель улицы", "text": f"Яма глубже, {next(_LINKS)} см."}
        if self.case.view["topic"]:
            fields |= {"location": "г. Шуя", "topic": "bus-stops", "importance": "high"}
        name = self.pick(tuple(fields))
        return {name: fields[name], "reason": "Опечатка."}

    def _published_by(self, person: str, published: list[str]) -> str:
        """A published draft that the person may speak of; the last where none is."""
        bodies = {item["id"]: item["body"] for item in self.case.view["drafts"]}
        own = {body for role, body in self.capacities(person) if role in OF_A_BODY}
        return next((draft for draft in reversed(published) if bodies[draft] in own), published[-1])

    def _assignee(self) -> str | None:
        executor = f"executor-{self.order.body}"
        there = self.order.body is not None and executor not in self.left
        return self.pick((executor, executor, None)) if there else None

    def _routing(self) -> View:
        bodies = self.pick((("roads",), ("health",), ("housing", "roads"), ("health", "roads", "housing")))
        term = self.pick((None, None, *REDUCED))
        return routing(*bodies, **({"reduced_term": term} if term else {}))

    # ---- the end

    async def end(self) -> None:
        """Whatever happened, a message can be brought to its end, and is found in the list as it is."""
        if self.order.stage != "closed":
            self.story.append("closed at last")
            await self.case.close()
            self.accepted += 1
            await self.check()
        if not self.absences and not self.ever_left:
            await self.check_told()
        async with asyncio.timeout(PATIENCE):
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
                update(PersonRow).where(col(PersonRow.key) == person).values(active=person not in self.left)
            )

    async def _use(self, hours: Hours) -> None:
        workflows = self.office.service.runs.workflows
        workflows.rules = replace(workflows.rules, schedules=assumed())
        if hours.later:
            later = {
                day: [[shifted(start), shifted(end)] for start, end in stretches]
                for day, stretches in assumed().default.model_dump(mode="json")["week"].items()
            }
            schedules = assumed().model_copy(
                update={
                    "default": assumed().default.model_validate({"timezone": "Europe/Moscow", "week": later})
                }
            )
            workflows.rules = replace(workflows.rules, schedules=schedules)
        await roll_out(self.office.database, workflows.rules)


def shifted(clock: str) -> str:
    """The same time of day an hour later."""
    return f"{int(clock[:2]) + 1:02}{clock[2:]}"
