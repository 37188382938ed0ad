"""One message over HTTP, and its steps in short words: each expects to be taken and keeps the message after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from httpx import Response

from tests.api.messages.office import Office, taken, until
from tests.api.messages.pictures import PNG
from tests.api.messages.week import at

_numbers = count(1)

View = dict[str, Any]


LINKS = {
    "vkontakte": "https://vk.com/wall-238_{}",
    "odnoklassniki": "https://ok.ru/group/238/topic/{}",
    "instagram": "https://www.instagram.com/p/otklik{}/",
    "blog": "https://blog.example.ru/{}",
    "microblog": "https://t.me/otklik/{}",
    "video_hosting": "https://rutube.ru/video/{}/",
    "forum": "https://forum.example.ru/topic/{}",
    "review_site": "https://otzovik.com/review_{}.html",
}
"""Links of each network by number."""


def registration(**changed: Any) -> dict[str, Any]:
    """A message nobody has registered yet; a field given as None is left out."""
    number = next(_numbers)
    body = {
        "network": "vkontakte",
        "url": LINKS.get(changed.get("network", "vkontakte"), LINKS["vkontakte"]).format(f"{number}"),
        "author": f"Житель {number}",
        "text": f"Яма у дома {number} на Советской.",
    } | changed
    return {field: value for field, value in body.items() if value is not None}


def routing(*bodies: str, **changed: Any) -> dict[str, Any]:
    return {
        "bodies": list(bodies or ("roads",)),
        "topic": "potholes",
        "location": "г. Кинешма, ул. Советская",
        "importance": "ordinary",
    } | changed


class Case:
    """One message; `view` is its JSON after the last step."""

    def __init__(self, office: Office, view: View, *, stretch: int = 0) -> None:
        self.office = office
        self.view = view
        self.id: str = view["id"]
        self._stretch = stretch

    @classmethod
    async def begin(
        cls,
        office: Office,
        starts: str = "mon 09:00",
        *,
        detected: str | None = None,
        stretch: int = 0,
        person: str = "curator",
        to: Sequence[str] = (),
        **fields: Any,
    ) -> "Case":
        """Register a message whose clock begins at a moment in the words of `week.at`, and route it to the bodies."""
        body = registration(
            starts_at=at(starts, stretch=stretch).isoformat(),
            detected_at=at(detected, stretch=stretch).isoformat() if detected else None,
            **fields,
        )
        case = cls(office, taken(await office.post(person, "/messages", body), 201), stretch=stretch)
        if to:
            await case.route(*to)
        return case

    # ---- any request about this message

    async def post(
        self, person: str | None, path: str, body: object = None, *, key: str | None = None
    ) -> Response:
        return await self.office.post(person, f"/messages/{self.id}{path}", body, key=key)

    async def get(self, person: str | None, path: str = "", **params: Any) -> Response:
        return await self.office.get(person, f"/messages/{self.id}{path}", **params)

    async def upload(
        self, person: str | None, content: bytes = PNG, name: str = "яма.png", kind: str = "image/png"
    ) -> Response:
        return await self.office.call(
            person, "POST", f"/messages/{self.id}/attachments", files={"file": (name, content, kind)}
        )

    async def attach(self, person: str = "curator", content: bytes = PNG, name: str = "яма.png") -> str:
        """The id of a file uploaded to the message."""
        attachment: str = taken(await self.upload(person, content, name))["id"]
        return attachment

    async def withdraw(self, body: str | None = None, draft: str | None = None) -> View:
        path = f"/messages/{self.id}/drafts/{draft or self.draft['id']}"
        return self._keep(await self.office.call(f"executor-{body or self.body}", "DELETE", path))

    async def step(self, person: str, path: str, body: object = None) -> View:
        return self._keep(await self.post(person, path, body))

    def _keep(self, answer: Response) -> View:
        self.view = taken(answer)
        return self.view

    # ---- its clock

    async def at(self, moment: str) -> View:
        """Move the message's clock; the words are those of `week.at`."""
        return await self.until(at(moment, stretch=self._stretch))

    async def until(self, moment: datetime) -> View:
        return await self._forward({"to": moment.isoformat()})

    async def wait(self, duration: str) -> View:
        return await self._forward({"by": duration})

    async def _forward(self, body: View) -> View:
        return self._keep(
            await self.office.post("curator", f"/training/messages/{self.id}/fast-forward", body)
        )

    def moment(self, text: str) -> datetime:
        return at(text, stretch=self._stretch)

    # ---- its steps

    async def route(self, *bodies: str, person: str = "curator", **changed: Any) -> View:
        return await self.step(person, "/route", routing(*bodies, **changed))

    async def give_back(self, body: str | None = None, **fields: Any) -> View:
        return await self.step(
            f"executor-{body or self.body}", "/return", {"reason": "Улица не наша."} | fields
        )

    async def contribute(self, text: str = "Трубы меняем в мае.", **fields: Any) -> View:
        return await self.step(f"executor-{self.body}", "/contributions", {"text": text} | fields)

    async def rework_contribution(self, comment: str = "Назовите срок.") -> View:
        contribution = self.view["contributions"][-1]["id"]
        return await self.step("curator", f"/contributions/{contribution}/rework", {"comment": comment})

    async def submit(self, kind: str = "answer", text: str = "Яму засыпали сегодня.", **fields: Any) -> View:
        return await self.step(f"executor-{self.body}", "/drafts", {"kind": kind, "text": text} | fields)

    async def approve(self, person: str = "curator") -> View:
        return await self.step(person, f"/drafts/{self.draft['id']}/approve")

    async def rework(self, comment: str = "Укажите адрес.") -> View:
        return await self.step("curator", f"/drafts/{self.draft['id']}/rework", {"comment": comment})

    async def publish(self, url: str = "https://vk.com/wall-1_2") -> View:
        return await self.step(f"executor-{self.body}", "/publication", {"url": url})

    async def answer(
        self,
        kind: str = "answer",
        text: str = "Яму засыпали сегодня.",
        *,
        url: str = "https://vk.com/wall-1_2",
        **fields: Any,
    ) -> View:
        """Send a draft, have it approved, and publish it."""
        await self.submit(kind, text, **fields)
        await self.approve()
        return await self.publish(url)

    async def decline(self, ground: str = "obscene_or_insulting") -> View:
        return await self.step("curator", "/decline", {"ground": ground})

    async def reply(self, text: str = "У дома 5, второй подъезд.") -> View:
        return await self.step("curator", "/author-reply", {"text": text})

    async def close(self, reason: str = "deleted") -> View:
        return await self.step("curator", "/close", {"reason": reason})

    async def report(self, reason: str = "Тему обсуждает весь город.") -> View:
        return await self.step("curator", "/governor-report", {"reason": reason})

    async def resume(self) -> View:
        return await self.step("curator", "/resume")

    async def reopen(self, person: str = "curator", reason: str = "Закрыто по ошибке.") -> View:
        return await self.step(person, "/reopen", {"reason": reason})

    async def correct(self, reason: str = "Опечатка.", **fields: Any) -> View:
        path = f"/messages/{self.id}"
        return self._keep(await self.office.call("curator", "PATCH", path, {**fields, "reason": reason}))

    async def note(self, text: str = "Снимок записи.", person: str = "curator", **fields: Any) -> View:
        return await self.step(person, "/notes", {"text": text} | fields)

    async def assign(self, person: str | None, by: str | None = None) -> View:
        return await self.step(by or f"responsible-{self.body}", "/assignee", {"person": person})

    async def hand_over(self, person: str, by: str = "curator") -> View:
        return await self.step(by, "/curator", {"person": person})

    async def correct_link(self, url: str, person: str = "curator", draft: str | None = None) -> View:
        path = f"/drafts/{draft or self.draft['id']}/link"
        return await self.step(person, path, {"url": url, "reason": "Указана другая запись."})

    async def look(self, person: str = "curator") -> View:
        return self._keep(await self.get(person))

    # ---- what it is

    @property
    def body(self) -> str:
        """The body whose turn it is."""
        body: str = self.view["current_body"]
        assert body is not None, f"nobody's turn in {self.view['stage']}"
        return body

    @property
    def draft(self) -> View:
        """The draft sent last."""
        draft: View = self.view["drafts"][-1]
        return draft

    def run(self, name: str, number: int = -1) -> View:
        """The runs of one limit in order; the last by default."""
        found: View = [run for run in self.view["limits"] if run["name"] == name][number]
        return found

    def names(self, *, of: str) -> list[str]:
        """Names of the runs in which the field `of` is set."""
        return [run["name"] for run in self.view["limits"] if run[of]]

    async def journal(self, person: str = "curator") -> list[View]:
        """Every row, the oldest first."""
        rows: list[View] = taken(await self.get(person, "/journal"))["items"]
        return rows[::-1]

    async def kinds(self) -> list[str]:
        """What has happened to it, the first first; rows are numbered without a gap."""
        rows = await self.journal()
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        return [row["kind"] for row in rows]

    async def page(self, person: str = "curator", query: str = "") -> str:
        """Its page, as somebody's browser has it."""
        answer = await self.office.browse(person, f"/messages/{self.id}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def notices(self, person: str, kind: str | None = None) -> list[View]:
        """What the person was told of this message, the newest first."""
        items = taken(await self.office.get(person, "/notices", message=self.id))["items"]
        return [item for item in items if kind is None or item["kind"] == kind]

    async def until_told(self, person: str, kind: str) -> None:
        """Notices are written a moment after the step they are about, to whoever is there by then."""
        await until(lambda: self.notices(person, kind))


def standing_still(view: View) -> View:
    """A view of a message without by how much open steps are over, which goes on from look to look."""
    limits = [
        {**run, "charged": [{**item, "over": None} for item in run["charged"]]} if not run["met_at"] else run
        for run in view["limits"]
    ]
    return {**view, "limits": limits}


def when(text: str | None) -> datetime:
    """A moment of an answer."""
    assert text is not None
    return datetime.fromisoformat(text)


def about(text: str | None, moment: datetime) -> bool:
    """Whether a moment of an answer is `moment`, but for the seconds the test itself took."""
    return timedelta(0) <= when(text) - moment < timedelta(minutes=2)
