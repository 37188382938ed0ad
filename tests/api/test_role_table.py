"""Every call of the API by everybody: `role_table` says who may, and knows of every call there is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from starlette.routing import BaseRoute

from embedded.serving import create_app
from service.reports.papers import press
from service.reports.weekly.press import Job
from settings import Settings
from store.database.engines import Database
from store.messages.tables import AttachmentContentRow, AttachmentRow, MessageBodyRow, MessageRow
from tests.api.conftest import NO_TEMPORAL, client_of
from tests.api.people import sign_ins
from tests.api.role_table import CALLS, NOBODY, PAGES, PEOPLE, ROLES, expected, expected_of_page
from tests.prepared import prepare

ENDING = (
    "POST /sign-out",
    "DELETE /api/token",
    "DELETE /api/people/{key}/sign-ins",
    "POST /admin/people/{key}/sign-ins/end",
)
NAMED = {
    "message": "1",
    "attachment": "proof",
    "schedule": "digest",
    "week": "none",
    "picture": "bodies",
    "version": "x",
    "command": "submit_draft",
    "name": "none.css",
    "kind": "none",
    "act": "1",
    "number": "11",
    "channel": "1",
    "key": "executor-roads",
    **dict.fromkeys(
        ("draft", "contribution", "absence", "sign_in", "view", "notice", "shortcoming", "account"), "none"
    ),
    **dict.fromkeys(("network", "source", "candidate", "workbook", "promise"), "none"),
    # Of the demo's network.
    **dict.fromkeys(("post", "comment", "body", "file"), "none"),
}
TOO_LONG_A_KEY = {"Idempotency-Key": "k" * 201}


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    """The demo directory, one message, and no Temporal: nobody gets so far as to need it."""
    settings = Settings.load(
        data=tmp_path_factory.mktemp("roles"),
        temporal_address=NO_TEMPORAL,
        training=True,
        demo=True,
        demo_password="не для входа",
        second_factor_for_admins=True,
    )
    await prepare(settings)
    app = create_app(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "_made", each_kind_once(press._made))
        async with app.router.lifespan_context(app):
            yield await filled(app)


def each_kind_once(make: Callable[[Job], Awaitable[bytes]]) -> Callable[[Job], Awaitable[bytes]]:
    """A press that makes one document of each kind: who gets it is asked here, and not what stands in it."""
    made: dict[type[Job], bytes] = {}

    async def once(job: Job) -> bytes:
        kind = type(job)
        if kind not in made:
            made[kind] = await make(job)
        return made[kind]

    return once


async def filled(app: FastAPI) -> FastAPI:
    database = app.state.service.database
    await add_message(database)
    await sign_ins.add_people(app.state.service)
    await sign_ins.substitute(database, "executor-roads", "executor-ecology")
    return app


async def add_message(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.write() as session:
        session.add(
            MessageRow(
                number=1,
                network="vkontakte",
                url="https://vk.com/wall-1_1",
                author="Автор",
                text="Яма.",
                search_text="яма",
                lemmas="яма",
                registered_by="curator",
                detected_at=now - timedelta(hours=1),
                registered_at=now,
            )
        )
        await session.flush()
        session.add_all(MessageBodyRow(message=1, body=body) for body in ("housing", "roads"))
        session.add(
            AttachmentRow(
                id="proof",
                message=1,
                name="снимок.png",
                type="image/png",
                size=1,
                digest="",
                uploaded_by="curator",
                uploaded_at=now,
            )
        )
        await session.flush()
        session.add(AttachmentContentRow(attachment="proof", content=b"1"))


def addresses(routes: list[BaseRoute]) -> Iterator[str]:
    """Every method and path that the application serves, also of what the description leaves out."""
    for route in routes:
        within: Any = getattr(route, "original_router", None)
        if within is not None:
            yield from addresses(within.routes)
            continue
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None) or ()
        yield from (f"{method} {path}" for method in methods if method != "HEAD")


def test_the_table_knows_every_call_there_is(app: FastAPI) -> None:
    served = set(addresses(app.routes))
    described = {
        f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods
    }
    assert described <= served
    # For who is not signed in yet, and for whose page is open: tests/browser.
    served -= {"GET /sign-in", "POST /sign-in", "GET /events"}
    assert served == {*CALLS, *PAGES}, "each call has its line in tests/api/role_table.py"


def test_the_table_names_only_roles_it_tests() -> None:
    assert {role for call in CALLS.values() for role in (*call.may, *call.lacking)} <= set(ROLES)


async def status_of(http: AsyncClient, name: str, token: str | None, **named: str) -> int:
    method, path = name.replace(":path}", "}").split()
    headers = {**TOO_LONG_A_KEY, **({"Authorization": f"Bearer {token}"} if token else {})}
    about = path.format(**NAMED | named)
    answer = await http.request(method, about, headers=headers, json=CALLS[name].body)
    return answer.status_code


@pytest.fixture(scope="module")
def tokens() -> dict[str, str]:
    """The tokens of roles, as long as no call has ended them."""
    return {}


@pytest.mark.parametrize("name", CALLS)
async def test_every_call_answers_each_as_the_table_says(
    app: FastAPI, tokens: dict[str, str], name: str
) -> None:
    """One call by everybody, so that a line that is wrong is seen with all it lets in or keeps out."""
    database: Database = app.state.service.database
    found = {}
    async with client_of(app) as http:
        for role in ROLES:
            if role not in tokens and role != NOBODY:
                tokens[role] = await sign_ins.open_for(database, role, second_factor=role in PEOPLE)
            found[role] = await status_of(http, name, tokens.get(role))
            if name in ENDING:
                tokens.clear()
    assert found == {role: expected(name, role) for role in ROLES}


@pytest.mark.parametrize("message", ["999999", "0", "-1", "01", "²", "1e3", "none", "9" * 30])
async def test_a_message_that_is_not_there_is_404_also_to_whoever_might(app: FastAPI, message: str) -> None:
    tokens: dict[str, str] = {}
    async with client_of(app) as http:
        for name in (name for name in CALLS if "/{message}" in name):
            role = CALLS[name].may[0]
            if role not in tokens:
                tokens[role] = await sign_ins.open_for(app.state.service.database, role, second_factor=True)
            assert await status_of(http, name, tokens[role], message=message) == 404, name


@pytest.mark.parametrize("name", PAGES)
async def test_every_page_opens_to_those_the_table_says(
    app: FastAPI, tokens: dict[str, str], name: str
) -> None:
    method, path = name.split()
    found = {}
    for role in ROLES:
        if role not in tokens and role != NOBODY:
            tokens[role] = await sign_ins.open_for(
                app.state.service.database, role, second_factor=role in PEOPLE
            )
        async with client_of(app) as http:
            if role != NOBODY:
                http.cookies.set("otklik", tokens[role])
            answer = await http.request(
                method,
                path.format(**NAMED),
                headers={"Accept": "text/html"},
                data=PAGES[name].body or {"key": "k" * 201} if method == "POST" else None,
            )
        found[role] = answer.status_code
        if name in ENDING:
            tokens.clear()
    assert found == {role: expected_of_page(name, role) for role in ROLES}


def test_every_refusal_of_the_table_is_described(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for name in CALLS:
        method, path = name.split()
        if path in paths:
            answers = {str(expected(name, role)) for role in ROLES}
            assert answers <= paths[path][method.lower()]["responses"].keys(), name
