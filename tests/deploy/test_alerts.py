"""Alerts name measures that there are, and every alert is explained to the operator."""

import re
from pathlib import Path
from typing import Any

import pytest
import temporalio.bridge
from ruamel.yaml import YAML

from api.database_metrics import DatabaseMetrics
from api.metrics import LATENCY, REQUESTS
from service.journal.anchoring import DIFFERING
from service.journal.lateness import LATENESS
from store.database.engines import Database
from store.migrations.schema import migrate
from telemetry.alarms import FAILED_STEPS, FORGED, MISSING_KEYS
from telemetry.command_metrics import COMMANDS, LOST_RUNS
from tests.deploy import compose
from tests.documents import DOCS, ROOT, text

PROMETHEUS = ROOT / "deploy" / "prometheus"
_COUNTED = (
    *(COMMANDS, REQUESTS, LATENCY, LATENESS, FORGED, MISSING_KEYS, FAILED_STEPS),
    *(DIFFERING, LOST_RUNS),
)
SUFFIX = re.compile(r"_(?:total|bucket|sum|count)$")


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load((PROMETHEUS / name).read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read("alerts.yml")["groups"][0]["rules"]
    return found


async def of_ours(db: Database) -> set[str]:
    """Names without the endings that the text form adds."""
    watched = DatabaseMetrics(db)
    await watched.measures()
    counted = (family for metric in _COUNTED for family in metric.collect())
    return {family.name for family in (*watched.collect(), *counted)}


async def test_every_measure_of_an_alert_is_measured(rules: list[dict[str, Any]], tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/otklik.db")
    await migrate(database)
    ours = await of_ours(database)
    await database.dispose()
    core = max(Path(temporalio.bridge.__file__).parent.glob("temporal_sdk_bridge*.so")).read_bytes()
    for rule in rules:
        names = re.findall(r"\b(?:otklik|temporal)_\w+", rule["expr"])
        assert names or rule["expr"].startswith("up{")
        for name in names:
            bare = SUFFIX.sub("", name)
            if name.startswith("otklik_"):
                assert bare in ours, name
            else:
                assert bare.removeprefix("temporal_").encode() in core, name


def test_every_alert_is_explained_in_operation(rules: list[dict[str, Any]]) -> None:
    explained = set(re.findall(r"^- \*\*`(Otklik\w+)`\*\*", text(DOCS / "run/operation.md"), re.MULTILINE))
    assert explained == {rule["alert"] for rule in rules}


def test_processes_are_found_where_they_answer() -> None:
    services = compose.load(compose.environment())["services"]
    ports = {"worker": services["worker"]["environment"]["OTKLIK_WORKER_PORT"]}
    ports["api"] = services["api"]["environment"]["OTKLIK_PORT"]
    jobs = {job["job_name"]: job for job in read("prometheus.yml")["scrape_configs"]}
    for service, port in ports.items():
        (found,) = jobs[f"otklik-{service}"]["dns_sd_configs"]
        assert found == {"names": [service], "type": "A", "port": int(port)}
    assert jobs["temporal"]["static_configs"][0]["targets"] == [
        "temporal:" + services["temporal"]["environment"]["PROMETHEUS_ENDPOINT"].rpartition(":")[2]
    ]
