"""Test files of `promtool test rules`, read and run: series, and the alerts that fire."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import promql_parser as ql
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from ruamel.yaml import YAML

from tests.deploy.promql import NAME, Evaluation, Labels, Samples, Vector

_SERIES = re.compile(r"(?P<name>\w+)(?:\{(?P<labels>.*)\})?")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_RUN = re.compile(r"(?P<first>-?[\d.]+)(?:(?P<step>[+-][\d.]+))?(?:x(?P<times>\d+))?")
_TEMPLATE = re.compile(
    r"\{\{ \$(?:labels\.(?P<label>\w+)|(?P<value>value))(?P<human> \| humanizeDuration)? \}\}"
)


def _seconds(duration: object) -> float:
    return ql.parse_duration(str(duration)).total_seconds() if duration else 0.0


Duration = Annotated[float, BeforeValidator(_seconds)]
"""In seconds; written as Prometheus does."""


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Read):
    """An alert of a file of rules."""

    alert: str
    expr: str
    for_: Duration = Field(default=0.0, alias="for")
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class InputSeries(_Read):
    """A series and its values, one every interval of the test."""

    series: str
    values: str


class Firing(_Read):
    """An alert that fires, with all its labels but its name, and its texts."""

    exp_labels: dict[str, str] = Field(default_factory=dict)
    exp_annotations: dict[str, str] = Field(default_factory=dict)


class AlertTest(_Read):
    """What of one name fires at a moment."""

    eval_time: Duration
    alertname: str
    exp_alerts: list[Firing] = Field(default_factory=list)


class Case(_Read):
    """One test: series, and what is expected of them."""

    name: str
    interval: Duration
    input_series: list[InputSeries]
    alert_rule_test: list[AlertTest] = Field(default_factory=list)

    def series(self) -> dict[Labels, Samples]:
        """The series by their labels."""
        return {
            labels_of(given.series): list(_samples(given.values, self.interval))
            for given in self.input_series
        }


class TestFile(_Read):
    """A file of tests, and when its rules are evaluated."""

    __test__ = False

    rule_files: list[str] = Field(default_factory=list)
    evaluation_interval: Duration
    tests: list[Case]


def read_rules(file: Path) -> list[Rule]:
    """The alerts of a file of rules, in order."""
    groups = YAML(typ="safe").load(file)["groups"]
    return [Rule.model_validate(rule) for group in groups for rule in group["rules"]]


def read_tests(file: Path) -> TestFile:
    """Raises pydantic's ValidationError for what this reader does not know."""
    return TestFile.model_validate(YAML(typ="safe").load(file))


def labels_of(series: str) -> Labels:
    """The labels of a series as it is written, with its name."""
    found = _SERIES.fullmatch(series)
    assert found, series
    return frozenset([(NAME, found["name"]), *_LABEL.findall(found["labels"] or "")])


def _samples(values: str, interval: float) -> Iterator[tuple[float, float]]:
    for number, value in enumerate(_values(values)):
        if value is not None:
            yield number * interval, value


def _values(text: str) -> Iterator[float | None]:
    """None where there is no sample, NaN where the series is marked as gone."""
    for part in text.split():
        if part == "stale":
            yield math.nan
        elif part.startswith("_"):
            yield from [None] * int(part.removeprefix("_x") if part != "_" else 1)
        else:
            found = _RUN.fullmatch(part)
            assert found, part
            first, step = float(found["first"]), float(found["step"] or 0)
            for number in range(int(found["times"] or 0) + 1):
                yield first + step * number


@dataclass(frozen=True)
class Alerting:
    """Rules evaluated one time after another, as Prometheus does it."""

    rules: Sequence[Rule]
    every: float
    """Seconds."""

    def firing(self, case: Case, tests: Iterable[AlertTest]) -> list[tuple[AlertTest, list[Firing]]]:
        """What fires at the moment of each test."""
        found: list[tuple[AlertTest, list[Firing]]] = []
        series, in_order = case.series(), sorted(tests, key=lambda test: test.eval_time)
        named = {test.alertname for test in in_order}
        rules = [(rule, ql.parse(rule.expr)) for rule in self.rules if rule.alert in named]
        since: list[dict[Labels, float]] = [{} for _ in rules]
        at = 0.0
        while in_order:
            vectors = [_nameless(Evaluation(series, at).vector(expr)) for _, expr in rules]
            since = [
                {labels: known.get(labels, at) for labels in vector}
                for known, vector in zip(since, vectors, strict=True)
            ]
            while in_order and in_order[0].eval_time < at + self.every:
                test = in_order.pop(0)
                now = [
                    _fired(rule, labels, vector[labels])
                    for (rule, _), vector, known in zip(rules, vectors, since, strict=True)
                    for labels, begun in known.items()
                    if rule.alert == test.alertname and at - begun >= rule.for_
                ]
                found.append((test, now))
            at += self.every
        return found


def _nameless(vector: Vector) -> Vector:
    return {
        frozenset(label for label in labels if label[0] != NAME): value for labels, value in vector.items()
    }


def _fired(rule: Rule, labels: Labels, value: float) -> Firing:
    known = dict(labels)

    def told(found: re.Match[str]) -> str:
        if found["label"]:
            return known.get(found["label"], "")
        return humanized(value) if found["human"] else f"{value:g}"

    texts = {name: _TEMPLATE.sub(told, text) for name, text in rule.annotations.items()}
    return Firing(exp_labels={**known, **rule.labels}, exp_annotations=texts)


def humanized(seconds: float) -> str:
    """A duration as `humanizeDuration` of Prometheus says it, of a second or more."""
    whole = int(abs(seconds))
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (whole % 60, "s")]
    while parts[0][0] == 0 and len(parts) > 1:
        parts.pop(0)
    if len(parts) == 1:
        return f"{seconds:.4g}s"
    return ("-" if seconds < 0 else "") + " ".join(f"{number}{unit}" for number, unit in parts)
