"""Alerts name measures that there are, and every alert is explained to the operator."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.deploy import compose, measures
from tests.deploy.rule_test_file import read_rules
from tests.documents import DOCS, ROOT, text

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = read_rules(PROMETHEUS / "alerts.yml")


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load((PROMETHEUS / name).read_text(encoding="utf-8"))
    return content


async def test_every_measure_of_an_alert_is_measured(tmp_path: Path) -> None:
    ours = await measures.ours(tmp_path)
    for rule in RULES:
        read = measures.read_by(rule.expr)
        assert read
        assert not {name for name in read if name not in {"up", *ours} and not measures.of_the_sdk(name)}


def test_every_alert_is_explained_in_operation() -> None:
    explained = set(re.findall(r"^- \*\*`(Otklik\w+)`\*\*", text(DOCS / "run/operation.md"), re.MULTILINE))
    assert explained == {rule.alert for rule in RULES}


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
