"""Dashboards of Grafana show measures that there are, side by side."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.temporal_server import find_program
from tests.deploy import measures
from tests.documents import ROOT

GRAFANA = ROOT / "deploy" / "grafana"
NAMES = ("limits", "networks", "service", "temporal")
OF_PROMETHEUS = {"up", "ALERTS"}
OF_GRAFANA = {"$__rate_interval": "5m"}
"""What Grafana puts in the place of its own words."""


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GRAFANA / "json" / f"{name}.json").read_text(encoding="utf-8"))
    return content


def panels(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in content["panels"]:
        yield from panel.get("panels", [])
        if panel["type"] != "row":
            yield panel


def expressions(content: dict[str, Any]) -> Iterator[str]:
    for panel in panels(content):
        for target in panel["targets"]:
            expression: str = target["expr"]
            for word, stands_for in OF_GRAFANA.items():
                expression = expression.replace(word, stands_for)
            yield expression


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_is_known_by_its_name_and_asks_the_chosen_source(name: str) -> None:
    content = read(name)
    assert content["uid"] == f"otklik-{name}"
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in panels(content))


async def test_every_measure_that_is_shown_is_measured(tmp_path: Path) -> None:
    known = OF_PROMETHEUS | await measures.ours(tmp_path)
    program = _program_of_the_server()
    for name in NAMES:
        for expression in expressions(read(name)):
            read_by = measures.read_by(expression)
            assert read_by, expression
            for measure in read_by - known:
                bare = measure.removesuffix("_bucket").encode()
                assert measures.of_the_sdk(measure) or bare in program, (measure, expression)


def _program_of_the_server() -> bytes:
    return find_program().read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_panels_stand_side_by_side(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(read(name)):
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
