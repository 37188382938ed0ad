"""Dashboards of Grafana show measures that there are, side by side."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.temporal_server import find_program
from tests.deploy import measures
from tests.deploy.test_alerts import RULES
from tests.documents import ROOT

GRAFANA = ROOT / "deploy" / "grafana"
NAMES = ("limits", "networks", "service", "temporal")
OF_PROMETHEUS = {"up", "ALERTS"}


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
            yield target["expr"].replace("$__rate_interval", "5m")  # as Grafana does


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_is_known_by_its_name_and_asks_the_chosen_source(name: str) -> None:
    content, taken = read(name), set[tuple[int, int]]()
    assert content["uid"] == f"otklik-{name}"
    for panel in panels(content):
        assert panel["datasource"]["uid"] == "${datasource}"
        place = panel["gridPos"]
        columns = range(place["x"], place["x"] + place["w"])
        cells = {(x, y) for x in columns for y in range(place["y"], place["y"] + place["h"])}
        assert max(columns) < 24 and not cells & taken, panel["title"]
        taken |= cells


async def test_every_measure_that_is_shown_or_alerted_of_is_measured(tmp_path: Path) -> None:
    known = OF_PROMETHEUS | await measures.ours(tmp_path)
    program = find_program().read_bytes()
    shown = (expression for name in NAMES for expression in expressions(read(name)))
    for expression in (*shown, *(rule["expr"] for rule in RULES)):
        read_by = measures.read_by(expression)
        assert read_by, expression
        for measure in read_by - known:
            bare = measure.removesuffix("_bucket").encode()
            assert measures.of_the_sdk(measure) or bare in program, (measure, expression)
