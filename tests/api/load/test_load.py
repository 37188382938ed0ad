"""Load over HTTP: asked for, under way, there; its page and the refusals of its form."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.web.session import COOKIE
from service.load import task
from service.load.making import LoadMaking
from service.runs.rules import RulesInForce
from settings import Settings
from store.database.engines import Database
from tests.api.conftest import assert_problem, bearer, token_of
from tests.service.load.test_figures import RECORD, SPAN, add

pytestmark = pytest.mark.usefixtures("week_on_record")


@pytest.fixture
async def week_on_record(app: FastAPI, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Monday after it."""
    await add(db, *RECORD)
    monkeypatch.setattr(task, "RUNS", 2)
    object.__setattr__(app.state.service.load, "clock", lambda: SPAN[1] + timedelta(hours=9))


@pytest.fixture
async def head(http: AsyncClient) -> AsyncClient:
    """A head, of the API and of the pages."""
    token = await token_of(http, "head")
    http.headers.update(bearer(token))
    http.cookies.set(COOKIE, token)
    return http


async def work(db: Database, folder: Path) -> None:
    """Do what a worker does."""
    settings = Settings.load(data=folder, database_url=db.url)
    making = LoadMaking(db, RulesInForce(settings, db))
    assert await making.is_due()
    while (await making.portion()).more:
        pass


async def test_a_calculation_is_asked_for_and_found_once_it_is_there(
    head: AsyncClient, db: Database, tmp_path: Path
) -> None:
    asked = {"curators": 3, "per_day": 1.5, "goal": 90, "bodies": {"roads": 2}}
    assert (await head.post("/api/load", json=asked)).status_code == 202
    waiting = await head.get("/api/load")
    assert (waiting.status_code, waiting.json()["under_way"]) == (200, 0)
    assert waiting.json()["calculation"] is waiting.json()["record"] is None
    assert "Готово 0 %" in (await head.get("/load")).text
    await work(db, tmp_path)
    found = (await head.get("/api/load")).json()
    assert (found["question"], found["under_way"]) == (asked, None)
    assert (found["first_day"], found["last_day"]) == ("2026-10-19", "2026-11-15")
    assert found["record"]["messages"] == 5
    assert {one["limit"] for one in found["replay"]} == {"routing", "approval"}
    first = found["calculation"]["variants"][0]
    assert (first["curators"], first["bodies"]) == (3, {"roads": 2})
    assert first["routing"]["low"] <= first["routing"]["median"] <= first["routing"]["high"]
    page = (await head.get("/load")).text.replace("\u00a0", " ")
    assert "Кураторов 3; Дороги: исполнителей 2" in page
    assert "в пределах модели" in page
    assert (await head.post("/api/load", json=asked)).status_code == 202
    assert (await head.get("/api/load")).json() == found, "it is there for an hour"


async def test_the_page_asks_and_the_one_asked_last_is_shown(
    head: AsyncClient, db: Database, tmp_path: Path
) -> None:
    for curators in ("1", "2"):
        sent = await head.post("/load", data={"curators": curators, "per_day": "1 000,5"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/load")
    question = (await head.get("/api/load")).json()["question"]
    assert (question["curators"], question["per_day"], question["goal"]) == (2, 1000.5, 95)


async def test_a_body_without_messages_is_refused(head: AsyncClient, db: Database, tmp_path: Path) -> None:
    await head.post("/api/load", json={"bodies": {"moon": 2}})
    await work(db, tmp_path)
    refused = "Сообщений органа «moon» в записях нет: изменить число его исполнителей нельзя."
    assert (await head.get("/api/load")).json()["refused"] == refused
    assert refused in (await head.get("/load")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"curators": "два"}, "нужно целое число."),
        ({"curators": "0"}, "нужно не меньше 1."),
        ({"per_day": "nan"}, "load-per_day-wrong"),
        ({"goal": "100"}, "нужно меньше 100.0."),
        ({"body": "roads"}, "Укажите орган и целое число его исполнителей, от 1 до 100."),
        ({"executors": "2"}, "Укажите орган и целое число его исполнителей, от 1 до 100."),
        ({"body": "roads", "executors": "101"}, "Укажите орган и целое число его исполнителей, от 1 до 100."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    head: AsyncClient, typed: dict[str, str], said: str
) -> None:
    refused = await head.post("/load", data=typed)
    assert refused.status_code == 422
    assert said in refused.text
    assert (await head.get("/api/load")).json()["question"] is None


async def test_without_a_record_there_is_nothing_to_calculate(
    head: AsyncClient, app: FastAPI, db: Database, tmp_path: Path
) -> None:
    object.__setattr__(app.state.service.load, "clock", lambda: SPAN[0] - timedelta(weeks=5))
    assert (await head.post("/api/load", json={})).status_code == 202
    await work(db, tmp_path)
    assert "ни одно сообщение не направлено" in (await head.get("/api/load")).json()["refused"]


@pytest.mark.parametrize("person", ["curator", "executor-roads", "deputy"])
async def test_it_is_for_the_head_and_the_administrator(
    as_: Callable[[str], Awaitable[AsyncClient]], person: str
) -> None:
    client = await as_(person)
    for answer in (await client.get("/api/load"), await client.post("/api/load", json={})):
        assert_problem(answer, 403)
    assert (await (await as_("admin")).get("/api/load")).status_code == 200
