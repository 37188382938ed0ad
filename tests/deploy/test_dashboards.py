"""Dashboards of Grafana show measures that there are, side by side."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as ql
import pytest
import temporalio.bridge
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

import api.main
import worker
from api.database_metrics import DatabaseMetrics
from embedded.temporal_server import find_program
from settings import Settings
from store.database.engines import Database
from telemetry import machine
from tests.deploy.test_alerts import RULES
from tests.documents import ROOT
from tests.prepared import prepare

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


_PROGRAMS = (api.main, worker)
"""Imported, so that what they count is in the registry."""
_ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}


async def measured(data: Path) -> set[str]:
    """The series that processes of this installation tell of, prepared in an empty directory of data."""
    settings = Settings.load(data=data, temporal_namespace="default")
    await prepare(settings)
    database = Database(settings.database_url)
    told = generate_latest() + await DatabaseMetrics(database).measures()
    told += machine.measures(settings)
    await database.dispose()
    return {
        family.name + ending
        for family in text_string_to_metric_families(told.decode())
        for ending in _ENDINGS.get(family.type, ("",))
    }


def of_the_sdk(name: str) -> bool:
    """Whether Temporal's SDK measures it: its core is a library that knows the names of its measures."""
    core = max(Path(temporalio.bridge.__file__).parent.glob("temporal_sdk_bridge*.so")).read_bytes()
    bare = name.removeprefix("temporal_")
    for ending in ("_total", "_seconds_bucket", "_seconds_sum", "_seconds_count"):
        bare = bare.removesuffix(ending)
    return name.startswith("temporal_") and bare.encode() in core


def series_of(expression: str) -> set[str]:
    """The names of the series that an expression reads. Raises ValueError where it is none."""
    found: set[str] = set()

    def visit(expr: ql.Expr) -> bool:
        if isinstance(expr, ql.VectorSelector) and expr.name:
            found.add(expr.name)
        return True

    ql.walk(ql.parse(expression), visit)
    return found


async def test_every_measure_that_is_shown_or_alerted_of_is_measured(tmp_path: Path) -> None:
    known = OF_PROMETHEUS | await measured(tmp_path)
    program = find_program().read_bytes()
    shown = (expression for name in NAMES for expression in expressions(read(name)))
    for expression in (*shown, *(rule["expr"] for rule in RULES)):
        read_by = series_of(expression)
        assert read_by, expression
        for measure in read_by - known:
            bare = measure.removesuffix("_bucket").encode()
            assert of_the_sdk(measure) or bare in program, (measure, expression)
