"""A newcomer's first message: each role is led through it, and the program plays whoever is not there."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import Response

from api.web.session import COOKIE
from embedded.demo.lessons import lessons
from tests.api.messages.case import Case, registration, routing
from tests.api.messages.conftest import Begin
from tests.api.messages.office import Installation, Office, taken

_STEP = re.compile(r"Первое сообщение, шаг (\d+) из (\d+): ([^<]+)<")


class Newcomer:
    """Somebody's browser at their first message."""

    def __init__(self, office: Office, person: str) -> None:
        self.office = office
        self.person = person
        self.number = ""
        self.page = ""

    async def _send(self, method: str, path: str, **rest: Any) -> Response:
        token = await self.office.token(self.person)
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={token}"}
        return await self.office.http.request(method, path, headers=headers, **rest)

    async def begin(self, role: str) -> Response:
        answer = await self._send("POST", "/training/first-message", data={"role": role})
        if answer.status_code == 303:
            self.number = answer.headers["location"].rsplit("/", 1)[-1]
        return answer

    async def look(self, path: str | None = None) -> str:
        self.page = (await self._send("GET", path or f"/messages/{self.number}")).text
        return self.page

    async def play(self) -> Response:
        return await self._send("POST", f"/messages/{self.number}/play")

    async def step(self) -> str:
        """The step at which the page says one is."""
        found = _STEP.search(await self.look())
        assert found is not None
        return found[3].strip()

    async def gives(self, path: str, body: object = None) -> dict[str, Any]:
        return taken(await self.office.post(self.person, f"/messages/{self.number}{path}", body))

    async def case(self) -> Case:
        return Case(self.office, taken(await self.office.get("curator", f"/messages/{self.number}")))


async def test_a_curator_is_led_from_registering_to_the_published_answer(office: Office) -> None:
    newcomer = Newcomer(office, "curator2")
    assert "Первое сообщение" in await newcomer.look("/")
    begun = await newcomer.begin("curator")
    assert begun.headers["location"] == "/messages/new?lesson=true"
    link = re.search(r"https://vk\.com/otklik-training/\w+", await newcomer.look(begun.headers["location"]))
    assert link is not None
    view = taken(await office.post("curator2", "/messages", registration(url=link[0])), 201)
    newcomer.number = view["id"]
    assert await newcomer.step() == "направьте сообщение"
    assert (await newcomer.play()).status_code == 409
    await newcomer.gives("/route", routing())
    assert await newcomer.step() == "дождитесь проекта ответа"
    assert "Сыграть за исполнителя" in newcomer.page
    await newcomer.play()
    assert await newcomer.step() == "верните проект на доработку"
    draft = (await newcomer.case()).draft["id"]
    await newcomer.gives(f"/drafts/{draft}/rework", {"comment": "Назовите день."})
    assert await newcomer.step() == "дождитесь доработанного проекта"
    await newcomer.play()
    assert await newcomer.step() == "согласуйте проект"
    await newcomer.gives(f"/drafts/{(await newcomer.case()).draft['id']}/approve")
    assert await newcomer.step() == "дождитесь размещения"
    await newcomer.play()
    assert await newcomer.step() == "готово"
    assert (await newcomer.case()).view["outcome"] == "answered"


async def test_an_executor_is_led_and_the_curator_is_played(office: Office) -> None:
    newcomer = Newcomer(office, "executor-culture")
    await newcomer.begin("executor")
    assert await newcomer.step() == "подготовьте проект ответа"
    assert "Сыграть за" not in newcomer.page
    await newcomer.gives("/drafts", {"kind": "answer", "text": "Здравствуйте!"})
    assert await newcomer.step() == "дождитесь решения куратора"
    await newcomer.play()
    assert await newcomer.step() == "доработайте проект"
    await newcomer.gives("/drafts", {"kind": "answer", "text": "Здравствуйте! Номер исправлен."})
    assert await newcomer.step() == "дождитесь согласования"
    await newcomer.play()
    assert await newcomer.step() == "разместите ответ и подтвердите это"
    await newcomer.gives("/publication", {"url": "https://vk.com/wall-1_2"})
    assert await newcomer.step() == "готово"
    rows = await (await newcomer.case()).journal()
    assert [row["kind"] for row in rows if row["person"] == "executor-culture"] == [
        "submit_draft",
        "submit_draft",
        "confirm_publication",
    ]


