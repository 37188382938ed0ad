"""Measures have their series before anything has happened."""

import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.patience import PATIENCE

BORN_WITH_USE = {
    # Of routes and statuses there are thousands; its alerts go by how often, not by the first.
    "otklik_http_requests",
    "otklik_http_request_seconds",
    # Of keys that this process was not given nobody knows the names.
    "otklik_missing_keys",
}


@pytest.mark.parametrize("module", ["api.main", "worker"])
def test_a_fresh_process_has_every_series_that_can_be_named(module: str) -> None:
    families = {
        family.name: family
        for family in text_string_to_metric_families(_measures_after_import_of(module))
        if family.name.startswith("otklik_")
    }
    empty = {
        name
        for name, family in families.items()
        if family.type in ("counter", "histogram") and not family.samples
    }
    assert empty == BORN_WITH_USE & set(families)
    assert _values(families["otklik_forged_commands"].samples).get(("unsealed", "start")) == 0
    assert _values(families["otklik_failed_steps"].samples).get(("limit_answer",)) == 0
    if module == "api.main":
        assert _values(families["otklik_lost_runs"].samples) == {("restarted",): 0, ("left",): 0}
        assert _values(families["otklik_commands"].samples).get(("register", "taken")) == 0


def _measures_after_import_of(module: str) -> str:
    told = f"import {module}, sys, prometheus_client as p; sys.stdout.buffer.write(p.generate_latest())"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, timeout=PATIENCE)
    return ran.stdout.decode()


def _values(samples: list[Sample]) -> dict[tuple[str, ...], float]:
    """By the values of the labels, in the order of the labels' names."""
    return {
        tuple(sample.labels.values()): sample.value for sample in samples if sample.name.endswith("_total")
    }
