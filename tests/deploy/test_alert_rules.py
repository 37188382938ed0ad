"""Alerts fire upon what they are for, when it begins, and say so; and are silent else."""

import pytest

from tests.deploy.rule_test_file import Alerting, Case, read_rules, read_tests
from tests.documents import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = read_rules(PROMETHEUS / "alerts.yml")
OF_ALERTS = read_tests(PROMETHEUS / "alerts.test.yml")


@pytest.mark.parametrize("case", OF_ALERTS.tests, ids=lambda case: case.name)
def test_alerts_fire_when_they_should(case: Case) -> None:
    alerting = Alerting(RULES, OF_ALERTS.evaluation_interval)
    for asked, firing in alerting.firing(case, case.alert_rule_test):
        assert sorted(firing, key=str) == sorted(asked.exp_alerts, key=str), asked


def test_every_alert_is_seen_to_fire_and_to_be_silent() -> None:
    asked = [test for case in OF_ALERTS.tests for test in case.alert_rule_test]
    alerts = {rule.alert for rule in RULES}
    assert {test.alertname for test in asked if test.exp_alerts} == alerts
    assert {test.alertname for test in asked if not test.exp_alerts} == alerts


def test_a_rule_knows_no_name_that_an_installation_chooses() -> None:
    assert not [rule.alert for rule in RULES if "namespace" in rule.expr]