async def test_a_returned_message_goes_to_another_body(office: Office) -> None:
    newcomer = Newcomer(office, "executor-sport")
    await newcomer.begin("executor")
    await newcomer.gives("/return", {"reason": "Не наш номер."})
    assert "Сыграть за куратора" in await newcomer.look()
    await newcomer.play()
    assert (await newcomer.case()).body == "roads"


async def test_a_responsible_assigns_and_sees_a_breach(office: Office) -> None:
    newcomer = Newcomer(office, "responsible-culture")
    await newcomer.begin("responsible")
    assert await newcomer.step() == "назначьте исполнителя"
    await newcomer.gives("/assignee", {"person": "executor-culture"})
    assert await newcomer.step() == "посмотрите, что будет, если опоздать"
    for _ in range(2):
        await newcomer._send("POST", f"/messages/{newcomer.number}/fast-forward", data={"step": "next_due"})
    assert await newcomer.step() == "найдите нарушение в обзоре"
    for _ in range(4):  # a draft, its rework, another draft, approval
        await newcomer.play()
    assert await newcomer.step() == "проследите до размещения"
    await newcomer.play()
    assert await newcomer.step() == "готово"


@pytest.mark.parametrize(
    ("person", "role", "step"),
    [
        ("deputy", "deputy", "прочитайте, что случилось"),
        ("head", "head", "передайте сообщение другому куратору"),
    ],
)
async def test_who_oversees_begins_with_what_is_late(
    office: Office, person: str, role: str, step: str
) -> None:
    newcomer = Newcomer(office, person)
    await newcomer.begin(role)
    assert await newcomer.step() == step
    assert (await (await newcomer.case()).notices(person, "escalation")) != []
    for _ in range(8):
        if (await newcomer.case()).view["stage"] == "closed":
            break
        assert (await newcomer.play()).status_code == 303
    assert await newcomer.step() == "готово"


async def test_nobody_is_played_in_a_message_of_the_work(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.route()
    newcomer = Newcomer(case.office, "curator")
    newcomer.number = case.id
    assert "Первое сообщение" not in await newcomer.look()
    assert (await newcomer.play()).status_code == 409
    assert (await case.look())["stage"] == "preparation"


async def test_a_role_that_is_not_ones_own_begins_nothing(office: Office) -> None:
    assert (await Newcomer(office, "executor-culture").begin("head")).status_code == 403
    assert (await Newcomer(office, "governor").begin("governor")).status_code == 403


@pytest.fixture(scope="module")
async def without_demo(installation: Installation) -> AsyncIterator[Office]:
    """The same installation in training, but without the people of the demo to be played."""
    settings = installation.settings
    other = Installation(settings.data, settings.temporal_address, settings.temporal_namespace)
    other.settings = settings.model_copy(update={"demo": False})
    async with other.office() as office:
        yield office


async def test_without_the_people_of_the_demo_nobody_is_played(without_demo: Office, begin: Begin) -> None:
    case = await begin("mon 09:00", url=lessons.new_link())
    await case.route()
    newcomer = Newcomer(without_demo, "curator")
    newcomer.number = case.id
    assert await newcomer.step() == "дождитесь проекта ответа"
    assert "Сыграть за" not in newcomer.page
    assert (await newcomer.play()).status_code == 404
    assert (await Newcomer(without_demo, "executor-culture").begin("executor")).status_code == 403
    assert (await newcomer.begin("curator")).status_code == 303


async def test_the_time_left_is_told_by_the_messages_own_clock(begin: Begin) -> None:
    case = await begin("mon 09:00")
    newcomer = Newcomer(case.office, "curator")
    newcomer.number = case.id
    header = (await newcomer.look()).split('<header class="title">')[1].split("</header>")[0]
    assert "до 10:30, " in header and "п. 7" in header
    left, span = re.search(r'data-left="(\d+) (\d+)-', header).groups()  # type: ignore[union-attr]
    assert 5300 < int(left) <= 5400
    now = re.search(r'data-now="(\d+)"', newcomer.page)
    assert now is not None and abs(int(span) - int(now[1])) < 30
    row = (await newcomer.look("/")).split(f'href="/messages/{case.id}"')[0].rsplit("<tr", 1)[1]
    assert "до 10:30<" in row
