"""Alerts name measures that there are, were seen to fire and to be silent, and are explained to the operator."""

import re
import subprocess
from typing import Any

from ruamel.yaml import YAML

from tests.deploy import compose
from tests.documents import DOCS, ROOT, text

PROMETHEUS = ROOT / "deploy" / "prometheus"


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load((PROMETHEUS / name).read_text(encoding="utf-8"))
    return content


RULES = [rule for group in read("alerts.yml")["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"] for rule in RULES}


def test_rules_and_their_tests_are_those_that_promtool_has_passed() -> None:
    """`make check-rules` tries them by `promtool`, which comes with no package, and leaves their hashes."""
    checked = subprocess.run(["sha256sum", "--check", "checked.sha256"], cwd=PROMETHEUS, check=False)
    assert checked.returncode == 0, "make check-rules"


def test_every_alert_has_a_test_that_it_fires_and_one_that_it_is_silent() -> None:
    asked = [test for case in read("alerts.test.yml")["tests"] for test in case.get("alert_rule_test", [])]
    assert {test["alertname"] for test in asked if test.get("exp_alerts")} == ALERTS
    assert {test["alertname"] for test in asked if not test.get("exp_alerts")} == ALERTS


def test_a_rule_knows_no_name_that_an_installation_chooses() -> None:
    assert not [rule["alert"] for rule in RULES if "namespace" in rule["expr"]]


def test_every_alert_is_explained_in_operation() -> None:
    explained = set(re.findall(r"^- \*\*`(Otklik\w+)`\*\*", text(DOCS / "run/operation.md"), re.MULTILINE))
    assert explained == ALERTS


def test_processes_are_found_where_they_answer() -> None:
    services = compose.load(compose.environment())["services"]
    jobs = {job["job_name"]: job for job in read("prometheus.yml")["scrape_configs"]}
    for service, variable in (("worker", "OTKLIK_WORKER_PORT"), ("api", "OTKLIK_PORT")):
        (found,) = jobs[f"otklik-{service}"]["dns_sd_configs"]
        port = int(services[service]["environment"][variable])
        assert found == {"names": [service], "type": "A", "port": port}
    assert jobs["temporal"]["static_configs"][0]["targets"] == [
        "temporal:" + services["temporal"]["environment"]["PROMETHEUS_ENDPOINT"].rpartition(":")[2]
    ]
