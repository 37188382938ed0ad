"""One message and everyone around it: steps that chance chooses."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from httpx import Response
from sqlmodel import col, update

from calendar_rules.schedules import ivanovo
from service.calendar_rollout import roll_out
from store.tables import PersonRow
from tests.api.chance.hours import HOUR, Hours
from tests.api.chance.watched import COMMANDS, CURATORS, EXECUTORS, PEOPLE, Absence, Watched
from tests.api.messages.case import Case, View, routing, when
from tests.api.messages.office import Office, taken
from tests.api.messages.week import at

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]
ENDS = ("decline", "close_unanswered")
HORIZON = at("fri+1 20:00")
JUMPS = (timedelta(minutes=10), timedelta(minutes=31), HOUR, 2 * HOUR, 5 * HOUR, 20 * HOUR, 70 * HOUR)


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
        if not self.sees(held):
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
                update(PersonRow).where(col(PersonRow.key) == person).values(active=person not in self.left)
            )

    async def _use(self, hours: Hours) -> None:
        workflows = self.office.service.workflows
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
