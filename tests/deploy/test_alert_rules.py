"""Alerts fire upon what they are for, when it begins, and say so; and are silent else."""

from pathlib import Path

import promql_parser as ql
import pytest

from tests.deploy.promql import NAME, Evaluation, Labels
from tests.deploy.rule_test_file import Alerting, Case, labels_of, read_rules, read_tests
from tests.documents import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = read_rules(PROMETHEUS / "alerts.yml")
OF_ALERTS = read_tests(PROMETHEUS / "alerts.test.yml")
OF_EXPRESSIONS = read_tests(Path(__file__).with_name("promql.test.yml"))


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


@pytest.mark.parametrize("case", OF_EXPRESSIONS.tests, ids=lambda case: case.name)
def test_expressions_are_what_promtool_says_they_are(case: Case) -> None:
    """`make check-rules` has `promtool` say so."""
    series = case.series()
    for test in case.promql_expr_test:
        found = Evaluation(series, test.eval_time).vector(ql.parse(test.expr))
        expected = {_labels(sample.labels): sample.value for sample in test.exp_samples}
        assert found == pytest.approx(expected), test.expr


def test_a_rule_knows_no_name_that_an_installation_chooses() -> None:
    assert not [rule.alert for rule in RULES if "namespace" in rule.expr]


def test_what_is_beyond_the_evaluator_is_refused() -> None:
    series = {labels_of("a"): [(0.0, 1.0)]}
    for expression in (
        "sum without (b) (a)",
        "a and a",
        "a * on (b) a",
        "topk(1, a)",
        "deriv(a[1m])",
        "a @ 5",
    ):
        with pytest.raises((NotImplementedError, KeyError)):
            Evaluation(series, 0.0).vector(ql.parse(expression))


def _labels(text: str) -> Labels:
    return labels_of(text) if not text.startswith("{") else labels_of(f"n{text}") - {(NAME, "n")}
