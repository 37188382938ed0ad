"""One message of the month, and its steps in short words.

Every step is taken only where the message told that person beforehand that they may, and every refusal is kept, so that
its words are read too.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from httpx import Response

from tests.api.chance.hours import MOSCOW
from tests.api.messages.case import LINKS, Case, View, registration, routing, when
from tests.api.messages.office import Office, refused, taken
from tests.office.month import Month
from tests.office.whose_checks import Telling

TOPICS = {
    **{"roads": "potholes", "housing": "no-heating", "health": "doctor-appointments"},
    **{"education": "school-buildings", "social": "child-benefits", "culture": "culture-houses"},
    "sport": "sports-grounds",
}

COMMANDS = (
    ("PATCH", r"", "correct"),
    ("POST", r"/route", "route"),
    ("POST", r"/return", "return_to_curator"),
    ("POST", r"/contributions", "contribute"),
    ("POST", r"/contributions/[^/]+/rework", "send_for_rework"),
    ("POST", r"/drafts", "submit_draft"),
    ("DELETE", r"/drafts/[^/]+", "withdraw_draft"),
    ("POST", r"/drafts/[^/]+/approve", "approve"),
    ("POST", r"/drafts/[^/]+/rework", "send_for_rework"),
    ("POST", r"/drafts/[^/]+/link", "correct_link"),
    ("POST", r"/publication", "confirm_publication"),
    ("POST", r"/decline", "decline"),
    ("POST", r"/author-reply", "author_replied"),
    ("POST", r"/resume", "resume"),
    ("POST", r"/close", "close_unanswered"),
    ("POST", r"/reopen", "reopen"),
    ("POST", r"/notes", "note"),
    ("POST", r"/assignee", "assign"),
    ("POST", r"/curator", "hand_over"),
    ("POST", r"/governor-report", "report_to_governor"),
    ("POST", r"/transfer", "transfer"),
    ("POST", r"/split", "split"),
    ("POST", r"/referral", "refer"),
    ("POST", r"/redact", "redact"),
)
"""Each call, and the command it gives."""


class Matter(Case):
    """`curator` is whose the message is; `now` is its own clock, to some seconds."""

    def __init__(self, office: Office, month: Month, view: View, curator: str, now: datetime) -> None:
        super().__init__(office, view)
        self.month, self.curator, self.now = month, curator, now
        self.title = ""
        self.refusals: list[str] = []
        self.others: list[Matter] = []
        self.rows: list[View] = []
        self.telling: Telling

    @classmethod
    async def open(
        cls,
        office: Office,
        month: Month,
        moment: datetime,
        *,
        detected: datetime | None = None,
        curator: str = "curator",
        **fields: Any,
    ) -> "Matter":
        """A message registered at the moment by its own clock."""
        body = registration(
            starts_at=moment.isoformat(), detected_at=detected and detected.isoformat(), **fields
        )
        view = taken(await office.post(curator, "/messages", body), 201)
        return cls(office, month, view, curator, moment)

    async def another(self, moment: datetime, **fields: Any) -> "Matter":
        """Another message of the same story."""
        matter = await Matter.open(self.office, self.month, moment, curator=self.curator, **fields)
        matter.title = self.title
        self.others.append(matter)
        return matter

    @property
    def registered_at(self) -> datetime:
        return when(self.rows[0]["at"])

    # ---- steps

    async def act(self, person: str, method: str, path: str, body: object = None) -> View:
        """A step of somebody who may take it, and knows; «curator» is whose the message is."""
        person = self.curator if person == "curator" else person
        view = taken(await self.get(person))
        command = next(name for verb, form, name in COMMANDS if verb == method and re.fullmatch(form, path))
        assert command in view["allowed"], f"{person} is not told that they may {command}: {view['allowed']}"
        answer = await self.office.call(person, method, f"/messages/{self.id}{path}", body, key=uuid4().hex)
        self.view = taken(answer)
        return self.view

    async def step(self, person: str, path: str, body: object = None) -> View:
        return await self.act(person, "POST", path, body)

    async def route(self, *bodies: str, person: str = "curator", **changed: Any) -> View:
        topic = {"topic": TOPICS[bodies[0]]} | changed
        return await self.step(person, "/route", routing(*bodies, **topic))

    async def correct(self, reason: str = "Опечатка.", **fields: Any) -> View:
        return await self.act("curator", "PATCH", "", {**fields, "reason": reason})

    async def withdraw(self, body: str | None = None, draft: str | None = None) -> View:
        path = f"/drafts/{draft or self.draft['id']}"
        return await self.act(f"executor-{body or self.body}", "DELETE", path)

    async def publish(self, url: str = "") -> View:
        return await super().publish(url or self.answer_link(1))

    async def correct_link(self, url: str, person: str = "curator", draft: str | None = None) -> View:
        path = f"/drafts/{draft or self.draft['id']}/link"
        return await self.step(person, path, {"url": url, "reason": "Указана ссылка на другую запись."})

    async def answered(
        self,
        text: str = "Вопрос решён, работы выполнены.",
        *,
        kind: str = "answer",
        minutes: int = 15,
        then: int | None = None,
        url: str = "",
    ) -> View:
        """From a draft to its publication, so many minutes to the approval and `then`, if not as many, from there."""
        await self.submit(kind, text)
        await self.later(minutes)
        return await self.approved_and_placed(minutes if then is None else then, url=url)

    async def approved_and_placed(self, minutes: int, *, url: str = "", person: str = "curator") -> View:
        """The draft sent last is approved, and published so many minutes later."""
        await self.approve(person)
        await self.later(minutes)
        return await self.publish(url)

    async def refused(
        self, person: str, path: str, body: object = None, *, status: int = 409, method: str = "POST"
    ) -> str:
        """What is said to somebody who is refused."""
        person = self.curator if person == "curator" else person
        answer: Response = await self.office.call(person, method, f"/messages/{self.id}{path}", body)
        detail = str(refused(answer, status)["detail"])
        self.refusals.append(detail)
        return detail

    # ---- its clock

    async def until(self, moment: datetime) -> View:
        view = await super().until(moment)
        self.now = moment
        return view

    async def later(self, minutes: float) -> View:
        """Minutes by the clock, whether anybody works or not."""
        return await self.until(self.now + timedelta(minutes=minutes))

    async def day(self, day: int, clock: str) -> View:
        return await self.until(self.month.at(day, clock))

    async def next_day(self, clock: str) -> View:
        """The first working day after this one."""
        today = self.now.astimezone(MOSCOW).date()
        return await self.day(next(n for n, day in enumerate(self.month.days, 1) if day > today), clock)

    async def past(self, limit: str, minutes: float = 10) -> View:
        """So long after the due moment of the limit that is open; before it, where negative."""
        return await self.until(when(self.run(limit)["due_at"]) + timedelta(minutes=minutes))

    def answer_link(self, number: int) -> str:
        """A link of the network where the message stands, and not its own."""
        return LINKS[self.view["network"]].format(f"{1000 * int(self.id) + 500_000 + number}")
