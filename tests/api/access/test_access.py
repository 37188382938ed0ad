"""The record of access at the border of the API: every way in, by whom, and how it ended."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx import AsyncClient

from api.access_recording import OF_PATH
from api.router import Router, Who
from api.web.pages import Pages
from embedded.serving import create_app
from service.access.recorded_calls import CALL_TITLES, OUTCOME_TITLES, AccessOutcome, Call
from settings import Settings
from store.database.engines import Database
from tests.api.conftest import PASSWORD, assert_problem, bearer, token_of

SignIn = Callable[[str], Awaitable[AsyncClient]]
Row = dict[str, Any]


@pytest.fixture
async def admin(as_: SignIn) -> AsyncClient:
    return await as_("admin")


async def rows(admin: AsyncClient, **sought: Any) -> list[Row]:
    answer = await admin.get("/api/access", params=sought)
    assert answer.status_code == 200, answer.text
    items: list[Row] = answer.json()["items"]
    return items


async def last(admin: AsyncClient, **sought: Any) -> Row:
    return (await rows(admin, **sought))[0]


# ---- every way in


def test_every_route_says_what_it_is_on_record_as(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"training": True, "demo": True}))
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    assert {getattr(route, "operation_id", None) for route in routes} > {"get_message", "route_message"}
    silent = [
        getattr(route, "path", "")
        for route in routes
        if getattr(route, "recorded", Call.UNDECLARED) == Call.UNDECLARED
    ]
    assert silent == [app.openapi_url]


def test_a_route_that_does_not_say_is_an_error_where_it_is_written() -> None:
    for router in (Router("Проба"), Pages()):
        with pytest.raises(TypeError, match="recorded"):
            router.get("/new", by=Who.EVERYBODY)  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="by"):
            router.get("/new", recorded=None)  # type: ignore[call-arg]


async def test_one_that_does_not_say_is_on_record_all_the_same(app: FastAPI, admin: AsyncClient) -> None:
    @app.get("/api/new", operation_id="new_one")
    async def new_one() -> dict[str, str]:
        return {}

    assert (await admin.get("/api/new")).status_code == 200
    assert (await last(admin, call="undeclared"))["outcome"] == "ok"


def test_everything_has_a_title() -> None:
    assert CALL_TITLES.keys() == set(Call)
    assert OUTCOME_TITLES.keys() == set(AccessOutcome)


def test_every_part_of_an_address_that_is_recorded_is_kept(settings: Settings) -> None:
    """What it was about is known although it is refused, or gone afterwards."""
    app = create_app(settings.model_copy(update={"training": True, "demo": True}))
    parts = {
        part
        for context in iter_route_contexts(app.routes)
        for method in getattr(context.original_route, "methods", None) or ()
        if getattr(context.original_route, "recorded", None) is not None
        for part in re.findall(r"\{(\w+)", getattr(context.original_route, "path_format", ""))
    }
    assert parts - {"message"} == OF_PATH


# ---- who, what, from where, and how it ended


async def test_a_list_is_on_record_before_it_is_answered(as_: SignIn, admin: AsyncClient) -> None:
    curator = await as_("curator")
    query = {
        "q": "Иванов",
        "stage": "approval",
        "topic": "Иванов Иван",
        "due_before": "2026-11-30T12:00:00+03:00",
    }
    assert (await curator.get("/api/messages", params=query)).status_code == 200
    row = await last(admin, person="curator", call="messages.list")
    assert (row["title"], row["outcome"], row["address"]) == ("Просмотр списка сообщений", "ok", "127.0.0.1")
    assert (row["message"], row["messages"], row["acting_for"]) == (None, [], [])
    # Words are what somebody has typed, and may be a citizen's name.
    assert row["details"] == {
        "filters": {"q": "…", "stage": "approval", "topic": "…", "due_before": "2026-11-30T12:00:00+03:00"}
    }


@pytest.mark.parametrize(
    ("who", "path", "call", "outcome"),
    [
        ("curator", "/api/messages/7", "message.open", "not_found"),
        ("curator", "/api/messages/7/journal", "message.journal", "not_found"),
        ("curator", "/api/access?person=admin", "access.search", "forbidden"),
        ("curator", "/api/people/admin/sign-ins", "sign_ins.list", "forbidden"),
        ("curator", "/api/messages?colour=red", "messages.list", "refused"),
        ("curator", "/api/queue", "queue", "ok"),
        ("curator", "/api/notices", "notices", "ok"),
        ("admin", "/api/access?person=curator", "access.search", "ok"),
        ("admin", "/api/people/curator/absences", "absence.list", "ok"),
    ],
)
async def test_reads_and_refusals_are_on_record(
    as_: SignIn, admin: AsyncClient, who: str, path: str, call: str, outcome: str
) -> None:
    await (await as_(who)).get(path)
    row = await last(admin, person=who, call=call)
    assert row["outcome"] == outcome
    assert row["message"] == ("7" if "/7" in path else None)


async def test_a_read_without_a_sign_in_is_on_record_without_a_person(
    http: AsyncClient, admin: AsyncClient
) -> None:
    assert (await http.get("/api/messages/7", headers=bearer("made-up"))).status_code == 401
    row = await last(admin, message="7")
    assert (row["person"], row["call"], row["outcome"]) == (None, "message.open", "not_signed_in")


async def test_what_shows_nothing_of_anybody_and_what_machines_ask_is_not_on_record(
    http: AsyncClient, as_: SignIn, admin: AsyncClient
) -> None:
    curator = await as_("curator")
    for path in ("/api/me", "/api/directory", "/healthz", "/metrics", "/about", "/docs", "/nowhere"):
        await curator.get(path)
    assert await rows(admin) == []


# ---- signing in


async def test_signing_in_and_out_and_a_failure_are_on_record(http: AsyncClient, admin: AsyncClient) -> None:
    wrong = await http.post("/api/token", data={"username": "curator", "password": "wrong"})
    assert wrong.status_code == 401
    token = await token_of(http, "curator")
    assert (await http.delete("/api/token", headers=bearer(token))).status_code == 204
    assert [(row["call"], row["outcome"]) for row in await rows(admin, person="curator")] == [
        ("sign_out", "ok"),
        ("sign_in", "ok"),
        ("sign_in.failed", "not_signed_in"),
    ]


async def test_a_name_that_nobody_has_is_not_kept(
    http: AsyncClient, admin: AsyncClient, db: Database
) -> None:
    """People type their password where the name belongs."""
    await http.post("/api/token", data={"username": PASSWORD, "password": "curator"})
    (row,) = await rows(admin, call="sign_in.failed")
    assert row["person"] is None
    assert PASSWORD not in str(row)


async def test_strangers_who_go_on_asking_do_not_fill_the_record(
    http: AsyncClient, admin: AsyncClient, app: FastAPI
) -> None:
    for _ in range(30):
        await http.get("/api/messages")
    assert len(await rows(admin, call="messages.list")) == 1
    app.state.service.access.tell_of_strangers()
    counted, first = await rows(admin, call="messages.list")
    assert (counted["details"], first["details"]) == ({"times": 29}, {})
    assert counted["outcome"] == first["outcome"] == "not_signed_in"


@pytest.mark.parametrize(
    ("method", "path", "body", "call"),
    [
        ("POST", "/api/me/password", {"old": "wrong", "new": "x"}, "password.change"),
        ("POST", "/api/me/second-factor", {"password": PASSWORD}, "second_factor.enrol"),
        ("DELETE", "/api/people/curator/sign-ins", None, "sign_ins.end"),
        ("DELETE", "/api/people/curator/second-factor", None, "second_factor.remove"),
    ],
)
async def test_what_is_done_to_accounts_is_on_record(
    admin: AsyncClient, method: str, path: str, body: object, call: str
) -> None:
    await admin.request(method, path, json=body)
    row = await last(admin, person="admin", call=call)
    assert row["details"] == ({"key": "curator"} if "people" in path else {})


# ---- offices


def away(**changed: str) -> dict[str, str]:
    return {
        "from": "2099-11-23T09:00:00+03:00",
        "to": "2099-11-27T18:00:00+03:00",
        "substitute": "executor-housing",
    } | changed


async def test_who_gave_whose_office_to_whom_stays_on_record_when_the_absence_is_removed(
    as_: SignIn, admin: AsyncClient
) -> None:
    responsible = await as_("responsible-roads")
    address = "/api/people/executor-roads/absences"
    recorded = (await responsible.post(address, json=away())).json()
    assert (await responsible.delete(f"{address}/{recorded['id']}")).status_code == 204
    removed, created = (await rows(admin, person="responsible-roads"))[:2]
    office = {
        "absence": recorded["id"],
        "key": "executor-roads",
        "substitute": "executor-housing",
        "from": "2099-11-23T06:00:00+00:00",
        "to": "2099-11-27T15:00:00+00:00",
    }
    assert (created["call"], created["outcome"], created["details"]) == ("absence.create", "ok", office)
    assert (removed["call"], removed["details"]) == ("absence.remove", {**office, "ended": False})
    assert created["address"] == removed["address"] == "127.0.0.1"
    assert len(await rows(admin, call="absence.create")) == 1


async def test_an_office_that_is_refused_is_on_record_too(as_: SignIn, admin: AsyncClient) -> None:
    answer = await (await as_("head")).post("/api/people/executor-roads/absences", json=away())
    assert answer.status_code == 403
    row = await last(admin, call="absence.create")
    assert (row["person"], row["outcome"]) == ("head", "forbidden")
    assert row["details"] == {"key": "executor-roads"}


async def test_for_whom_somebody_acts_is_on_record(as_: SignIn, admin: AsyncClient) -> None:
    body = away(**{"from": "2026-11-01T09:00:00+03:00"})
    assert (await admin.post("/api/people/curator/absences", json=body)).status_code == 201
    await (await as_("executor-housing")).get("/api/queue")
    assert (await last(admin, call="queue"))["acting_for"] == ["curator"]


# ---- searching it


async def test_only_administrators_read_it(as_: SignIn, http: AsyncClient) -> None:
    assert_problem(await http.get("/api/access"), 401)
    for person in ("curator", "head", "deputy", "responsible-roads", "executor-roads"):
        assert_problem(await (await as_(person)).get("/api/access"), 403)


async def test_pages_follow_one_another(admin: AsyncClient) -> None:
    for _ in range(5):
        await admin.get("/api/queue")
    first = (await admin.get("/api/access", params={"call": "queue", "limit": 3})).json()
    rest = (await admin.get("/api/access", params={"call": "queue", "cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, None)
    assert len({row["id"] for row in (*first["items"], *rest["items"])}) == 5


async def test_it_is_searched_by_moment(admin: AsyncClient) -> None:
    await admin.get("/api/queue")
    at = (await last(admin, call="queue"))["at"]
    assert len(await rows(admin, call="queue", **{"from": at})) == 1
    assert await rows(admin, call="queue", to=at) == []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("colour", "red"), ("call", "nothing"), ("from", "yesterday"), ("cursor", "x"), ("person", "a\x00b")],
)
async def test_a_search_that_cannot_be_is_422(admin: AsyncClient, parameter: str, value: str) -> None:
    assert_problem(await admin.get("/api/access", params={parameter: value}), 422, parameter)


async def test_no_message_has_a_number_that_is_none(admin: AsyncClient) -> None:
    assert await rows(admin, message="none") == []
