"""Description of the API: what it says of answers holds for every answer there can be; and what it is made from."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter
from starlette.routing import Route

from api.main import create_app
from settings import Settings

PARTS = (
    timedelta(0),
    timedelta(hours=2, minutes=45, seconds=30, microseconds=577162),
    timedelta(microseconds=1),
    timedelta(days=1),
    timedelta(days=400, hours=3),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(Settings.load(data=tmp_path_factory.mktemp("description"), training=True))


@pytest.fixture(scope="module")
def schemas(app: FastAPI) -> dict[str, Any]:
    """Of the components of the description, which takes seconds to make."""
    described: dict[str, Any] = app.openapi()["components"]["schemas"]
    return described


def test_a_first_request_does_not_wait_until_every_route_is_made_again(app: FastAPI) -> None:
    # As `FastAPI.include_router` has it: what is included are routers then, of whose routes copies are made.
    assert [type(route).__name__ for route in app.routes if not isinstance(route, Route)] == []


@pytest.mark.parametrize(
    ("schema", "field"), [("Step", "counted"), ("MessageView", "reduced_term"), ("LimitFigures", "median")]
)
@pytest.mark.parametrize("duration", PARTS, ids=str)
def test_a_duration_that_is_answered_has_fractions_of_a_second(
    schemas: dict[str, Any], schema: str, field: str, duration: timedelta
) -> None:
    described: dict[str, Any] = schemas[schema]["properties"][field]
    choices = described.get("anyOf", [described])
    [pattern] = [choice["pattern"] for choice in choices if "pattern" in choice]
    # RFC 3339, which `format` would stand for, knows whole seconds only.
    assert "duration" not in [choice.get("format") for choice in choices]
    assert re.search(pattern, TypeAdapter(timedelta).dump_python(duration, mode="json"))
