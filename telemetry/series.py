"""Series that are there before anything has happened.

Prometheus sees an increase between two values: a series that is born with its first event has none to begin with, and
an alert upon one event would be silent.
"""

from collections.abc import Iterable
from itertools import product
from typing import TypeVar

from prometheus_client import Counter, Histogram

Metric = TypeVar("Metric", Counter, Histogram)


def from_the_start(metric: Metric, *values: Iterable[str]) -> Metric:
    """Returns the metric, with a series for every combination of the values of its labels, in their order."""
    for labels in product(*values):
        metric.labels(*labels)
    return metric
