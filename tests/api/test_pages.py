"""The first page, the list of operations, the description for programs, and what is measured."""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from httpx import AsyncClient

from api.web.message.forms import FORMS
from api.web.register.routes import FIELDS
from telemetry.command_metrics import COMMANDS

SignIn = Callable[[str], Awaitable[AsyncClient]]

_RUSSIAN = re.compile(r"[а-яё]")
Part = dict[str, Any]
"""A part of the description: its keys are OpenAPI's."""
_LINK = re.compile(r"""(?:href|src|action)\s*=\s*["']([^"']+)["']""")


def _resolved(described: Part, schema: Part) -> Part:
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _given(described: Part) -> Iterator[tuple[str, str, Part, str]]:
    """What requests carry: operation, name, schema, and what a reader is told of it."""
    for methods in described["paths"].values():
        for operation in methods.values():
            given = [
                (item["name"], item["schema"], item.get("description", ""))
                for item in operation.get("parameters", ())
            ]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                body = _resolved(described, content["schema"])
                given += [(name, part, "") for name, part in body.get("properties", {}).items()]
            for name, schema, told in given:
                parts = (schema, *schema.get("anyOf", ()), *schema.get("allOf", ()))
                about = (_resolved(described, part).get("description", "") for part in parts)
                yield operation["operationId"], name, schema, " ".join((told, *about))


async def test_a_page_says_what_runs_and_where_to_look(http: AsyncClient) -> None:
    page = await http.get("/about")
    assert page.status_code == 200
    assert '<html lang="ru">' in page.text
    links = _LINK.findall(page.text)
    assert "http://127.0.0.1:8233" in links
    for link in links:
        if link.startswith("/"):
            assert (await http.get(link)).status_code in (200, 303, 503), link


async def test_the_first_page_is_for_those_who_have_signed_in(http: AsyncClient) -> None:
    page = await http.get("/", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_description_is_shown_by_what_is_served_here(http: AsyncClient, path: str) -> None:
    page = await http.get(path)
    assert page.status_code == 200
    assert all(link.startswith(("/", "#")) for link in _LINK.findall(page.text))
    assert "/vendor/swagger-ui.js" in page.text
    # Without scripts there is the description itself.
    assert 'href="/openapi.json"' in page.text


async def test_only_the_description_loads_its_library(http: AsyncClient) -> None:
    for path in ("/sign-in", "/about"):
        assert "swagger" not in (await http.get(path)).text


async def test_the_description_suits_generators(http: AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    operations = [operation for methods in described["paths"].values() for operation in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z_]*", name) for name in ids)
    assert all(operation["summary"] and operation["tags"] for operation in operations)
    flow = described["components"]["securitySchemes"]["password"]["flows"]["password"]
    assert flow["tokenUrl"] == "/api/token"


async def test_every_field_of_a_request_is_described_in_russian(http: AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    for operation, name, _, description in _given(described):
        assert _RUSSIAN.search(description), (operation, name)


async def test_what_the_description_says_of_its_parts_is_russian(http: AsyncClient) -> None:
    schemas = (await http.get("/openapi.json")).json()["components"]["schemas"]
    assert [name for name, part in schemas.items() if not _RUSSIAN.search(part.get("description", "а"))] == []
    for name in ("Stage", "DeclineGround", "CloseReason", "DraftKind", "Importance"):
        assert all(f"`{value}` — " in schemas[name]["description"] for value in schemas[name]["enum"])


async def test_every_kind_of_text_has_an_example_of_its_own(http: AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    texts = ("text", "reason", "comment", "measures")
    given = (
        [choice["examples"][0] for choice in (schema, *schema.get("anyOf", ())) if "examples" in choice]
        for _, name, schema, _ in _given(described)
        if name in texts
    )
    examples = [found[0] for found in given if found]
    assert len(examples) >= 8
    # A comment is the same for a draft and for a contribution.
    assert len(set(examples)) == len(examples) - 1


async def test_every_error_is_described_as_a_problem(http: AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    assert "Problem" in described["components"]["schemas"]
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for methods in described["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]
            if operation.get("security"):
                assert "401" in operation["responses"]


async def test_every_reference_of_the_description_resolves(http: AsyncClient) -> None:
    text = (await http.get("/openapi.json")).text
    schemas = (await http.get("/openapi.json")).json()["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(schemas)


async def test_requests_are_counted_by_the_template_of_their_route(as_: SignIn) -> None:
    admin = await as_("admin")
    await admin.get("/api/people/executor-roads/absences")
    await admin.get("/api/no-such-address/4711")
    COMMANDS.labels("route", "accepted").inc()
    counted = (await admin.get("/metrics")).text
    assert (
        'otklik_http_requests_total{method="GET",route="/api/people/{key}/absences",status="200"}' in counted
    )
    assert (
        'otklik_http_request_seconds_bucket{le="0.1",method="GET",route="/api/people/{key}/absences"}'
        in counted
    )
    assert 'otklik_commands_total{command="route",outcome="accepted"}' in counted
    assert "no-such-address" not in counted
    assert "executor-roads" not in counted


def test_every_field_that_must_be_filled_asks_for_itself_by_name() -> None:
    fields = [field for form in FORMS.values() for field in form.fields] + list(FIELDS)
    asked = {field.label: field.asked for field in fields if field.required}
    assert len(set(asked.values())) == len(asked)
