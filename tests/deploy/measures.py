"""Names of the measures that there are, and those that an expression of PromQL reads."""

from pathlib import Path

import promql_parser as ql
import temporalio.bridge
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

import api.main
import worker
from api.database_metrics import DatabaseMetrics
from settings import Settings
from store.database.engines import Database
from telemetry import machine
from tests.prepared import prepare

_PROGRAMS = (api.main, worker)
"""Imported, so that what they count is in the registry."""
_ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}


async def ours(data: Path) -> set[str]:
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


def read_by(expression: str) -> set[str]:
    """The names of the series that an expression reads. Raises ValueError where it is none."""
    found: set[str] = set()

    def visit(expr: ql.Expr) -> bool:
        if isinstance(expr, ql.VectorSelector) and expr.name:
            found.add(expr.name)
        return True

    ql.walk(ql.parse(expression), visit)
    return found
